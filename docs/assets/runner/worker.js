// One Python for all blocks, in a module worker. It is told {type: "warm"} or {type: "run", …}, and says what happens: progress, ready or
// failed; then of each block its start, its output and its end; then done. To stop it, terminate it.
const FLOOD = 200_000; // characters of one block's output that are shown
const BATCH = 50; // ms between two messages of output
const LIMIT = 60_000; // ms for one block, unless the page says otherwise
const PREPARE = `
import sys
sys.path += ["/lib/packages.zip", "/lib/runner.zip"]
import page
import starlette.applications, starlette.responses, starlette.routing, starlette.testclient
page.prepare()`;

const post = (message) => self.postMessage(message);
let base = new URL("../python/", import.meta.url).href;
let manifest, python;

// -- the network: this site's own files and nothing else ------------------------------------------------------------------------------------

const open = self.fetch.bind(self);
const Sync = self.XMLHttpRequest;
const ahead = new Map(); // responses that are on their way before Pyodide asks for them

function own(input) {
  const url = new URL(input?.url ?? input, base);
  if (url.origin === new URL(base).origin) return url.href;
  throw new TypeError(`${url.host || url.protocol} is another host, and a block can reach none`);
}

function replace(name, value) {
  for (let holder = self; holder; holder = Object.getPrototypeOf(holder)) {
    if (Object.hasOwn(holder, name)) Object.defineProperty(holder, name, { value, writable: false, configurable: false });
  }
}

replace("fetch", async (input, options) => {
  const url = own(input);
  const early = ahead.get(url);
  ahead.delete(url);
  return early ?? open(input instanceof Request ? new Request(url, input) : url, { ...options, mode: "same-origin" });
});
for (const name of ["XMLHttpRequest", "WebSocket", "WebSocketStream", "EventSource", "WebTransport", "Worker", "importScripts"]) replace(name);

// -- loading --------------------------------------------------------------------------------------------------------------------------------

let loaded, total, broken, broke;

/** Add to what has arrived, in bytes as they go over the wire. */
function arrived(name, count) {
  loaded += count;
  post({ type: "progress", what: name.startsWith("pyodide") ? "python" : name, loaded, total });
}

/** The response for one file. Its name holds the hash of its content, so what a cache has is right, however old. */
async function file(name) {
  const { path, size, wire } = manifest.files[name];
  const response = await open(base + path, { cache: "force-cache" });
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  const count = async () => {
    let seen = 0, told = 0;
    for (const reader = response.clone().body.getReader(); ;) {
      const { done, value } = await reader.read();
      seen = done ? size : seen + value.length;
      const now = Math.round(Math.min(1, seen / size) * wire);
      if (now > told) arrived(name, now - told);
      told = now;
      if (done) return;
    }
  };
  count().catch(broke);
  const typed = name.endsWith(".wasm") && response.headers.get("content-type") !== "application/wasm";
  return typed ? new Response(response.body, { headers: { "content-type": "application/wasm" } }) : response;
}

/** Begin with what Pyodide will ask for only when its own modules are here: the library, and the compiler's long work. */
function early() {
  const { "pyodide.asm.wasm": wasm, stdlib } = manifest.files;
  const library = file("stdlib"), engine = WebAssembly.compileStreaming(file("pyodide.asm.wasm"));
  library.catch(broke);
  engine.catch(broke);
  ahead.set(base + stdlib.path, library);
  ahead.set(base + wasm.path, new Response()); // it is compiled already
  WebAssembly.instantiateStreaming = async (_, imports) => {
    const module = await engine;
    return { module, instance: await WebAssembly.instantiate(module, imports).catch((error) => (broke(error), Promise.reject(error))) };
  };
}

const bytes = async (name) => new Uint8Array(await (await file(name)).arrayBuffer());

async function module(name) {
  const loaded = await import(base + manifest.files[name].path);
  arrived(name, manifest.files[name].wire);
  return loaded;
}

/** An archive that a block turned out to need, while Python waits for it. */
function bytesNow(name) {
  const { path, wire } = manifest.files[name];
  post({ type: "progress", what: name, loaded: 0, total: wire });
  const request = new Sync();
  request.open("GET", base + path, false);
  request.responseType = "arraybuffer";
  request.send();
  if (request.status !== 200) throw new Error(`${path}: HTTP ${request.status}`);
  post({ type: "progress", what: name, loaded: wire, total: wire });
  return new Uint8Array(request.response);
}

/** What this deployment consists of; without a network, what it consisted of. */
async function listing() {
  const url = base + "manifest.json";
  const response = await open(url, { cache: "no-cache" }).catch(() => open(url, { cache: "force-cache" }));
  if (!response.ok) throw new Error(`manifest.json: HTTP ${response.status}`);
  return response.json();
}

/** Python with its libraries imported; `memory` is how an earlier one was when it had come so far. */
async function load(memory) {
  const { files, pyodide } = manifest;
  const names = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "stdlib", "packages", "runner", "site"];
  loaded = 0;
  total = names.reduce((sum, name) => sum + files[name].wire, 0);
  early();
  const archives = ["packages", "runner"].map(async (name) => [`/lib/${name}.zip`, await bytes(name)]);
  const site = file("site").then((response) => response.json());
  for (const needed of [...archives, site]) needed.catch(broke);
  const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all(names.slice(0, 2).map(module));
  const folder = new URL(".", base + files["pyodide.mjs"].path).href;
  const core = await loadPyodide({
    indexURL: folder,
    createPyodideModule,
    stdLibURL: base + files.stdlib.path,
    // There is nothing to be looked up anywhere.
    lockFileContents: { info: { arch: "wasm32", platform: "emscripten_5_0_3", version: pyodide, python: "3.14.2", abi_version: "2026_0" }, packages: {} },
    packageBaseUrl: folder,
    env: { PYTHONDONTWRITEBYTECODE: "1" },
    ...(memory ? { _loadSnapshot: memory } : { _makeSnapshot: true }),
  });
  for (const [path, data] of await Promise.all(archives)) core.FS.writeFile(path, data);
  for (const [path, text] of Object.entries(await site)) {
    core.FS.mkdirTree(`/site/${path.replace(/[^/]*$/, "")}`);
    core.FS.writeFile(`/site/${path}`, text);
  }
  if (!memory) core.runPython(PREPARE);
  return core;
}

// -- a memory of the first start, for the next one --------------------------------------------------------------------------------------------

const HEAP = 30 * 2 ** 20; // a memory that has grown cannot be put back
const memories = () => self.caches?.open(`python in ${base}`);
const label = () => `${base}memory-${manifest.memory}?${encodeURIComponent(self.navigator.userAgent)}`;

async function remembered() {
  const kept = await (await memories())?.match(label());
  return kept && new Uint8Array(await kept.arrayBuffer());
}

async function remember(memory) {
  const store = await memories();
  await Promise.all(((await store?.keys()) ?? []).map((request) => store.delete(request)));
  await store?.put(label(), new Response(memory));
}

async function start() {
  const began = performance.now();
  let core, memory, from = "snapshot";
  broken = new Promise((_, reject) => (broke = reject));
  broken.catch(() => {});
  manifest = await listing();
  const old = await remembered().catch(() => undefined);
  if (old) core = await Promise.race([load(old), broken]).catch(() => undefined);
  if (!core) {
    broken = new Promise((_, reject) => (broke = reject));
    broken.catch(() => {});
    from = "network";
    core = await Promise.race([load(), broken]);
    if (core._module.HEAP8.length === HEAP) memory = core.makeMemorySnapshot();
  }
  core.setStdout({ write: (buffer) => write("stdout", buffer) });
  core.setStderr({ write: (buffer) => write("stderr", buffer) });
  core.setInterruptBuffer(clock);
  const page = core.pyimport("page");
  page.begin(bytesNow, sleeper(), JSON.stringify(manifest.lazy));
  post({ type: "ready", cold: performance.now() - began, from });
  if (memory) setTimeout(() => remember(memory).catch(() => {}), 500);
  return page;
}

// -- what Python asks of the browser ------------------------------------------------------------------------------------------------------------

let deadline = Infinity;

// Python looks into this "buffer" now and then to see whether it was interrupted. It finds a clock, so no memory has to be shared.
const clock = {
  get 0() {
    const now = performance.now();
    if (output.text && now - output.sent > BATCH) flush();
    if (now < deadline) return 0;
    deadline = now + 1000; // should the block go on
    return 2;
  },
  set 0(_) {},
};

/** A sleep that leaves the processor alone; a wait on memory that is shared with nobody needs no special headers. */
function sleeper() {
  try {
    const cell = new Int32Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer);
    Atomics.wait(cell, 0, 0, 0);
    return (seconds) => {
      flush();
      Atomics.wait(cell, 0, 0, seconds * 1000);
    };
  } catch {
    return undefined;
  }
}

const output = { run: 0, key: "", stream: "stdout", text: "", size: 0, sent: 0, decoders: {} };

function write(stream, buffer) {
  const text = (output.decoders[stream] ??= new TextDecoder()).decode(buffer, { stream: true });
  if (output.size > FLOOD) return buffer.length;
  if (stream !== output.stream) flush();
  output.stream = stream;
  output.text += text;
  output.size += text.length;
  if (output.size > FLOOD) {
    output.text = output.text.slice(0, output.text.length - (output.size - FLOOD));
    flush();
    const { run, key } = output;
    post({ type: "output", run, key, stream: "stderr", text: `\n… more than ${FLOOD / 1000} kB: the rest is not shown\n`, truncated: true });
  } else if (performance.now() - output.sent > BATCH) flush();
  return buffer.length;
}

function flush() {
  const { run, key, stream, text } = output;
  if (text) post({ type: "output", run, key, stream, text });
  output.text = "";
  output.sent = performance.now();
}

// -- running ------------------------------------------------------------------------------------------------------------------------------------

function warm() {
  python ??= start();
  return python;
}

/** Run the blocks in order, up to the first that fails; those that ran before as they are now are not run again. */
function run({ run, page: name, reset, blocks, limit = LIMIT }, page) {
  let fallen = null;
  page.open_page(name, Boolean(reset));
  for (const block of blocks) {
    const { key, source } = block;
    if (!block.again && page.has_run(name, key, source)) {
      post({ type: "end", run, key, ok: true, error: null, ms: 0, skipped: true });
      continue;
    }
    post({ type: "start", run, key });
    Object.assign(output, { run, key, stream: "stdout", text: "", size: 0, sent: 0, decoders: {} });
    const began = performance.now();
    deadline = began + limit;
    const result = JSON.parse(page.play(name, JSON.stringify({ ...block, limit })));
    deadline = Infinity;
    flush();
    post({ type: "end", run, key, ...result, ms: performance.now() - began });
    if (result.error && !result.ok) {
      fallen = key;
      break;
    }
  }
  post({ type: "done", run, fallen });
}

const words = (error) => String(error?.message ?? error);

function possible() {
  if (typeof WebAssembly !== "object") return "This browser has no WebAssembly, which Python needs.";
  try {
    new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    return "";
  } catch (error) {
    return `WebAssembly is not allowed here: ${words(error)}`;
  }
}

let queue = Promise.resolve();

self.onmessage = ({ data }) => {
  if (data.base) base = new URL(data.base, base).href.replace(/\/?$/, "/");
  queue = queue.then(async () => {
    const problem = possible();
    try {
      if (problem) throw new Error(problem);
      const page = await warm();
      if (data.type === "run") run(data, page);
    } catch (error) { // the network, or Python itself died: the page may try with a new worker
      python = undefined;
      post({ type: "failed", run: data.run, message: words(error), retry: !problem });
    }
  });
};
