"""What waits for an answer, what people marked, and how a brand has answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from dashboard.asked import Asked
from dashboard.figures.mentions import LABELS, number, one_of
from dashboard.reader import Row, Snapshot
from tidings.errors import ConfigurationError
from tidings.journal import Change, MarkAnswer

MOST_MARKED = 20
"""Marks that are listed: the latest."""

Marks = Mapping[UUID, str]
"""The last state of each mention whose mark the snapshot lacks: answered, not_needed or open."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which answers are asked for; None asks for any. ``rating``: 1 to 5 stars."""

    source: str | None = None
    label: str | None = None
    driver: str | None = None
    kind: str | None = None
    rating: int | None = None
    overdue: bool | None = None

    def given(self) -> dict[str, str]:
        """Return what is asked for, as an address says it."""
        told = msgspec.structs.asdict(self)
        if self.overdue is not None:
            told["overdue"] = "yes" if self.overdue else "no"
        return {name: str(value) for name, value in told.items() if value is not None}


def wanted(given: Mapping[str, str]) -> Wanted:
    """Read what an address asks for. Raises ConfigurationError where a value can't be used."""
    overdue = one_of(given, "overdue", ("yes", "no"))
    return Wanted(
        source=given.get("source", "").strip() or None,
        label=one_of(given, "label", LABELS),
        driver=given.get("driver", "").strip() or None,
        kind=given.get("kind", "").strip() or None,
        rating=number(given, "rating", 1, 5),
        overdue=None if overdue is None else overdue == "yes",
    )


def marks(unseen: Sequence[Change], brand: str) -> dict[UUID, str]:
    """Return the marks of a brand that the snapshot lacks."""
    return {
        change.what.mention_id: change.what.state
        for change in unseen
        if isinstance(change.what, MarkAnswer) and change.what.brand == brand
    }


def queue(
    snapshot: Snapshot, brand: str, wanted: Wanted, marked: Marks, *, limit: int, offset: int
) -> list[Row]:
    """Return what waits and fits, the most urgent first; ``of_all`` is how much that is."""
    values = msgspec.structs.asdict(wanted) | {
        "brand": brand,
        "hidden": _hidden(marked),
        "stars": wanted.rating,
        "id": None,
        "limit": limit,
        "offset": offset,
    }
    return snapshot.rows("answers_queue", values)


def waiting(snapshot: Snapshot, brand: str, one: UUID, marked: Marks) -> Row | None:
    """Return one that waits; None where it does not (any more)."""
    values = msgspec.structs.asdict(Wanted()) | {
        "brand": brand,
        "hidden": _hidden(marked),
        "stars": None,
        "id": str(one),
        "limit": 1,
        "offset": 0,
    }
    return snapshot.one("answers_queue", values)


def counts(snapshot: Snapshot, brand: str, marked: Marks) -> Row:
    """Return how much waits, whatever the filters, and what it can be filtered by."""
    found = snapshot.one("answers_counts", {"brand": brand, "hidden": _hidden(marked)})
    assert found is not None
    return found


def period(snapshot: Snapshot, asked: Asked) -> Row:
    """Return how the reviews of the period were answered, with intervals."""
    found = snapshot.one("answers_period", asked.values())
    assert found is not None
    return found


def trend(snapshot: Snapshot, asked: Asked) -> list[Row]:
    """Return reviews received and answers given, by day."""
    return snapshot.rows("answers_trend", asked.values())


def marked_lately(snapshot: Snapshot, brand: str, marked: Marks) -> list[Row]:
    """Return what people marked, the latest first; ``waits``: no load has taken it over."""
    values = {"brand": brand, "ids": [str(one) for one in marked], "limit": MOST_MARKED}
    rows = snapshot.rows("answers_marked", values)
    told = [
        row
        | {
            "state": marked.get(row["mention_id"], row["state"]),
            "waits": row["mention_id"] in marked,
        }
        for row in rows
    ]
    # one that was marked and opened again before any load knew of it is in the queue as ever
    return [row for row in told if row["state"] != "open" or row["made"] is not None]


def is_known(snapshot: Snapshot, brand: str, one: UUID) -> None:
    """Raise ConfigurationError unless the mention is about the brand."""
    about = snapshot.rows("mention_about", {"id": str(one)})
    if brand not in [row["brand"] for row in about]:
        raise ConfigurationError(
            f"There is no such mention of {brand}.", remedy="Mark it in the list of answers."
        )


def _hidden(marked: Marks) -> list[str]:
    return [str(one) for one, state in marked.items() if state != "open"]
