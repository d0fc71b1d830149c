"""What is refused, and how the client is told: against silent loss."""

from starlette.exceptions import HTTPException


class Ended(HTTPException):
    """The name that came leads to nothing that could be written."""

    def __init__(self) -> None:
        super().__init__(409, "This session has ended. Log in, or log out.")


class TooLarge(HTTPException):
    def __init__(self) -> None:
        super().__init__(413, "This is more than a session holds.")


class Crowded(HTTPException):
    """Users can still log in."""

    def __init__(self) -> None:
        super().__init__(503, "Too many visitors. Log in, or come later.")


class Unavailable(HTTPException):
    """A repeat is invited only where nothing can have been done yet."""

    def __init__(self, again: bool = False, cookie: str = "") -> None:
        headers = {"Retry-After": "5"} if again else {}
        if cookie:
            headers["Set-Cookie"] = cookie
        super().__init__(503, "Sessions are not available.", headers)
