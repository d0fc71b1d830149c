"""How long the first press takes, beside the usual way: `micropip` and eight wheels, from this machine too.

    python -m tools.speed [TIMES]

Both are measured in the same Chromium in the same run, from the press to the
first output, over a gzipped loopback. Prints the medians and what went over
the wire. A return visit is another process of the browser with the same profile.
"""

from __future__ import annotations

import gzip
import http.server
import json
import shutil
import statistics
import sys
import tempfile
import threading
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from playwright.sync_api import BrowserContext, sync_playwright

from tools import runtime
from tools.fetch import npm_package

MICROPIP = "micropip==0.11.1 --hash=sha256:768de165adb8e66906039d8fec4127a57f522dfdf8e6fbff877a4616941ecfd3"
PROGRAM = """\
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient


def ping(request):
    return PlainTextResponse("pong")


app = Starlette(routes=[Route("/", ping)])
print("pong" if app else TestClient)
"""  # without threads the usual way can import the client, and no more
OURS = """\
const worker = new Worker("/site/assets/runner/worker.js", { type: "module" });
const press = (again) => new Promise((resolve, reject) => {
  const began = performance.now();
  worker.onmessage = ({ data }) => {
    if (data.type === "output") resolve(performance.now() - began);
    if (data.type === "failed") reject(data.message);
  };
  const block = { key: "a", source: PROGRAM, language: "python", line: 1, again: true };
  worker.postMessage({ type: "run", run: 1, page: "speed", reset: true, blocks: [block] });
});
"""
USUAL = """\
import { loadPyodide } from "/npm/pyodide.mjs";
self.onmessage = async () => {
  try {
    const lockFileContents = { info: INFO, packages: {} };
    const python = await loadPyodide({ indexURL: "/npm/", lockFileContents, packageBaseUrl: "/npm/" });
    const whole = (url) => new URL(url, self.location.href).href;
    for (const wheel of LOADERS) await python.loadPackage(whole(wheel));
    await python.pyimport("micropip").install.callKwargs(WHEELS.map(whole), { deps: false });
    python.setStdout({ batched: () => self.postMessage("") });
    python.runPython(PROGRAM);
  } catch (error) {
    self.postMessage(String(error));
  }
};
"""


class Files(http.server.BaseHTTPRequestHandler):
    """Serves what it is given, compressed as a static host would, and counts."""

    protocol_version = "HTTP/1.1"
    sent = 0
    kinds: ClassVar = {
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".html": "text/html",
    }

    def __init__(self, places: dict[str, Path], texts: dict[str, str], *args: Any) -> None:
        self.places, self.texts = places, texts
        super().__init__(*args)

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        top, _, rest = path[1:].partition("/")
        file = self.places.get(top, Path()) / rest
        known = path in self.texts or (top in self.places and file.is_file())
        body = self.texts[path].encode() if path in self.texts else file.read_bytes() if known else b""
        small = compressed(body) if not path.endswith((".zip", ".whl", ".bin")) else body
        Files.sent += len(small)
        self.send_response(200 if known else 404)
        self.send_header("content-type", self.kinds.get(Path(path).suffix, "application/octet-stream"))
        self.send_header("content-length", str(len(small)))
        self.send_header("cache-control", "max-age=600")
        if small is not body:
            self.send_header("content-encoding", "gzip")
        self.end_headers()
        self.wfile.write(small)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


KEPT: dict[int, bytes] = {}


def compressed(body: bytes) -> bytes:
    return KEPT.setdefault(hash(body), gzip.compress(body, 6))


def pages(folder: Path) -> dict[str, str]:
    """Two pages: this site's worker, and one that loads wheels as is usual."""
    wheels = [f"/wheels/{path.name}" for path in sorted(folder.glob("*.whl"))]
    loaders = [url for url in wheels if "micropip" in url or "packaging" in url]
    lock = {"arch": "wasm32", "platform": "emscripten_5_0_3", "version": runtime.VERSION}
    words = {
        "PROGRAM": PROGRAM,
        "INFO": lock | {"python": "3.14.2", "abi_version": "2026_0"},
        "LOADERS": loaders,
        "WHEELS": [url for url in wheels if url not in loaders],
    }
    usual = USUAL
    for name, value in words.items():
        usual = usual.replace(f" {name}", f" {json.dumps(value)}").replace(f"({name}", f"({json.dumps(value)}")
    press = """const worker = new Worker("/usual.mjs", { type: "module" });
const press = () => new Promise((resolve, reject) => {
  const began = performance.now();
  worker.onmessage = ({ data }) => data ? reject(data) : resolve(performance.now() - began);
  worker.postMessage("run");
});
"""
    html = '<!doctype html><title>{0}</title><script src="/{0}.js"></script>'
    ours = OURS.replace("PROGRAM", json.dumps(PROGRAM))
    return {
        "/ours.html": html.format("ours"), "/ours.js": ours, "/usual.html": html.format("usual"),
        "/usual.js": press, "/usual.mjs": usual,
    }  # fmt: skip


def visit(browser: Any, address: str, profile: str, presses: int = 1) -> tuple[list[float], int]:
    """The times of the presses in a new process of the browser, and the bytes that were sent for the first."""
    options = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    context: BrowserContext = browser.launch_persistent_context(
        profile, executable_path=shutil.which("chromium"), args=options
    )
    page = context.new_page()
    page.goto(address)
    Files.sent = 0
    times = [page.evaluate("press()")]
    sent = Files.sent
    times += [page.evaluate("press()") for _ in range(presses - 1)]
    page.wait_for_timeout(1500)  # what is kept for the next visit is kept now
    context.close()
    return times, sent


def main(times: int) -> None:
    """Print the table."""
    runtime.build()
    with tempfile.TemporaryDirectory() as temporary:
        wheels = Path(temporary, "wheels")
        runtime.wheels([*runtime.PACKAGES, "packaging"], wheels)
        runtime.wheels([MICROPIP], Path(temporary, "more"))
        shutil.copy(next(Path(temporary, "more").glob("*.whl")), wheels)
        npm = npm_package("pyodide", runtime.VERSION, runtime.INTEGRITY)
        places = {"site": runtime.ROOT / "docs", "wheels": wheels, "npm": npm}
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, places, pages(wheels))) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            address, rows = f"http://127.0.0.1:{server.server_port}", []
            with sync_playwright() as playwright:
                for turn in range(times):
                    usual, heavy = visit(playwright.chromium, f"{address}/usual.html", f"{temporary}/usual{turn}")
                    profile = f"{temporary}/ours{turn}"
                    cold, light = visit(playwright.chromium, f"{address}/ours.html", profile, 5)
                    back, again = visit(playwright.chromium, f"{address}/ours.html", profile)
                    rows.append([usual[0], heavy, cold[0], light, back[0], again, statistics.median(cold[1:])])
            server.shutdown()
    usual_ms, heavy, cold_ms, light, back_ms, again, warm = (
        statistics.median(column) for column in zip(*rows, strict=True)
    )
    print(f"the usual way    {usual_ms:6.0f} ms  {heavy / 1e6:5.2f} MB")
    print(f"the first press  {cold_ms:6.0f} ms  {light / 1e6:5.2f} MB  {cold_ms / usual_ms:.2f} of the usual way")
    print(f"a return visit   {back_ms:6.0f} ms  {again / 1e6:5.2f} MB  {back_ms / usual_ms:.2f}")
    print(f"the next press   {warm:6.0f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
