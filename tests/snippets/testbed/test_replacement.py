"""The two tests refute what they should, and say what differed."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from testbed import is_idempotent, survives_replacement


def counter(kept: dict[str, int] | None = None) -> Starlette:
    """Counts in the process, or in what it is given."""
    counts = {} if kept is None else kept

    async def read(request: Request) -> JSONResponse:
        return JSONResponse(counts.get("n", 0))

    async def add(request: Request) -> Response:
        counts["n"] = counts.get("n", 0) + 1
        return Response(status_code=204)

    async def put(request: Request) -> Response:
        counts["n"] = (await request.json())["n"]
        return Response(status_code=204)

    async def fail(request: Request) -> Response:
        raise KeyError("n")

    return Starlette(
        routes=[
            Route("/n", read),
            Route("/n", add, methods=["POST"]),
            Route("/n", put, methods=["PUT"]),
            Route("/fail", fail),
        ]
    )


def test_memory_is_noticed() -> None:
    verdict = survives_replacement(counter, ["POST /n", "GET /n"])
    assert not verdict
    assert str(verdict) == "no: GET /n → 200 1, but if replaced GET /n → 200 0"


def test_a_store_outside_is_not() -> None:
    verdict = survives_replacement(counter, ["POST /n", "GET /n"], outside=dict)
    assert verdict
    assert str(verdict) == "yes"


def test_one_request_refutes_nothing() -> None:
    assert survives_replacement(counter, ["GET /n"])


def test_what_is_left_outside_is_compared_too() -> None:
    def lazily(store: dict[str, int]) -> Starlette:
        """Writes on its second request only: no answer shows it."""
        seen = []

        async def ping(request: Request) -> Response:
            seen.append(1)
            if len(seen) == 2:
                store["n"] = 2
            return Response(status_code=204)

        return Starlette(routes=[Route("/ping", ping)])

    verdict = survives_replacement(lazily, ["GET /ping", "GET /ping"], outside=dict)
    assert str(verdict) == "no: [{'n': 2}], but if replaced [{}]"


def test_cookies_stay_with_the_client() -> None:
    def remembers() -> Starlette:
        async def visit(request: Request) -> Response:
            reply = JSONResponse(request.cookies.get("n", "0"))
            reply.set_cookie("n", str(int(request.cookies.get("n", "0")) + 1), secure=True)
            return reply

        return Starlette(routes=[Route("/visit", visit)])

    assert survives_replacement(remembers, ["GET /visit"] * 3)


def test_an_error_is_an_answer() -> None:
    assert survives_replacement(counter, ["GET /fail", "GET /fail"])


def test_adding_is_not_idempotent_and_putting_is() -> None:
    verdict = is_idempotent(counter, "POST /n", ["GET /n"])
    assert str(verdict) == "no: GET /n → 200 1, but if repeated GET /n → 200 2"
    assert is_idempotent(counter, ("PUT /n", {"json": {"n": 7}}), ["GET /n"])


def test_the_effect_outside_is_compared_even_if_nobody_looks() -> None:
    assert not is_idempotent(counter, "POST /n", [], outside=dict)
    assert is_idempotent(counter, "GET /n", [], outside=dict)


def test_the_answer_to_the_call_itself_does_not_matter() -> None:
    def removal(kept: dict[str, int]) -> Starlette:
        async def remove(request: Request) -> Response:
            return Response(status_code=204 if kept.pop("n", None) else 404)

        return Starlette(routes=[Route("/n", remove, methods=["DELETE"])])

    assert is_idempotent(removal, "DELETE /n", [], outside=lambda: {"n": 1})
