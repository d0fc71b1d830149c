"""The account in a file: each change locks it, reads it and writes it."""

import json
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import State
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from stateful.carts_and_preferences import one_file
from stateful.non_idempotent.account import NEW, changes
from stateful.non_idempotent.changes import Do
from stateful.non_idempotent.door import Limits

ACCOUNT = "CREATE TABLE IF NOT EXISTS account (kept TEXT)"
KEPT = "SELECT kept FROM account"
FIRST = f"INSERT INTO account SELECT :new WHERE NOT EXISTS ({KEPT})"


def locked(state: State, part: str, do: Do, *values: Any) -> Any:
    with one_file.opened(state.path) as db:
        db.execute("BEGIN IMMEDIATE")  # from here on the others wait
        account = json.loads(*db.execute(KEPT).fetchone())
        account[part] = new = do(account[part], *values)
        if not state.limits.hold(new):
            return None
        db.execute("UPDATE account SET kept = ?", [json.dumps(account)])
        return new


async def in_table(state: State, part: str, do: Do, *values: Any) -> Any:
    return await run_in_threadpool(locked, state, part, do, *values)


async def read(request: Request) -> JSONResponse:
    [(kept,)] = await one_file.query(request.app.state.path, KEPT)
    return JSONResponse(json.loads(kept))


def make_app(path: Path, limits: Limits | None = None) -> Starlette:
    one_file.create(path, ACCOUNT)
    one_file.run(path, FIRST, {"new": json.dumps(NEW)})
    app = Starlette(routes=[Route("/", read), *changes(in_table)])
    app.state.path, app.state.limits = path, limits or Limits()
    return app
