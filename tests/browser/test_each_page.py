"""Every page in a real browser: accessible, quiet, at home on a narrow screen, copied exactly."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from fenceproof import Fence
from playwright.sync_api import Page

from tools.site import read
from tools.spread import WEEKLY

Open = Callable[..., Page]
SCREENS = (("default", 1280), ("slate", 360))  # a colour scheme, and a width in px
PROMPTS = {"pycon": (">>> ", "... "), "console": ("$ ",)}


def test_accessible(open_page: Open, axe: str, address: str) -> None:
    """axe finds no violation, light on a wide screen, dark on a narrow one: on a push one or the other."""
    page = open_page(address, reduced_motion="reduce")
    page.evaluate(axe)
    found = []
    for scheme, width in SCREENS if WEEKLY else SCREENS[len(address) % 2 :][:1]:
        page.emulate_media(color_scheme="dark" if scheme == "slate" else "light")
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_selector(f"body[data-md-color-scheme={scheme}]")
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        for violation in result["violations"]:
            nodes = [f"{node['html'][:120]} {node['failureSummary']}" for node in violation["nodes"]]
            found.append(f"{scheme} at {width} px: {violation['id']}: {violation['help']}: {nodes[:3]}")
    assert found == []


def test_quiet_and_narrow(open_page: Open, noise: list[str], address: str) -> None:
    """No request leaves the site or fails, no script complains; at 360 px nothing sticks out."""
    page = open_page(address, viewport={"width": 360, "height": 780})
    page.wait_for_load_state("networkidle")
    assert noise == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 360
    beyond = """[...document.querySelectorAll(".md-content :is(h1, h2, h3, p, li, dd, figcaption, .promise)")]
        .filter(e => !e.closest(".md-typeset__scrollwrap, figure") && e.getBoundingClientRect().right > 361)
        .map(e => e.outerHTML.slice(0, 120))"""
    assert page.evaluate(beyond) == []


def typed(fence: Fence) -> str:
    """What a reader wants of a fence: the code, or what is typed after the prompts."""
    text = fence.shown.strip("\n")
    if prompts := PROMPTS.get(fence.language):
        lines = (f"{line} " if line in {">>>", "...", "$"} else line for line in text.split("\n"))
        text = "\n".join(line[len(prompts[0]) :] for line in lines if line.startswith(prompts))
    return text.rstrip()


def test_code_is_seen_and_copied_whole(open_page: Open, sources: dict[str, Path], address: str) -> None:
    """At 1280 px 80 characters are seen; each button copies the very text of its fence, and ends without a newline."""
    fences = [f for f in read(sources[address]) if f.role not in {"output", "error"} and "no-copy" not in f.classes]
    page = open_page(address, permissions=["clipboard-read", "clipboard-write"])
    room = """[...document.querySelectorAll(".md-content__inner > .promise pre > code")].map(code => {
        const style = getComputedStyle(code), pen = document.createElement("canvas").getContext("2d")
        pen.font = `${style.fontSize} ${style.fontFamily}`
        return (code.clientWidth - parseFloat(style.paddingLeft)) / pen.measureText("0").width
    })"""
    assert all(columns >= 80 for columns in page.evaluate(room))
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    buttons = page.locator(".promise .md-code__button[data-md-type=copy]")
    if seen := [button for button in buttons.all()[:3] if button.is_visible()]:  # else in a tab that is not open
        seen[0].click()
        assert page.evaluate("navigator.clipboard.readText()") in [typed(fence) for fence in fences[:3]]
    copied = """async buttons => {
        const copied = []
        for (const button of buttons) {
            await navigator.clipboard.writeText("nothing")
            button.click()
            let text
            do text = await navigator.clipboard.readText()
            while (text === "nothing")
            copied.push(text)
        }
        return copied
    }"""
    assert buttons.evaluate_all(copied) == [typed(fence) for fence in fences]


def test_a_lab_gives_its_script_its_notebook_and_their_programs(open_page: Open, tmp_path: Path) -> None:
    page, files = open_page("labs/who-moves/"), dict[str, bytes]()
    for link in page.locator(".actions a").all():
        with page.expect_download() as download:
            link.click()
        download.value.save_as(tmp_path / "file")
        files[download.value.suggested_filename] = (tmp_path / "file").read_bytes()
    assert files.keys() == {"who-moves.py", "who-moves.ipynb", "programs.zip"}
    assert files["who-moves.py"].startswith(b"# %% [markdown]\n# # Who moves")
    assert json.loads(files["who-moves.ipynb"])["nbformat"] == 4
    with zipfile.ZipFile(io.BytesIO(files["programs.zip"])) as programs:
        assert "stateful/less_scalable/placement.py" in programs.namelist()
