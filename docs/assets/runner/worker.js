// One Python for all blocks, in a module worker. It is told {type: "warm"} or {type: "run", …}, and says what happens: progress, ready or
// failed; then of each block its start, its output and its end; then done. To stop it, terminate it.
const FLOOD = 200_000; // characters of one block's output that are shown
const BATCH = 50; // ms between two messages of output
const LIMIT = 60_000; // ms for one block, unless the page says otherwise
const LIBRARIES = { stdlib: "/lib/python314.zip", packages: "/lib/packages.zip", runner: "/lib/runner.zip" }; // where Python looks for what it imports

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
function early(memory) {
  const { "pyodide.asm.wasm": wasm, stdlib } = manifest.files;
  const library = memory ? new Response() : file("stdlib"), engine = WebAssembly.compileStreaming(file("pyodide.asm.wasm"));
  for (const needed of [library, engine, memory]) Promise.resolve(needed).catch(broke);
  ahead.set(base + stdlib.path, library);
  ahead.set(base + wasm.path, new Response()); // it is compiled already
  const instantiate = async (imports) => {
    const module = await engine;
    const instance = await WebAssembly.instantiate(module, imports);
    if (memory) (await memory).complete(new Uint32Array((imports.env.memory ?? instance.exports.memory).buffer));
    return { module, instance };
  };
  WebAssembly.instantiateStreaming = (_, imports) => instantiate(imports).catch((error) => (broke(error), Promise.reject(error)));
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

/** Have a file that is read when Python first looks into it, unless `arrive` has brought it by then. */
function later(FS, path, name) {
  let data;
  FS.writeFile(path, "");
  const { node } = FS.lookupPath(path);
  node.usedBytes = manifest.files[name].size;
  const get = () => {
    try {
      return (data ??= bytesNow(name));
    } catch (error) {
      write("stderr", new TextEncoder().encode(`${error.message}: what is imported from it is missing\n`));
      throw new FS.ErrnoError(29); // EIO
    }
  };
  Object.defineProperty(node, "contents", { get });
  return async function arrive() {
    if (data) return;
    const response = await open(base + manifest.files[name].path, { cache: "force-cache" });
    if (response.ok) data ??= new Uint8Array(await response.arrayBuffer());
  };
}

/** What tools/memory.mjs wrote, unpacked; on the first visit with what keeps it so for the next. */
async function differences() {
  const { path, wire } = manifest.files.memory;
  const store = await self.caches?.open(`python in ${base}`).catch(() => undefined);
  const kept = await (await store?.match(base + path).catch(() => undefined))?.arrayBuffer();
  if (kept && new Uint32Array(kept, 0, 1)[0] === manifest.memory) {
    arrived("memory", wire);
    arrived("zstd", manifest.files.zstd.wire);
    return { data: new Uint8Array(kept) };
  }
  const [{ decompress }, packed] = await Promise.all([module("zstd"), bytes("memory")]);
  const data = decompress(packed);
  const keep = async () => {
    for (const old of (await store?.keys()) ?? []) await store.delete(old);
    await store?.put(base + path, new Response(data));
  };
  return { data, keep };
}

/** Put those into `whole`; then what makes a memory of them, with the fresh one that they differ from. */
async function memory(whole) {
  const { data, keep } = await differences();
  const [length, start, end, count] = new Uint32Array(data.buffer, data.byteOffset, 4);
  if (length !== whole.length) throw new Error(`a memory of ${length} bytes`);
  const runs = new Uint32Array(data.buffer, data.byteOffset + 16, 2 * count);
  for (let run = 0, at = 16 + runs.byteLength; run < runs.length; run += 2) {
    const size = runs[run + 1] - runs[run];
    whole.set(data.subarray(at, at + size), runs[run]);
    at += size;
  }
  const words = new Uint32Array(whole.buffer, start);
  const complete = (fresh) => {
    for (let at = 0; at < end / 4; at++) words[at] ^= fresh[at];
  };
  return { complete, keep };
}

/** Python with its libraries imported: as they were when the site was built, or else as they are imported now. */
async function load(quick) {
  const { files, first, pyodide } = manifest;
  const engine = ["pyodide.mjs", "pyodide.asm.mjs"], archives = Object.entries(LIBRARIES);
  loaded = 0;
  total = [...first, ...(quick ? [] : Object.keys(LIBRARIES))].reduce((sum, name) => sum + files[name].wire, 0);
  const whole = quick && new Uint8Array(manifest.memory), filled = quick && memory(whole);
  early(filled);
  const imported = quick ? [] : archives.slice(1).map(async ([name, path]) => [path, await bytes(name)]);
  const site = file("site").then((response) => response.json());
  for (const needed of [...imported, site]) needed.catch(broke);
  const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all(engine.map(module));
  await filled; // with a memory that cannot be used there is no beginning
  const folder = new URL(".", base + files["pyodide.mjs"].path).href;
  const core = await loadPyodide({
    indexURL: folder,
    createPyodideModule,
    stdLibURL: base + files.stdlib.path,
    // There is nothing to be looked up anywhere.
    lockFileContents: { info: { arch: "wasm32", platform: "emscripten_5_0_3", version: pyodide, python: "3.14.2", abi_version: "2026_0" }, packages: {} },
    packageBaseUrl: folder,
    env: { PYTHONDONTWRITEBYTECODE: "1" },
    ...(quick && { _loadSnapshot: whole }),
  });
  WebAssembly.instantiateStreaming = undefined; // which holds the memory that was given to it
  const afterwards = quick ? [...archives.map(([name, path]) => later(core.FS, path, name)), (await filled).keep] : [];
  for (const [path, data] of await Promise.all(imported)) core.FS.writeFile(path, data);
  const texts = Object.entries(await site);
  for (const folder of new Set(texts.map(([path]) => path.replace(/[^/]*$/, "")))) core.FS.mkdirTree(`/site/${folder}`);
  for (const [path, text] of texts) core.FS.writeFile(`/site/${path}`, text);
  if (!quick) core.runPython(manifest.prepare);
  return { core, afterwards };
}

async function attempt(quick) {
  broken = new Promise((_, reject) => (broke = reject));
  broken.catch(() => {});
  return Promise.race([load(quick), broken]);
}

async function start() {
  const began = performance.now();
  let from = "memory";
  manifest = await listing();
  const { core, afterwards } = await attempt(true).catch(() => ((from = "archives"), attempt(false)));
  core.setStdout({ write: (buffer) => write("stdout", buffer) });
  core.setStderr({ write: (buffer) => write("stderr", buffer) });
  core.setInterruptBuffer(clock);
  const page = core.pyimport("page");
  page.begin(bytesNow, sleeper(), JSON.stringify(manifest.lazy));
  post({ type: "ready", cold: performance.now() - began, from });
  setTimeout(() => afterwards.forEach((job) => job?.().catch(() => {})), 500);
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
