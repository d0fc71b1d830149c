"""The chooser in a real browser: by mouse, by keyboard, by link, and as a plain table without scripts."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from choosing.index.cases import CASES
from choosing.index.choose import choose
from choosing.index.questions import ANSWERS, ASK

Open = Callable[..., Page]
Answers = dict[str, str]

# The ten rows, their alternatives apart; each changes some answers of a cart.
CART = {
    "loss": "its user",
    "source": "no",
    "life": "one session",
    "writers": "one client",
    "guarantee": "its own writes",
    "client": "see and replay it",
    "revoke": "no",
    "size": "yes",
    "shared": "no",
    "retried": "no",
    "deploy": "no",
    "outage": "degrade",
    "traffic": "both",
}
CACHED = {"loss": "nobody", "source": "yes", "guarantee": "nothing", "traffic": "mostly reads"}
COUNTED = {"writers": "replicas at once", "guarantee": "nothing", "outage": "go on apart, merge later"}
ROWS: list[tuple[Answers, str]] = [
    (CACHED, "process cache"),
    ({}, "signed cookie"),
    ({"client": "hold it sealed"}, "encrypted cookie"),
    ({"revoke": "yes"}, "session store"),
    ({"client": "neither"}, "session store"),
    ({"size": "no"}, "session store"),
    ({"shared": "yes"}, "resource"),
    ({"life": "longer"}, "resource"),
    ({"guarantee": "key order", "traffic": "fast writes"}, "single owner"),
    (COUNTED, "CRDT"),
    ({"life": "one connection"}, "connection and log"),
    ({"retried": "but must act once"}, "idempotency record"),
    ({"deploy": "yes, it cannot move yet"}, "sticky memory"),
    ({"life": "one request"}, "the request"),
    ({"life": "longer", "writers": "many clients", "traffic": "additions"}, "shared counter"),
    ({"life": "longer", "client": "keep it from us"}, "browser storage"),
    ({"life": "one connection", "guarantee": "nothing"}, "lease"),
    ({"size": "no, megabytes"}, "resource"),
]


def chooser_status(page: Page) -> Locator:
    """What the form says of itself; the blocks of the page have voices of their own."""
    return page.get_by_role("form", name="The chooser").get_by_role("status")


def field(page: Page, key: str) -> Locator:
    """The control that a screen reader announces with this question."""
    return page.get_by_role("combobox", name=f"{[*ASK].index(key) + 1}. {ASK[key]}", exact=True)


def leads_to(link: Locator) -> str:
    """The whole address of a link."""
    return str(link.evaluate("link => link.href"))


def expect_choice(page: Page, answers: Answers) -> None:
    """The page says what the function says, and marks the row of the home."""
    choice = choose(answers)
    said = chooser_status(page).locator("dd")
    expect(said).to_have_text(
        [choice.home, f"{choice.rival}: {choice.why}", "; ".join(choice.numbers), choice.fault], use_inner_text=True
    )
    assert leads_to(said.first.get_by_role("link")).endswith(f"/docs/{choice.recipe}/")
    current = page.locator("#chooser tr[aria-current]")
    expect(current).to_have_count(1)
    expect(current.locator("td").nth(1)).to_have_text(choice.home)


@pytest.mark.parametrize(("changes", "home"), ROWS, ids=[f"{home}-{'-'.join(a)}" for a, home in ROWS])
def test_every_row_by_mouse(open_page: Open, noise: list[str], changes: Answers, home: str) -> None:
    answers = CART | changes
    assert choose(answers).home == home
    page = open_page("choosing/")
    for key, answer in answers.items():
        field(page, key).select_option(answer)
    expect_choice(page, answers)
    assert noise == []


def test_every_case_of_the_table_opens_the_form(open_page: Open) -> None:
    page = open_page("choosing/")
    expect(page.locator("#chooser form")).to_be_visible()
    page.evaluate("window.stayed = true")
    for case, answers in CASES.items():
        page.get_by_role("link", name=case, exact=True).click()
        expect_choice(page, answers)
        expect(field(page, "loss")).to_be_focused()
        expect(field(page, "loss")).to_be_in_viewport()
        assert page.evaluate("location.search") == "?" + urlencode(answers)
    page.go_back()
    expect_choice(page, [*CASES.values()][-2])
    assert page.evaluate("window.stayed") is True


def test_by_keyboard_alone(open_page: Open) -> None:
    """Arrows answer, Tab goes on, Enter starts over."""
    page = open_page("choosing/")
    answers = CART | COUNTED
    field(page, "loss").focus()
    for key, answer in answers.items():
        expect(field(page, key)).to_be_focused()
        for _ in range(ANSWERS[key].index(answer) + 1):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
    expect_choice(page, answers)
    while page.evaluate("document.activeElement.type") != "reset":  # the link of the home is on the way
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(chooser_status(page)).to_contain_text("14 homes are left")
    assert page.evaluate("location.search") == ""


def test_by_link_and_what_the_link_carries_besides(open_page: Open) -> None:
    """An address brings its answers; answers that are none are not taken, and what is not ours is kept."""
    page = open_page("choosing/?" + urlencode(CART | {"revoke": "yes"}))
    expect_choice(page, CART | {"revoke": "yes"})
    field(page, "revoke").select_option("no")
    expect_choice(page, CART)
    page.reload()
    expect_choice(page, CART)
    page = open_page("choosing/?life=for+ever&revoke=%3Cb%3E&from=mail")
    expect(chooser_status(page)).to_contain_text("14 homes are left")
    field(page, "life").select_option("one request")
    expect(chooser_status(page)).to_have_text("2 homes are left: idempotency record, the request.")
    assert page.evaluate("location.search") == "?from=mail&life=one+request"


def test_an_answer_that_settles_it_is_enough(open_page: Open) -> None:
    page = open_page("choosing/?retried=but+must+act+once")
    expect(chooser_status(page).locator("dd").first).to_have_text("idempotency record")


def test_answers_that_do_not_go_together_are_told(open_page: Open) -> None:
    page = open_page("choosing/?client=see+and+replay+it")
    expect(chooser_status(page)).not_to_contain_text("Look again")
    field(page, "revoke").select_option("yes")
    expect(chooser_status(page)).to_contain_text("Look again: what the client may replay is not revoked.")
    field(page, "client").select_option("neither")
    expect(chooser_status(page)).not_to_contain_text("Look again")


def test_the_form_is_there_when_the_page_is_entered_by_a_link(open_page: Open, noise: list[str]) -> None:
    """Pages are swapped in place: the script has to run again, and once."""
    page = open_page()
    page.evaluate("window.stayed = true")
    for _ in range(2):
        page.locator("a[href$='choosing/']").first.evaluate("link => link.click()")
        expect(page.locator("#chooser form")).to_have_count(1)
        field(page, "retried").select_option("but must act once")
        expect(chooser_status(page).locator("dd").first).to_have_text("idempotency record")
        page.locator(".md-logo").first.click()
        expect(page).to_have_title("Where State Lives")
    assert page.evaluate("window.stayed") is True
    assert noise == []


def test_a_plain_table_without_scripts(open_page: Open) -> None:
    page = open_page("choosing/", java_script_enabled=False)
    expect(page.locator("#chooser form")).to_have_count(0)
    rows = page.locator("#chooser tbody tr")
    expect(rows).to_have_count(len(CASES))
    for row, (case, answers) in zip(rows.all(), CASES.items(), strict=True):
        choice = choose(answers)
        expect(row).to_be_visible()
        expect(row.locator("td")).to_have_text(
            [case, choice.home, f"{choice.rival}: {choice.why}", "; ".join(choice.numbers), choice.fault],
            use_inner_text=True,
        )
        assert leads_to(row.get_by_role("link", name=choice.home)).endswith(f"/docs/{choice.recipe}/")
