"""Incidents kept as versions, what people did about them, and what was to be told to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from tidings.errors import ConfigurationError
from tidings.incident import Event, Severity
from warehouse.statements import run

if TYPE_CHECKING:
    import duckdb


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """One version of an incident: the columns of ``core.incident``. Times are naive UTC."""

    incident_id: str
    watch: str
    brand: str
    rule: str
    rules: list[str]
    measure: str
    severity: Severity
    opened: datetime
    decided: datetime
    last_evidence: datetime
    escalated: datetime | None = None
    closed: datetime | None = None
    hindsight: bool = False
    baseline: float
    observed: float
    n: int
    probability: float | None = None
    adjusted: float | None = None
    lower_bound: bool = False
    sentence: str = ""
    mention_ids: list[str] = []
    words: list[str] = []
    keywords: list[str] = []
    drivers: list[str] = []
    sources: list[str] = []
    languages: list[str] = []
    detector: str
    detector_version: str


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One notice for one channel: the columns of ``core.delivery`` that decide on it."""

    key: str
    watch: str
    channel: str
    event: Event
    severity: Severity
    incident_ids: list[str]
    left_out: int = 0
    told: datetime
    decided: datetime
    not_before: datetime
    state: str = "waiting"
    attempts: int = 0
    problem: str | None = None
    sent: datetime | None = None


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody did about an incident, or about a rule of a watch file."""

    watch: str
    incident_id: str | None = None
    rule: str | None = None
    action: str
    until: datetime | None = None
    words: str | None = None
    who: str
    done: datetime


def standing(con: duckdb.DuckDBPyConnection, since: datetime) -> list[Stored]:
    """Return the incidents that are open, or were closed since then, by when they opened."""
    return _stored(run(con, "sql/alerts/standing", {"since": since}))


def at(con: duckdb.DuckDBPyConnection, ids: Sequence[str], told: datetime) -> list[Stored]:
    """Return these incidents as they stood at ``told``, by when they opened."""
    return _stored(run(con, "sql/alerts/incidents_told", {"ids": list(ids), "told": told}))


def listed(
    con: duckdb.DuckDBPyConnection,
    *,
    only_open: bool,
    brand: str | None,
    since: datetime,
    most: int = 100,
) -> list[dict[str, Any]]:
    """Return incidents, open ones first, then the newest; with ``acknowledged`` and ``owner``."""
    values = {"only_open": only_open, "brand": brand, "since": since, "most": most}
    return _rows(run(con, "sql/alerts/listed", values))


def named(con: duckdb.DuckDBPyConnection, begins: str) -> Stored:
    """Return the one incident whose id begins so; ConfigurationError where it is not one."""
    found = _stored(run(con, "sql/alerts/by_name", {"begins": begins}))
    if len(found) != 1 or not begins:
        raise ConfigurationError(
            f"{'No' if not found else 'More than one'} incident has an id that begins {begins!r}.",
            remedy="'tidings alerts list' lists them.",
        )
    return found[0]


def keep(con: duckdb.DuckDBPyConnection, versions: Sequence[Stored], now: datetime) -> None:
    """Add these versions, known from ``now``, in place of those that counted; in a transaction."""
    ids = [one.incident_id for one in versions]
    run(con, "sql/alerts/close_versions", {"ids": ids, "now": now})
    for one in versions:
        run(con, "sql/alerts/add_version", {**msgspec.structs.asdict(one), "now": now})


def looked(
    con: duckdb.DuckDBPyConnection,
    brands: Sequence[str],
    since: datetime,
    until: datetime,
    now: datetime,
    *,
    version: str,
) -> None:
    """Note that the detectors have looked at these brands; in a transaction."""
    values = {
        "brands": list(brands),
        "detector": "tidings",
        "detector_version": version,
        "looked_from": since,
        "looked_to": until,
        "now": now,
    }
    run(con, "sql/alerts/forget_runs", values)
    run(con, "sql/alerts/add_run", values)


def decide(con: duckdb.DuckDBPyConnection, notice: Delivery) -> None:
    """Add a notice that is to be sent; one whose key is there already is left as it is."""
    run(con, "sql/alerts/add_delivery", {**msgspec.structs.asdict(notice), "now": notice.decided})


def waiting(con: duckdb.DuckDBPyConnection) -> list[Delivery]:
    """Return the notices that are still to be sent, in the order in which they were decided on."""
    found = _rows(run(con, "sql/alerts/waiting"))
    return [msgspec.convert(row, Delivery) for row in found]


def hold(con: duckdb.DuckDBPyConnection, until: Mapping[str, datetime]) -> None:
    """Note until when these wait, by their keys; what is known already is not written again."""
    for key, time in until.items():
        run(con, "sql/alerts/hold", {"key": key, "not_before": time})


def again(con: duckdb.DuckDBPyConnection, now: datetime, channels: Sequence[str]) -> int:
    """Let what failed at these (WATCH/CHANNEL) be tried once more; return how many these are."""
    return len(run(con, "sql/alerts/again", {"now": now, "channels": list(channels)}).fetchall())


def tried(
    con: duckdb.DuckDBPyConnection,
    key: str,
    *,
    state: str,
    problem: str | None,
    sent: datetime | None,
    not_before: datetime,
) -> None:
    """Note what became of one try to send."""
    values = {
        "key": key,
        "state": state,
        "problem": problem,
        "sent": sent,
        "not_before": not_before,
    }
    run(con, "sql/alerts/delivered", values)


def told_of(con: duckdb.DuckDBPyConnection, incident_id: str) -> set[tuple[str, str]]:
    """Return the (watch, channel) that were told, or are to be told, that it opened."""
    found = run(con, "sql/alerts/told_of", {"incident_id": incident_id}).fetchall()
    return {(watch, channel) for watch, channel in found}


def deliveries_of(con: duckdb.DuckDBPyConnection, incident_id: str) -> list[dict[str, Any]]:
    """Return what was told of an incident, in order."""
    return _rows(run(con, "sql/alerts/deliveries_of", {"incident_id": incident_id}))


def act(con: duckdb.DuckDBPyConnection, action: Action) -> None:
    """Note what somebody did."""
    values = msgspec.structs.asdict(action)
    run(con, "sql/alerts/add_action", {**values, "now": values.pop("done")})


def actions(con: duckdb.DuckDBPyConnection) -> list[Action]:
    """Return the latest action of each kind about each incident and rule, by time."""
    return [msgspec.convert(row, Action) for row in _rows(run(con, "sql/alerts/actions"))]


def _stored(result: duckdb.DuckDBPyConnection) -> list[Stored]:
    found = []
    for row in _rows(result):
        row["mention_ids"] = [str(i) for i in row["mention_ids"]]
        row["rules"] = row["rules"] or [row["rule"]]
        row["decided"] = row["decided"] or row["opened"]
        row["last_evidence"] = row["last_evidence"] or row["closed"] or row["decided"]
        found.append(msgspec.convert(row, Stored))
    return found


def _rows(result: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
