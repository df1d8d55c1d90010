"""Which channels of a watch file are told of something, and from when on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tidings.errors import ConfigurationError
from tidings.incident import SEVERITIES, Event, Severity
from tidings.watch import Channel, Watch


def routed(
    watch: Watch,
    event: Event,
    severity: Severity,
    rule: str | None,
    brand: str | None,
    decided: datetime,
    *,
    told: Collection[str] = (),
) -> list[tuple[Channel, datetime]]:
    """Return the channels that get a notice, each with the time (aware UTC) before which it waits.

    ``decided`` is when the notice was decided on; a time without a zone is UTC. ``severity`` is the
    incident's own now, so one that has escalated reaches further channels. ``told`` names the
    channels that were told of this incident before: they get what follows, whatever the file says
    by now. A digest goes where ``digest`` is set, whatever its severity; a sample goes everywhere
    and at once. ``rule`` and ``brand`` None (a digest of several) pass every channel's.
    ConfigurationError where the brand's time zone is none.
    """
    decided = as_utc(decided)
    zone = zone_of(watch)
    found = []
    for channel in watch.notify:
        if event == "sample":
            found.append((channel, decided))
        elif channel.name in told or _wants(channel, event, severity, rule, brand):
            held = severity != "critical" and channel.quiet is not None
            found.append(
                (channel, quiet_end(channel.quiet or "", decided, zone) if held else decided)
            )
    return found


def concerns(channel: Channel, rule: str | None, brand: str | None) -> bool:
    """Tell whether a channel's ``rules`` and ``brands`` let these through; None passes."""
    return (not channel.rules or rule is None or rule in channel.rules) and (
        not channel.brands or brand is None or brand in channel.brands
    )


def quiet_end(quiet: str, moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the first time from ``moment`` on at which it is not quiet: ``moment`` itself or a
    whole minute (aware UTC).

    ``quiet`` is ``HH:MM-HH:MM`` by the clock on the wall in ``zone``, its end not in it, over
    midnight if it ends before it starts; one that ends as it starts is none. The minutes are walked
    one by one, so nights on which the clock is set forward or back need no rule of their own.
    """
    start, end = (time.fromisoformat(part) for part in quiet.split("-"))
    moment = as_utc(moment)
    while _is_quiet(moment.astimezone(zone).time(), start, end):
        moment = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return moment


def zone_of(watch: Watch) -> ZoneInfo:
    """Return the time zone of the watch's brand; ConfigurationError if it is none."""
    return zone_called(watch.brand.timezone, f"watch/{watch.id}.toml: key 'brand.timezone'")


def zone_called(name: str, where: str) -> ZoneInfo:
    """Return a time zone by name; ConfigurationError, naming ``where`` it stands, if none is it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # OSError: the name of a folder
        raise ConfigurationError(
            f"{where}: there is no time zone {name!r}.",
            remedy="Write it as the tz database does, such as 'Europe/Oslo'.",
        ) from error


def as_utc(moment: datetime) -> datetime:
    """Return a time as aware UTC; one without a zone is UTC already."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _wants(
    channel: Channel, event: Event, severity: Severity, rule: str | None, brand: str | None
) -> bool:
    if event == "digest":  # it holds what was less than anybody is called for
        return channel.digest and concerns(channel, rule, brand)
    enough = SEVERITIES.index(severity) >= SEVERITIES.index(channel.severity)
    return enough and concerns(channel, rule, brand)


def _is_quiet(now: time, start: time, end: time) -> bool:
    if start <= end:
        return start <= now < end
    return now >= start or now < end
