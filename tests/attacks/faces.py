"""What is asked of each program: how it is logged in to, written to and read; and what an attack has seen."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any
from unittest.mock import patch

from tools.programs import SNIPPETS


@dataclass(frozen=True)
class Outcome:
    """Whether the attack got what it wanted, and what was seen."""

    succeeded: bool
    seen: str


@dataclass(frozen=True)
class Face:
    """The calls of one program; empty where it has none."""

    login: str = "POST /login/{user}"
    me: str = "GET /me"
    write: str = ""
    logout: str = ""
    public: str = ""
    sqlite: bool = False
    cookies: bool = True
    more: str = ""  # another call that changes something
    rivals: tuple[str, ...] = field(default=())  # other ways in, which rename nothing


SHOP = Face(write="POST /cart/{item}", logout="POST /logout", sqlite=True)
VISITORS = Face(login="", me="GET /", write="POST /cart/{item}", more="POST /orders/{item}")
NAIVE = "naive/session_shop.py"
KEPT_NAME = "stateful/session_servers/kept_name.py"  # wrong on purpose: a login keeps the session's name
LOG_IN = "stateful/log_in/login.py"  # it asks for a password, by a form
FORM = [(b"content-type", b"application/x-www-form-urlencoded")]
RIGHT = b"user=ada&password=correct+horse"
FACES = {
    "choosing/complexity/in_cookie.py": Face(logout="POST /logout"),
    "choosing/complexity/in_dict.py": Face(logout="POST /logout"),
    "choosing/complexity/in_store.py": Face(logout="POST /logout", sqlite=True),
    "hybrid/index/shop.py": Face(logout="POST /logout", public="GET /", sqlite=True),
    "hybrid/scorecard/cookie_cart.py": Face(me="GET /cart", write="POST /cart/{item}"),
    "hybrid/scorecard/session_cart.py": Face(me="GET /cart", write="POST /cart/{item}"),
    "hybrid/scorecard/resource_cart.py": Face(me="GET /carts/{user}", write="POST /carts/{user}/{item}"),
    "start/break_a_cluster/login.py": Face(login="POST /login"),
    "start/what_state_is/cookie_cart.py": Face(login="", me="GET /cart", write="POST /cart/{item}"),
    "stateful/session_servers/shop.py": SHOP,
    "stateful/stored_data/shop.py": VISITORS,
    "stateful/stored_data/shared_shop.py": VISITORS,
    KEPT_NAME: SHOP,
    "libraries/starsessions_store.py": SHOP,
    "libraries/starsessions_cookie.py": Face(write=SHOP.write, logout=SHOP.logout),
    "libraries/starlette_cookie.py": Face(write=SHOP.write, logout=SHOP.logout),
    "naive/written_back.py": SHOP,
    "naive/told_browser.py": SHOP,
    NAIVE: Face(write=SHOP.write, logout=SHOP.logout, sqlite=True, rivals=("POST /sign-in/{user}",)),
}


def having(*parts: str) -> list[str]:
    """The programs that have all of these, and are there; the naive one is not among them."""
    return [
        name
        for name, face in FACES.items()
        if name not in {NAIVE, KEPT_NAME} and (SNIPPETS / name).is_file() and all(getattr(face, part) for part in parts)
    ]


FORK = get_context("fork")
EVER = 2**62
LONG = 60  # seconds, after which a test has failed


class Count:
    """A number that this process and its children share."""

    def __init__(self) -> None:
        self.shared = FORK.Value("q", 0)

    @property
    def value(self) -> int:
        return int(self.shared.value)

    @value.setter
    def value(self, value: int) -> None:
        self.shared.value = value

    def more(self) -> int:
        """One more, which nobody else gets."""
        with self.shared.get_lock():
            self.shared.value += 1
            return int(self.shared.value)


class Faults:
    """Counts the statements that reach SQLite from any process, and fails those that it is told to."""

    def __init__(self) -> None:
        self.met_by_all, self.first, self.last = Count(), Count(), Count()
        self.statements: set[str] = set()  # of this process
        self.never()

    @property
    def calls(self) -> int:
        return self.met_by_all.value

    def met(self, statement: str) -> None:
        call = self.met_by_all.more()
        self.statements.add(statement)
        if self.first.value <= call <= self.last.value:
            raise sqlite3.OperationalError("unable to open database file")

    def after(self, number: int) -> None:
        """Fail the statement that comes so many from now, and no other."""
        self.first.value = self.last.value = self.calls + number

    def always(self) -> None:
        """Fail each statement from now on."""
        self.first.value, self.last.value = 0, EVER

    def never(self) -> None:
        """Fail no statement."""
        self.first.value, self.last.value = EVER, 0


class Gate:
    """Where one statement stands still, in whichever process it is, until it is let go."""

    def __init__(self) -> None:
        self.met_by_all, self.at = Count(), Count()
        self.stands, self.let_go = FORK.Event(), FORK.Event()

    def met(self, _: str) -> None:
        if self.met_by_all.more() == self.at.value:
            self.stands.set()
            self.let_go.wait(LONG)

    def shut(self, number: int) -> None:
        """The statement that comes so many from now is the one."""
        self.stands.clear()
        self.let_go.clear()
        self.at.value = self.met_by_all.value + number

    def open(self) -> None:
        """No other statement is the one."""
        self.at.value = EVER


@contextlib.contextmanager
def watched(met: Callable[[str], None]) -> Iterator[None]:
    """SQLite, for programs that are made in here, under somebody who meets each statement before it is run."""
    connect = sqlite3.connect

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            met(sql)
            return super().execute(sql, *values)

    def connected(*given: Any, **more: Any) -> sqlite3.Connection:
        opened: sqlite3.Connection = connect(*given, **{"factory": Connection} | more)
        return opened

    with patch.object(sqlite3, "connect", connected):
        yield


@contextlib.contextmanager
def faulty() -> Iterator[Faults]:
    """SQLite, for programs that are made in here, under somebody who can break it."""
    faults = Faults()
    with watched(faults.met):
        yield faults
