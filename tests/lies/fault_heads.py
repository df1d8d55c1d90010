"""Faults of the head, the connection and its time."""

from __future__ import annotations

import msgspec
from fault_kind import Act, Kind, Scene
from fault_line import head, whole

SLOW = 3.0
"""Seconds that a slow fault lasts; the client of a trial gives up long before."""


def _raw(content: bytes, *, reset: bool = False) -> Act:
    def act(scene: Scene) -> None:
        scene.line.send(content)
        scene.line.reset() if reset else scene.line.close()

    return act


def _status_line(first: str) -> Act:
    def act(scene: Scene) -> None:
        length = f"Content-Length: {len(scene.good.body)}"
        scene.line.send(head(scene.good, length, status=first), scene.good.body)
        scene.line.close()

    return act


def _with_lines(*lines: str) -> Act:
    return lambda scene: scene.line.send(whole(scene.good, *lines))


def _with_bytes(line: bytes) -> Act:
    def act(scene: Scene) -> None:
        first, rest = whole(scene.good).split(b"\r\n", 1)
        scene.line.send(first, b"\r\n", line, b"\r\n", rest)
        scene.line.close()

    return act


def _before(content: bytes) -> Act:
    return lambda scene: scene.line.send(content, whole(scene.good))


def _part_of_head(*, reset: bool) -> Act:
    def act(scene: Scene) -> None:
        content = head(scene.good)
        scene.line.send(content[: scene.rng.randrange(1, len(content))])
        scene.line.reset() if reset else scene.line.close()

    return act


def _trickle(content: bytes, scene: Scene) -> None:
    pieces = 60
    size = max(1, len(content) // pieces)
    for n in range(0, len(content), size):
        scene.line.send(content[n : n + size])
        if scene.line.wait(SLOW / pieces):
            return


def _slow_body(scene: Scene) -> None:
    scene.line.send(head(scene.good, f"Content-Length: {len(scene.good.body)}"))
    _trickle(scene.good.body, scene)


def _silence(before: bool) -> Act:
    def act(scene: Scene) -> None:
        if not before:
            scene.line.send(head(scene.good, f"Content-Length: {len(scene.good.body)}"))
        scene.line.wait(SLOW)
        scene.line.close()

    return act


def _endless(start: bytes, piece: bytes) -> Act:
    def act(scene: Scene) -> None:
        scene.line.send(start)
        for _ in range(20_000):
            scene.line.send(piece)

    return act


def _storm(scene: Scene) -> None:
    for _ in range(2_000):
        scene.line.send(b"HTTP/1.1 102 Processing\r\n\r\n" * 50)
    scene.line.send(whole(scene.good))


def _line_feeds(scene: Scene) -> None:
    content = head(scene.good, f"Content-Length: {len(scene.good.body)}")
    scene.line.send(content.replace(b"\r\n", b"\n"), scene.good.body)


def _twice_typed(scene: Scene) -> None:
    scene.line.send(whole(scene.good, "Content-Type: text/html"))


def _untyped(scene: Scene) -> None:
    kept = {k: v for k, v in scene.good.headers.items() if k != "content-type"}
    scene.line.send(whole(msgspec.structs.replace(scene.good, headers=kept)))


_OK = b"HTTP/1.1 200 OK\r\n"
_TLS = bytes.fromhex("160303007a020000760303") + bytes(100)
_ALERT = bytes.fromhex("15030300020228")

HEADS = (
    Kind("status line is rubbish", _status_line("%$#@! 200")),
    Kind("status 999", _status_line("HTTP/1.1 999 What")),
    Kind("status 99", _status_line("HTTP/1.1 99 What")),
    Kind("status of letters", _status_line("HTTP/1.1 abc What")),
    Kind("status of 20 digits", _status_line("HTTP/1.1 20000000000000000000 OK")),
    Kind("status missing", _status_line("HTTP/1.1")),
    Kind("no reason phrase", _status_line("HTTP/1.1 200"), harmless=True),
    Kind("HTTP/3.7", _status_line("HTTP/3.7 200 OK")),
    Kind("ICY 200 OK", _status_line("ICY 200 OK")),
    Kind("HTTP/0.9", lambda s: (s.line.send(s.good.body), s.line.close())[0]),
    Kind("HTTP/1.0", _status_line("HTTP/1.0 200 OK"), harmless=True),
    Kind("HTTP/2 preface", _raw(bytes.fromhex("000000040000000000"))),
    Kind("NUL in a header", _with_bytes(b"X-Nul: a\0b")),
    Kind("NUL in a header's name", _with_bytes(b"X\0Nul: ab")),
    Kind("header without a colon", _with_bytes(b"this is no header")),
    Kind("blank before a colon", _with_bytes(b"X-Blank : 1")),
    Kind("folded header", _with_lines("X-Folded: a\r\n  b"), harmless=True),
    Kind("header of 60 KB", _with_lines("X-Long: " + "x" * 60_000)),
    Kind("header of 1 MB", _with_bytes(b"X-Long: " + b"x" * (1 << 20))),
    Kind("5,000 headers", _with_bytes(b"\r\n".join(b"X-%d: y" % n for n in range(5_000)))),
    Kind("headers without end", _endless(_OK, b"X-More: and more\r\n" * 100)),
    Kind("header in Latin-1", _with_bytes(b"X-Name: K\xe4ri"), harmless=True),
    Kind("header of controls", _with_bytes(b"X-Bell: \x07\x1b[2J")),
    Kind("two content types", _twice_typed),
    Kind("no content type", _untyped),
    Kind("line feeds only", _line_feeds, harmless=True),
    Kind("blank lines first", _before(b"\r\n\r\n")),
    Kind("early hints", _before(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), True),
    Kind("a hundred 1xx", _before(b"HTTP/1.1 102 Processing\r\n\r\n" * 100), True),
    Kind("100,000 1xx", _storm),
    Kind("switching protocols", _before(b"HTTP/1.1 101 X\r\nUpgrade: x\r\n\r\n")),
    Kind("closed at once", _raw(b"")),
    Kind("reset at once", _raw(b"", reset=True)),
    Kind("head cut", _part_of_head(reset=False)),
    Kind("head cut, then reset", _part_of_head(reset=True)),
    Kind("TLS on a plain port", _raw(_TLS)),
    Kind("TLS alert on a plain port", _raw(_ALERT)),
    Kind("mail server", _raw(b"220 mail.example ESMTP\r\n")),
    Kind("SSH server", _raw(b"SSH-2.0-OpenSSH_9.2\r\n")),
    Kind("zeros", _raw(bytes(5_000))),
    Kind("body without end", _endless(_OK + b"\r\n", b"x" * 10_000)),
    Kind(
        "chunks without end",
        _endless(
            _OK + b"Transfer-Encoding: chunked\r\n\r\n", b"2710\r\n" + b"x" * 10_000 + b"\r\n"
        ),
    ),
    Kind("body trickles", _slow_body, slow=True),
    Kind("head trickles", lambda s: _trickle(whole(s.good), s), slow=True),
    Kind("silence", _silence(before=True), slow=True),
    Kind("silence after the head", _silence(before=False), slow=True),
)
