"""Who is told, and when: severities, filters, quiet hours, the two odd nights of the year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tidings.errors import ConfigurationError
from tidings.incident import Event, Severity
from tidings.notify.routing import quiet_end, routed
from tidings.watch import Brand, Channel, Watch

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")


def channel(name: str, **more: Any) -> Channel:
    return Channel(name=name, secret=name, **more)


def names(
    *channels: Channel,
    event: Event = "opened",
    severity: Severity = "warning",
    rule: str | None = "volume",
    brand: str | None = "Acme",
    told: tuple[str, ...] = (),
) -> set[str]:
    watch = Watch(brand=Brand(name="Acme"), notify=channels, id="acme")
    return {c.name for c, _ in routed(watch, event, severity, rule, brand, NOON, told=told)}


def test_a_channel_hears_of_its_least_severity_and_above() -> None:
    channels = [channel(s, severity=s) for s in ("info", "warning", "critical")]
    assert names(*channels, severity="info") == {"info"}
    assert names(*channels, severity="warning") == {"info", "warning"}
    assert names(*channels, severity="critical") == {"info", "warning", "critical"}


def test_rules_and_brands_narrow_down() -> None:
    channels = [
        channel("all"),
        channel("ratings", rules=("rating",)),
        channel("globex", brands=("Globex",)),
    ]
    assert names(*channels) == {"all"}
    assert names(*channels, rule="rating") == {"all", "ratings"}
    assert names(*channels, brand="Globex") == {"all", "globex"}


def test_who_was_told_of_the_opening_is_told_of_the_end() -> None:
    page, chat = channel("page", severity="critical"), channel("chat")
    assert names(page, chat, event="escalated", severity="critical") == {"page", "chat"}
    # it has calmed down, and the one who was woken must hear that, too
    assert names(page, chat, event="resolved", severity="warning", told=("page", "chat")) == {
        "page",
        "chat",
    }
    assert names(page, chat, event="resolved", severity="warning", told=("chat",)) == {"chat"}


def test_a_digest_goes_where_it_is_wanted_whatever_its_severity() -> None:
    channels = [channel("a", severity="critical"), channel("b", digest=False)]
    assert names(*channels, event="digest", severity="info", rule=None, brand=None) == {"a"}


def test_a_sample_goes_everywhere_at_once() -> None:
    quiet = channel("a", severity="critical", rules=("rating",), quiet="00:00-23:59")
    watch = Watch(brand=Brand(name="Acme"), notify=(quiet,), id="acme")
    assert routed(watch, "sample", "info", "volume", "Acme", NOON) == [(quiet, NOON)]


def test_quiet_hours_hold_back_what_is_less_than_critical() -> None:
    quiet = channel("desk", quiet="22:00-07:00")
    watch = Watch(brand=Brand(name="Acme", timezone="Europe/Oslo"), notify=(quiet,), id="acme")
    night = datetime(2026, 5, 1, 21, 30, tzinfo=UTC)  # 23:30 in Oslo
    morning = datetime(2026, 5, 2, 5, 0, tzinfo=UTC)
    for event in ("opened", "resolved", "digest"):
        assert routed(watch, event, "warning", "volume", "Acme", night) == [(quiet, morning)]
    assert routed(watch, "opened", "critical", "volume", "Acme", night) == [(quiet, night)]
    assert routed(watch, "opened", "warning", "volume", "Acme", NOON) == [(quiet, NOON)]
    naive = night.replace(tzinfo=None)  # as the warehouse has it
    assert routed(watch, "opened", "warning", "volume", "Acme", naive) == [(quiet, morning)]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "moment", "end"),
    [
        ("12:00-13:00", "2026-05-01 10:00", "2026-05-01 11:00"),  # by day, from its first minute
        ("12:00-13:00", "2026-05-01 11:00", "2026-05-01 11:00"),  # its end is not in it
        ("12:00-12:00", "2026-05-01 10:00", "2026-05-01 10:00"),  # none
        ("22:00-07:00", "2026-03-28 21:30", "2026-03-29 05:00"),  # an hour shorter: forward
        ("22:00-07:00", "2026-10-24 20:30", "2026-10-25 06:00"),  # an hour longer: back
        ("22:00-02:30", "2026-03-29 00:30", "2026-03-29 01:00"),  # there is no 02:30; 03:00 follows
        ("22:00-02:30", "2026-10-25 00:10", "2026-10-25 00:30"),  # the first 02:30
        ("22:00-02:30", "2026-10-25 01:10", "2026-10-25 01:30"),  # 02:10 once more: the second
    ],
)
def test_the_end_of_quiet_hours_in_oslo(quiet: str, moment: str, end: str) -> None:
    assert quiet_end(quiet, utc(moment), OSLO) == utc(end)


clock = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda t: f"{t[0]:02}:{t[1]:02}")
zones = st.sampled_from(["Europe/Oslo", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Caracas"])


@given(
    start=clock,
    end=clock,
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    zone=zones,
)
@example(start="01:00", end="02:15", moment=utc("2026-04-04 14:50"), zone="Australia/Lord_Howe")
def test_it_is_never_quiet_when_something_is_sent_nor_sent_later_than_need_be(
    start: str, end: str, moment: datetime, zone: str
) -> None:
    def is_quiet(at: datetime) -> bool:
        wall = at.astimezone(ZoneInfo(zone)).strftime("%H:%M")
        return start <= wall < end if start <= end else wall >= start or wall < end

    found = quiet_end(f"{start}-{end}", moment, ZoneInfo(zone))
    assert not is_quiet(found)
    assert found >= moment
    if is_quiet(moment):
        assert is_quiet(found - timedelta(minutes=1))
    else:
        assert found == moment


def test_a_time_zone_that_there_is_not_is_named_with_its_file() -> None:
    watch = Watch(
        brand=Brand(name="Acme", timezone="Oslo/Europe"), notify=(channel("a"),), id="acme"
    )
    with pytest.raises(ConfigurationError, match=r"watch/acme\.toml: key 'brand\.timezone'"):
        routed(watch, "opened", "warning", "volume", "Acme", NOON)
