"""Mentions with odd values in every field, as a careless connector would make them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec

from tidings.mention import Mention
from tidings.schema import columns

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
_LONG = "x" * 10_000_000
TEXTS: tuple[Any, ...] = (
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "\udfff x",
    "\x1b[2J",
    "\r\n",
    "\u202e",
    "\ufeff",
    "x" * 501,
    "x" * 200_001,
    "\U0010ffff",
    "e\u0301" * 300,
    "👩‍👩‍👧" * 200,
    "=1+1",
    "'; DROP TABLE core.mention; --",
    "<script>hit()</script>",
    "../../etc/passwd",
    "%s%n",
    "{0}",
    "${x}",
    "null",
    "NaN",
    "-",
    "\\",
    "http://[",
    "https://a b",
    "javascript:hit()",
    "https://example.org/" + "y" * 4000,
    "EN",
    "en_US",
    "no",
    "xx-yy-zz",
    "{}",
    '{"a":1}',
    '{"a":"b",}',
    '{"a":"b"}',
    "٣",
    "１",
    "not good " * 20_000,
    "!" * 100_000,
    ("very " * 30_000) + "bad",
    "(" * 50_000,
    "a" * 60_000 + "!",
    "\t" * 50_000,
)
NUMBERS: tuple[Any, ...] = (
    0,
    -1,
    1,
    2**31,
    -(2**31),
    2**53 + 1,
    2**63 - 1,
    -(2**63),
    2**63,
    2**64,
    10**400,
    0.5,
    -0.0,
    1e308,
    1e-320,
    float("nan"),
    float("inf"),
    float("-inf"),
    True,
)
TIMES: tuple[Any, ...] = (
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=23))),
    datetime(1969, 12, 31, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-23))),
    datetime(1582, 10, 10, tzinfo=UTC),
    datetime(2026, 3, 1, 12),
    datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
    NOON + timedelta(days=400),
    datetime(2026, 3, 29, 2, 30, tzinfo=timezone(timedelta(hours=5, minutes=45))),
    datetime(1600, 2, 29, tzinfo=UTC),
)
WRONG: tuple[Any, ...] = ([], {}, b"bytes", "2026-03-01", 5, object, [1, 2], {"a": 1}, 1.5, "5")
_OURS = frozenset({"source", "collected", "raw_page", "author"})


def mentions(rng: random.Random, texts: list[str]) -> Iterator[Mention]:
    """Give mentions: each odd value in each field, then several at once by chance; without end."""
    number = 0
    fields = [c for c in columns() if c.name not in _OURS]
    for field in fields:
        for value in (*_values(field.type), *WRONG, *([None] if field.required else [])):
            number += 1
            yield _odd(number, {field.name: value})
    yield _odd(number + 1, {"external_id": _LONG})
    yield _odd(number + 2, {"text": _LONG})
    yield _odd(number + 3, {"title": _LONG, "author_handle": _LONG})
    number += 3
    while True:
        number += 1
        chosen = rng.sample(fields, rng.randrange(1, 5))
        changed = {f.name: rng.choice(_values(f.type)) for f in chosen}
        yield _odd(number, {"text": rng.choice(texts), **changed})


def _values(kind: type) -> tuple[Any, ...]:
    return {str: TEXTS, int: NUMBERS, float: NUMBERS, datetime: TIMES}[kind]


def _odd(number: int, changed: dict[str, Any]) -> Mention:
    good = Mention(
        source="given",
        place="square",
        external_id=f"n{number}",
        kind="post",
        published=NOON,
        text="The anvil is good, and the shop is not.",
        author_handle="kari",
    )
    return msgspec.structs.replace(good, **changed)
