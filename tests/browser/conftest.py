"""One Chromium for all the tests of this folder, in a thread of its own.

Playwright's event loop stays on the thread that starts it, and `asyncio.run`
refuses to work beside it; so the tests here run on that one thread, and all
other tests keep theirs to themselves.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    Response,
    sync_playwright,
)

from tools.fetch import npm_package

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
QUIET += ["--no-first-run", "--disable-sync"]
THREAD = ThreadPoolExecutor(1, "browser")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool:
    """Run the test on the browser's thread."""
    names = pyfuncitem._fixtureinfo.argnames
    THREAD.submit(pyfuncitem.obj, **{name: pyfuncitem.funcargs[name] for name in names}).result()
    return True


def chromium(playwright: Playwright) -> str:
    """The path of a Chromium: the machine's, else Playwright's, else one that is installed now."""
    own = Path(playwright.chromium.executable_path)
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if not found and not own.exists():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"])
        if not own.exists():
            raise RuntimeError("these tests need Chromium: install your system's package (apt-get install chromium)")
    return found or str(own)


@pytest.fixture(scope="session")
def base_url() -> str:
    """The site's own address: the browser is told that this machine is its host."""
    return "http://docs.localhost/docs/"


@pytest.fixture(scope="session")
def browser(server: ThreadingHTTPServer) -> Iterator[Browser]:
    """One headless Chromium, to which every host is the server of the site."""
    hosts = f"--host-resolver-rules=MAP * 127.0.0.1:{server.server_port}"

    def start() -> tuple[Playwright, Browser]:
        playwright = sync_playwright().start()
        try:
            return playwright, playwright.chromium.launch(executable_path=chromium(playwright), args=[*QUIET, hosts])
        except BaseException:
            playwright.stop()
            raise

    playwright, running = THREAD.submit(start).result()
    yield running
    THREAD.submit(running.close).result()
    THREAD.submit(playwright.stop).result()
    THREAD.shutdown()


@pytest.fixture(scope="session")
def thread() -> ThreadPoolExecutor:
    """The browser's thread, for what fixtures must do there."""
    return THREAD


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    package = npm_package(
        "axe-core",
        "4.14.1",
        "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
    )
    return (package / "axe.min.js").read_text("utf-8")


@pytest.fixture
def noise() -> list[str]:
    """What went wrong behind the pages that the test opened: requests, scripts, complaints."""
    return []


@pytest.fixture
def open_page(browser: Browser, base_url: str, noise: list[str]) -> Iterator[Callable[..., Page]]:
    """Open an address of the site; keyword arguments are those of a browser context."""
    contexts: list[BrowserContext] = []

    def asked(request: Request) -> None:
        if not request.url.startswith((base_url, "data:", "blob:")):
            noise.append(f"asks {request.url}")

    def answered(response: Response) -> None:
        if not response.ok and response.status != 304:  # which says that nothing has changed
            noise.append(f"gets {response.status} for {response.url}")

    def complained(said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"}:
            noise.append(f"says {said.text}")

    def visit(address: str = "", **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        contexts.append(context)
        context.on("request", asked)
        context.on("requestfailed", lambda request: noise.append(f"fails {request.url}: {request.failure}"))
        context.on("response", answered)
        context.on("weberror", lambda error: noise.append(f"throws {error.error}"))
        context.on("console", complained)
        page = context.new_page()
        page.goto(base_url + address)
        return page

    yield visit
    for context in contexts:
        THREAD.submit(context.close).result()
