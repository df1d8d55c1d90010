"""When notices go out: quiet hours and snoozes hold, and none comes after one that follows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tidings.cli.alerting.holding import Channels, Waiting, ready
from tidings.watch import Brand, Channel, Watch
from warehouse.incidents import Action, Delivery, Stored

NIGHT = Channel(name="chat", secret="chat", quiet="22:00-07:00")
OSLO = Watch(id="acme", brand=Brand(name="Acme", timezone="Europe/Oslo"), notify=(NIGHT,))
CHANNELS: Channels = {("acme", "chat"): (OSLO, NIGHT)}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def notice(event: Any, decided: str, severity: Any = "warning", **more: Any) -> Waiting:
    at = utc(decided).replace(tzinfo=None)
    delivery = Delivery(
        key=f"{event}-{decided}",
        watch="acme",
        channel="chat",
        event=event,
        severity=severity,
        incident_ids=["one"],
        told=at,
        decided=at,
        not_before=more.pop("not_before", at),
        **more,
    )
    incident = Stored(
        incident_id="one",
        watch="acme",
        brand="Acme",
        rule="volume",
        rules=["volume"],
        measure="mentions",
        severity=severity,
        opened=at,
        decided=at,
        last_evidence=at,
        baseline=1,
        observed=9,
        n=9,
        detector="tidings",
        detector_version="1",
    )
    return Waiting(delivery, [incident])


def snooze(until: str, done: str = "2026-01-10T12:00") -> Action:
    naive = [utc(time).replace(tzinfo=None) for time in (until, done)]
    return Action(
        watch="acme", incident_id="one", action="snooze", who="eve", until=naive[0], done=naive[1]
    )


def sent(waiting: list[Waiting], now: str, *did: Action) -> list[str]:
    return [one.event for one in ready(waiting, CHANNELS, did, utc(now))[0]]


def test_what_was_not_sent_in_time_waits_for_the_end_of_the_quiet_hours() -> None:
    """At 21:59 in Oslo it was decided, and the channel did not answer; at 22:10 it is quiet."""
    opened = notice("opened", "2026-01-10T20:59")
    assert sent([opened], "2026-01-10T20:59") == ["opened"]
    again = notice("opened", "2026-01-10T20:59", attempts=1)
    due, held = ready([again], CHANNELS, [], utc("2026-01-10T21:10"))
    assert due == []
    assert held == {again.delivery.key: utc("2026-01-11T06:00")}
    assert sent([again], "2026-01-11T06:00") == ["opened"]
    assert sent([notice("opened", "2026-01-10T20:59", "critical")], "2026-01-10T21:10") == [
        "opened"
    ]


def test_a_snooze_that_ends_at_night_wakes_nobody() -> None:
    opened = notice("opened", "2026-01-10T13:00")
    _, held = ready([opened], CHANNELS, [snooze("2026-01-11T01:00")], utc("2026-01-10T13:00"))
    assert list(held.values()) == [utc("2026-01-11T06:00")]


def test_a_snooze_holds_what_waits_already_and_its_end_lets_it_go() -> None:
    held = notice("opened", "2026-01-10T02:00", not_before=datetime(2026, 1, 10, 6))
    snoozed = snooze("2026-01-10T15:00", "2026-01-10T05:30")
    assert sent([held], "2026-01-10T06:00", snoozed) == []
    assert sent([held], "2026-01-10T15:00", snoozed) == ["opened"]
    assert sent([held], "2026-01-10T08:00", snooze("2026-01-10T08:00")) == ["opened"]


def test_a_try_that_failed_waits_its_pause() -> None:
    later = (utc("2026-01-10T12:00") + timedelta(minutes=2)).replace(tzinfo=None)
    again = notice("opened", "2026-01-10T12:00", attempts=1, not_before=later)
    assert sent([again], "2026-01-10T12:01") == []
    assert sent([again], "2026-01-10T12:02") == ["opened"]


def test_nobody_is_told_of_an_opening_after_its_end() -> None:
    """An incident opens at night, turns critical and is over before the quiet hours are."""
    opened = notice("opened", "2026-01-10T22:00")
    graver = notice("escalated", "2026-01-11T00:00", "critical")
    assert sent([opened], "2026-01-10T23:00") == []
    assert sent([opened, graver], "2026-01-11T00:00") == ["opened", "escalated"]


def test_a_digest_goes_before_nothing_and_a_channel_that_is_gone_holds_nothing() -> None:
    digest = notice("digest", "2026-01-10T22:00", "info")
    graver = notice("opened", "2026-01-11T00:00", "critical")
    assert sent([digest, graver], "2026-01-11T00:00") == ["opened"]
    due, _ = ready([digest], {}, [], utc("2026-01-11T00:00"))
    assert [one.event for one in due] == ["digest"]
