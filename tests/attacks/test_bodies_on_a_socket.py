"""How a body is framed and spelled, in bytes, to real uvicorn: a right answer or a 4xx, and nobody waits."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from gzip import compress
from pathlib import Path
from time import time

import h11
import pytest
from starlette.types import ASGIApp

from hybrid.cluster.children import stop
from hybrid.cluster.replica import Replica
from stateful.log_in import login
from stateful.log_in.attempts import Attempts
from stateful.log_in.passwords import Passwords, slow_hash
from stateful.log_in.throttle import Throttle
from stateful.session_servers.sqlite import SQLite
from tests.attacks.faces import LOG_IN
from tests.attacks.fuzz.sockets import parsed
from tests.attacks.kinds.unreadable_bodies import BODIES
from tests.attacks.wire import made
from tools.programs import SNIPPETS, programs

CONTROL = "naive/writes.py"
CHEAP = "4,8,1"  # a hash that takes no time
JSON, NUMBER, FORM = "application/json", "text/plain", "application/x-www-form-urlencoded"
RIGHT = {JSON: '["tea"]', NUMBER: "7", FORM: "user=ada&password=correct+horse"}
PUTS = {name: calls[0] for name, calls in BODIES.items()} | {LOG_IN: "POST /login"}
LONG = 70_000  # more than any of them reads, in pieces


def kind_of(program: str) -> str:
    return {LOG_IN: FORM}.get(program, NUMBER if "/seats" in PUTS[program] and program != CONTROL else JSON)


def app_of(program: str, folder: Path) -> ASGIApp:
    """As a download serves it; but the password's hash is a cheap one."""
    if program != LOG_IN:
        return made(program, folder)
    passwords = Passwords({"ada": slow_hash("correct horse", CHEAP)}, CHEAP)
    throttle = Throttle(Attempts(folder / "attempts.db"), time, by_account=1000, by_address=1000)
    return login.make_app(passwords, throttle, SQLite(folder / "sessions.db", time), time)


@contextmanager
def served(program: str, folder: Path) -> Iterator[tuple[str, int]]:
    app = app_of(program, folder)
    replica = Replica(lambda: app)
    try:
        host, port = replica.address.split(":")
        yield host, int(port)
    finally:
        stop(replica.process, within=0)
        replica.kept.close()


@dataclass(frozen=True)
class Case:
    """A body as it goes over the wire; `whole`: it is right, and may be taken."""

    lines: list[str]
    body: bytes
    kind: str = ""
    whole: bool = False
    ends: bool = False  # whether the client then ends its half of the connection


def chunked(*pieces: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + end


def cases(kind: str) -> dict[str, Case]:
    text = RIGHT[kind]
    right, n = text.encode(), len(text)
    te = "Transfer-Encoding: chunked"
    told = {"right": Case([f"Content-Length: {n}"], right, whole=True)}
    for charset in ("utf-8", "UTF-8", '"utf-8"', "iso-8859-1", "utf-16", "utf-7", "nonsense", ""):
        told[f"says charset={charset}"] = Case(
            [f"Content-Length: {n}"], right, f"{kind}; charset={charset}", whole=True
        )
    for charset in ("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "cp037"):
        body = text.encode(charset)
        told[f"is {charset}"] = Case([f"Content-Length: {len(body)}"], body, f"{kind}; charset={charset}")
    latin = text.replace("tea", "th\xe9").replace("ada", "\xe9").replace("7", "\xb2").encode("latin-1")
    told["is latin-1"] = Case([f"Content-Length: {len(latin)}"], latin, f"{kind}; charset=iso-8859-1")
    packed = compress(right)
    told["is packed"] = Case([f"Content-Length: {len(packed)}", "Content-Encoding: gzip"], packed)
    told["is two kinds"] = Case([f"Content-Length: {n}", "Content-Type: text/html"], right, whole=kind == NUMBER)
    told["expects to be asked for"] = Case([f"Content-Length: {n}", "Expect: 100-continue"], right, whole=True)
    for name, length in {
        "minus": f"-{n}", "plus": f"+{n}", "hex": hex(n), "blank": "", "words": "seven", "comma": f"{n}, {n + 1}",
        "underscore": f"{n}_0", "other digits": "٣", "many digits": "9" * 30, "5,000 digits": "9" * 5000,
    }.items():  # fmt: skip
        told[f"length, {name}"] = Case([f"Content-Length: {length}"], right, ends=True)
    told["length, one less"] = Case([f"Content-Length: {n - 1}"], right, ends=True, whole=kind == FORM)
    told["length, one more"] = Case([f"Content-Length: {n + 1}"], right, ends=True)
    told["length, none"] = Case([], right, ends=True)
    told["length, nought"] = Case(["Content-Length: 0"], right, ends=True)
    told["length, twice the same"] = Case([f"Content-Length: {n}"] * 2, right, whole=True)
    told["length, twice"] = Case([f"Content-Length: {n}", f"Content-Length: {n + 1}"], right, ends=True)
    told["length, twice, less first"] = Case([f"Content-Length: {n - 1}", f"Content-Length: {n}"], right, ends=True)
    told["chunked"] = Case([te], chunked(right[:3], right[3:]), whole=True)
    told["chunked, and a length"] = Case([te, f"Content-Length: {n}"], chunked(right), whole=True)
    told["chunked, and a wrong length"] = Case([f"Content-Length: {n + 90}", te], chunked(right), whole=True)
    told["chunked, and more behind it"] = Case(
        [te, "Content-Length: 5"], chunked(right) + b"GET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n", whole=True, ends=True
    )
    told["chunked twice"] = Case([te, te], chunked(right), ends=True)
    told["chunked, and identity"] = Case(["Transfer-Encoding: chunked, identity"], chunked(right), ends=True)
    told["gzip, chunked"] = Case(["Transfer-Encoding: gzip, chunked"], chunked(right), ends=True)
    told["identity"] = Case(["Transfer-Encoding: identity"], right, ends=True)
    told["xchunked"] = Case(["Transfer-Encoding: xchunked"], chunked(right), ends=True)
    told["a chunk of minus one"] = Case([te], b"-1\r\n" + right + b"\r\n0\r\n\r\n", ends=True)
    told["a chunk of 0x7"] = Case([te], b"0x7\r\n" + right + b"\r\n0\r\n\r\n", ends=True)
    told["a chunk of 30 digits"] = Case([te], b"f" * 30 + b"\r\n" + right, ends=True)
    told["a chunk that is shorter"] = Case([te], b"7f\r\n" + right + b"\r\n0\r\n\r\n", ends=True)
    told["no last chunk"] = Case([te], chunked(right, end=b""), ends=True)
    told["a trailer"] = Case([te], chunked(right, end=b"0\r\nContent-Length: 9\r\n\r\n"), whole=True)
    told["chunks without end"] = Case([te], chunked(*[b"1" * 7000] * (LONG // 7000 + 1), end=b""))
    told["chunks over the limit"] = Case([te], chunked(*[b"1" * 7000] * (LONG // 7000 + 1)))
    told["a length over the limit"] = Case([f"Content-Length: {LONG}"], b"1" * LONG)
    return told


def exchange(address: tuple[str, int], program: str, case: Case) -> bytes:
    """All that is answered. Raises: TimeoutError, where one would wait for ever."""
    said = b""
    with socket.create_connection(address, timeout=20) as connection, suppress(ConnectionError):
        with suppress(ConnectionError):  # it may answer before it has read all
            connection.sendall(head(program, case) + case.body)
            if case.ends:
                connection.shutdown(socket.SHUT_WR)
        while more := connection.recv(65536):
            said += more
    return said


def head(program: str, case: Case) -> bytes:
    method, _, path = PUTS[program].partition(" ")
    kind = case.kind or kind_of(program)
    lines = [f"{method} {path} HTTP/1.1", "Host: shop.example", f"Content-Type: {kind}", "If-Match: *", *case.lines]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode()


def wrong(case: Case, said: bytes) -> str:
    """What is wrong with this answer; nothing, where it is as it should be."""
    if not said:  # who ends the connection in the middle of a body need not be told
        return "" if case.ends else "no answer"
    if said.count(b"HTTP/1.1 ") > 1 + said.count(b"HTTP/1.1 100 "):
        return "what stands behind the body is answered"
    try:
        status = parsed(said, "PUT").status
    except h11.RemoteProtocolError as error:
        return f"no answer that can be read: {error}"
    return "" if 400 <= status < 500 or (case.whole and 200 <= status < 400) else f"{status}"


def broken(program: str, address: tuple[str, int]) -> Iterator[str]:
    for name, case in cases(kind_of(program)).items():
        if fault := wrong(case, exchange(address, program, case)):
            yield f"{name}: {fault}"


def taken(program: str, address: tuple[str, int]) -> bool:
    """Whether a right body is taken, and is what is read then."""
    right = exchange(address, program, cases(kind_of(program))["right"])
    if parsed(right, "PUT").status >= 400:
        return False
    if program not in BODIES or program.endswith("next_page.py"):  # it keeps something else
        return True
    path = BODIES[program][1].partition(" ")[2]
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n".encode())
        said = b"".join(iter(lambda: connection.recv(65536), b""))
    return parsed(said, "GET").body.decode() == RIGHT[kind_of(program)]


READS = r"\b(json_body|bounded|credentials)\(|await number\(|request\.(body|json|form|stream)\("


def test_every_program_that_reads_a_body_is_here() -> None:
    found = {path.relative_to(SNIPPETS).as_posix() for path in programs() if re.search(READS, path.read_text("utf-8"))}
    assert len(found) > 3
    assert found <= set(PUTS)


@pytest.mark.parametrize("program", [name for name in PUTS if name != CONTROL])
def test_a_body_is_taken_as_it_is_or_refused(program: str, tmp_path: Path) -> None:
    with served(program, tmp_path) as address:
        assert not list(broken(program, address))
        assert taken(program, address)


@pytest.mark.parametrize("program", [name for name in PUTS if name != CONTROL])
def test_who_promises_a_body_and_sends_none_keeps_nobody_waiting(program: str, tmp_path: Path) -> None:
    promises = [Case(["Content-Length: 9"], b""), Case(["Transfer-Encoding: chunked"], b"5\r\n1")]
    with served(program, tmp_path) as address, ExitStack() as open_ones:
        for case in promises * 50:
            connection = open_ones.enter_context(socket.create_connection(address, timeout=20))
            connection.sendall(head(program, case) + case.body)
        assert taken(program, address)


def test_a_program_that_takes_whatever_it_can_is_found(tmp_path: Path) -> None:
    with served(CONTROL, tmp_path) as address:
        assert next(broken(CONTROL, address)) == "is utf-16: 204"
