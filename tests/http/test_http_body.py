"""Unpacking: whole or not at all, however the bytes are dealt out."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tidings.http.body import PIECE, DamagedBodyError, OversizedBodyError, read_body

BIG = 10_000_000
BODIES = st.one_of(
    st.binary(max_size=2000),
    st.builds(
        lambda part, times: part * times, st.binary(min_size=1, max_size=50), st.integers(0, 9000)
    ),
)


def dealt(data: bytes, size: int) -> Iterator[bytes]:
    return (data[i : i + size] for i in range(0, len(data), size))


def bare(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@settings(deadline=None)
@example(bodies=[bytes(PIECE + 10), b"more"], size=99, pad=1)  # zlib hands its rest out twice
@given(
    bodies=st.lists(BODIES, min_size=1, max_size=4),
    size=st.integers(1, 5000),
    pad=st.integers(0, 9),
)
def test_gzip_of_any_number_of_members(bodies: list[bytes], size: int, pad: int) -> None:
    packed = b"".join(gzip.compress(b) for b in bodies) + bytes(pad)
    assert read_body(dealt(packed, size), "gzip", max_bytes=BIG) == b"".join(bodies)


@settings(deadline=None)
@example(body=b"page", size=1, wrapped=True)  # one byte does not tell the form
@given(body=BODIES, size=st.integers(1, 5000), wrapped=st.booleans())
def test_deflate_of_either_form(body: bytes, size: int, wrapped: bool) -> None:
    packed = zlib.compress(body) if wrapped else bare(body)
    assert read_body(dealt(packed, size), "Deflate", max_bytes=BIG) == body


@settings(deadline=None)
@given(
    bodies=st.lists(BODIES, min_size=1, max_size=3),
    size=st.integers(1, 5000),
    where=st.floats(0, 1, exclude_max=True),
)
def test_no_cut_of_a_gzip_stream_passes(bodies: list[bytes], size: int, where: float) -> None:
    members = [gzip.compress(b) for b in bodies]
    packed = b"".join(members)
    cut = int(len(packed) * where)
    ends = {sum(map(len, members[:n])) for n in range(1, len(members))}
    if cut in ends:  # exactly between two members nothing tells
        cut += 1
    with pytest.raises(DamagedBodyError):
        read_body(dealt(packed[:cut], size), "gzip", max_bytes=BIG)


@settings(deadline=None)
@given(
    body=BODIES,
    form=st.sampled_from([zlib.compress, bare]),
    where=st.floats(0, 1, exclude_max=True),
)
def test_no_cut_of_a_deflate_stream_passes(body: bytes, form: type, where: float) -> None:
    packed: bytes = form(body)
    with pytest.raises(DamagedBodyError):
        read_body([packed[: int(len(packed) * where)]], "deflate", max_bytes=BIG)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (gzip.compress(b"page") + b"<html>", "gzip"),
        (gzip.compress(b"page")[:-5] + b"\0" + gzip.compress(b"page")[-4:], "gzip"),
        (zlib.compress(b"page") + b"more", "deflate"),
        (b"<html>not packed at all</html>", "gzip"),
    ],
    ids=["bytes after the end", "checksum", "bytes after deflate", "not packed"],
)
def test_bytes_that_are_no_such_stream_are_no_page(data: bytes, encoding: str) -> None:
    with pytest.raises(DamagedBodyError):
        read_body([data], encoding, max_bytes=BIG)


@pytest.mark.parametrize("times", [1, 2])
def test_a_bomb_is_not_unfolded(times: int) -> None:
    """Counting what has been unfolded is too late."""
    bomb = gzip.compress(bytes(100_000_000))
    for _ in range(times - 1):
        bomb = gzip.compress(bomb)
    tracemalloc.start()
    try:
        with pytest.raises(OversizedBodyError):
            read_body([bomb], ", ".join(["gzip"] * times), max_bytes=5_000_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000


def test_a_body_of_exactly_the_limit_is_read() -> None:
    assert len(read_body([gzip.compress(bytes(500_000))], "gzip", max_bytes=500_000)) == 500_000
    with pytest.raises(OversizedBodyError):
        read_body([gzip.compress(bytes(500_001))], "gzip", max_bytes=500_000)
    with pytest.raises(OversizedBodyError):
        read_body([b"x" * 11], "identity", max_bytes=10)
