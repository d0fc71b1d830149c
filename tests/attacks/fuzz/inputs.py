"""Odd inputs: what has broken a program somewhere, and what is made of that."""

# ruff: noqa: E501

from __future__ import annotations

import json
from random import Random
from urllib.parse import quote, quote_from_bytes

DIGITS = "9" * 5000
TEXTS = [
    "tea", "ada", "Ada", "", " ", ".", "..", "../../etc/passwd", "a/b", "0", "1", "-1", "007", "٣", "１２", "1_000",
    "9" * 19, "9" * 400, DIGITS, "0" * 5000, "1e9", "NaN", "inf", "null", "None", "\0", "a\0b", "\r\nX-Evil: 1", "\n",
    "é", "日本", "🍵", "e\u0301", "\u202e", "\ufeff", "\x7f", "%", "%00", "%25", "%ZZ", "*", "'", '"', "';--", "{}", "[]",
    "{item}", "a" * 300, "a" * 9000, "é" * 3000, "x;y=z", "a=b", "a,b", "a b", "\\", "__proto__", "\t", "\x1f", "user",
    "request.state", "app.state", "session", "cookie", "module global", "local file", "lifespan state",
    "session, background task", "visits-0", "position", "item&x=1", "?", "#",
]  # fmt: skip
RAW = [b"%ED%A0%80", b"%FF%FE", b"%C0%AF", b"%00", b"%2e%2e%2f", b"%2F", b"%0d%0aX:1", b"%", b"%F4%90%80%80", b"%u0041"]
NUMBERS = [
    "0",
    "1",
    "2",
    "7",
    "250",
    "-1",
    "999999",
    "1000000",
    "9" * 18,
    "9" * 19,
    "9" * 30,
    "9" * 400,
    "9" * 2500,
    "9" * 4300,
    DIGITS,
]
NUMBERS += ["0" * 5000, "007", "٣", "１２", "1.5", "1e9", "+1", "1_0", " 1", "0x10", "²", "NaN", ""]
JSONS = [
    b"[]", b"{}", b"null", b"0", b"true", b'""', b'["tea"]', b'["tea","jam","milk"]', b'["\\ud800"]', b'["\\udc00\\ud800"]',
    b'["\\u0000"]', b"[NaN]", b"[Infinity]", b"[-Infinity]", b"NaN", b"[1e999]", b"[" + b"9" * 5000 + b"]", b"9" * 5000,
    b"[1]", b'[["tea"]]', b'[{"a":1}]', b'[null]', b'["tea",1]', b'{"a":1,"a":2}', b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000,
    b'{"a":' * 50_000, b'["' + b"a" * 70_000 + b'"]', b'["' + b"\xff" + b'"]', b'["\xed\xa0\x80"]', b"\xff\xfe[\x00]\x00",
    b"\xef\xbb\xbf[]", b"[] []", b"[", b'["tea"', b"", b" ", b"\0", b"'tea'", b"1", b"12", b"007", b"1000000", b"-1",
    b"\xd9\xa3", b"\xc2\xb2", b"1" * 7, b"0" * 7, b" 1", b"1\n", b"[" + b'"tea",' * 2000 + b'"jam"]', b'"tea"', b'"dark"',
    b"user=ada&password=x", b"user=ada", b"password=", b"user=%ED%A0%80&password=%00", b"user=" + b"a" * 70_000,
    b"user=ada&user=grace&password=x&password=y", b"&" * 5000, b"=" * 5000, b"user=ada&password=" + b"p" * 9000,
    b"user=%ff&password=%ff", b'{"user":"ada","password":"x"}', b'{"user":"\\ud800","password":"\\ud800"}',
    b'{"user":null,"password":[]}', b"--x\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\nada\r\n--x--\r\n",
    b"--x\r\nContent-Disposition: form-data; name=\"user\"; filename=\"a\"\r\n\r\nada\r\n--x--\r\n", b"--x", b"--x\r\n\r\n\r\n--x--",
]  # fmt: skip
HUGE = [b"a" * 65_536] * 320, [b'["'] + [b"a" * 65_536] * 320 + [b'"]'], [b"[" + b'"tea",' * 10_000] * 330
VALUES = [
    b"", b" ", b"*", b'"1"', b'"2"', b'W/"1"', b'"1", "2"', b'"a,*,b"', b'"999", *', b"* , *", b'"', b'""', b'"1', b"1", b",", b",,",
    b'"1",,"2"', b'"\xff"', b"\xff\xfe", b"\x80", b"\xa0", b"\x85", b"\x01", b"\t", b"a" * 9000, b"9" * 5000, b"-1", b"0", b"1",
    b"Bearer", b"Bearer ", b"Bearer x y", b"Bearer \xff", b"Basic YTpi", b"Basic \xff", b"bearer tea", b"null", b"https://evil.example",
    b"https://shop.example", b"same-origin", b"cross-site", b"same-site", b"none", b"text/plain", b"application/json",
    b"application/json; charset=utf-16", b"application/json; charset=nonsense", b"application/x-www-form-urlencoded",
    b"application/x-www-form-urlencoded; charset=utf-7", b"multipart/form-data; boundary=x", b"multipart/form-data", b"multipart/form-data; boundary=",
    b"bytes=0-", b"bytes=5-1", b"bytes=-" + b"9" * 5000, b"gzip", b"identity", b'"k"', b'"tea"', b'"\\""', b"?1", b":dGVh:", b'"' + b"k" * 9000 + b'"',
    b"Thu, 01 Jan 1970 00:00:00 GMT", b"chunked", b"100-continue", b"websocket", b"1.2.3.4, \xff", b"[::1", b"shop.example:x", b"evil\xff.example",
    b"a:99999999", b"@", b"/", b"a@b", b"[", b"]", b"[]", b"localhost:8000:8000", b'"k";a=1', b"'k'",
]  # fmt: skip
NAMES = [
    b"if-match", b"if-match", b"if-none-match", b"idempotency-key", b"idempotency-key", b"content-type", b"content-type", b"content-length",
    b"content-encoding", b"range", b"authorization", b"cookie", b"cookie", b"origin", b"sec-fetch-site", b"host", b"x-forwarded-for",
    b"x-forwarded-proto", b"x-http-method-override", b"accept", b"accept-language", b"referer", b"user-agent", b"transfer-encoding",
    b"expect", b"upgrade", b"if-modified-since", b"if-unmodified-since", b"x-odd", b"x-forwarded-host", b"forwarded",
]  # fmt: skip
COOKIES = [
    b"session",
    b"__Host-session",
    b"__Host-position",
    b"replica",
    b"word",
    b"theme",
    b"\xa0session",
    b"",
    b"$Version",
    b"csrf",
]
METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "QUERY", "get", "PROPFIND", "M-SEARCH"]


def text(random: Random, seen: list[str]) -> str:
    """One of the odd texts, something that came back before, or a short one of any characters."""
    pick = random.random()
    if pick < 0.3:
        return random.choice(["tea", "jam", "ada", "grace", "milk"])
    if seen and pick < 0.45:
        return random.choice(seen)
    if pick < 0.85:
        return random.choice(TEXTS)
    return "".join(chr(random.choice([*range(128), 0xA0, 0xE9, 0xFFFD, 0x10FFFF])) for _ in range(random.randrange(9)))


def segment(random: Random, seen: list[str], number: bool) -> bytes:
    """What stands in a path for a parameter, percent-encoded, or not, or wrongly."""
    if random.random() < 0.08:
        return random.choice(RAW)
    if number or random.random() < 0.08:
        return quote(random.choice(NUMBERS), safe="").encode()
    return quote(text(random, seen), safe=random.choice(["", "", "/"])).encode()


def mangled(random: Random, data: bytes) -> bytes:
    """The same with some bytes put in, taken out or replaced."""
    made = bytearray(data[:4000])
    for _ in range(random.randrange(1, 4)):
        at = random.randrange(len(made) + 1)
        made[at : at + random.randrange(2)] = bytes([random.randrange(256)]) * random.randrange(3)
    return bytes(made)


def shape(random: Random, depth: int = 0) -> object:
    """JSON of any shape."""
    pick = random.randrange(9 if depth < 4 else 6)
    if pick == 6:
        return {random.choice(TEXTS[:40]): shape(random, depth + 1) for _ in range(random.randrange(3))}
    if pick > 6:
        return [shape(random, depth + 1) for _ in range(random.randrange(4))]
    return [None, True, random.randrange(-9, 10**20), random.random(), random.choice(TEXTS), "\ud800"][pick]


def body(random: Random) -> bytes | list[bytes]:
    pick = random.random()
    if pick < 0.3:
        return b""
    if pick < 0.65:
        return random.choice(JSONS)
    if pick < 0.8:
        return json.dumps(shape(random)).encode()
    if pick < 0.95:
        return mangled(random, random.choice(JSONS))
    if pick < 0.998:
        whole = random.choice(JSONS)
        return [whole[n : n + 997] for n in range(0, min(len(whole), 9970), 997)] or [b""]
    return random.choice(HUGE)


def header(random: Random, tags: list[bytes], jar: dict[bytes, bytes]) -> tuple[bytes, bytes]:
    """One header line; tags and cookies that came back are used again, as they were or mangled."""
    name = random.choice(NAMES)
    value = random.choice(VALUES)
    if tags and name in {b"if-match", b"if-none-match", b"idempotency-key"} and random.random() < 0.5:
        value = random.choice(tags)
    if name == b"cookie":
        pairs = [(random.choice(COOKIES), value), *random.sample([*jar.items()], min(len(jar), 2))]
        value = random.choice([b"; ", b";", b", ", b" ; "]).join(k + b"=" + v for k, v in pairs)
    if random.random() < 0.15:
        value = mangled(random, value)
    return name, value.translate(None, b"\r\n\0")  # no server lets these through


def clean(target: bytes) -> str:
    """A request target, as the raw path of ASGI has it: no spaces and no line ends."""
    return quote_from_bytes(target, safe="/%?&=+;,:@!$'()*~[]|^`{}\"<>\\#").replace("%23", "#")
