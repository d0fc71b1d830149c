"""One client that keeps more than anybody should: in a session, in a cart, in a file that is read through."""

from __future__ import annotations

import re
import sqlite3

from tests.attacks.faces import FACES, NAIVE, Face, Outcome, faulty, having
from tests.attacks.wire import running

WORDS = (
    "A client adds large items to its cart until somebody stops it; and each statement is asked whether "
    "it reads the whole table."
)
OPEN = {
    "start/what_state_is/cart.py": Face(login="", write="POST /carts/ada/{item}"),
    "stateful/carts_and_preferences/cart_table.py": Face(login="", write="POST /cart/{item}"),
    "stateful/carts_and_preferences/shared_table.py": Face(login="", write="POST /cart/{item}"),
    "stateful/carts_and_preferences/carts.py": Face(login="", write="POST /carts/{name}/{item}"),
}
PROGRAMS = [*having("write"), *OPEN]
CONTROL = NAIVE
LIMIT, ITEM = 65_536, 2000


async def attack(program: str) -> Outcome:
    face, kept = FACES.get(program) or OPEN[program], 0
    with faulty() as faults:
        async with running(program) as app:
            browser = app.browser()
            if face.login:
                await browser.ask(face.login.format(user="ada"))
            made = await browser.ask("POST /carts") if "{name}" in face.write else None
            name = (made.header("location") or "").split("/")[-1] if made else ""
            for size in [ITEM] * 60 + [100] * 800 + [20] * 120:
                reply = await browser.ask(face.write.format(item="x" * size, user="ada", name=name))
                if reply.ok:
                    kept = len(reply.body)
                if any(len(value) > 4096 for value in browser.jar.values()):
                    return Outcome(
                        True, f"a cookie of {max(map(len, browser.jar.values()))} bytes, which browsers drop"
                    )
            for path in app.folder.glob("*.db"):
                with sqlite3.connect(path) as db:
                    for statement in sorted(faults.statements):
                        if "WHERE" in statement:
                            values = (1,) * statement.count("?") or Whatever()
                            plan = db.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
                            if any(re.match(r"SCAN (?!CONSTANT ROW)(?!.*USING)", row[3]) for row in plan):
                                return Outcome(True, f"reads the whole table: {' '.join(statement.split())[:50]}")
                db.close()
    assert kept, "nothing was added"
    return Outcome(kept > LIMIT, f"{kept} bytes are kept")


class Whatever(dict[str, int]):
    """A value for each name, and for each position."""

    def __missing__(self, name: str) -> int:
        return 1
