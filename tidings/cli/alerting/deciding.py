"""One look at what is known: incidents taken on, kept, and who is to be told of what."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from tidings.cli.alerting.evidence import VERSION, stored
from tidings.cli.alerting.holding import snoozed
from tidings.cli.alerting.looking import look
from tidings.cli.alerting.places import Looked
from tidings.notify.routing import concerns, routed
from tidings.watch import Channel, Watch
from transforms.incidents import SLIGHT, Change, Finding, Standing, follow

if TYPE_CHECKING:
    import duckdb

    from warehouse.incidents import Action, Stored

log = logging.getLogger("tidings")

FIRST_LOOK = timedelta(days=90)
"""How far back is looked when a brand is new: its incidents of that time are hindsight."""

LATE = timedelta(hours=30)
"""What is found later than this after its time is hindsight, and told in a digest: a source that is
asked once a day is no later."""

MOVED = timedelta(hours=12)
"""A version is kept for new evidence alone once it is this much newer. Less than ``LATE`` by more
than the quiet time of an incident, so that no evidence in between is overlooked."""

MOST_MESSAGES = 5
"""Messages of one watch file and look; what goes beyond is in a digest."""

MOST_IN_DIGEST = 20

MOST_EXPLAINED = 100
"""Where one look finds more incidents than that, those of the past are kept without their words."""


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What one look led to: how many incidents changed, and how many notices wait for that."""

    looked_from: datetime
    looked_to: datetime
    brands: int
    opened: int
    escalated: int
    resolved: int
    notices: int


def decide(con: duckdb.DuckDBPyConnection, watches: Sequence[Watch], now: datetime) -> Decided:
    """Look at all that is known at ``now`` (aware UTC); keep incidents and notices in one step.

    May be called again at any time: what was decided stays, and no notice is decided on twice.
    """
    from warehouse import alerts, incidents
    from warehouse.statements import bound
    from warehouse.transaction import transaction

    until = bound(now)
    last = bound(alerts.looked_to(con))
    since = _first(con, until) if last is None else min(last, until) - LATE
    found = look(con, watches, since, until)
    before = {s.incident_id: s for s in incidents.standing(con, since - LATE)}
    followed = follow(map(_standing, before.values()), found.findings, found.evidence, until)
    versions = _versions(con, followed.standing, before, until, found)
    with transaction(con):
        told = bound(now)
        incidents.keep(con, list(versions.values()), told)
        notices = _notices(con, watches, followed.changes, versions, before.values(), told)
        incidents.looked(con, found.brands, since, until, told, version=VERSION)
    events = [change.event for change in followed.changes]
    return Decided(
        looked_from=since,
        looked_to=until,
        brands=len(found.brands),
        opened=events.count("opened"),
        escalated=events.count("escalated"),
        resolved=events.count("resolved"),
        notices=notices,
    )


def _first(con: duckdb.DuckDBPyConnection, until: datetime) -> datetime:
    """Return from when to look at brands that nobody has looked at: 90 days before the newest."""
    from warehouse.alerts import newest

    return min(newest(con) or until, until) - FIRST_LOOK


def _standing(kept: Stored) -> Standing:
    """Return an incident as it was kept; of its first finding only what following needs."""
    first = Finding(
        rule=kept.rule,
        watch=kept.watch,
        brand=kept.brand,
        measure=kept.measure,
        severity=kept.severity,
        onset=kept.opened,
        at=kept.decided,
        observed=kept.observed,
        baseline=kept.baseline,
        n=kept.n,
        probability=kept.probability,
        detail=kept.mention_ids[0] if kept.measure == "reach" and kept.mention_ids else "",
    )
    return Standing(
        incident_id=kept.incident_id,
        first=first,
        height=first._replace(at=kept.escalated or kept.decided),
        rules=tuple(kept.rules),
        severity=kept.severity,
        last_evidence=kept.last_evidence,
        escalated=kept.escalated,
        closed=kept.closed,
    )


def _versions(
    con: duckdb.DuckDBPyConnection,
    after: Iterable[Standing],
    before: dict[str, Stored],
    until: datetime,
    found: Looked,
) -> dict[str, Stored]:
    """Return those incidents that are to be kept anew, by their ids."""
    from warehouse.alerts import brands

    zones = {b.brand: b.timezone for b in brands(con)}
    changed = [
        now
        for now in after
        if now.incident_id not in before or _differs(before[now.incident_id], now)
    ]
    versions = {}
    for now in changed:
        old = before.get(now.incident_id)
        hindsight = _hindsight(old, now, until)
        versions[now.incident_id] = stored(
            con,
            now,
            timezone=zones.get(now.first.brand, "UTC"),
            series=len(found.brands),
            hindsight=hindsight,
            with_words=not hindsight or len(changed) <= MOST_EXPLAINED,
        )
    return versions


def _hindsight(old: Stored | None, now: Standing, until: datetime) -> bool:
    """Say whether it was over or old when it was found; what grows now is so no longer."""
    if old is None:
        return (now.closed or now.escalated or now.first.at) < until - LATE
    grown = now.escalated if now.escalated != old.escalated else None
    return old.hindsight and (grown is None or grown < until - LATE)


def _differs(old: Stored, now: Standing) -> bool:
    if (list(now.rules), now.severity, now.escalated, now.closed) != (
        old.rules,
        old.severity,
        old.escalated,
        old.closed,
    ):
        return True
    return now.last_evidence - old.last_evidence >= MOVED


def _notices(
    con: duckdb.DuckDBPyConnection,
    watches: Sequence[Watch],
    changes: Sequence[Change],
    versions: dict[str, Stored],
    before: Collection[Stored],
    told: datetime,
) -> int:
    """Decide who is told of what; return how many notices there are."""
    from warehouse import incidents

    did = incidents.actions(con)
    known = {a.incident_id for a in did if a.action == "acknowledge" and a.incident_id}
    hindsight = {key: one.hindsight for key, one in versions.items()}
    count = 0
    for watch in watches:
        mine = [c for c in changes if c.incident.first.watch == watch.id]
        worth, rest = pages(mine, hindsight, known)
        for change in worth:
            count += _page(con, watch, change, versions[change.incident.incident_id], did, told)
        count += _digest(con, watch, rest, told)
        for change, kept in _ended_by_hand(con, watch, before, did):
            count += _page(con, watch, change, kept, did, told)
    return count


def _ended_by_hand(
    con: duckdb.DuckDBPyConnection, watch: Watch, before: Iterable[Stored], did: Sequence[Action]
) -> Iterator[tuple[Change, Stored]]:
    """Yield the incidents that somebody has closed, and whose end nobody was told yet."""
    from warehouse import incidents

    closed = {a.incident_id for a in did if a.action == "resolve"}
    for kept in before:
        if kept.watch != watch.id or kept.incident_id not in closed or kept.closed is None:
            continue
        told = incidents.deliveries_of(con, kept.incident_id)
        if not any(one["event"] == "resolved" for one in told):
            yield Change("resolved", kept.closed, _standing(kept)), kept


def pages(
    changes: Sequence[Change], hindsight: Mapping[str, bool], known: Collection[str]
) -> tuple[list[Change], list[Standing]]:
    """Return the changes that are worth a message each, and the incidents for the digest.

    ``hindsight`` says of each incident whether it is; ``known`` are those that somebody has
    acknowledged: that one of them grew wakes nobody. Five openings and escalations at most, the
    gravest first; an end is always told, to those who were told of its beginning.
    """
    by_incident: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_incident[change.incident.incident_id].append(change)
    worth, over, rest = [], [], []
    for key, group in by_incident.items():
        events = [change.event for change in group]
        begun = [change for change in group if change.event != "resolved"]
        if hindsight[key] or (begun and all(map(_slight, begun))):
            rest.append(group[-1].incident)
            continue
        over += [change for change in group if change.event == "resolved"]
        if begun and "opened" not in events and key in known:
            rest.append(group[-1].incident)
        elif begun:
            worth.append(begun[0] if "opened" in events else begun[-1])
    grave = {"critical": 0, "warning": 1, "info": 2}
    became = {key: group[-1].incident.severity for key, group in by_incident.items()}
    worth.sort(key=lambda c: (grave[became[c.incident.incident_id]], c.at, c.incident.incident_id))
    rest += [change.incident for change in worth[MOST_MESSAGES:]]
    return [*worth[:MOST_MESSAGES], *over], rest


def _slight(change: Change) -> bool:
    return change.incident.height.detail == SLIGHT


def _page(
    con: duckdb.DuckDBPyConnection,
    watch: Watch,
    change: Change,
    incident: Stored,
    did: Sequence[Action],
    told: datetime,
) -> int:
    from warehouse import incidents
    from warehouse.statements import bound

    before = {c for w, c in incidents.told_of(con, incident.incident_id) if w == watch.id}
    held = snoozed(incident, did)
    wanted = _routed(watch, change, incident, max(told, held or told), before)
    if change.event == "resolved":
        wanted = [(channel, at) for channel, at in wanted if channel.name in before]
    at = f"{change.at:%Y%m%dT%H%M}"
    if change.event == "escalated":  # late data may show of the same time that it was graver
        at = f"{at}:{incident.severity}"
    for channel, not_before in wanted:
        incidents.decide(
            con,
            incidents.Delivery(
                key=f"{incident.incident_id}:{change.event}:{at}:{watch.id}:{channel.name}",
                watch=watch.id,
                channel=channel.name,
                event=change.event,
                severity=incident.severity,
                incident_ids=[incident.incident_id],
                told=told,
                decided=told,
                not_before=bound(not_before),
            ),
        )
    return len(wanted)


def _routed(
    watch: Watch, change: Change, incident: Stored, since: datetime, before: Collection[str]
) -> list[tuple[Channel, datetime]]:
    """Return the channels that want any of the incident's rules, each with its time."""
    found: dict[str, tuple[Channel, datetime]] = {}
    for rule in incident.rules:
        for channel, at in routed(
            watch, change.event, incident.severity, rule, incident.brand, since, told=before
        ):
            found.setdefault(channel.name, (channel, at))
    return list(found.values())


def _digest(
    con: duckdb.DuckDBPyConnection, watch: Watch, ids: Sequence[Standing], told: datetime
) -> int:
    from warehouse import incidents
    from warehouse.statements import bound

    if not ids:
        return 0
    count = 0
    for channel, not_before in routed(watch, "digest", "info", None, None, told):
        mine = [c.incident_id for c in ids if concerns(channel, c.first.rule, c.first.brand)]
        if not mine:
            continue
        count += 1
        incidents.decide(
            con,
            incidents.Delivery(
                key=f"digest:{told:%Y%m%dT%H%M%S%f}:{watch.id}:{channel.name}",
                watch=watch.id,
                channel=channel.name,
                event="digest",
                severity="info",
                incident_ids=mine[:MOST_IN_DIGEST],
                left_out=len(mine[MOST_IN_DIGEST:]),
                told=told,
                decided=told,
                not_before=bound(not_before),
            ),
        )
    if not count and watch.notify:
        log.warning("%s: no channel takes a digest of %d incidents", watch.id, len(ids))
    return count
