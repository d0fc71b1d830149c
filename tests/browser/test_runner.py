"""Python in the page, by the buttons that readers press: every block of every page, and what may go wrong."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from tools.site import in_the_browser, read

ROOT = Path(__file__).parent.parent.parent
Open = Callable[..., Page]
HOME = "#two-counters"  # the only block of the first page
PATIENCE = 240_000  # ms, for a block on a machine that has other things to do
WITHOUT_BROWSER = 60  # blocks that may be kept from the browser, on all pages together

AXE = """async () => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"] })
    return violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary}`))
}"""


@pytest.fixture(scope="module")
def contexts(browser: Browser, thread: ThreadPoolExecutor) -> Iterator[list[BrowserContext]]:
    """One reader for these tests, so that Python is fetched once; the store for pages is tried by itself."""
    made: list[BrowserContext] = []
    yield made
    for context in made:
        thread.submit(context.close).result()


@pytest.fixture
def tab(
    browser: Browser, base_url: str, contexts: list[BrowserContext], noise: list[str], thread: ThreadPoolExecutor
) -> Iterator[Callable[[str], Page]]:
    """Open an address in a new tab of that reader; `noise` gets what went wrong there."""
    tabs: list[Page] = []

    def complained(said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"} and "blocked by Playwright" not in said.text:
            noise.append(said.text)

    def visit(address: str = "", *, go: bool = True) -> Page:
        if not contexts:
            options: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
            options["permissions"] = ["clipboard-read", "clipboard-write"]
            contexts.append(browser.new_context(service_workers="block", **options))
        page = contexts[0].new_page()
        tabs.append(page)
        away = (base_url, "data:", "blob:")
        page.on("request", lambda asked: None if asked.url.startswith(away) else noise.append(f"asks {asked.url}"))
        page.on("pageerror", lambda error: noise.append(f"throws {error}"))
        page.on("console", complained)
        if go:
            page.goto(base_url + address)
        return page

    yield visit
    for page in tabs:
        thread.submit(page.close).result()


def go(block: Locator) -> Locator:
    """The button that runs a block, and that stops it."""
    return block.locator(".run-bar > .run-go")


def done(block: Locator, timeout: float = PATIENCE) -> str:
    """Wait for the end of a run; what came of it."""
    expect(block).to_have_attribute("data-state", "done", timeout=timeout)
    return block.get_attribute("data-result") or ""


def press(block: Locator) -> str:
    """Press Run and wait; what came of it."""
    if not block.is_visible():  # in a tab that is not open
        go(block).evaluate("button => button.click()")
    else:
        go(block).click()
    return done(block)


def output(block: Locator) -> str:
    """What a block printed and raised when it was run here."""
    live = block.locator("xpath=following-sibling::*[1][contains(@class, 'promise-live')]")
    return "".join(live.locator("> pre code, > .run-error code").all_text_contents())


def said(block: Locator) -> str:
    """What the bar of a block says."""
    return block.locator(".run-said").text_content() or ""


def write(page: Page, block: Locator, source: str) -> None:
    """Put `source` into a block as a reader would: press Edit, select all, paste."""
    if not block.locator(".run-editor").count():
        block.get_by_role("button", name="Edit").click()
    block.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(source)


def code(block: Locator) -> str:
    """The text of a block's code."""
    return block.locator("pre > code").first.text_content() or ""


# -- every block -------------------------------------------------------------


def test_every_block_gives_what_the_page_says(
    tab: Callable[[str], Page], noise: list[str], sources: dict[str, Path], address: str
) -> None:
    """In order, each by its own button: what is printed here is what the Markdown records."""
    if sources[address].suffix != ".md":
        return
    fences = read(sources[address])
    page = tab(address)
    blocks = page.locator(".promise[data-run]")
    page.wait_for_load_state("networkidle")
    ledger = [in_the_browser(fence) for fence in fences]
    assert blocks.count() == sum(ledger)
    pressed, wrong = 0, []
    for place, fence in enumerate(fences):
        if not ledger[place]:
            continue
        block = blocks.nth(pressed)
        pressed += 1
        assert code(block).strip("\n") == fence.shown.strip("\n")
        follow = fences[place + 1 : place + 3]
        wanted = ""
        for role in ("output", "error"):
            mine = [f for n, f in enumerate(follow) if f.role == role and all(b.role == "output" for b in follow[:n])]
            wanted += mine[0].shown.strip("\n") if mine else ""
        result = press(block)
        if result != "same" or (wanted and output(block).replace("\n", "") != wanted.replace("\n", "")):
            wrong.append(f"{fence.where}: {result}: {said(block)}\n{output(block)[:2000]}")
    assert wrong == []
    assert pressed == sum(ledger)
    assert noise == []


def test_few_blocks_are_kept_from_the_browser(sources: dict[str, Path]) -> None:
    """The list of what runs in the tests only is short, and each says why."""
    pages = [path for path in sources.values() if path.suffix == ".md"]
    kept = [fence for path in pages for fence in read(path) if "no-browser" in fence.classes]
    assert len(kept) <= WITHOUT_BROWSER, [fence.where for fence in kept]
    assert all(fence.reason for fence in kept)


# -- pressing ----------------------------------------------------------------


def test_runs_what_stands_above_first(tab: Open) -> None:
    """The last block, pressed first, runs all above it, says so, and runs alone the next time."""
    page = tab("stateless/idempotent/")
    blocks = page.locator(".promise[data-run]")
    above = blocks.count() - 1
    assert press(blocks.last) == "same"
    assert f"ran {above} blocks above first" in said(blocks.last)
    assert {block.get_attribute("data-result") for block in blocks.all()} == {"same"}
    assert press(blocks.first) == "same"
    assert "above first" not in said(blocks.first)


def test_again_is_the_same_again(tab: Open) -> None:
    """A block that changes what stands above it gives, a second time, what it gave the first."""
    page = tab("stateless/idempotent/")
    first, second = page.locator(".promise[data-run]").all()[:2]
    write(page, first, "box = []")
    write(page, second, "box.append(1)\nprint(len(box))")
    for _ in range(2):
        assert press(second) == "edited"
        assert output(second) == "1\n"


def test_again_at_once_where_a_fresh_start_is_dear(tab: Open) -> None:
    """What stands above is not run a second time if that takes long: the bar says so, and offers it."""
    page = tab("stateless/idempotent/")
    first, second = page.locator(".promise[data-run]").all()[:2]
    write(page, first, "import time\ntime.sleep(1.2)\nbox = []")
    write(page, second, "box.append(1)\nprint(len(box))")
    afresh = second.get_by_role("button", name="From the top")
    press(second)
    assert output(second) == "1\n"
    expect(afresh).to_be_hidden()
    press(second)
    assert output(second) == "2\n"
    assert "on top of the last run" in said(second)
    afresh.click()
    expect(second).to_have_attribute("data-state", "waiting")
    assert done(second) == "edited"
    assert output(second) == "1\n"


def test_runs_all(tab: Open) -> None:
    """One press runs the page and counts what is as on the page."""
    page = tab("stateful/membership/")
    page.get_by_role("button", name="Run all").click()
    total = page.locator(".promise[data-run]").count()
    status = page.locator(".page-facts .run-status")
    expect(status).to_have_text(f"✓ {total} blocks, all as on this page", timeout=PATIENCE)


def test_tells_a_difference(tab: Open, base_url: str, site: Path) -> None:
    """Where the page records something else, the run says so and shows the lines."""
    page = tab(go=False)
    html = (site / "index.html").read_text("utf-8").replace("[1, 1, 2, 2]", "[1, 2, 3, 4]", 1)
    page.route(base_url, lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(base_url)
    block = page.locator(HOME)
    assert press(block) == "differs"
    assert said(block).startswith("Not as on this page")
    difference = page.locator(".promise-live .run-difference")
    expect(difference.locator("del").first).to_contain_text("[1, 2, 3, 4]")
    expect(difference.locator("ins").first).to_contain_text("[1, 1, 2, 2]")


def test_edits_and_errors(tab: Open, noise: list[str]) -> None:
    """An edit counts as one; its error names the reader's own line and spares them the library's."""
    page = tab()
    block = page.locator(HOME)
    write(page, block, 'print("\\x1b[31mred\\x1b[0m")')
    page.keyboard.press("Control+Enter")
    assert done(block) == "edited"
    assert output(block) == "red\n"
    expect(page.locator(".promise-live .promise-role").first).to_have_text("Output of your edit")
    lines = ["from starlette.testclient import TestClient", "async def app(scope, receive, send): 1 / 0"]
    write(page, block, "\n".join([*lines, "def ask():", "    return TestClient(app).get('/')", "", "ask()"]))
    assert press(block) == "error"
    trace = output(block)
    assert trace.rstrip().endswith("ZeroDivisionError: division by zero")
    assert "ask()" in trace
    assert len(trace.splitlines()) < 25, trace
    block.get_by_role("button", name="Reset").click()
    assert press(block) == "same"
    assert noise == []


def test_an_error_above_is_told(tab: Open) -> None:
    """A block whose forerunner fails says which, and does not run."""
    page = tab("stateless/idempotent/")
    blocks = page.locator(".promise[data-run]")
    write(page, blocks.nth(1), "raise SystemError('mine')")
    assert press(blocks.nth(2)) == "stopped"
    assert said(blocks.nth(2)).startswith("Not run:")
    assert blocks.nth(1).get_attribute("data-result") == "error"


# -- faults --------------------------------------------------------------------


def test_the_network_is_lost_while_loading(tab: Open) -> None:
    """It is said, and the next press tries again."""
    page = tab(go=False)
    page.context.route("**/assets/python/**", lambda route: route.abort())
    try:
        page.goto("http://docs.localhost/docs/")
        block = page.locator(HOME)
        assert press(block) == "stopped"
        assert "could not be loaded" in said(block)
    finally:
        page.context.unroute("**/assets/python/**")
    assert press(block) == "same"


def test_python_starts_without_its_memory(open_page: Open) -> None:
    """Where the memory cannot be used, the libraries are fetched and imported; where it can, nobody waits for them."""
    page = open_page(service_workers="block")
    page.context.route("**/memory-*.bin", lambda route: route.fulfill(body=b"no memory"))
    page.context.route("**/stdlib-*.zip", lambda route: route.abort())
    assert press(page.locator(HOME)) == "stopped"
    page.context.unroute("**/stdlib-*.zip")
    assert press(page.locator(HOME)) == "same"


def test_the_network_is_lost_before_the_libraries_are_here(open_page: Open) -> None:
    """What a block imports from them is missing with a word about why; the next press imports it."""
    page = open_page(service_workers="block")
    page.context.route("**/packages-*.zip", lambda route: route.abort())
    block = page.locator(HOME)
    write(page, block, "import starlette.middleware.gzip\nprint('zipped')")
    assert press(block) == "error"
    assert "packages-" in output(block)
    assert "what is imported from it is missing" in output(block)
    page.context.unroute("**/packages-*.zip")
    assert press(block) == "edited"
    assert output(block) == "zipped\n"


def test_python_breaks_down(tab: Open, base_url: str) -> None:
    """A worker that dies is told of, and the next press starts another; the edit is still there."""
    page = tab()
    block = page.locator(HOME)
    write(page, block, "print('mine')")
    dying = (
        'postMessage({type: "ready"}); onmessage = ({data}) => { if (data.type === "run") throw Error("out of luck") }'
    )
    pattern = "**/assets/runner/worker.js"
    page.route(pattern, lambda route: route.fulfill(body=dying, content_type="text/javascript"))
    assert press(block) == "stopped"
    assert "broke down" in said(block)
    assert "out of luck" in said(block)
    page.unroute(pattern)
    assert press(block) == "edited"
    assert output(block) == "mine\n"


@pytest.mark.parametrize("loop", ["while True: pass", "while True: print('and on')", "import time; time.sleep(900)"])
def test_stop(tab: Open, loop: str) -> None:
    """An endless block is stopped within a second, the page stays awake, and the next run works."""
    page = tab()
    block = page.locator(HOME)
    assert press(block) == "same"
    write(page, block, f"print('begun')\n{loop}")
    go(block).click()
    expect(go(block)).to_have_text("Stop")
    live = page.locator(".promise-live")
    expect(live).to_contain_text("begun")
    awake = """() => new Promise(done => {
        const began = performance.now()
        requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)))
    })"""
    assert min(page.evaluate(awake) for _ in range(5)) < 1000
    began = time.monotonic()
    go(block).click()
    assert done(block, 1000) == "stopped"
    assert time.monotonic() - began < 1
    assert len(live.text_content() or "") < 250_000
    assert code(block).startswith("print('begun')")
    write(page, block, "print('again')")
    assert press(block) == "edited"
    assert output(block) == "again\n"
    for _ in range(50):  # the browser takes its time to clear away the one that was ended
        if sum(worker.url.startswith("blob:") for worker in page.workers) == 1:
            return
        page.wait_for_timeout(100)
    pytest.fail("the endless block still runs")


def test_much_memory(tab: Open) -> None:
    """200 MB are given or refused in words; then all goes on."""
    page = tab()
    block = page.locator(HOME)
    write(page, block, "held = bytearray(200_000_000)\nprint(len(held))")
    press(block)
    assert output(block) == "200000000\n" or "MemoryError" in output(block) or "Run tries again" in said(block)
    write(page, block, "print('again')")
    assert press(block) == "edited"


def test_output_is_text(tab: Open) -> None:
    """What a block prints is never a part of the page."""
    page = tab()
    block = page.locator(HOME)
    evil = "<img src=x onerror='window.hit = 1'><script>window.hit = 1</script></code></pre>"
    write(page, block, f"print({evil!r})\nraise ValueError({evil!r})")
    assert press(block) == "error"
    assert output(block).count(evil) >= 2
    assert page.locator(".promise-live :is(img, script)").count() == 0
    assert page.evaluate("window.hit") is None


def link(edits: object) -> str:
    """The fragment that carries these edits."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = squeeze.compress(json.dumps(edits).encode()) + squeeze.flush()
    return "#code=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def test_a_hostile_link_is_text(tab: Open, noise: list[str]) -> None:
    """Code that a link brings is shown, not run, until the reader runs it."""
    evil = "print('ran')\n# </code><img src=x onerror='window.hit = 1'>\n"
    page = tab(go=False)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"http://docs.localhost/docs/{link([['two-counters', evil], ['no-such-block', 'x']])}")
    block = page.locator(HOME)
    expect(block.locator(".run-status")).to_contain_text("Nothing has run")
    assert code(block) == evil
    page.wait_for_timeout(300)
    assert block.get_attribute("data-state") == "idle"
    assert [url for url in asked if "worker" in url and "search" not in url] == []
    assert page.evaluate("window.hit") is None
    assert press(block) == "edited"
    assert output(block) == "ran\n"
    assert noise == []


@pytest.mark.parametrize(
    "fragment",
    ["#code=", "#code=%%%", "#code=AAAA", link({"a": 1}), link([["two-counters", 1]]), link([["x", "0" * 10**6]])],
    ids=["empty", "not base64", "not deflate", "not a list", "not text", "too long"],
)
def test_a_damaged_link_says_so(tab: Open, noise: list[str], fragment: str) -> None:
    page = tab(fragment)
    expect(page.locator(f"{HOME} .run-status")).to_have_text("The code in this link is damaged")
    assert not noise


def test_share(tab: Open) -> None:
    """The link that Share copies brings the edit to another tab; an edit that is there already stays."""
    page = tab()
    block = page.locator(HOME)
    write(page, block, "print('für Ada')")
    block.get_by_role("button", name="Share").click()
    expect(block.locator(".run-status")).to_have_text("Link copied")
    address = page.evaluate("navigator.clipboard.readText()")
    other = tab(go=False)
    other.goto(address)
    expect(other.locator(f"{HOME} .run-status")).to_contain_text("Nothing has run")
    assert code(other.locator(HOME)) == "print('für Ada')\n"
    write(page, block, "print('für Grace')")
    page.evaluate("address => { location.hash = ''; location.href = address }", address)
    expect(block.locator(".run-status")).to_have_text("Your own edit is kept")
    assert code(block) == "print('für Grace')\n"
    block.get_by_role("button", name="Show the link's code").click()
    assert code(block) == "print('für Ada')\n"


def test_an_edit_is_not_lost(tab: Open, base_url: str) -> None:
    """It is there after a reload, after another page, after going back; Reset gives the page's code."""
    page = tab()
    block = page.locator(HOME)
    original = code(block)
    write(page, block, "print('kept')")
    page.reload()
    assert code(block) == "print('kept')\n"
    page.locator(".md-nav--primary a[href*='what-state-is']").first.click()
    page.wait_for_url(f"{base_url}start/what-state-is/")
    expect(page.locator("#cart .run-go")).to_be_visible()
    page.go_back()
    expect(block.locator("pre > code")).to_have_text("print('kept')")
    assert press(block) == "edited"
    block.get_by_role("button", name="Reset").click()
    assert code(block) == original
    page.reload()
    assert code(block) == original


def test_two_tabs(tab: Open) -> None:
    """Each tab has its own Python and its own edits."""
    first, second = tab(), tab()
    for page, word in ((first, "one"), (second, "two")):
        write(page, page.locator(HOME), f"import builtins\nbuiltins.word = '{word}'\nprint(word)")
        go(page.locator(HOME)).click()
    for page, word in ((first, "one"), (second, "two")):
        assert done(page.locator(HOME)) == "edited"
        assert output(page.locator(HOME)) == f"{word}\n"


def test_leaving_a_page_that_runs(tab: Open, base_url: str) -> None:
    """What runs on a page that is left is stopped, and does not hold up the next page."""
    page = tab()
    assert press(page.locator(HOME)) == "same"
    write(page, page.locator(HOME), "while True: pass")
    go(page.locator(HOME)).click()
    expect(go(page.locator(HOME))).to_have_text("Stop")
    page.locator(".md-nav--primary a[href*='what-state-is']").first.click()
    page.wait_for_url(f"{base_url}start/what-state-is/")
    assert press(page.locator("#cart")) == "same"


def test_print(tab: Open) -> None:
    """On paper there are outputs and no buttons."""
    page = tab()
    block = page.locator(HOME)
    assert press(block) == "same"
    page.emulate_media(media="print")
    expect(block.locator(".run-bar")).to_be_hidden()
    expect(page.locator(".promise-live")).to_be_visible()
    assert page.locator(".run-button:visible").count() == 0


def test_dark_while_running(tab: Open) -> None:
    """The page may change its colours under a run."""
    page = tab()
    page.emulate_media(color_scheme="light")
    block = page.locator(HOME)
    write(page, block, "import time\nprint('a')\ntime.sleep(2)\nprint('b')")
    go(block).click()
    expect(page.locator(".promise-live code")).to_contain_text("a", timeout=PATIENCE)
    page.emulate_media(color_scheme="dark")
    expect(page.locator("body")).to_have_css("background-color", "rgb(22, 25, 29)")
    expect(page.locator(".promise-live")).to_have_css("background-color", "rgb(22, 25, 29)")
    assert done(block) == "edited"
    assert output(block) == "a\nb\n"
    page.emulate_media(color_scheme="light")


def test_without_web_assembly(tab: Open, base_url: str) -> None:
    """A browser that cannot gets a line instead of buttons."""
    page = tab(go=False)
    page.add_init_script("delete globalThis.WebAssembly")
    page.goto(base_url)
    expect(page.locator(f"{HOME} .run-unable")).to_contain_text("WebAssembly")
    assert page.locator(".run-button").count() == 0


# -- keyboard, screen readers --------------------------------------------------


def test_by_keyboard_alone(tab: Open) -> None:
    """Run keeps the focus, states are announced, the editor lets go of it."""
    page = tab()
    block = page.locator(HOME)
    status = block.get_by_role("status")
    go(block).focus()
    page.keyboard.press("Enter")
    assert done(block) == "same"
    expect(status).to_have_text("✓ as on this page")
    expect(go(block)).to_be_focused()
    expect(go(block)).to_have_accessible_name("Run block 1")
    page.keyboard.press("Tab")
    expect(block.get_by_role("button", name="Edit")).to_be_focused()
    page.keyboard.press("Enter")
    expect(block.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Control+Home")
    page.keyboard.type("for n in range(2):\nprint(n)\n")
    page.keyboard.press("Control+Enter")
    assert done(block) == "edited"
    assert output(block).startswith("0\n1\n")
    expect(block.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Escape")
    expect(go(block)).to_be_focused()
    assert page.locator(".promise-live code").first.get_attribute("aria-live") == "polite"


def test_accessible_with_panels_open(tab: Open, axe: str) -> None:
    """axe finds nothing where one block ran, one is edited, one failed."""
    page = tab("stateless/idempotent/")
    blocks = page.locator(".promise[data-run]")
    assert press(blocks.nth(1)) == "same"
    write(page, blocks.nth(2), "print('a long line', '=' * 200)\nraise ValueError('on purpose')")
    assert press(blocks.nth(2)) == "error"
    page.evaluate(axe)
    found = []
    for scheme, width in (("light", 1280), ("dark", 360)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_selector(f"body[data-md-color-scheme={'slate' if scheme == 'dark' else 'default'}]")
        found += page.evaluate(AXE)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    page.emulate_media(color_scheme="light")
    assert found == []


# -- what it costs, what it asks for ---------------------------------------------


def test_nothing_of_python_before_it_is_wanted(tab: Open, base_url: str) -> None:
    """A page that is only read fetches no worker, no Python, no editor; the pointer on Run begins."""
    page = tab(go=False)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(base_url)))
    page.goto(base_url + "start/what-state-is/")
    page.wait_for_load_state("networkidle")
    late = re.compile(r"assets/(python/|editor/|runner/(worker|share|typing))")
    assert [url for url in asked if late.match(url)] == []
    go(page.locator("#cart")).hover()
    page.wait_for_timeout(1500)
    assert [url for url in asked if late.match(url)]


WAYS_OUT = {
    "import": "run_js(\"import('http://other.example/docs/assets/site.js')\")",
    "eval": "import js\njs.eval(\"import('http://other.example/docs/assets/site.js')\")",
    "cache": "import js\ncache = await js.caches.open('x')\nawait cache.add('http://other.example/docs/')",
    "font": "import js\nawait js.FontFace.new('x', 'url(http://other.example/docs/x.woff2)').load()",
    "fetch": "import js\nawait js.fetch('http://other.example/docs/')",
    "descriptor": "run_js(\"delete self.fetch; self.fetch('http://other.example/docs/')\")",
}


def test_hostile_code_reaches_no_other_host(tab: Open, hosts: set[str]) -> None:
    """The policy of the page binds its Python too: a block that goes round the worker's own refusal gets nowhere."""
    page = tab()
    block = page.locator(HOME)
    for way in WAYS_OUT.values():
        write(
            page,
            block,
            f"from pyodide.code import run_js\nprint('tries')\n{way}\nimport asyncio\nawait asyncio.sleep(0.5)",
        )
        press(block)
        assert output(block).startswith("tries\n")
    page.wait_for_timeout(500)
    assert "docs.localhost" in hosts
    assert "other.example" not in hosts


def test_a_second_page_fetches_nothing_again(tab: Open, base_url: str) -> None:
    """One Python for the visit: the next page has it already."""
    page = tab()
    assert press(page.locator(HOME)) == "same"
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(base_url)))
    page.locator(".md-nav--primary a[href*='what-state-is']").first.click()
    page.wait_for_url(f"{base_url}start/what-state-is/")
    assert press(page.locator("#cart")) == "same"
    assert [url for url in asked if "python/" in url or "runner/" in url] == []


def test_without_a_network(open_page: Open, base_url: str) -> None:
    """After one run, the page can be loaded again and run with the network gone."""
    page = open_page()
    block = page.locator(HOME)
    assert press(block) == "same"
    kept = "async () => (await (await caches.open('pages of ' + location.href)).keys()).map(r => r.url)"
    wanted = ("/docs/", "asm.wasm", "manifest.json", "worker.js", "runner.js", "site.css")
    for _ in range(200):
        urls = page.evaluate(kept)
        if all(any(url.endswith(name) for url in urls) for name in wanted):
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(500)
    page.context.set_offline(True)
    assert page.evaluate("fetch('no/such/file').then(() => true, () => false)") is False
    page.reload()
    assert press(block) == "same", said(block)


def test_a_page_weighs_little_more(site: Path) -> None:
    """Scripts, styles and marks of the runner: 12 KB at most, compressed."""
    folder = site / "assets"
    scripts = sum(len(gzip.compress((folder / f"runner/{n}.js").read_bytes())) for n in ("runner", "python", "output"))
    style = (folder / "site.css").read_text("utf-8")
    without = re.sub(r"/\* -- the runner: .*?(?=/\* -- )", "", style, flags=re.S)
    assert without != style
    html = (site / "start/what-state-is/index.html").read_text("utf-8")
    bare = re.sub(r' data-(?:run|file|needs)="[^"]*"', "", html)
    assert bare != html
    more = [
        len(gzip.compress(a.encode())) - len(gzip.compress(b.encode())) for a, b in ((style, without), (html, bare))
    ]
    assert scripts + sum(more) <= 12_000, (scripts, more)


def test_the_policy_covers_each_inline_script(site: Path) -> None:
    """The Content-Security-Policy of each page allows its own inline scripts, and no others."""
    script = re.compile(r'<script(?![^>]*(?:src=|type="?application))[^>]*>(.*?)</script>', re.S)
    for path in site.rglob("*.html"):
        html = path.read_text("utf-8")
        (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
        digests = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in script.findall(html)}
        allowed = set(re.findall(r"'sha256-([^']*)'", policy))
        assert digests <= allowed, path
        assert "script-src 'self' 'wasm-unsafe-eval' 'sha256-" in policy
        assert "'unsafe-eval'" not in policy
        assert policy.count("unsafe-inline") == 1
        assert html.index("Content-Security-Policy") < html.index("<script")


def test_a_download_is_what_the_build_made(tab: Open) -> None:
    """A head that says what the program needs, then the tested bytes, then what serves it."""
    page = tab("start/what-state-is/")
    with page.expect_download() as waiting:
        page.locator("#cart").get_by_role("link", name="Download").click()
    assert waiting.value.suggested_filename == "cart.py"
    bytes_ = Path(waiting.value.path()).read_bytes()
    program = (ROOT / "snippets/start/what_state_is/cart.py").read_bytes()
    head, found, tail = bytes_.partition(program)
    assert found
    assert head.startswith(b'# /// script\n# requires-python = ">=3.11"\n# dependencies = [\n#     "starlette~=')
    assert b"uvicorn.run(" in tail


def test_a_program_that_imports_others_is_a_zip_of_them(tab: Open) -> None:
    page = tab("stateful/session-servers/")
    shop = page.locator('[data-file="stateful/session_servers/shop.py"]')
    with page.expect_download() as waiting:
        shop.get_by_role("link", name="Download").evaluate("link => link.click()")
    assert waiting.value.suggested_filename == "shop.zip"
    with zipfile.ZipFile(waiting.value.path()) as archive:
        names = archive.namelist()
        inside = archive.read("shop/stateful/session_servers/sessions.py")
    assert {"shop/README.md", "shop/main.py", "shop/requirements.txt"} <= {*names}
    assert inside == (ROOT / "snippets/stateful/session_servers/sessions.py").read_bytes()


def test_copied_and_not_whole_is_said(tab: Open, site: Path) -> None:
    """A block that needs what stands above it says so when it is copied, and offers a zip that runs."""
    page = tab("stateless/idempotent/")
    block = page.locator(".promise[data-whole]").first
    block.get_by_role("button", name="Copy").click()
    line = block.locator(".promise-whole")
    expect(line).to_contain_text("This block does not run by itself")
    assert page.evaluate("navigator.clipboard.readText()").strip() == code(block).strip()
    with page.expect_download() as waiting:
        line.get_by_role("link").click()
    path = Path(waiting.value.path())
    assert (
        path.read_bytes()
        == (site / "assets/downloads/stateless/idempotent" / waiting.value.suggested_filename).read_bytes()
    )
    with zipfile.ZipFile(path) as archive:
        assert {Path(name).name for name in archive.namelist()} >= {"README.md", "page.py", "test_page.py"}
    program = page.locator(".promise[data-file]").first
    program.get_by_role("button", name="Copy").click()
    expect(program.locator(".promise-whole")).to_have_count(0)


def test_without_scripts_all_can_be_taken(browser: Browser, base_url: str, site: Path) -> None:
    """The page, its source, and each program with how it is served are links of the page as it was built."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base_url}stateless/idempotent/")
    hrefs = [link.get_attribute("href") or "" for link in page.locator("a[href*='assets/downloads/']").all()]
    files = [(site / "stateless/idempotent" / href).resolve() for href in hrefs]
    assert [file for file in files if not file.is_file()] == []
    names = {file.relative_to(site / "assets/downloads").as_posix() for file in files}
    assert {"stateless/idempotent.zip", "source/stateless/idempotent.md.txt", "stateless/idempotent/bell.py"} <= names
    expect(page.locator(".promise-along").first).to_contain_text("uv run bell.py serves it at")
    context.close()
