"""Faults of length and packing: cut, too long, badly chunked, badly compressed, bombs."""

from __future__ import annotations

import gzip
import zlib

import zstandard
from fault_kind import Act, Kind, Scene
from fault_line import head, whole

BOMB = gzip.compress(bytes(64 << 20), 9)
NESTED = gzip.compress(gzip.compress(bytes(256 << 20), 1), 9)


def _sized(scene: Scene, body: bytes, *lines: str, length: int | str | None = None) -> None:
    told = len(body) if length is None else length
    scene.line.send(head(scene.good, f"Content-Length: {told}", *lines), body)


def _unsized(scene: Scene, body: bytes, *lines: str) -> None:
    scene.line.send(head(scene.good, *lines), body)
    scene.line.close()


def _chunked(scene: Scene, body: bytes, *lines: str) -> None:
    scene.line.send(head(scene.good, "Transfer-Encoding: chunked", *lines), body)


def _chunks(body: bytes, size: int = 700) -> bytes:
    pieces = [body[n : n + size] for n in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces)


def _plain_cut(scene: Scene) -> None:
    body = scene.cut(scene.good.body)
    _sized(scene, body, length=len(scene.good.body))
    scene.line.close()


def _cut_and_reset(scene: Scene) -> None:
    _sized(scene, scene.cut(scene.good.body), length=len(scene.good.body))
    scene.line.reset()


def _chunk_cut(scene: Scene) -> None:
    _chunked(scene, scene.cut(_chunks(scene.good.body)))
    scene.line.close()


def _no_last_chunk(scene: Scene) -> None:
    _chunked(scene, _chunks(scene.good.body))
    scene.line.close()


def _bad_chunk(size: bytes) -> Act:
    def act(scene: Scene) -> None:
        half = scene.good.body[: len(scene.good.body) // 2]
        _chunked(scene, _chunks(half), size + b"\r\n" + half + b"\r\n0\r\n\r\n")
        scene.line.close()

    def _chunked(scene: Scene, *parts: bytes) -> None:
        scene.line.send(head(scene.good, "Transfer-Encoding: chunked"), *parts)

    return act


def _extended_chunks(scene: Scene) -> None:
    body = scene.good.body
    first = b"%x;x=%s\r\n%s\r\n" % (len(body), b"y" * 3000, body) if body else b""
    _chunked(scene, first + b"0\r\nX-Trailer: 1\r\n\r\n")


def _packed(encoding: str, pack: object, *, cut: str = "") -> Act:
    """Send the body packed, cut by chance, told in one of three ways."""

    def act(scene: Scene) -> None:
        packed: bytes = pack(scene.good.body)  # type: ignore[operator]
        body = scene.cut(packed) if cut else packed
        line = f"Content-Encoding: {encoding}"
        match cut:
            case "sized" | "":
                _sized(scene, body, line)
            case "unsized":
                _unsized(scene, body, line)
            case "chunked":
                _chunked(scene, _chunks(body) + b"0\r\n\r\n", line)

    return act


def _bare(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def _members(body: bytes) -> bytes:
    half = len(body) // 2
    return gzip.compress(body[:half]) + gzip.compress(body[half:])


def _second_member_cut(scene: Scene) -> None:
    half = len(scene.good.body) // 2
    second = gzip.compress(scene.good.body[half:])
    body = gzip.compress(scene.good.body[:half]) + second[: scene.rng.randrange(1, len(second))]
    _sized(scene, body, "Content-Encoding: gzip")


def _changed(at: slice, value: bytes) -> object:
    def pack(body: bytes) -> bytes:
        packed = bytearray(gzip.compress(body))
        packed[at] = value
        return bytes(packed)

    return pack


def _flipped(scene: Scene) -> None:
    packed = bytearray(gzip.compress(scene.good.body))
    packed[scene.rng.randrange(10, len(packed) - 8)] ^= 1 << scene.rng.randrange(8)
    _sized(scene, bytes(packed), "Content-Encoding: gzip")


def _poison(scene: Scene) -> None:
    """After the whole answer comes a second one, for whoever asks next on this connection."""
    forged = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n[]"
    scene.line.send(whole(scene.good), forged)


def _short_length(scene: Scene) -> None:
    _sized(scene, scene.good.body, length=scene.rng.randrange(len(scene.good.body)))
    scene.line.close()


def _length(value: str) -> Act:
    def act(scene: Scene) -> None:
        _sized(scene, scene.good.body, length=value)
        scene.line.close()

    return act


def _empty_members(scene: Scene) -> None:
    body = gzip.compress(b"") * 20_000 + gzip.compress(scene.good.body)
    _sized(scene, body, "Content-Encoding: gzip")


def _bomb(content: bytes, encoding: str) -> Act:
    return lambda scene: _sized(scene, content, f"Content-Encoding: {encoding}")


def _zstd(body: bytes) -> bytes:
    return zstandard.compress(body)


FRAMING = (
    Kind("cut, length told", _plain_cut),
    Kind("cut, then reset", _cut_and_reset),
    Kind("cut, no length told", lambda s: _unsized(s, s.cut(s.good.body))),
    Kind("chunk cut", _chunk_cut),
    Kind("last chunk missing", _no_last_chunk),
    Kind("chunk size no number", _bad_chunk(b"zz")),
    Kind("chunk size below zero", _bad_chunk(b"-5")),
    Kind("chunk size huge", _bad_chunk(b"7fffffffffffffff")),
    Kind("chunk size of 100 digits", _bad_chunk(b"f" * 100)),
    Kind("chunk longer than told", _bad_chunk(b"3")),
    Kind("chunk size empty", _bad_chunk(b"")),
    Kind("chunk extension and trailer", _extended_chunks, harmless=True),
    Kind("gzip", _packed("gzip", gzip.compress), harmless=True),
    Kind("gzip cut, length told", _packed("gzip", gzip.compress, cut="sized")),
    Kind("gzip cut, no length", _packed("gzip", gzip.compress, cut="unsized")),
    Kind("gzip cut, well chunked", _packed("gzip", gzip.compress, cut="chunked")),
    Kind("zlib cut", _packed("deflate", zlib.compress, cut="sized")),
    Kind("zlib cut, well chunked", _packed("deflate", zlib.compress, cut="chunked")),
    Kind("bare deflate", _packed("deflate", _bare), harmless=True),
    Kind("bare deflate cut", _packed("deflate", _bare, cut="sized")),
    Kind("several gzip members", _packed("gzip", _members), harmless=True),
    Kind("second gzip member cut", _second_member_cut),
    Kind("zeros after gzip", _packed("gzip", lambda b: gzip.compress(b) + bytes(64)), True),
    Kind("rubbish after gzip", _packed("gzip", lambda b: gzip.compress(b) + b"rubbish")),
    Kind("gzip, bit flipped", _flipped),
    Kind("gzip, wrong checksum", _packed("gzip", _changed(slice(-8, -4), b"abcd"))),
    Kind("gzip, wrong size", _packed("gzip", _changed(slice(-4, None), b"\0\0\0\1"))),
    Kind("gzip, no trailer", _packed("gzip", lambda b: gzip.compress(b)[:-8])),
    Kind("gzip, header only", _packed("gzip", lambda b: gzip.compress(b)[:10])),
    Kind("gzip, 20,000 empty members", _empty_members, harmless=True),
    Kind("gzip not said", lambda s: _sized(s, gzip.compress(s.good.body))),
    Kind("gzip said, plain sent", _packed("gzip", lambda b: b)),
    Kind("deflate said, gzip sent", _packed("deflate", gzip.compress)),
    Kind("gzip said, zlib sent", _packed("gzip", zlib.compress)),
    Kind("GZIP in capitals", _packed("GZIP", gzip.compress), harmless=True),
    Kind("identity said", _packed("identity", lambda b: b), harmless=True),
    Kind("packed fifty times", _packed(", ".join(["gzip"] * 50), gzip.compress)),
    Kind("brotli not asked for", _packed("br", lambda b: b"\x8b" + b)),
    Kind("zstd not asked for", _packed("zstd", _zstd)),
    Kind("zstd cut", _packed("zstd", _zstd, cut="sized")),
    Kind("encoding unknown", _packed("rot13", lambda b: b)),
    Kind("encoding of control characters", _packed("\x01gzip", gzip.compress)),
    Kind("bomb", _bomb(BOMB, "gzip")),
    Kind("nested bomb", _bomb(NESTED, "gzip, gzip")),
    Kind("length too long", lambda s: (_sized(s, s.good.body, length=10**6), s.line.close())[0]),
    Kind("length too short", _short_length),
    Kind("length below zero", _length("-1")),
    Kind("length no number", _length("many")),
    Kind("length in hex", _length("0x400")),
    Kind("length empty", _length("")),
    Kind("length of 400 digits", _length("9" * 400)),
    Kind("length over the limit", _length(str(10**12))),
    Kind("two lengths", lambda s: _sized(s, s.good.body, "Content-Length: 5")),
    Kind(
        "length and chunks",
        lambda s: _chunked(s, _chunks(s.good.body) + b"0\r\n\r\n", "Content-Length: 5"),
    ),
    Kind("an answer more than asked for", _poison),
)
