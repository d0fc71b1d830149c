// Keeps the pages that were read, and what they need, for when there is no network. Asked first: the network; of what is
// named by its content, the store. Each deployment has a store of its own, so that two are never mixed.
const SCOPE = registration.scope;
const OURS = `pages of ${SCOPE} `;
const HASHED = /[.-][0-9a-f]{8,}[./]/;
const ARCHIVE = /\/assets\/python\/.*\.(zip|wasm)$/; // the browser's own cache keeps these, and is faster
const BUILT = /<meta name="built" content="([^"]*)"/;

const latest = async () => (await caches.keys()).filter((name) => name.startsWith(OURS)).at(-1) ?? OURS;

/** The store of this deployment; those of others go. */
async function store(built) {
  const name = built === undefined ? await latest() : OURS + built;
  if (built !== undefined) {
    for (const old of await caches.keys()) if (old.startsWith(OURS) && old !== name) await caches.delete(old);
  }
  return caches.open(name);
}

async function keep(request, response) {
  if (!response.ok || response.redirected || response.type !== "basic") return;
  const page = /^text\/html/.test(response.headers.get("content-type"));
  const built = page ? BUILT.exec(await response.clone().text())?.[1] : undefined;
  await (await store(built)).put(request.url ?? request, response);
}

async function answer(event, request) {
  const kept = async () => (await store()).match(request.url.split("#")[0]);
  if (HASHED.test(request.url.slice(SCOPE.length))) {
    const found = await kept();
    if (found) return found;
  }
  try {
    const response = await fetch(request);
    event.waitUntil(keep(request.url.split("#")[0], response.clone()).catch(() => {}));
    return response;
  } catch (error) {
    const found = (await kept()) ?? (await fetch(request.url, { cache: "force-cache" }).catch(() => undefined));
    if (found) return found;
    throw error;
  }
}

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(SCOPE) || ARCHIVE.test(request.url)) return;
  event.respondWith(answer(event, request));
});
addEventListener("message", (event) => {
  const one = async (url) => keep(url, await fetch(url, { cache: "force-cache" }));
  event.waitUntil(Promise.allSettled(event.data.keep.filter((url) => url.startsWith(SCOPE)).map(one)));
});
