"""The built site, as a folder and as an address; every page as a parameter."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
SITE_URL = "http://docs.localhost/docs/"  # a sub-path, so that a link from the root is seen to break


def address_of(source: Path) -> str:
    """The address below the site's root of the page that is written in `source`."""
    parts = source.relative_to(DOCS).with_suffix("").parts
    return "/".join(part for part in parts if part != "index") + "/" * (parts != ("index",))


PAGES = ("[!.]*.md", "[!.]*/**/*.md", "labs/*.py")
SOURCES = {address_of(path): path for pattern in PAGES for path in DOCS.glob(pattern)}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes `address` runs once for each page."""
    if "address" in metafunc.fixturenames:
        metafunc.parametrize("address", sorted(SOURCES), ids=lambda address: address or "home")


@pytest.fixture(scope="session")
def sources() -> dict[str, Path]:
    """Where each page is written, by its address."""
    return SOURCES


@pytest.fixture(scope="session")
def alone() -> Callable[[Path], dict[str, str]]:
    """Gives an environment in which Python and its children reach no other host; the file gets what they tried."""

    def environment(refused: Path) -> dict[str, str]:
        refused.write_text("")
        path = [str(Path(__file__).with_name("loopback")), *filter(None, [os.environ.get("PYTHONPATH")])]
        return os.environ | {"PYTHONPATH": os.pathsep.join(path), "REFUSED": str(refused)}

    return environment


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory, alone: Callable[[Path], dict[str, str]]) -> tuple[Path, str]:
    """One strict build for the whole test run, without a network: its folder and what was said."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    site, log, done = base / "site", base / "site.log", base / "site.done"
    try:
        (base / "site.lock").mkdir()
    except FileExistsError:  # another worker builds
        for _ in range(3000):
            if done.exists():
                break
            time.sleep(0.1)
    else:
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)]
        for tool in ("tools.editor", "tools.runtime", "tools.downloads"):
            subprocess.run([sys.executable, "-m", tool], cwd=ROOT, check=True)
        env = alone(base / "site.refused") | {"SITE_URL": SITE_URL, "NO_MKDOCS_2_WARNING": "1", "NO_COLOR": "1"}
        run = subprocess.run(command, cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        refused = (base / "site.refused").read_text("utf-8")
        log.write_text(run.stdout + refused, "utf-8")
        done.write_text(str(run.returncode or int(bool(refused))))
    if done.read_text() != "0":
        pytest.fail(f"mkdocs build --strict:\n{log.read_text('utf-8')}", pytrace=False)
    return site, log.read_text("utf-8")


@pytest.fixture(scope="session")
def site(build: tuple[Path, str]) -> Path:
    """The folder of the built site."""
    return build[0]


class Below(SimpleHTTPRequestHandler):
    """Serves the site at /docs/ and nothing elsewhere, with the site's own 404 page."""

    protocol_version = "HTTP/1.1"
    hosts: ClassVar[set[str]] = set()  # that were asked for; the browser of the tests takes us for every host

    def parse_request(self) -> bool:
        good = super().parse_request()
        self.hosts.add(self.headers["host"] if good else "")
        return good

    def translate_path(self, path: str) -> str:
        inside = path.startswith("/docs/")
        return super().translate_path(path.removeprefix("/docs")) if inside else os.devnull + "/none"

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        body = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code, message)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def hosts() -> set[str]:
    """The hosts that browsers ask for from now on."""
    Below.hosts.clear()
    return Below.hosts


@pytest.fixture(scope="session")
def server(site: Path) -> Iterator[ThreadingHTTPServer]:
    """A server of the built site, on a free port of this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Below, directory=str(site))) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def base_url(server: ThreadingHTTPServer) -> str:
    """Where the built site is served."""
    return f"http://127.0.0.1:{server.server_port}/docs/"
