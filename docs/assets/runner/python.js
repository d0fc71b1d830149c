// The page's side of the one Python of a visit: a worker that is started late, asked in turn, and ended by Stop.
const HERE = import.meta.url;
export const ROOT = new URL("../../", HERE); // the site's

/** What Python is doing: `ready` to run at once, or loading with `progress`; its `page` and the sources that `ran` in order, or `upon` more than those. */
export const python = { ready: false, progress: undefined, page: undefined, ran: [], upon: false };

/** Python ended before the run did: `stopped`, or lost for the reason in `message`, once `loaded` or before. */
export class Ended extends Error {
  constructor(message, stopped = false) {
    super(message);
    Object.assign(this, { stopped, loaded: python.ready });
  }
}

let worker, address, run, runs = 0;

function end(reason) {
  const waiting = run;
  worker?.terminate();
  worker = run = undefined;
  Object.assign(python, { ready: false, progress: undefined, page: undefined, ran: [] });
  waiting?.reject(reason);
}

/** Start loading, unless that has been done. */
export function warm() {
  if (worker) return;
  // From a blob, since such a worker takes over the policy of this page: no block reaches another host, whatever JavaScript it gets hold of.
  address ??= URL.createObjectURL(new Blob([`import ${JSON.stringify(new URL("worker.js", HERE))}`], { type: "text/javascript" }));
  const mine = (worker = new Worker(address, { type: "module", name: "Python" }));
  mine.onmessage = ({ data }) => {
    if (mine !== worker || (data.run && data.run !== run?.id)) return; // of a Python or a run that has ended
    if (data.type === "failed") return end(new Ended(data.message));
    if (data.type === "progress") python.progress = data;
    if (data.type === "ready") {
      python.ready = true;
      keep();
    }
    run?.tell(data);
    if (data.type === "done") {
      const { resolve } = run;
      run = undefined;
      resolve();
    }
  };
  mine.onerror = mine.onmessageerror = (event) => {
    event.preventDefault();
    if (mine === worker) end(new Ended(event.message || "its files did not arrive"));
  };
  mine.postMessage({ type: "warm", base: new URL("assets/python/", ROOT).href });
}

/** Run blocks in order, telling each message; rejects with `Ended` if Python ends first. */
export function execute(page, reset, limit, blocks, tell) {
  return new Promise((resolve, reject) => {
    run = { id: ++runs, tell, resolve, reject };
    try {
      warm();
      worker.postMessage({ type: "run", run: run.id, page, reset, limit, blocks });
    } catch (error) {
      end(new Ended(error.message));
    }
  });
}

/** End Python, whatever it is doing, and start another. */
export function stop() {
  if (!worker) return;
  end(new Ended("", true));
  warm();
}

let keeper;

/** Once Python is here, let the pages read and run without a network too: what was loaded is kept. */
async function keep() {
  if (keeper || !navigator.serviceWorker) return;
  keeper = navigator.serviceWorker.register(new URL("offline.js", ROOT)).then(() => navigator.serviceWorker.ready);
  const base = new URL("assets/python/", ROOT);
  const manifest = new URL("manifest.json", base);
  try {
    const [{ active }, { files, lazy }] = await Promise.all([keeper, fetch(manifest, { cache: "force-cache" }).then((response) => response.json())]);
    const later = ["rest", ...Object.keys(lazy)];
    const python = Object.entries(files).filter(([name]) => !later.includes(name)).map(([, { path }]) => new URL(path, base));
    const scripts = ["worker.js", "share.js", "typing.js"].map((name) => new URL(name, HERE));
    const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
    active.postMessage({ keep: [...new Set([location.href.split("#")[0], ...loaded, ...[manifest, ...scripts, ...python].map(String)])] });
  } catch {} // it is not to be had here; the pages work without it
}
