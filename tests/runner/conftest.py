"""The site's worker with the Python that the build made, driven under node."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tools import runtime

ROOT = Path(__file__).parent.parent.parent
NODE = runtime.NODE
WORKER = ROOT / "docs" / "assets" / "runner" / "worker.js"
Message = dict[str, Any]


class Result(NamedTuple):
    """What came of one block."""

    ok: bool
    stdout: str
    stderr: str
    error: dict[str, Any]  # empty where nothing was raised
    skipped: bool
    messages: list[Message]


class Worker:
    """A browser with one worker at a time, and the folder in which it keeps its cache."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.requests: list[str] = []
        self.late: set[str] = set()  # what this worker fetched beyond the first download
        self.runs = 0
        self.start()

    def fresh(self, offline: bool = False) -> None:
        """Start another worker."""
        self.close()
        self.start(offline)

    def start(self, offline: bool = False) -> None:
        self.late.clear()
        command = [NODE, str(Path(__file__).with_name("drive.mjs")), WORKER.as_uri(), str(self.folder)]
        command += ["offline"] if offline else []
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")

    def close(self) -> None:
        """Let the worker end."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(20)

    def send(self, message: Message, until: set[str]) -> list[Message]:
        """Send a message; what is said until one of these types."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
        heard: list[Message] = []
        while not heard or heard[-1]["type"] not in until:
            line = self.process.stdout.readline()
            assert line, f"node ended with {self.process.wait()}"
            heard.append(json.loads(line))
            asked = heard[-1].pop("requests", [])
            self.requests += asked
            self.late |= {name.split("-")[0] for name in asked} & {"rest", "testing"}
        return heard

    def warm(self) -> Message:
        """Have it load; `ready` or `failed`."""
        return self.send({"type": "warm"}, {"ready", "failed"})[-1]

    def run(self, *blocks: str | Message, page: str = "start/a-page", reset: bool = True, **more: Any) -> list[Result]:
        """Run blocks as the page would; a string is the source of one."""
        self.runs += 1
        plain = {"language": "python", "file": None, "line": 1, "raises": False, "edited": False}
        full = [
            plain | {"key": f"block-{n}"} | ({"source": block} if isinstance(block, str) else block)
            for n, block in enumerate(blocks)
        ]
        message = {"type": "run", "run": self.runs, "page": page, "reset": reset, "blocks": full} | more
        heard = self.send(message, {"done", "failed"})
        results = []
        for end in (one for one in heard if one["type"] == "end"):
            out = [one for one in heard if one["type"] == "output" and one["key"] == end["key"]]
            text = {s: "".join(one["text"] for one in out if one["stream"] == s) for s in ("stdout", "stderr")}
            results.append(
                Result(end["ok"], text["stdout"], text["stderr"], end["error"] or {}, end.get("skipped", False), heard)
            )
        return results


@pytest.fixture(scope="session")
def built() -> Message:
    """The manifest of docs/assets/python/, built where need be."""
    return runtime.build()


@pytest.fixture(scope="session")
def worker(built: Message, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    browser = Worker(tmp_path_factory.mktemp("browser"))
    yield browser
    browser.close()
