"""What was decided on, sent: at least once, each with a key by which a receiver knows it again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec
from filelock import FileLock

from tidings.cli.alerting.holding import Waiting, ready
from tidings.cli.opening import opened
from tidings.errors import ConfigurationError, SourceError, TidingsError, TransientError
from tidings.home import Home
from tidings.incident import Incident, Notice, Point
from tidings.notify.routing import as_utc, zone_of
from tidings.times import utcnow
from tidings.watch import Channel, Watch

if TYPE_CHECKING:
    import duckdb

    from warehouse.incidents import Delivery, Stored

log = logging.getLogger("tidings")

Send = Callable[[Notice, Channel, Watch, bool], None]
"""Sends a notice to a channel of a watch file; false: without its picture."""

FIRST_PAUSE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=2)
MOST_TRIES = 30
"""With the pauses between them two days: then it has failed; what was to be told is kept."""

QUOTED = 5


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """How many notices were sent, wait for another try, and failed for good; why, by channel."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    problems: tuple[str, ...] = ()


def tell(home: Home, watches: Sequence[Watch], *, send: Send | None = None) -> Told:
    """Send all notices that are due; return what became of them.

    The warehouse is closed while a message is on its way. A try that may succeed later waits,
    longer each time; one that was refused, or whose channel is gone, has failed and stays listed.
    """
    with one_at_a_time(home):
        return _tell_due(home, watches, send or _send)


def one_at_a_time(home: Home) -> FileLock:
    """Return the lock under which notices are sent: two at once would send the same."""
    return FileLock(home.warehouse.parent / "telling.lock", timeout=600, mode=0o600)


def _tell_due(home: Home, watches: Sequence[Watch], send: Send) -> Told:
    from warehouse import incidents

    now = utcnow()
    owners = {(w.id, rule): held.owner for w in watches for rule, held in w.alerts.items()}
    channels = {(w.id, c.name): (w, c) for w in watches for c in w.notify}
    with opened(home) as con:
        waiting = [
            Waiting(one, incidents.at(con, one.incident_ids, one.told))
            for one in incidents.waiting(con)
        ]
        due, held = ready(waiting, channels, incidents.actions(con), now)
        incidents.hold(con, held)
        notices = {one.key: _owned(notice(con, one), owners) for one in due}
    counts = {"sent": 0, "waiting": 0, "failed": 0}
    problems = []
    for one in due:
        problem = _try(one, notices[one.key], channels, send)
        state = _state(one, problem)
        counts[state] += 1
        if problem is not None:
            problems.append(f"{one.watch}/{one.channel}: {problem}")
        with opened(home) as con:
            _note(con, one, state, problem)
    return Told(**counts, problems=tuple(dict.fromkeys(problems)))


def _owned(told: Notice, owners: Mapping[tuple[str, str], str | None]) -> Notice:
    """Return the notice with the owner of the rule where nobody else looks after the incident."""
    named = tuple(
        msgspec.structs.replace(i, owner=i.owner or owners.get((i.watch, i.rule)))
        for i in told.incidents
    )
    return msgspec.structs.replace(told, incidents=named)


def _try(
    one: Delivery,
    told: Notice,
    channels: Mapping[tuple[str, str], tuple[Watch, Channel]],
    send: Send,
) -> TidingsError | None:
    if (one.watch, one.channel) not in channels:
        return ConfigurationError(
            "The watch file has no such channel any more.", remedy="Add it to [[notify]] again."
        )
    watch, channel = channels[one.watch, one.channel]
    try:
        send(told, channel, watch, one.attempts == 0)
    except (SourceError, ConfigurationError) as error:
        log.warning("alert %s not sent to %s: %s", told.key, channel.name, error.message)
        return error
    return None


def _send(told: Notice, channel: Channel, watch: Watch, with_chart: bool) -> None:
    from tidings.notify.channels import send

    send(told, channel, zone=zone_of(watch), with_chart=with_chart)


def _state(one: Delivery, problem: TidingsError | None) -> str:
    if problem is None:
        return "sent"
    if isinstance(problem, TransientError) and one.attempts + 1 < MOST_TRIES:
        return "waiting"
    return "failed"


def _note(
    con: duckdb.DuckDBPyConnection, one: Delivery, state: str, problem: TidingsError | None
) -> None:
    from warehouse import incidents

    now = utcnow()
    pause = min(FIRST_PAUSE * 2 ** min(one.attempts, 10), LONGEST_PAUSE)
    retry_at = problem.retry_at if isinstance(problem, TransientError) else None
    wanted = retry_at or now
    incidents.tried(
        con,
        one.key,
        state=state,
        problem=None if problem is None else problem.message,
        sent=now if state == "sent" else None,
        not_before=max(now + pause, wanted) if state == "waiting" else as_utc(one.not_before),
    )


def notice(con: duckdb.DuckDBPyConnection, one: Delivery) -> Notice:
    """Return what a delivery tells: its incidents as they stood, their texts as they are now."""
    from warehouse import incidents

    told = incidents.at(con, one.incident_ids, one.told)
    whole = one.event != "digest"
    return Notice(
        key=one.key,
        event=one.event,
        severity=one.severity,
        decided=as_utc(one.decided),
        incidents=tuple(incident(con, kept, whole=whole) for kept in told),
        left_out=one.left_out,
    )


def one(whole: Incident, kept: Stored) -> Notice:
    """Return an incident as the message that tells it opened; for showing, not for sending."""
    return Notice(
        key=kept.incident_id,
        event="opened",
        severity=kept.severity,
        decided=as_utc(kept.decided),
        incidents=(whole,),
    )


def incident(con: duckdb.DuckDBPyConnection, kept: Stored, *, whole: bool = True) -> Incident:
    """Return an incident as messages tell it; ``whole``: with its texts and its chart."""
    from warehouse import alerts

    begins = kept.opened
    ends = kept.closed or kept.last_evidence
    quoted = alerts.voices(con, kept.brand, kept.mention_ids[:QUOTED], begins, ends)
    return Incident(
        incident_id=kept.incident_id,
        watch=kept.watch,
        brand=kept.brand,
        rule=kept.rule,
        measure=kept.measure,
        severity=kept.severity,
        opened=as_utc(kept.opened),
        escalated=as_utc(kept.escalated) if kept.escalated else None,
        closed=as_utc(kept.closed) if kept.closed else None,
        baseline=kept.baseline,
        observed=kept.observed,
        n=kept.n,
        probability=kept.probability,
        adjusted=kept.adjusted,
        lower_bound=kept.lower_bound,
        sentence=kept.sentence,
        mention_ids=tuple(kept.mention_ids),
        words=tuple(kept.words),
        keywords=tuple(kept.keywords),
        drivers=tuple(kept.drivers),
        sources=tuple(kept.sources),
        languages=tuple(kept.languages),
        voices=tuple(quoted) if whole else (),
        series=_series(con, kept) if whole else (),
        owner=_owner(con, kept),
        link=_link(kept),
    )


def _link(kept: Stored) -> str | None:
    """Return the incident's address on the page, where TIDINGS_DASHBOARD_URL says where that is."""
    page = Home.find().dashboard
    if page is None:
        return None
    return f"{page}/incident?{urlencode({'id': kept.incident_id, 'brand': kept.brand})}"


def _owner(con: duckdb.DuckDBPyConnection, kept: Stored) -> str | None:
    from warehouse import incidents

    said = [a for a in incidents.actions(con) if a.action == "own"]
    return next((a.words for a in reversed(said) if a.incident_id == kept.incident_id), None)


def _series(con: duckdb.DuckDBPyConnection, kept: Stored) -> tuple[Point, ...]:
    """Return the chart's points: hour by hour what there was, and what is usual at that hour."""
    from transforms.expecting import MEASURES, Hour, expected, past, pictured
    from warehouse import alerts

    if kept.measure not in MEASURES:
        return ()
    ended = kept.closed or kept.last_evidence
    _, last = pictured(kept.opened, ended)
    found = alerts.hourly(con, kept.brand, past(kept.opened), last)
    counts = {time: Hour(*row) for time, row in found.items()}
    return tuple(
        Point(starts=as_utc(hour.starts), observed=hour.observed, expected=hour.expected)
        for hour in expected(kept.measure, counts, kept.opened, ended)
    )
