"""Incidents: one for signs of one cause, widened once, closed when the evidence was gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.incident import Severity
from transforms.incidents import QUIET, SLIGHT, Finding, Followed, Standing, follow

START = datetime(2026, 3, 1)


def hours(count: float) -> datetime:
    return START + timedelta(hours=count)


def finding(
    at: float,
    *,
    rule: str = "volume",
    brand: str = "Acme",
    severity: Severity = "warning",
    observed: float = 10,
) -> Finding:
    return Finding(
        rule=rule,
        watch="acme",
        brand=brand,
        measure=rule,
        severity=severity,
        onset=hours(at - 1),
        at=hours(at),
        observed=observed,
        baseline=2,
        n=int(observed),
    )


def told(found: Followed) -> list[str]:
    return [
        f"{c.event} {c.incident.first.brand} {(c.at - START) / timedelta(hours=1):g}"
        for c in found.changes
    ]


def test_signs_of_one_brand_are_one_incident_and_those_of_others_are_not() -> None:
    signs = [
        finding(10),
        finding(11, rule="negative_share"),
        finding(12, rule="negative_count"),
        finding(12, brand="Zenith"),
        finding(13, rule="silence"),
    ]
    found = follow([], signs, {}, hours(14))
    assert told(found) == ["opened Acme 10", "opened Zenith 12", "opened Acme 13"]
    (talk,) = (i for i in found.standing if i.cause == ("Acme", "talk"))
    assert talk.rules == ("volume", "negative_share", "negative_count")


def test_an_incident_escalates_where_it_is_graver_or_three_times_what_was_told() -> None:
    signs = [finding(10), finding(11, observed=29), finding(12, observed=30)]
    signs += [finding(13, observed=89), finding(14, rule="negative_share", severity="critical")]
    found = follow([], signs, {}, hours(15))
    assert told(found) == ["opened Acme 10", "escalated Acme 12", "escalated Acme 14"]
    (incident,) = found.standing
    assert (incident.severity, incident.height.rule) == ("critical", "negative_share")
    assert incident.first.rule == "volume"
    assert incident.escalated == hours(14)


def test_it_closes_at_its_last_evidence_once_that_is_long_gone() -> None:
    evidence = {("Acme", "talk"): [hours(t) for t in (9, 12, 17.5, 24)]}
    early = follow([], [finding(10)], evidence, hours(23.5))
    assert told(early) == ["opened Acme 10"]
    late = follow(early.standing, [finding(10)], evidence, hours(23.75))
    assert told(late) == ["resolved Acme 23.5"]
    assert late.standing[0].closed == hours(17.5)


def test_what_was_told_is_not_told_again() -> None:
    """Every run hands in the alarms of the last day again, and late data adds some within."""
    first = follow([], [finding(10)], {}, hours(11))
    again = follow(first.standing, [finding(10)], {}, hours(12))
    assert told(again) == []
    over = follow(again.standing, [finding(10)], {}, hours(20))
    assert told(over) == ["resolved Acme 16"]
    after = follow(over.standing, [finding(10), finding(15, observed=500)], {}, hours(30))
    assert told(after) == []
    another = follow(after.standing, [finding(10), finding(16.5)], {}, hours(30))
    assert told(another) == ["opened Acme 16.5", "resolved Acme 22.5"]


def test_late_data_that_shows_an_earlier_alarm_opens_no_second_incident() -> None:
    over = follow([], [finding(10)], {}, hours(20)).standing
    again = follow(over, [finding(10), finding(9.5)], {}, hours(30))
    assert told(again) == []


def test_a_slight_finding_is_replaced_by_the_first_that_is_worth_a_message() -> None:
    slight = finding(10)._replace(detail=SLIGHT)
    found = follow([], [slight, finding(11), finding(12)], {}, hours(13))
    assert told(found) == ["opened Acme 10", "escalated Acme 11"]
    assert found.standing[0].height.at == hours(11)


def test_the_same_findings_have_the_same_name() -> None:
    (one,) = follow([], [finding(10), finding(11)], {}, hours(12)).standing
    (two,) = follow([], [finding(10)], {}, hours(30)).standing
    (other,) = follow([], [finding(10, brand="Zenith")], {}, hours(12)).standing
    assert one.incident_id == two.incident_id != other.incident_id


@st.composite
def _signs(draw: st.DrawFn) -> list[Finding]:
    times = draw(st.lists(st.integers(0, 200), min_size=1, max_size=12))
    return [
        finding(
            time,
            rule=draw(st.sampled_from(["volume", "negative_share", "silence"])),
            severity=draw(st.sampled_from(["info", "warning", "critical"])),
            observed=draw(st.sampled_from([1, 5, 30, 200])),
        )
        for time in times
    ]


@settings(deadline=None)
@given(_signs(), st.lists(st.integers(0, 230), max_size=30), st.integers(1, 24))
def test_hour_by_hour_and_at_once_are_the_same(
    signs: list[Finding], evidence: list[int], step: int
) -> None:
    """Live, each run sees what there is by then, and the findings of the day before again."""
    warm = {
        cause: sorted({hours(t) for t in evidence})
        for cause in (("Acme", "talk"), ("Acme", "silence"))
    }
    end = 240
    whole = follow([], signs, warm, hours(end))
    standing: list[Standing] = []
    changes = []
    for now in [*range(0, end, step), end]:
        seen = {c: [t for t in times if t <= hours(now)] for c, times in warm.items()}
        new = [f for f in signs if hours(now - 48) < f.at <= hours(now)]
        part = follow(standing, new, seen, hours(now))
        standing = part.standing
        changes += part.changes
    key = str
    assert sorted(map(key, standing)) == sorted(map(key, whole.standing))
    assert sorted(map(key, changes)) == sorted(map(key, whole.changes))
    for incident in whole.standing:
        assert incident.closed is None or incident.last_evidence + QUIET <= hours(end)
