"""Mentions for the tests: one that keeps all rules, and for each rule one that breaks it."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pyarrow as pa

from tidings.mention import PAIR_RULES, Mention
from tidings.schema import columns, to_arrow
from transforms.suite import RowRule

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)

GOOD = Mention(
    source="steam",
    place="620",
    external_id="1",
    kind="review",
    published=NOW - timedelta(days=2),
    collected=NOW - timedelta(days=1),
    edited=NOW - timedelta(days=1),
    url="https://example.com/1",
    author="p1",
    author_followers=0,
    title="Fine",
    text="A fine game, and the support answered within the hour.",
    language="en-gb",
    rating=5.0,
    rating_min=1.0,
    rating_max=5.0,
    likes=-3,
    replies=0,
    country="GB",
)

OF_TYPE: dict[type, Any] = {str: "x", int: 3, float: 3.0, datetime: NOW}


def change(mention: Mention = GOOD, **values: Any) -> Mention:
    return msgspec.structs.replace(mention, **values)


def table(*mentions: Mention) -> pa.Table:
    return to_arrow(mentions)


def breaking(rule: RowRule) -> list[dict[str, Any]]:
    """Return changes of GOOD each of which breaks ``rule``, derived from the declaration."""
    declared = {c.name: c for c in columns()}
    name = rule.columns[0]
    meta = declared[name].meta
    if rule.kind == "required":
        return [{name: None}]
    if rule.kind == "choices":
        return [{name: "no such"}, {name: ""}]
    if rule.kind == "pattern":
        good = getattr(GOOD, name)
        return [{name: v} for v in ("?? ??", "", f"{good}\n", f"{good}\u3000x")]
    if rule.kind == "length":
        short = [] if meta.min_length is None else [{name: "x" * (meta.min_length - 1)}]
        return [*short, *([] if meta.max_length is None else [{name: "é" * (meta.max_length + 1)}])]
    if rule.kind == "at_least":
        return [{name: int(meta.ge or 0) - 1}]
    if rule.kind == "says_something":
        nothing = dict.fromkeys(rule.columns)
        blank = {str: " \n", float: math.nan}
        blanks = {n: blank[declared[n].type] for n in rule.columns}
        return [nothing, blanks]
    return [beyond(rule.name, by=1)]


def beyond(pair_name: str, by: int) -> dict[str, Any]:
    """Return values of a pair, the smaller one larger by its slack and ``by`` seconds or units."""
    pair = next(p for p in PAIR_RULES if p.name == pair_name)
    value = OF_TYPE[{c.name: c.type for c in columns()}[pair.larger]]
    more = pair.slack_seconds + by
    step = timedelta(seconds=more) if isinstance(value, datetime) else more
    return {pair.larger: value, pair.smaller: value + step}
