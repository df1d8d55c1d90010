"""One incident: what moved, what it rests on, who was told, and what people did about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from dashboard.charts import day_of
from dashboard.figures.incidents import laid_over, naive, waiting
from dashboard.reader import Row, Snapshot
from tidings.errors import ConfigurationError
from tidings.journal import Change, OnIncident
from transforms.expecting import MEASURES, NOTHING, SHARE, Expected, Hour, expected, past, pictured

VOICES = 12
"""Voices that are quoted; all stand on the page of mentions."""

SHARED = 12
"""Hours over which a share is taken: that of one hour is a handful of texts."""

LEAST = 5
"""Scored mentions of these hours below which there is no share."""

RATED_BEFORE = timedelta(days=35)
"""What a drop of ratings is measured on: 7 days against the 28 before."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An incident as a page tells it.

    ``incident`` is its row of marts.incidents with ``acknowledged``, ``owner``, ``snoozed`` and
    ``notes``, what waits laid over. ``did`` are actions with ``waits``, ``who`` and ``words`` where
    the reader may know them. ``hours`` is empty for what isn't counted by the hour; ``shares`` has
    the negative share of the 12 hours that end with each of them, where that is what moved.
    """

    incident: Row
    ended: datetime
    did: list[Row]
    told: list[Row]
    versions: list[Row]
    voices: list[Row]
    coverage: Row
    hours: list[Expected]
    shares: list[float | None]
    ratings: list[Row]
    refused: list[Row]


def told(
    snapshot: Snapshot,
    incident_id: str,
    unseen: Sequence[Change],
    recent: Sequence[Change] = (),
) -> Told:
    """Return all there is about an incident; ConfigurationError where there is none.

    ``unseen`` are changes that the snapshot lacks; ``recent`` those of which the reader may know
    who made them and what they wrote.
    """
    asked = {"incident_id": incident_id, "limit": VOICES}
    row = snapshot.one("incident", asked)
    if row is None:
        raise ConfigurationError(
            "There is no such incident.", remedy="The list of incidents has those there are."
        )
    ended = row["closed"] or row["last_evidence"] or row["decided"] or row["opened"]
    did = _did(snapshot.rows("incident_actions", asked), incident_id, unseen, recent)
    about = _days(row, row["opened"], ended)
    coverage = snapshot.one("incident_coverage", about)
    counts = _counts(snapshot, row, ended)
    measure = row["measure"] if row["measure"] in MEASURES else MEASURES[0]
    hours = [] if counts is None else list(expected(measure, counts, row["opened"], ended))
    standing = row | _standing([act for act in did if not act["waits"]])
    return Told(
        incident=laid_over(standing, waiting(unseen).get(incident_id)),
        ended=ended,
        did=did,
        told=snapshot.rows("incident_told", asked),
        versions=snapshot.rows("incident_versions", asked),
        voices=snapshot.rows("incident_voices", asked),
        coverage=coverage or {"coverage": None, "days": 0, "incomplete": 0},
        hours=hours,
        shares=[_share(counts or {}, hour.starts) for hour in hours] if measure == SHARE else [],
        ratings=_ratings(snapshot, row, ended),
        refused=snapshot.rows("incident_refused", asked),
    )


def _counts(snapshot: Snapshot, row: Row, ended: datetime) -> dict[datetime, Hour] | None:
    """Return counts by hour; None where an incident is about nothing that is counted so."""
    if not row["brand"] or row["measure"] in ("rating_mean", "unanswered", "checks"):
        return None
    _, until = pictured(row["opened"], ended)
    values = {"brand": row["brand"], "since": past(row["opened"]), "until": until}
    return {
        one["starts"]: Hour(one["mentions"], one["negative"], one["scored"])
        for one in snapshot.rows("incident_hourly", values)
    }


def _share(counts: Mapping[datetime, Hour], last: datetime) -> float | None:
    rows = [counts.get(last - timedelta(hours=back), NOTHING) for back in range(SHARED)]
    scored = sum(row.scored for row in rows)
    return sum(row.negative for row in rows) / scored if scored >= LEAST else None


def _ratings(snapshot: Snapshot, row: Row, ended: datetime) -> list[Row]:
    if row["measure"] != "rating_mean":
        return []
    return snapshot.rows("incident_ratings", _days(row, row["opened"] - RATED_BEFORE, ended))


def _days(row: Row, since: datetime, until: datetime) -> Row:
    """Return the days of a stretch of time, in the zone of an incident's brand."""
    first, last = day_of(since, row["timezone"]), day_of(until, row["timezone"])
    return {"brand": row["brand"], "first": first, "last": last}


def _standing(did: Sequence[Row]) -> Row:
    """Return what actions that were taken over made of an incident; the last of a kind counts."""
    last = {act["action"]: act for act in did}
    return {
        "acknowledged": last["acknowledge"]["done"] if "acknowledge" in last else None,
        "owner": last["own"]["words"] if "own" in last else None,
        "snoozed": last["snooze"]["until"] if "snooze" in last else None,
        "notes": sum(act["action"] == "note" for act in did),
    }


def _did(
    kept: Sequence[Row], incident_id: str, unseen: Sequence[Change], recent: Sequence[Change]
) -> list[Row]:
    """Return actions in order: those taken over, with names where these are known, and others."""
    named = {(one["action"], one["done"]): one for one in _acts(recent, incident_id)}
    found = [
        act | {"waits": False, "who": known.get("who"), "words": act["words"] or known.get("words")}
        for act in kept
        for known in [named.get((act["action"], act["done"]), {})]
    ]
    open_to = {(one["action"], one["done"]) for one in named.values()}
    for act in _acts(unseen, incident_id):
        hidden = (act["action"], act["done"]) not in open_to
        words = None if hidden and act["action"] == "note" else act["words"]
        found.append(act | {"waits": True, "who": None if hidden else act["who"], "words": words})
    return sorted(found, key=lambda act: act["done"])


def _acts(changes: Sequence[Change], incident_id: str) -> list[Row]:
    return [
        {
            "action": what.action,
            "until": naive(what.until) if what.until else None,
            "words": what.words,
            "done": naive(change.made),
            "who": change.who,
        }
        for change in changes
        for what in [change.what]
        if isinstance(what, OnIncident) and what.incident_id == incident_id
    ]
