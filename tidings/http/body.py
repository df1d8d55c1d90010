"""A body as it came over the wire, decompressed whole or not at all.

HTTP libraries take a gzip stream that is cut short for a whole one, and read one member of several.
Here a stream that does not reach its end is an error, and size is checked as memory is taken.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

ACCEPTED = "gzip, deflate"
"""What is asked for, as the Accept-Encoding header says it."""

PIECE = 65_536
"""Bytes that are decompressed at a time: a small body may unfold to gigabytes."""


class DamagedBodyError(ValueError):
    """The body is cut short or its bytes are wrong; another try may bring it whole."""


class OversizedBodyError(ValueError):
    """The body is larger than the limit, as sent or as decompressed."""


class UnknownEncodingError(ValueError):
    """The body is packed in a way that was not asked for."""


def read_body(chunks: Iterable[bytes], encoding: str, *, max_bytes: int) -> bytes:
    """Return the whole body of ``chunks`` without its ``encoding``, a Content-Encoding header.

    Raises DamagedBodyError, OversizedBodyError or UnknownEncodingError; never returns a part of a
    body.
    """
    stream = _counted(chunks, max_bytes)
    for name in reversed(encoding.lower().split(",")):
        match name.strip():
            case "" | "identity":
                continue
            case "gzip" | "x-gzip":
                decoded = _inflated(stream, deflate=False)
            case "deflate":
                decoded = _inflated(_headed(stream), deflate=True)
            case other:
                raise UnknownEncodingError(other)
        stream = _counted(decoded, max_bytes)
    try:
        return b"".join(stream)
    except zlib.error as error:
        raise DamagedBodyError(str(error)) from error


def _counted(chunks: Iterable[bytes], max_bytes: int) -> Iterator[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > max_bytes:
            raise OversizedBodyError
        yield chunk


def _inflated(chunks: Iterable[bytes], *, deflate: bool) -> Iterator[bytes]:
    """Decompress; gzip may have several members, one after the other, then zeros as padding."""
    decoder = None
    members = 0
    for chunk in chunks:
        data = chunk
        while data := (data.lstrip(b"\0") if members and decoder is None else data):
            if decoder is None and members and deflate:
                raise DamagedBodyError("there are bytes after the end of the compressed body")
            decoder = decoder or zlib.decompressobj(_deflate_bits(data) if deflate else 31)
            while not decoder.eof and (piece := decoder.decompress(data, PIECE)):
                yield piece
                data = decoder.unconsumed_tail
            data = b""
            if decoder.eof:
                data, decoder, members = decoder.unused_data, None, members + 1
    if decoder is not None or not members:
        raise DamagedBodyError("the compressed body is cut short")


def _deflate_bits(data: bytes) -> int:
    """Tell zlib's wrapped form, which the standard means, from the bare one that some send."""
    wrapped = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS


def _headed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Give at least two bytes first: it takes both to tell the forms of deflate apart."""
    rest = iter(chunks)
    head = b""
    for chunk in rest:
        head += chunk
        if len(head) > 1:
            break
    if head:
        yield head
    yield from rest
