"""Incidents of a watch file in a period, with what people did about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from dashboard.asked import Asked
from dashboard.reader import Row, Snapshot
from tidings.alert_rules import RULES
from tidings.errors import ConfigurationError
from tidings.incident import SEVERITIES
from tidings.journal import Change, OnIncident

STATES = ("", "open", "closed")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the list is narrowed down to; '' is everything. ``about`` is a brand of the file."""

    state: str = ""
    severity: str = ""
    rule: str = ""
    about: str = ""

    def values(self) -> dict[str, str]:
        """Return what an address says of it."""
        return {k: v for k, v in msgspec.structs.asdict(self).items() if v}


class Acts(msgspec.Struct, kw_only=True):
    """What people did about one incident that the snapshot does not have yet; times naive UTC."""

    acknowledged: datetime | None = None
    owner: str | None = None
    snoozed: datetime | None = None
    resolved: datetime | None = None
    notes: int = 0


def wanted(state: str, severity: str, rule: str, about: str, brands: Collection[str]) -> Wanted:
    """Return the filters of an address; ConfigurationError where one is none."""
    known: tuple[tuple[str, str, Collection[str]], ...] = (
        ("state", state, STATES),
        ("severity", severity, ("", *SEVERITIES)),
        ("rule", rule, ("", *RULES)),
        ("about", about, ("", *brands)),
    )
    for name, value, allowed in known:
        if value not in allowed:
            raise ConfigurationError(
                f"{name}={value[:80]} is none that there is.",
                remedy=f"There is: {', '.join(a for a in allowed if a)}.",
            )
    return Wanted(state=state, severity=severity, rule=rule, about=about)


def waiting(changes: Iterable[Change]) -> dict[str, Acts]:
    """Return by incident what changes will do to it; the last of a kind counts."""
    found: dict[str, Acts] = {}
    for change in changes:
        what = change.what
        if not isinstance(what, OnIncident):
            continue
        acts = found.setdefault(what.incident_id, Acts())
        made = naive(change.made)
        match what.action:
            case "acknowledge":
                acts.acknowledged = made
            case "own":
                acts.owner = what.words
            case "snooze":
                acts.snoozed = naive(what.until) if what.until else None
            case "resolve":
                acts.resolved = made
            case "note":
                acts.notes += 1
    return found


def laid_over(row: Row, acts: Acts | None) -> Row:
    """Return an incident as it will be once what waits is taken over; ``waits``: something does."""
    if acts is None:
        return row | {"waits": False}
    return row | {
        "acknowledged": acts.acknowledged or row["acknowledged"],
        "owner": acts.owner or row["owner"],
        "snoozed": acts.snoozed or row["snoozed"],
        "closed": row["closed"] or acts.resolved,
        "notes": row["notes"] + acts.notes,
        "waits": True,
    }


def incidents(
    snapshot: Snapshot,
    asked: Asked,
    asked_for: Wanted,
    changes: Sequence[Change],
    *,
    limit: int,
    offset: int = 0,
) -> list[Row]:
    """Return incidents open within the period, open ones first, then the gravest and newest."""
    acts = waiting(changes)
    over = [key for key, one in acts.items() if one.resolved]
    values = asked.values() | msgspec.structs.asdict(asked_for)
    values |= {"over": over, "limit": limit, "offset": offset}
    found = snapshot.rows("incidents_list", values)
    return [laid_over(row, acts.get(row["incident_id"])) for row in found]


def trend(snapshot: Snapshot, asked: Asked) -> list[Row]:
    """Return mentions and negatives of the brand by day."""
    return snapshot.rows("incidents_trend", asked.values())


def naive(moment: datetime) -> datetime:
    """Return an aware time as the warehouse's tables have it: naive UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None)
