"""Which notices go out now, and until when the others wait: quiet hours, snoozes, later tries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from tidings.notify.routing import as_utc, quiet_end, zone_of
from tidings.watch import Channel, Watch

if TYPE_CHECKING:
    from warehouse.incidents import Action, Delivery, Stored

Channels = Mapping[tuple[str, str], tuple[Watch, Channel]]
"""Channels with their watch files, by the names of both."""


class Waiting(NamedTuple):
    """A notice that was not sent yet, and the incidents that it tells of."""

    delivery: Delivery
    incidents: Sequence[Stored]


def ready(
    waiting: Sequence[Waiting], channels: Channels, did: Sequence[Action], now: datetime
) -> tuple[list[Delivery], dict[str, datetime]]:
    """Return what is to be sent at ``now``, in order, and until when the rest waits, by key.

    ``waiting`` is in the order in which it was decided on; times are aware UTC. What people snoozed
    or woke since, and quiet hours that have begun since, count. Where a notice of an incident goes
    to a channel, the earlier ones go before it: who is told that an incident is over must not be
    told after that that it opened.
    """
    until = {one.delivery.key: _until(one, channels, did, now) for one in waiting}
    due: list[Delivery] = []
    later: set[tuple[str, str, str]] = set()
    for notice in reversed([one.delivery for one in waiting]):
        ids = notice.incident_ids if notice.event != "digest" else []
        about = {(notice.watch, notice.channel, i) for i in ids}
        if until[notice.key] <= now or about & later:
            due.append(notice)
            later |= about
    sent = {notice.key for notice in due}
    return due[::-1], {key: time for key, time in until.items() if key not in sent}


def _until(one: Waiting, channels: Channels, did: Sequence[Action], now: datetime) -> datetime:
    """Return until when a notice waits; ``now`` where it doesn't."""
    notice = one.delivery
    # of one that was never tried the time is only what was held then
    times = [now, as_utc(notice.not_before)] if notice.attempts else [now]
    if notice.event != "digest":
        held = [snoozed(incident, did) for incident in one.incidents]
        times += [as_utc(time) for time in held if time is not None]
    at = max(times)
    if (notice.watch, notice.channel) not in channels:
        return at
    watch, channel = channels[notice.watch, notice.channel]
    if channel.quiet is None or notice.severity == "critical":
        return at
    return quiet_end(channel.quiet, at, zone_of(watch))


def snoozed(incident: Stored, did: Sequence[Action]) -> datetime | None:
    """Return until when the incident is snoozed, or all of its rules; the latest word counts."""
    snoozes = [a for a in did if a.action == "snooze" and a.until is not None]
    own = [a.until for a in snoozes if a.incident_id == incident.incident_id]
    by_rule = {a.rule: a.until for a in snoozes if a.watch == incident.watch and a.rule}
    rules = [by_rule.get(rule) for rule in incident.rules]
    held = [time for time in rules if time is not None]
    if len(held) == len(rules):
        own.append(min(held))
    return max((time for time in own if time is not None), default=None)
