"""What a login form sends: two short texts, and nothing else is read."""

from ipaddress import IPv6Address, ip_address
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from stateless.rest_apis.body import bounded

FORM = "application/x-www-form-urlencoded"


async def credentials(request: Request, longest: int = 128) -> tuple[str, str]:
    """The user and the password; HTTPException 400, 413 or 415 without."""
    kinds = request.headers.getlist("content-type")
    if [kind.partition(";")[0].strip().lower() for kind in kinds] != [FORM]:
        raise HTTPException(415)
    body = await bounded(request, size=32 * longest)
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=2,
        )
    except ValueError:
        raise HTTPException(400) from None
    fields = dict(pairs)
    if set(fields) != {"user", "password"} or len(pairs) != 2:
        raise HTTPException(400)
    if not all(0 < len(text) <= longest for text in fields.values()):
        raise HTTPException(400)
    return fields["user"], fields["password"]


def network(request: Request) -> str:
    """Who asks: an IPv4 address, or all of one IPv6 customer's, a /64."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return address.exploded[:19]
    return host
