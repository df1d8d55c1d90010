"""The weights of the score's parts: read from a file, put in force as versions, or only tried.

A file has sets of weights, the default ones and those of a brand of its own, each with its days::

    [[default]]
    from = 2026-01-01          # its first day
    sentiment = 0.5
    rating = 0.5               # a part that is left out weighs nothing

    [[brand.Acme]]
    from = 2026-01-01
    to = 2026-07-01            # the day after its last; left out: without end
    sentiment = 0.4
    rating = 0.3
    response = 0.3

It takes the place of the weights that are in force on those days, and of no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import msgspec

from tidings.errors import ConfigurationError
from tidings.times import utcnow
from warehouse.statements import run
from warehouse.transaction import transaction

if TYPE_CHECKING:
    import duckdb

PARTS = ("sentiment", "rating", "response", "attention", "surveys", "stability")

SLACK = 1e-9
"""How far from 1 a set may sum: decimal fractions have no exact form."""

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Weight(NamedTuple):
    """A part's weight, 0..1, of a brand (None: default), from a day to the day after its last."""

    brand: str | None
    part: str
    weight: float
    valid_from: date
    valid_to: date | None


class Moved(NamedTuple):
    """What one part did to the score between two days; see ``marts.why_score_moved``."""

    part: str
    how: str
    value_from: float | None
    value_to: float | None
    weight_from: float
    weight_to: float
    by_value: float | None
    by_weight: float | None
    contribution: float | None
    score_from: float | None
    score_to: float | None


class Replayed(NamedTuple):
    """A day's score as it is told, and as it would be; 0..100, None where there is none."""

    brand: str
    day: date
    told: float | None
    replayed: float | None
    difference: float | None


class _Set(msgspec.Struct, forbid_unknown_fields=True, rename={"since": "from", "until": "to"}):
    since: date
    until: date | None = None
    sentiment: Share = 0.0
    rating: Share = 0.0
    response: Share = 0.0
    attention: Share = 0.0
    surveys: Share = 0.0
    stability: Share = 0.0


class _File(msgspec.Struct, forbid_unknown_fields=True):
    default: list[_Set] = []
    brand: dict[str, list[_Set]] = {}


def read(path: Path) -> list[Weight]:
    """Read a file of weights; ConfigurationError names the file, the place and the remedy."""
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=_File)
    except OSError as error:
        raise ConfigurationError(
            f"{path} can't be read: {error.strerror}.", remedy="Name a file of weights."
        ) from error
    except msgspec.DecodeError as error:
        raise ConfigurationError(
            f"{path}: {error}.", remedy="docs/marts/score.md shows the form."
        ) from error
    sets = [(None, found.default), *found.brand.items()]
    if not any(given for _, given in sets):
        raise ConfigurationError(
            f"{path} has no weights.", remedy="Begin a set with [[default]] or [[brand.NAME]]."
        )
    for brand, given in sets:
        _check(path, brand or "default", given)
    return [w for brand, given in sets for one in given for w in _weights(brand, one)]


def _check(path: Path, name: str, given: list[_Set]) -> None:
    for one in given:
        total = sum(getattr(one, part) for part in PARTS)
        if abs(total - 1) > SLACK:
            raise ConfigurationError(
                f"{path}: the weights of {name} from {one.since} sum to {total:.6g}.",
                remedy="Change them so that they sum to 1.",
            )
        if one.until is not None and one.until <= one.since:
            raise ConfigurationError(
                f"{path}: the weights of {name} from {one.since} end before they begin.",
                remedy="'to' is the day after the last; leave it out for no end.",
            )
    ordered = sorted(given, key=lambda one: one.since)
    for one, following in pairwise(ordered):
        if one.until is None or one.until > following.since:
            raise ConfigurationError(
                f"{path}: two sets of {name} hold on {following.since}.",
                remedy="End the first with 'to' where the second begins.",
            )


def _weights(brand: str | None, one: _Set) -> Iterator[Weight]:
    for part in PARTS:
        yield Weight(brand, part, getattr(one, part), one.since, one.until)


def put_over(old: Iterable[Weight], new: Iterable[Weight]) -> list[Weight]:
    """Return ``old`` without the days that ``new`` has weights of, and ``new``."""
    left, over = list(old), list(new)
    for top in over:
        left = [kept for weight in left for kept in _without(weight, top)]
    return left + over


def _without(weight: Weight, top: Weight) -> Iterator[Weight]:
    """Give what is left of a weight before and after the days of another of the same part."""
    end, top_end = weight.valid_to or date.max, top.valid_to or date.max
    same = (weight.brand, weight.part) == (top.brand, top.part)
    if not same or end <= top.valid_from or weight.valid_from >= top_end:
        yield weight
        return
    if weight.valid_from < top.valid_from:
        yield weight._replace(valid_to=top.valid_from)
    if end > top_end:
        yield weight._replace(valid_from=top_end)


def in_force(con: duckdb.DuckDBPyConnection) -> list[Weight]:
    """Return the weights in force, the default ones first."""
    return [Weight(*row) for row in run(con, "sql/score/in_force").fetchall()]


def put_in_force(
    con: duckdb.DuckDBPyConnection, weights: list[Weight], *, now: datetime | None = None
) -> int:
    """Put ``weights`` over those in force; return how many rows are new.

    The next refresh tells all days by them. What goes out of force is kept in
    ``core.weight_past``. Raises ConfigurationError for a brand that no watch file declares.
    """
    known = brands(con)
    for brand in dict.fromkeys(w.brand for w in weights):
        if brand is not None:
            declared(brand, known)
    old = set(in_force(con))
    wanted = set(put_over(old, weights))
    moment = now or utcnow()
    gone, added = sorted(old - wanted, key=str), sorted(wanted - old, key=str)
    with transaction(con):
        for step, rows in (("keep_past", gone), ("take_out", gone), ("put_in", added)):
            run(con, f"sql/score/{step}", {"rows": _structs(rows), "now": moment})
    return len(added)


def replay(
    con: duckdb.DuckDBPyConnection,
    weights: list[Weight],
    *,
    brand: str | None = None,
    since: date | None = None,
) -> list[Replayed]:
    """Return each day's score as it would be if ``weights`` were put in force, beside that told."""
    tried = put_over(in_force(con), weights)
    values = {"rows": _structs(tried), "brand": brand, "since": since}
    return [Replayed(*row) for row in run(con, "sql/score/replay", values).fetchall()]


def why(con: duckdb.DuckDBPyConnection, brand: str, start: date, end: date) -> list[Moved]:
    """Return what each part did to a brand's score from one day to another, most first.

    Raises ConfigurationError for a brand, or a day, that nothing is told of.
    """
    declared(brand, brands(con))
    values = {"brand": brand, "from_day": start, "to_day": end}
    found = [Moved(*row) for row in run(con, "sql/score/why", values).fetchall()]
    if not found:
        [(first, last)] = run(con, "sql/score/days", values).fetchall()
        raise ConfigurationError(
            f"{start} or {end} is no day that the score of {brand} is told of.",
            remedy=f"Take days from {first} to {last}." if first else "Load something first.",
        )
    return found


def brands(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the names of all declared brands and competitors."""
    return [row[0] for row in run(con, "sql/score/brands").fetchall()]


def declared(brand: str, known: list[str]) -> str:
    """Return ``brand``; ConfigurationError unless it is one of those ``known``."""
    if brand not in known:
        raise ConfigurationError(
            f"No watch file declares a brand {brand!r}.",
            remedy=f"There are: {', '.join(known) or 'none yet'}.",
        )
    return brand


def _structs(rows: Iterable[Weight]) -> list[dict[str, Any]]:
    return [weight._asdict() for weight in rows]
