"""Shops, a sibling of theirs and a foreign site, as a browser meets them: real hosts behind one real Caddy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote_to_bytes

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from hybrid.cluster.balancer import Balancer
from hybrid.cluster.children import stop
from hybrid.cluster.replica import Replica
from tests.attacks.behind import SITE, configured
from tests.attacks.faces import FACES, LOG_IN, NAIVE, Face
from tests.attacks.wire import made

SIBLING, FOREIGN = "evil.shop.test", "attacker.test"
PLAIN = "naive/plain_name.py"
EVIL = r"\1://localhost:\2, \1://evil.shop.test:\2, \1://attacker.test:\2"
SHOP = """
https://{host}:{{$HTTPS_PORT}} {{
	bind fd/{{$HTTPS}} {{
		protocols h1 h2
	}}
	tls internal
	handle /own {{
		header content-type text/html
		respond "<p>the shop's own page</p>"
	}}
	handle {{
		reverse_proxy {address}
	}}
}}

http://{host}:{{$HTTP_PORT}} {{
	bind fd/{{$HTTP}}
	import balance
}}
"""


@dataclass(frozen=True)
class Shop:
    """One program at its own host; each of its forms is an address and its fields."""

    program: str
    host: str

    @property
    def face(self) -> Face:
        return FACES[NAIVE] if self.program == PLAIN else FACES.get(self.program, Face(logout="POST /logout"))

    @property
    def own(self) -> str:
        return f"https://{self.host}/own"

    def form(self, call: str, user: str, item: str = "") -> tuple[str, dict[str, str]]:
        path = call.partition(" ")[2].format(user=user, item=item)
        fields = {"user": "ada", "password": "correct horse"} if self.program == LOG_IN and "login" in call else {}
        return f"https://{self.host}{path}", fields

    def login(self, user: str) -> tuple[str, dict[str, str]]:
        """Where a password is asked for, everybody is Ada: it is the only account."""
        return self.form("POST /login" if self.program == LOG_IN else self.face.login, user)


async def page(request: Request) -> Response:
    """The attacker's page; it sets the cookies that its address says, byte for byte."""
    reply = HTMLResponse("<p>the attacker's page</p>")
    for pair in request.scope["query_string"].split(b"&"):
        if pair:
            reply.raw_headers.append((b"set-cookie", unquote_to_bytes(pair)))
    return reply


def close(replicas: list[Replica]) -> None:
    for replica in replicas:
        replica.kept.close()


@contextmanager
def served(programs: list[str]) -> Iterator[tuple[Balancer, list[Shop]]]:
    """These programs at shop.test; what comes to their hosts by plain HTTP, the attacker answers."""
    shops = [Shop(program, f"shop{n}.shop.test") for n, program in enumerate(programs)]
    with ExitStack() as life:
        replicas: list[Replica] = []
        life.callback(lambda: close(replicas))
        life.callback(lambda: stop(*(replica.process for replica in replicas), within=0))
        evil = Starlette(routes=[Route("/{path:path}", page)])
        replicas.append(Replica(lambda: evil))
        config = ""
        for shop in shops:
            app = made(shop.program, Path(life.enter_context(TemporaryDirectory())))
            replicas.append(Replica(lambda app=app: app))  # type: ignore[misc]
            config += SHOP.format(host=shop.host, address=replicas[-1].address)
        with configured(lambda text: SITE.sub(EVIL, text) + config):
            caddy = Balancer([replicas[0].address], "RoundRobin")
        life.callback(caddy.stop)
        yield caddy, shops
