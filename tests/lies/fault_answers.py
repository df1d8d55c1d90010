"""Faults of what an answer says: its status, where it leads, how its body is written."""

from __future__ import annotations

import json

import msgspec
from fault_kind import Act, Kind, Scene, is_json
from fault_line import head, whole

from tidings.http import Answer

PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in.</body></html>"


def _status(status: int, body: bytes | None = None, **headers: str) -> Act:
    def act(scene: Scene) -> None:
        told = {**scene.good.headers, **{k.replace("_", "-"): v for k, v in headers.items()}}
        content = scene.good.body if body is None else body
        scene.line.send(whole(Answer(status=status, url="", headers=told, body=content)))

    return act


def _redirect(target: str, status: int = 302) -> Act:
    def act(scene: Scene) -> None:
        where = target.replace("CANARY", scene.canary)
        answer = Answer(status=status, url="", headers={"location": where})
        scene.line.send(whole(answer))

    return act


def _body(change: object, **headers: str) -> Act:
    def act(scene: Scene) -> None:
        content: bytes = change(scene.good.body)  # type: ignore[operator]
        told = {**scene.good.headers, **{k.replace("_", "-"): v for k, v in headers.items()}}
        scene.line.send(whole(msgspec.structs.replace(scene.good, body=content, headers=told)))

    return act


def _charset(name: str, encode: str = "utf-8", *, bom: bytes = b"") -> Act:
    def act(scene: Scene) -> None:
        media = scene.kind.partition(";")[0] or "text/html"
        text = scene.good.body.decode("utf-8", "replace")
        content = bom + text.encode(encode, "replace")
        told = {**scene.good.headers, "content-type": f"{media}; charset={name}"}
        scene.line.send(whole(msgspec.structs.replace(scene.good, body=content, headers=told)))

    return act


def _inserted(what: bytes) -> Act:
    def act(scene: Scene) -> None:
        at = scene.rng.randrange(len(scene.good.body) + 1)
        body = scene.good.body[:at] + what + scene.good.body[at:]
        scene.line.send(whole(msgspec.structs.replace(scene.good, body=body)))

    return act


def _without_head(scene: Scene) -> None:
    """Bytes are announced for an answer that may have none, and are sent."""
    scene.line.send(head(scene.good, "Content-Length: 4", status="HTTP/1.1 204 No"), b"body")


def _deep(opening: bytes) -> object:
    return lambda _body: opening * 100_000


def _error_object(_body: bytes) -> bytes:
    return json.dumps({"error": {"code": 500, "message": "went wrong"}}).encode()


LEAVING_OUT = ("google_play", "google_business", "google_places new")
"""Their answers have no field for what there is nothing of, as all of that protocol do."""

_WAITS = (
    "-1",
    "99999999999999999999",
    "1e400",
    "NaN",
    "soon",
    "",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "0",
    "0x10",
    "٣",
    "Mon, 99 Foo 2020 99:99:99 XYZ",
    "1,2",
)
_STATUSES = (
    400,
    401,
    402,
    403,
    404,
    407,
    408,
    409,
    410,
    418,
    425,
    429,
    431,
    451,
    500,
    501,
    502,
    503,
    504,
    507,
    520,
    530,
    599,
)
_TARGETS = (
    "http://CANARY/",
    "//CANARY/",
    "http://169.254.169.254/latest/",
    "file:///etc/passwd",
    "ftp://CANARY/",
    "gopher://CANARY/",
    "javascript:alert(1)",
    "data:text/html,x",
    "",
    "http://",
    "http://[::1",
    "http://user:pass@CANARY/",
    "http://CANARY:0/",
    "http://a b/",
    "https://" + "a" * 5000 + "/",
    "http://[::ffff:127.0.0.1]/",
    "http://0x7f.1/",
    "http://2130706433/",
)
_CHARSETS = ("utf-8\x00", "undefined", "idna", "unicode-escape", "zip", "x" * 3000, "rot13", "hex")

ANSWERS = (
    Kind("200, empty", _status(200, b"")),
    Kind("204", _status(204)),
    Kind("204 with a body", _without_head),
    Kind("205", _status(205, b"")),
    Kind(
        "206, half",
        lambda s: _status(206, s.good.body[: len(s.good.body) // 2], Content_Range="bytes 0-9/99")(
            s
        ),
    ),
    Kind("206, whole", _status(206, Content_Range="bytes 0-9/99")),
    Kind("304 unasked", _status(304)),
    Kind("300", _status(300)),
    Kind("306", _status(306)),
    *(Kind(f"status {code}", _status(code, b"no")) for code in _STATUSES),
    *(Kind(f"429, Retry-After {w!r}", _status(429, b"no", Retry_After=w)) for w in _WAITS),
    Kind(
        "503, Retry-After twice",
        lambda s: s.line.send(
            whole(Answer(status=503, url="", body=b"no"), "Retry-After: 1", "Retry-After: x")
        ),
    ),
    *(Kind(f"redirect to {t[:40]!r}", _redirect(t)) for t in _TARGETS),
    Kind("redirect without a place", _status(302, b"")),
    Kind("308 to a private place", _redirect("http://CANARY/", 308)),
    Kind("redirect to itself", _redirect("?", 301)),
    Kind("HTML", _body(lambda _b: PAGE, content_type="text/html"), fits=is_json),
    Kind("HTML, said to be what it should", _body(lambda _b: PAGE), fits=is_json),
    Kind("null", _body(lambda _b: b"null")),
    Kind("a number", _body(lambda _b: b"123")),
    Kind("a text", _body(lambda _b: b'"text"')),
    Kind("an object without its fields", _body(lambda _b: b"{}"), not_of=LEAVING_OUT),
    Kind("an error with 200", _body(_error_object)),
    Kind(
        "list for object, object for list",
        _body(lambda b: b'{"a": 1}' if b.lstrip()[:1] == b"[" else b'[1, "a", null]'),
        fits=is_json,
    ),
    Kind("twice", _body(lambda b: b + b), fits=is_json),
    Kind("rubbish after JSON", _body(lambda b: b + b"}]"), fits=is_json),
    Kind("prefixed JSON", _body(lambda b: b")]}'\n" + b), fits=is_json),
    Kind("[ 100,000 deep", _body(_deep(b"["))),
    Kind('{"a": 100,000 deep', _body(_deep(b'{"a":'))),
    Kind("<a> 100,000 deep", _body(_deep(b"<a>")), fits=lambda g: not is_json(g)),
    Kind("UTF-8 mark", _body(lambda b: b"\xef\xbb\xbf" + b), harmless=True),
    Kind("NUL somewhere", _inserted(b"\0"), words=True),
    Kind("bytes of no charset", _inserted(b"\xff\xfe\x80"), words=True),
    Kind("lone surrogate", _inserted(b"\xed\xa0\x80"), words=True),
    Kind("control characters", _inserted(b"\x01\x1b[2J\x7f"), words=True),
    Kind("UTF-16 with a mark", _charset("utf-16", "utf-16")),
    Kind("UTF-16 without", _charset("utf-8", "utf-16-le")),
    Kind("UTF-32", _charset("utf-32", "utf-32")),
    Kind("UTF-7", _charset("utf-7", "utf-7")),
    Kind("EBCDIC", _charset("cp037", "cp037")),
    *(Kind(f"charset {c[:20]!r}", _charset(c)) for c in _CHARSETS),
)
