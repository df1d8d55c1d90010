"""The sources of a watch file: how they are, what was collected, what is missing, when they run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from dashboard.asked import Asked
from dashboard.reader import Row, Snapshot
from tidings.http.address import MASK, is_secret_name, shown
from tidings.notify.redaction import masked
from tidings.watch import Source, Watch

LEAST_DAYS = 91
"""Days of the calendars at least: a shorter period is shown within the quarter that it ends."""

_CRON = {"@quarterly": "0 0 1 */3 *"}
"""Presets of Airflow that croniter does not know."""


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """The days of one source, in order: ``day``, ``walks``, ``whole`` of them, ``coverage``."""

    source: str
    days: list[Row]

    @property
    def incomplete(self) -> list[Row]:
        """The days that were not collected to their end by all walks."""
        return [day for day in self.days if day["coverage"] < 1]


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """A source as its watch file has it; ``settings`` without what may be a secret.

    ``next_run`` is when its schedule has it next (naive UTC); None: only when asked for, or the
    schedule is none.
    """

    name: str
    connector: str
    about: str | None
    schedule: str | None
    next_run: datetime | None
    last_started: datetime | None
    last_success: datetime | None
    last_stopped_by: str | None
    settings: list[tuple[str, str]]


def health(snapshot: Snapshot, asked: Asked) -> list[Row]:
    """Return the rows of marts.source_health of the watch file, those that need a look first."""
    return snapshot.rows("health", asked.values())


def calendar_days(asked: Asked) -> tuple[date, date]:
    """Return the first and the last day of the calendars."""
    return min(asked.first, asked.last - timedelta(days=LEAST_DAYS - 1)), asked.last


def calendars(snapshot: Snapshot, asked: Asked) -> list[Calendar]:
    """Return what each source was collected of, day by day, by name."""
    since, _ = calendar_days(asked)
    rows = snapshot.rows("sources_calendar", asked.values() | {"since": since})
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["source"], []).append(row)
    return [Calendar(source=source, days=days) for source, days in found.items()]


def gaps(snapshot: Snapshot, asked: Asked) -> list[Row]:
    """Return what is not collected, each with ``command``: what closes it, None where nothing."""
    rows = snapshot.rows("sources_gaps", asked.values())
    command = f"tidings repair --watch {asked.known.watch}"
    return [row | {"command": command if row["can_go_back"] else None} for row in rows]


def declared(
    snapshot: Snapshot, asked: Asked, watches: Sequence[Watch], now: datetime
) -> list[Declared]:
    """Return the sources that the brand's watch file declares; ``now`` is aware."""
    runs = {row["name"]: row for row in snapshot.rows("sources_runs", asked.values())}
    return [
        _declared(source, runs.get(source.id, {}), now)
        for watch in watches
        if watch.id == asked.known.watch
        for source in watch.sources
    ]


def _declared(source: Source, run: Row, now: datetime) -> Declared:
    return Declared(
        name=source.id,
        connector=source.connector,
        about=source.about,
        schedule=source.schedule or None,
        next_run=next_run(source.schedule, now),
        last_started=run.get("last_started"),
        last_success=run.get("last_success"),
        last_stopped_by=run.get("last_stopped_by"),
        settings=[
            ("max_pages", str(source.max_pages)),
            ("requests_per_second", f"{source.requests_per_second:g}"),
            ("revisit_days", f"{source.revisit_days:g}"),
            *((name, without_secrets(name, value)) for name, value in source.settings.items()),
        ],
    )


def next_run(schedule: str | None, now: datetime) -> datetime | None:
    """Return when a schedule (a cron line or preset, by UTC) has its next run, naive UTC.

    None where there is none: no schedule, ``@once``, or what is no schedule. ``@continuous`` is
    always now.
    """
    from croniter import CroniterError, croniter  # type: ignore[import-untyped]

    if not schedule or schedule == "@once":
        return None
    if schedule == "@continuous":
        return now.astimezone(UTC).replace(tzinfo=None)
    try:
        found: datetime = croniter(_CRON.get(schedule, schedule), now.astimezone(UTC)).get_next(
            datetime
        )
    except CroniterError:
        return None
    return found.replace(tzinfo=None)


def without_secrets(name: str, value: Any) -> str:
    """Write a setting so that it shows no secret and no address of a person.

    A value whose name says that it is a secret is masked, so are such parts of a URL.
    """
    if is_secret_name(name):
        return MASK
    if isinstance(value, dict):
        return ", ".join(f"{key}: {without_secrets(str(key), v)}" for key, v in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(without_secrets("", one) for one in value)
    text = str(value)
    return shown(text) if "://" in text else masked(text)
