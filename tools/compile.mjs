// Runs a Python file in Pyodide under node, with a folder of this machine at /build: no other Python 3.14 is needed to compile for one.
//     node tools/compile.mjs PYODIDE-FOLDER WORK-FOLDER SCRIPT.py
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [, , pyodide, work, script] = process.argv;
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`).href);
const env = { PYTHONDONTWRITEBYTECODE: "1", PYTHONNODEBUGRANGES: "1" }; // the columns of what libraries raise are a tenth of the download
const python = await loadPyodide({ indexURL: pyodide, env });
python.FS.mkdirTree("/build");
python.mountNodeFS("/build", work);
python.runPython(readFileSync(script, "utf8"), { filename: script });
