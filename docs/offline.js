// Keeps the pages that were read, and what they need, for when there is no network. Asked first: the network; of what is
// named by its content, the store. A script or style that has changed is a new deployment: all that came with the old one goes.
const SCOPE = registration.scope;
const NAME = `pages of ${SCOPE}`;
const HASHED = /[.-][0-9a-f]{8,}[./]/;
const ARCHIVE = /\/assets\/python\/.*\.(zip|wasm)$/; // large: the browser's own cache is faster, ours is for the day without it

async function keep(url, response) {
  if (!response.ok || response.redirected || response.type !== "basic") return;
  if (/\.(js|css)$/.test(url) && !HASHED.test(url.slice(SCOPE.length))) {
    const before = await (await caches.open(NAME)).match(url);
    if (before && (await before.text()) !== (await response.clone().text())) await caches.delete(NAME);
  }
  await (await caches.open(NAME)).put(url, response);
}

async function answer(event, request) {
  const url = request.url.split("#")[0];
  const kept = async () => (await caches.open(NAME)).match(url);
  if (ARCHIVE.test(url)) return fetch(request).catch(async (error) => (await kept()) ?? Promise.reject(error));
  if (HASHED.test(url.slice(SCOPE.length))) {
    const found = await kept();
    if (found) return found;
  }
  try {
    const response = await fetch(request);
    event.waitUntil(keep(url, response.clone()).catch(() => {}));
    return response;
  } catch (error) {
    const found = (await kept()) ?? (await fetch(url, { cache: "force-cache" }).catch(() => undefined));
    if (found) return found;
    throw error;
  }
}

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(SCOPE)) return;
  event.respondWith(answer(event, request));
});
addEventListener("message", (event) => {
  const one = async (url) => {
    const old = HASHED.test(url.slice(SCOPE.length)) && (await (await caches.open(NAME)).match(url));
    if (!old) await keep(url, await fetch(url, { cache: "force-cache" }));
  };
  event.waitUntil(Promise.allSettled(event.data.keep.filter((url) => url.startsWith(SCOPE)).map(one)));
});
