// Writes the memory of a Python that has imported all that a page needs, so that a browser starts with it instead of importing: what
// differs from the memory of a fresh WebAssembly instance, as runs of bytes, compressed.
//     node tools/memory.mjs PYODIDE-FOLDER WORK-FOLDER
import nodeCrypto from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { pathToFileURL } from "node:url";
import { constants, zstdCompressSync } from "node:zlib";

const HEAP = 30 * 2 ** 20; // what an instance begins with: a memory that has grown cannot be put back
const GAP = 64; // as many equal bytes end a run
// Of freed blocks every size is taken once more and given back, so that they hold zeros and not what was there.
const BLANK = `
import gc, re
re.purge()
gc.collect()
for size in range(32, 513, 16):
    blank = [bytes(size - 17) for _ in range(600_000 // size)]
    del blank
blank = [bytearray(1 << power) for power in range(10, 20) for _ in range(3)]
del blank, size
gc.collect()`;

const [, , pyodide, work] = process.argv;

// Neither time nor chance nor a word of this machine: the same memory from each build.
Date.now = performance.now = Math.random = () => 0;
crypto.getRandomValues = nodeCrypto.randomFillSync = (array) => array.fill(0);
syncBuiltinESMExports();
process.argv.length = 1;
Object.defineProperty(globalThis, "navigator", { value: { language: "en-US", userAgent: "node" } });

const { instantiate } = WebAssembly;
let fresh;
WebAssembly.instantiate = async (module, imports) => {
  const made = await instantiate(module, imports);
  const own = imports?.env?.memory ?? (made.instance ?? made).exports.memory;
  if (own) fresh ??= new Uint8Array(own.buffer).slice();
  return made;
};
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`).href);
const stdLibURL = `${work}/in/stdlib.zip`;
const python = await loadPyodide({ indexURL: pyodide, stdLibURL, env: { PYTHONDONTWRITEBYTECODE: "1" }, _makeSnapshot: true });
for (const name of ["packages", "runner"]) python.FS.writeFile(`/lib/${name}.zip`, readFileSync(`${work}/in/${name}.zip`));
python.runPython(readFileSync(`${work}/in/prepare.py`, "utf8"));
python.runPython(BLANK);
const memory = python.makeMemorySnapshot();
const start = memory.length - HEAP; // before it lies what Pyodide says of it
if (start !== 128 || fresh.length !== HEAP) throw new Error(`the memory has ${memory.length} bytes, and a fresh one ${fresh.length}`);

let end = HEAP;
while (!fresh[end - 1]) end--;
end += -end & 3;
for (let at = 0; at < end; at++) memory[start + at] ^= fresh[at];

const runs = [];
for (let at = 0; at < memory.length; at++) {
  if (!memory[at]) continue;
  const last = runs.at(-1);
  if (last && at - last.end <= GAP) last.end = at + 1;
  else runs.push({ from: at, end: at + 1 });
}
const parts = runs.map((run) => memory.subarray(run.from, run.end));
const head = Uint32Array.from([memory.length, start, end, runs.length, ...runs.flatMap((run) => [run.from, run.end])]);
const level = { [constants.ZSTD_c_compressionLevel]: 19, [constants.ZSTD_c_windowLog]: 24 };
writeFileSync(`${work}/out/memory.bin`, zstdCompressSync(Buffer.concat([new Uint8Array(head.buffer), ...parts]), { params: level }));
