"""Where a request can leave a word, and how a later one looks for it."""

from pathlib import Path

from starlette.requests import Request

WORD = "tea"
module: dict[str, str] = {}


def leave(place: str, request: Request, folder: Path) -> None:
    match place:
        case "request.state":
            request.state.word = WORD
        case "app.state":
            request.app.state.word = WORD
        case "lifespan state":
            request.state.kept["word"] = WORD
        case "module global":
            module["word"] = WORD
        case _ if place.startswith("session"):
            request.session["word"] = WORD
        case "local file":
            folder.joinpath("word").write_text(WORD)


def find(place: str, request: Request, folder: Path) -> str | None:
    file = folder / "word"
    found: str | None = None
    match place:
        case "request.state":
            found = getattr(request.state, "word", None)
        case "app.state":
            found = getattr(request.app.state, "word", None)
        case "lifespan state":
            found = request.state.kept.get("word")
        case "module global":
            found = module.get("word")
        case _ if place.startswith("session"):
            found = request.session.get("word")
        case "local file" if file.exists():
            found = file.read_text()
        case "cookie":
            found = request.cookies.get("word")
    return found
