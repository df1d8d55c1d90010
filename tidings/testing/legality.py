"""What a mention must be for the rest of the house to take it, as a list of what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from tidings.connector import Connector
from tidings.mention import PAIR_RULES, Mention
from tidings.schema import Column, columns, to_arrow

LEFT_TO_THE_WALK = ("author", "collected", "raw_page")
"""Columns that the collecting walk fills in; a connector leaves them out."""


def faults_of_mentions(connector: Connector, mentions: Sequence[Mention]) -> list[str]:
    """Return what is wrong with ``mentions``, one sentence each; nothing if all are legal."""
    found = [fault for m in mentions for fault in _faults(connector, m)]
    if found:
        return found
    try:
        to_arrow(mentions)
    except (TypeError, ValueError, OverflowError) as error:
        return [f"They don't fit the schema of a mention: {type(error).__name__}: {error}"]
    return []


def faults_of_times(mentions: Sequence[Mention]) -> list[str]:
    """Return which times of ``mentions`` are not aware UTC, one sentence each."""
    names = [c.name for c in columns() if c.type is datetime]
    return [
        f"{m.external_id!r}: {name} is {value!r}, not an aware time in UTC"
        for m in mentions
        for name in names
        if isinstance(value := getattr(m, name), datetime) and value.utcoffset() != timedelta(0)
    ]


def _faults(connector: Connector, mention: Mention) -> Iterator[str]:
    which = f"{mention.external_id!r}: "
    if mention.source != connector.source:
        yield f"{which}its source is {mention.source!r}, the connector's {connector.source!r}"
    for name in LEFT_TO_THE_WALK:
        if getattr(mention, name) is not None:
            yield f"{which}{name!r} is set, which is for the collecting walk to fill in"
    for col in columns():
        fault = _fault(col, getattr(mention, col.name))
        if fault:
            yield f"{which}{col.name} {fault}"
    for rule in PAIR_RULES:
        larger, smaller = getattr(mention, rule.larger), getattr(mention, rule.smaller)
        if larger is None or smaller is None:
            continue
        if _below(larger, smaller, rule.slack_seconds):
            yield f"{which}breaks {rule.meaning}: {rule.larger} {larger}, {rule.smaller} {smaller}"


def _below(larger: Any, smaller: Any, slack_seconds: int) -> bool:
    if not isinstance(larger, datetime):
        return bool(larger < smaller)
    if larger.tzinfo is None or smaller.tzinfo is None:
        return False  # told by faults_of_times
    return bool(smaller - larger > timedelta(seconds=slack_seconds))


def _fault(col: Column, value: Any) -> str:
    if value is None:
        return "is missing" if col.required else ""
    wanted = (int, float) if col.type is float else (col.type,)
    if isinstance(value, bool) or not isinstance(value, wanted):
        return f"is a {type(value).__name__} ({value!r}), not a {col.type.__name__}"
    if col.choices and value not in col.choices:
        return f"is {value!r}, not one of {', '.join(col.choices)}"
    limits = col.meta
    if isinstance(value, int | float) and limits.ge is not None and value < limits.ge:
        return f"is {value!r}, less than {limits.ge:g}"
    if isinstance(value, str):
        return _text_fault(col, value)
    return ""


def _text_fault(col: Column, value: str) -> str:
    limits = col.meta
    if limits.min_length is not None and len(value) < limits.min_length:
        return "is empty" if not value else f"has only {len(value)} characters"
    if limits.max_length is not None and len(value) > limits.max_length:
        return f"has {len(value)} characters, more than {limits.max_length}"
    if limits.pattern is not None and not re.search(limits.pattern, value):
        return f"is {value!r}, which does not fit {limits.pattern}"
    return ""
