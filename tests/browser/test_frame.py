"""What every page has in common: keys, colours, search, and moving between pages."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

Open = Callable[..., Page]

FOCUS = """() => {
    const e = document.activeElement
    const stand_in = { __palette: e.nextElementSibling, __tabbed: e.parentElement.querySelector(".tabbed-labels") }
    const box = stand_in[(e.name ?? "").replace(/_[0-9]+$/, "")] ?? e
    const style = getComputedStyle(box), at = box.getBoundingClientRect()
    return {
        what: e.outerHTML.slice(0, 90),
        inside: e !== document.body && at.height > 0 && at.bottom > 0 && at.top < innerHeight,
        seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    }
}"""


def test_skip_link(open_page: Open) -> None:
    """The first Tab shows a link, and the next Tab after it is in the article."""
    page = open_page("start/what-state-is/", reduced_motion="reduce")
    page.keyboard.press("Tab")
    skip = page.locator(".md-skip:focus")
    expect(skip).to_have_css("opacity", "1")
    page.keyboard.press("Enter")
    expect(page.locator("h1:target")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_count(1)
    assert page.evaluate("document.activeElement.closest('article') !== null")


def test_focus_is_visible(open_page: Open) -> None:
    """Wherever Tab leads, an outline shows where that is."""
    page = open_page("start/what-state-is/", reduced_motion="reduce")
    lost = []
    for _ in range(40):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if not focus["seen"] or not focus["inside"]:
            lost.append(focus)
    assert lost == []


def test_targets_are_large(open_page: Open) -> None:
    """On a touch screen, what stands alone to be pressed is 44 px high or more."""
    page = open_page("", has_touch=True, is_mobile=True, viewport={"width": 360, "height": 780})
    small = """[...document.querySelectorAll(`.md-header__button, .actions a, .page-facts a, .md-code__button,
        .run-button, .md-footer__link, .md-nav__link[href], summary`)].filter(e => e.checkVisibility())
        .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect().height])
        .filter(([, height]) => height && height < 43.5)"""
    assert page.evaluate(small) == []


def test_palette_cycles(open_page: Open) -> None:
    """The toggle goes from the system's choice to light, to dark, and back; the paper follows."""
    page = open_page(color_scheme="light")
    look = "[document.body.dataset.mdColorScheme, getComputedStyle(document.body).backgroundColor]"
    seen = []
    for _ in range(4):
        seen.append(page.evaluate(look))
        page.locator(".md-header__option label:visible").click()
    light, dark = ["default", "rgb(251, 250, 247)"], ["slate", "rgb(22, 25, 29)"]
    assert seen == [light, light, dark, light]


def test_follows_the_system(open_page: Open) -> None:
    """A reader who prefers dark gets a dark page, with scripts or without."""
    for scripts in (True, False):
        page = open_page(color_scheme="dark", java_script_enabled=scripts)
        expect(page.locator("body")).to_have_css("background-color", "rgb(22, 25, 29)")


def test_moves_without_reloading(open_page: Open, base_url: str, noise: list[str]) -> None:
    """A link swaps the page in place below a sub-path, and copy buttons are there again."""
    page = open_page()
    page.evaluate("window.stayed = true")
    page.locator(".md-nav--primary a[href*='what-state-is']").first.click()
    page.wait_for_url(f"{base_url}start/what-state-is/")
    expect(page).not_to_have_title("Where State Lives")
    expect(page.locator(".md-code__button").first).to_be_visible()
    page.go_back()
    expect(page).to_have_title("Where State Lives")
    assert page.evaluate("window.stayed") is True
    assert noise == []


def test_search_finds(open_page: Open, base_url: str, noise: list[str]) -> None:
    """A word typed into the search leads to a page of this site."""
    page = open_page()
    page.keyboard.press("/")
    page.keyboard.type("stateless")
    first = page.locator(".md-search-result__link").first
    expect(first).to_be_visible()
    assert str(first.evaluate("link => link.href")).startswith(base_url)
    assert noise == []


def test_not_found(open_page: Open, base_url: str, noise: list[str]) -> None:
    """An address that is not there, however deep, gets our page with its styles and a way home."""
    page = open_page("no/such/page/")
    expect(page.locator("body")).to_have_css("background-color", "rgb(251, 250, 247)")
    assert [line for line in noise if "no/such/page/" not in line and "404" not in line] == []
    page.locator(".actions a").first.click()
    page.wait_for_url(base_url)
    expect(page).to_have_title("Where State Lives")
