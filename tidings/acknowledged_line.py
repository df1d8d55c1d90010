"""One line of what was acknowledged (:mod:`tidings.acknowledged`): its form, and a day folded."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import reduce
from operator import xor
from typing import Annotated, Literal, TypeAlias

import msgspec

from tidings.errors import WarehouseError

Kind: TypeAlias = Literal["merged", "changed", "erased"]

_SUM = b',"sum":"%08x"}'
_SUM_LENGTH = len(_SUM % 0)


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that was committed: ``id`` is a batch, a change, or an erasure.

    ``day`` (YYYY-MM-DD) is a property of the thing itself, by which lines are folded: of a batch
    that in its id, of a change when it was made. ``at`` (aware UTC) is when it was known from.
    ``counts`` are the load's as it was merged: rows_in, rejected, new, changed, unchanged,
    duplicate, quarantined, gone; an erasure lowers the warehouse's own, and nothing compares them.
    A line with ``folded`` stands for so many batches of that day; its ``id`` is their digest.
    """

    kind: Kind
    id: str
    day: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    fence: int = 0
    counts: tuple[int, ...] = ()
    folded: int = 0


def digest(ids: Iterable[str]) -> str:
    """Return the digest of a set of ids: their MD5 hashes, taken together by exclusive or.

    It is what ``warehouse/sql/acknowledged/folded.sql`` computes, whatever the order.
    """
    hashes = (hashlib.md5(one.encode(), usedforsecurity=False).digest() for one in ids)
    return f"{reduce(xor, (int.from_bytes(one) for one in hashes), 0):032x}"


def day_of_batch(batch_id: str) -> str:
    """Return the day in a batch's id: when its walk started."""
    return batch_id.split("/")[1] if batch_id.count("/") > 1 else ""


def folded(ripe: Iterable[Line]) -> Iterator[Line]:
    """Give one line a day that stands for these lines of batches."""
    days: dict[str, list[Line]] = {}
    for line in ripe:
        days.setdefault(line.day, []).append(line)
    for day, lines in sorted(days.items()):
        single = int(digest(line.id for line in lines if not line.folded), 16)
        together = reduce(xor, (int(line.id, 16) for line in lines if line.folded), single)
        yield Line(
            kind="merged",
            id=f"{together:032x}",
            day=day,
            at=max(line.at for line in lines),
            fence=max(line.fence for line in lines),
            folded=sum(line.folded or 1 for line in lines),
        )


def written(line: Line) -> bytes:
    """Return a line as it stands in the file, with its end."""
    body = msgspec.json.encode(line)[:-1]
    return body + _SUM % zlib.crc32(body) + b"\n"


def read(raw: bytes) -> Line | None:
    """Return the line, or None where it is not what was written; WarehouseError: not known here."""
    body, end = raw[:-_SUM_LENGTH], raw[-_SUM_LENGTH:]
    if end != _SUM % zlib.crc32(body):
        return None
    try:
        return msgspec.json.decode(body + b"}", type=Line)
    except msgspec.MsgspecError as error:  # its checksum is right: it was written so
        raise WarehouseError(
            f"A line of acknowledged.jsonl was written by a newer Tidings: {error}.",
            remedy="Use that one, or a later one.",
        ) from error
