"""The tree is what README.md says, and names mean what they say."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
DOCS, SNIPPETS = ROOT / "docs", ROOT / "snippets"


def tracked() -> list[Path]:
    """The files of the repository, as git has them or as they lie there."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_the_map_in_the_readme_is_the_tree() -> None:
    block = re.search(r"## The map\n\n```.*?\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    assert block
    mapped = {line.split()[0] for line in block[1].splitlines()}
    missing = {name for name in mapped if not (ROOT / name).exists()}
    assert not missing, f"README.md maps what is not there: {missing}"
    tops = {
        path.relative_to(ROOT).parts[0] + ("/" if len(path.relative_to(ROOT).parts) > 1 else "") for path in tracked()
    }
    assert tops - mapped <= {".gitignore"}, f"README.md does not map {tops - mapped}"


def test_each_folder_of_programs_has_its_page() -> None:
    folders = {path.parent.relative_to(SNIPPETS) for path in tracked() if path.is_relative_to(SNIPPETS)}
    folders -= {Path("testbed"), Path(".")}
    for folder in folders:
        page = DOCS / (folder.as_posix().replace("_", "-") + ".md")
        assert page.is_file(), f"snippets/{folder} belongs to no page: {page.relative_to(ROOT)} is missing"


def test_names_say_what_they_are() -> None:
    empty = re.compile(r"(^|[-_.])(utils?|common|helpers?|examples?|misc|new|old|final|v?\d+)([-_.]|$)")
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if path.name == "404.html":  # the name that hosts look for
            continue
        assert not any(empty.search(part) for part in Path(name).with_suffix("").parts), name


def test_every_page_is_in_the_nav_once() -> None:
    def leaves(entry: object) -> list[str]:
        if isinstance(entry, dict):
            return [leaf for value in entry.values() for leaf in leaves(value)]
        return [leaf for one in entry for leaf in leaves(one)] if isinstance(entry, list) else [str(entry)]

    config = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), yaml.BaseLoader)
    listed = leaves(config["nav"])
    pages = [path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md") if ".overrides" not in path.parts]
    pages += [path.relative_to(DOCS).as_posix() for path in (DOCS / "labs").glob("*.py")]
    assert sorted(listed) == sorted(pages)


def test_each_source_is_cited_and_each_citation_is_of_a_source() -> None:
    pages = {path: path.read_text("utf-8") for path in DOCS.rglob("*.md") if ".overrides" not in path.parts}
    listed = set(re.findall(r"^### .* \{ #([\w-]+) \}$", pages.pop(DOCS / "reference" / "sources.md"), re.M))
    cited = {name for text in pages.values() for name in re.findall(r"\(\S*sources\.md#([\w-]+)\)", text)}
    assert not listed - cited, f"no page cites {sorted(listed - cited)}: cite it where a page rests on it, or drop it"
    assert not cited - listed, f"reference/sources.md lacks {sorted(cited - listed)}"


HOSTS_AND_MACHINES = [
    r"p[y]pi\.org",
    r"python[h]osted",
    r"registry\.n[p]mjs",
    r"deb\.deb[i]an",
    r"(?<![\w.])/(?:work|root|home)/",
]


@pytest.mark.parametrize("pattern", HOSTS_AND_MACHINES)
def test_no_registry_and_no_machine_is_named(pattern: str) -> None:
    for path in tracked():
        found = re.search(pattern, path.read_text("utf-8", errors="replace"))
        assert not found, f"{path.relative_to(ROOT)} names {found[0]}"


@pytest.mark.parametrize(("name", "least"), [("requirements.txt", 20), ("tools/compared.txt", 4)])
def test_every_requirement_is_pinned_with_hashes(name: str, least: int) -> None:
    text = (ROOT / name).read_text("utf-8").replace("\\\n", " ")
    requirements = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert len(requirements) > least
    for line in requirements:
        assert re.match(r"[\w.-]+(\[[\w,]+\])?==\S+", line), line
        assert "--hash=sha256:" in line, line


def test_every_dependency_is_among_the_requirements() -> None:
    pinned = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements.txt").read_text("utf-8"), re.M))
    project = (ROOT / "pyproject.toml").read_text("utf-8").split("dependencies = [")[1].split("]")[0]
    assert set(re.findall(r'"([\w-]+)', project)) <= pinned


def test_workflows_are_what_github_expects() -> None:
    files = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    assert {file.stem for file in files} == {"test", "weekly", "publish"}
    command = ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", *map(str, files)]
    run = subprocess.run([Path(sys.executable).parent / command[0], *command[1:]], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
