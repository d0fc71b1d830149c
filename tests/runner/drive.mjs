// The worker of the site under node: node drive.mjs WORKER-URL < messages, a JSON list. Prints what the worker says, a line each.
// A message of its own is {type: "expect", …}: wait until the worker has said something with these values.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const requests = [];
process.browser = true; // so that Pyodide takes this for a worker in a browser, which it is like
process.type = "renderer";
globalThis.self = globalThis;
globalThis.WorkerGlobalScope = Object;
globalThis.location = new URL(process.argv[2]);
globalThis.fetch = async (url) => {
  requests.push(String(url));
  const name = fileURLToPath(url);
  return new Response(readFileSync(name), { headers: { "content-type": name.endsWith(".wasm") ? "application/wasm" : "" } });
};
globalThis.XMLHttpRequest = class {
  open(method, url) { this.url = url; }
  send() {
    requests.push(this.url);
    this.response = Uint8Array.from(readFileSync(fileURLToPath(this.url))).buffer;
    this.status = 200;
  }
};
const kept = new Map();
globalThis.caches = {
  open: async () => ({
    match: async (key) => kept.has(key) ? new Response(kept.get(key)) : undefined,
    put: async (key, response) => kept.set(key, await response.arrayBuffer()),
    keys: async () => [...kept.keys()],
    delete: async (key) => kept.delete(key),
  }),
};

const waiting = [];
globalThis.postMessage = (message) => {
  process.stdout.write(JSON.stringify(message) + "\n");
  for (const wait of [...waiting]) {
    if (Object.entries(wait.like).every(([key, value]) => message[key] === value)) {
      waiting.splice(waiting.indexOf(wait), 1);
      wait.resolve();
    }
  }
};

let generation = 0;
for (const message of JSON.parse(readFileSync(0, "utf8"))) {
  if (message.type === "worker") {
    // a new worker, in the same "browser"
    await import(`${process.argv[2]}?${generation++}`);
  } else if (message.type === "expect") {
    const { type, ...like } = message;
    await new Promise((resolve) => waiting.push({ like: like.like, resolve }));
  } else {
    const last = message.type === "run" ? { type: "done", run: message.run } : { type: "ready" };
    const said = new Promise((resolve) => waiting.push({ like: last, resolve }));
    globalThis.onmessage({ data: message });
    await Promise.race([said, new Promise((resolve) => waiting.push({ like: { type: "failed" }, resolve }))]);
  }
}
process.stdout.write(JSON.stringify({ type: "requests", urls: requests }) + "\n");
process.exit(0);
