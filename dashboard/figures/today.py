"""Page one: each own brand, how it stands, what moved it, what needs attention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from dashboard.asked import Asked, Known
from dashboard.figures import answers
from dashboard.figures.incidents import waiting
from dashboard.reader import Row, Snapshot
from tidings.journal import Change
from tidings.times import utcnow


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a brand stands over a period.

    ``figures`` is the row of ``today_brand.sql``; ``why`` has a row a part of the score, which sum
    to its change; ``incidents`` are those of its watch file, ``open`` ones first.
    """

    asked: Asked
    figures: Row
    why: list[Row]
    trend: list[Row]
    incidents: list[Row]
    answers: Row
    sources: list[Row]

    @property
    def open_incidents(self) -> list[Row]:
        """Those that are not over."""
        return [i for i in self.incidents if i["closed"] is None]

    @property
    def calm(self) -> bool:
        """Whether nothing needs anybody: no incident open, no answer overdue, all sources read."""
        return (
            not self.open_incidents
            and not self.answers["overdue"]
            and all(is_well(source) for source in self.sources)
        )


STALE_HOURS = 48.0
"""A source whose last success is older needs a look."""


def is_well(source: Row) -> bool:
    """Whether a source (a row of marts.source_health) was read lately and to its end."""
    age = hours_since(source)
    return age is not None and age <= STALE_HOURS and not source["open_gaps"]


def hours_since(source: Row) -> float | None:
    """Return the hours from a source's last success to now; None where there is none.

    ``hours_since_success`` of the mart ends with the snapshot: it stays where nothing runs.
    """
    last: datetime | None = source["last_success"]
    return None if last is None else (utcnow() - last.replace(tzinfo=UTC)) / timedelta(hours=1)


def standing(snapshot: Snapshot, asked: Asked, unseen: Sequence[Change] = ()) -> Standing | None:
    """Return how the brand asked for stands; None where the period is before all its days.

    ``unseen`` are changes that the snapshot lacks.
    """
    values = asked.values()
    figures = snapshot.one("today_brand", values)
    if figures is None:
        return None
    days = {"day_from": figures["before"], "day_to": figures["day"]}
    moved = figures["before"] is not None
    waits = answers.counts(snapshot, asked.brand, answers.marks(unseen, asked.brand))
    return Standing(
        asked=asked,
        figures=figures,
        why=snapshot.rows("why", values | days) if moved else [],
        trend=snapshot.rows("today_trend", values),
        incidents=_incidents(snapshot, values, unseen),
        answers={"waiting": waits["waiting"], "overdue": waits["overdue"]},
        sources=snapshot.rows("health", values),
    )


def _incidents(
    snapshot: Snapshot, values: Mapping[str, object], unseen: Sequence[Change]
) -> list[Row]:
    resolved = {name: acts.resolved for name, acts in waiting(unseen).items()}
    found = snapshot.rows("today_incidents", values)
    told = [row | {"closed": row["closed"] or resolved.get(row["incident_id"])} for row in found]
    return sorted(told, key=lambda row: row["closed"] is not None)


def of_brand(asked: Asked, known: Known) -> Asked:
    """Return the same period of another brand."""
    if asked.days is None:
        return msgspec.structs.replace(asked, brand=known.brand, known=known)
    first = known.last - (asked.last - asked.first)
    return msgspec.structs.replace(
        asked, brand=known.brand, known=known, first=first, last=known.last
    )


def standings(
    snapshot: Snapshot, asked: Asked, brands: Sequence[Known], unseen: Sequence[Change] = ()
) -> list[Standing]:
    """Return how all own brands stand; only the one asked for where the address names it."""
    wanted = [asked.known] if asked.named else [b for b in brands if b.own] or [asked.known]
    found = (standing(snapshot, of_brand(asked, known), unseen) for known in wanted)
    return [one for one in found if one is not None]
