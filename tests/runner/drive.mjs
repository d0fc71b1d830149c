// The site's worker under node, which it takes for a browser: node drive.mjs WORKER-URL CACHE-FOLDER [offline]
// A line in is a message to the worker; a line out is what it says, and what it asked the network for since the last.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const [, , worker, folder, offline] = process.argv;
process.browser = true; // for Pyodide, which otherwise looks for files
process.type = "renderer";
globalThis.self = globalThis;
globalThis.WorkerGlobalScope = Object;
globalThis.location = new URL(worker);

let requests = [];

function read(url) {
  requests.push(String(url).replace(/.*\//, ""));
  if (offline) throw new TypeError("Failed to fetch");
  return Uint8Array.from(readFileSync(fileURLToPath(url)));
}

const typed = (url) => ({ headers: { "content-type": String(url).endsWith(".wasm") ? "application/wasm" : "" } });
globalThis.fetch = async (url) => {
  const headers = { "content-type": String(url).endsWith(".wasm") ? "application/wasm" : "" };
  return new Response(read(url), { headers });
};
globalThis.XMLHttpRequest = class {
  open(method, url) {
    this.url = url;
  }
  send() {
    this.response = read(this.url).buffer;
    this.status = 200;
  }
};

mkdirSync(folder, { recursive: true });
const kept = (key) => `${folder}/${encodeURIComponent(key).slice(-100)}`;
globalThis.caches = {
  open: async () => ({
    match: async (key) => {
      const found = readdirSync(folder).some((name) => kept(key).endsWith(`/${name}`));
      return found ? new Response(readFileSync(kept(key))) : undefined;
    },
    put: async (key, response) => writeFileSync(kept(key), new Uint8Array(await response.arrayBuffer())),
    keys: async () => readdirSync(folder),
    delete: async (key) => rmSync(`${folder}/${key}`),
  }),
};
globalThis.postMessage = (message) => {
  process.stdout.write(`${JSON.stringify({ ...message, requests })}\n`);
  requests = [];
};

await import(worker);
for await (const line of createInterface({ input: process.stdin })) globalThis.onmessage({ data: JSON.parse(line) });
process.exit();
