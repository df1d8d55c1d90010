"""From what is known to who is told: incidents kept as versions, notices decided once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from drawn_tables import ACME, World

from tidings.cli.alerting.deciding import Decided, _page, _standing, decide, pages
from tidings.cli.alerting.holding import Waiting, ready
from tidings.cli.alerting.telling import notice
from tidings.journal import Change as Changed
from tidings.journal import OnIncident
from tidings.watch import Alert, Brand, Channel, Watch
from transforms.incidents import SLIGHT, Change, Finding, follow
from warehouse import incidents
from warehouse.brands import sync
from warehouse.changes import take_over
from warehouse.incidents import Action
from warehouse.marts import refresh

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection

WATCHED = msgspec.structs.replace(
    ACME,
    notify=(
        Channel(name="chat", secret="chat", severity="info"),
        Channel(name="pager", secret="pager", severity="critical", digest=False),
    ),
)
LOUD = """
    published        | label    | followers | text
    2026-03-20 08:00 | negative | 90000     | The lid of the kettle melts
    2026-03-20 08:30 | negative | 10        | Mine, too
"""


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def look(world: World, now: str, *watches: Watch) -> Decided:
    known = watches or (WATCHED,)
    sync(world.con, known, allows_answers=("shop",))
    refresh(world.con)
    return decide(world.con, known, moment(now))


def waiting(con: Con) -> list[tuple[str, str]]:
    rows = con.execute("SELECT channel, event FROM core.delivery ORDER BY decided, channel")
    return [(channel, event) for channel, event in rows.fetchall()]


def due(con: Con, now: datetime) -> list[str]:
    """Return the events of the notices that go out at ``now``."""
    channels = {("acme", c.name): (WATCHED, c) for c in WATCHED.notify}
    known = [Waiting(d, incidents.at(con, d.incident_ids, d.told)) for d in incidents.waiting(con)]
    return [d.event for d in ready(known, channels, incidents.actions(con), now)[0]]


def told(con: Con, columns: str) -> list[tuple[Any, ...]]:
    return con.execute(f"SELECT {columns} FROM marts.incidents ORDER BY opened").fetchall()


def test_a_loud_negative_mention_is_told_once_with_its_evidence(world: World, con: Con) -> None:
    world.say(LOUD)
    first = look(world, "2026-03-20 09:07")
    assert (first.opened, first.notices) == (1, 1)
    assert first.looked_to == datetime(2026, 3, 20, 9, 7)
    assert told(con, "brand, rule, measure, observed, n, severity, closed, sources") == [
        ("Acme", "influential_author", "reach", 90_000, 1, "warning", None, ["forum"])
    ]
    ((sentence, ids),) = told(con, "sentence, mention_ids::VARCHAR[]")
    assert sentence == "A negative mention at 08:00 by an author whom 90,000 follow"
    assert len(ids) == 1
    assert waiting(con) == [("chat", "opened")]
    again = look(world, "2026-03-20 09:20")
    assert (again.opened, again.notices) == (0, 0)
    assert waiting(con) == [("chat", "opened")]
    (wait,) = incidents.waiting(con)
    message = notice(con, wait)
    assert [v.text for v in message.incidents[0].voices] == ["The lid of the kettle melts"]
    assert message.key == wait.key
    assert message.event == "opened"


def test_its_end_is_told_to_those_who_were_told_of_it(world: World, con: Con) -> None:
    world.say(LOUD)
    look(world, "2026-03-20 09:00")
    look(world, "2026-03-20 14:00")
    assert told(con, "closed") == [(None,)]
    over = look(world, "2026-03-20 14:30")
    assert (over.resolved, over.notices) == (1, 1)
    assert told(con, "closed") == [(datetime(2026, 3, 20, 8),)]
    assert waiting(con) == [("chat", "opened"), ("chat", "resolved")]
    versions = con.execute("SELECT closed, known_to IS NULL FROM core.incident ORDER BY known_from")
    assert versions.fetchall() == [(None, False), (datetime(2026, 3, 20, 8), True)]
    known = con.execute("SELECT closed FROM marts.incidents_as_of(TIMESTAMP '2026-03-20 14:10')")
    assert known.fetchall() == [(None,)]


def test_a_rule_that_is_off_finds_nothing_and_a_threshold_counts(world: World, con: Con) -> None:
    world.say(LOUD)
    off = msgspec.structs.replace(WATCHED, alerts={"influential_author": Alert(enabled=False)})
    higher = {"influential_author": Alert(threshold=90_001)}
    assert look(world, "2026-03-20 09:00", off).opened == 0
    assert look(world, "2026-03-20 09:00", msgspec.structs.replace(off, alerts=higher)).opened == 0
    lower = {"influential_author": Alert(threshold=90_000, severity="critical")}
    assert look(world, "2026-03-20 09:00", msgspec.structs.replace(off, alerts=lower)).opened == 1
    assert waiting(con) == [("chat", "opened"), ("pager", "opened")]


def test_what_is_a_day_old_when_it_is_found_is_told_in_a_digest(world: World, con: Con) -> None:
    world.say(LOUD)
    look(world, "2026-03-22 09:00")
    assert told(con, "hindsight, closed") == [(True, datetime(2026, 3, 20, 8))]
    assert waiting(con) == [("chat", "digest")]
    (wait,) = incidents.waiting(con)
    assert len(notice(con, wait).incidents) == 1
    look(world, "2026-03-22 09:30")
    assert waiting(con) == [("chat", "digest")]


def alarm(brand: str, hour: float, severity: Any = "warning", n: int = 9) -> Finding:
    at = datetime(2026, 3, 20) + timedelta(hours=hour)
    return Finding(
        rule="volume",
        watch="acme",
        brand=brand,
        measure="mentions",
        severity=severity,
        onset=at - timedelta(hours=1),
        at=at,
        observed=n,
        baseline=1,
        n=n,
    )


def test_five_messages_and_the_rest_in_a_digest() -> None:
    """The gravest are told; what is over already, and hindsight, is in the digest anyway."""
    changes, versions = [], {}
    for number, severity in enumerate(("info", "warning", "critical") * 3):
        found = alarm(f"Brand {number}", 8, severity)
        (change,) = follow([], [found], {}, datetime(2026, 3, 20, 9)).changes
        changes.append(change)
        versions[change.incident.incident_id] = number == 2  # that one is hindsight
    told, rest = pages(changes, versions, set())
    assert [c.incident.severity for c in told] == ["critical"] * 2 + ["warning"] * 3
    assert len(rest) == 4
    assert {c.incident.incident_id for c in told} | {i.incident_id for i in rest} == set(versions)


def test_an_end_is_told_whatever_else_there_is_and_acknowledged_growth_is_not() -> None:
    changes = []
    for number in range(8):
        opened = alarm(f"Brand {number}", 8)
        standing = follow([], [opened], {}, datetime(2026, 3, 20, 9)).standing
        more = [] if number else [alarm("Brand 0", 20, "critical"), alarm("Brand 0", 20.5, n=99)]
        changes += follow(standing, more, {}, datetime(2026, 3, 20, 22)).changes
    quiet = {c.incident.incident_id: False for c in changes}
    told, rest = pages(changes, quiet, set())
    assert Counter(c.event for c in told) == {"resolved": 8, "opened": 1}
    assert rest == []


def test_snoozed_messages_wait(world: World, con: Con) -> None:
    world.say(LOUD)
    now = moment("2026-03-20 09:00")
    until = now + timedelta(hours=8)
    rule = {"watch": "acme", "rule": "influential_author", "action": "snooze", "who": "eve"}
    incidents.act(con, Action(**rule, until=until, done=now))
    look(world, "2026-03-20 09:00")
    assert due(con, until - timedelta(seconds=1)) == []
    assert due(con, until) == ["opened"]
    incidents.act(con, Action(**rule, until=now, done=now + timedelta(minutes=1)))
    assert due(con, now + timedelta(minutes=1)) == ["opened"]  # somebody has ended it


def test_a_failed_check_is_one_incident_as_long_as_it_fails(world: World, con: Con) -> None:
    """Looks half an hour apart, ten hours long: opened once, resolved once the checks are right."""
    world.say(LOUD.replace("90000", "9"))

    def judged(at: str, *, success: bool) -> None:
        con.execute(
            "INSERT INTO core.quality_result BY NAME SELECT ? AS run, ?::TIMESTAMP AS judged, "
            "'warehouse' AS suite, 'loads' AS check_name, 'core.load' AS table_name, "
            "'fail' AS severity, ? AS success, 3 AS failing, 3 AS observed, 0 AS most, "
            "[]::VARCHAR[] AS examples, judged AS upto, '0' AS definition",
            [at, moment(at).replace(tzinfo=None), success],
        )

    start = moment("2026-03-20 09:00")
    opened = resolved = 0
    for half in range(36):
        now = f"{start + timedelta(minutes=30 * half):%Y-%m-%d %H:%M}"
        judged(now, success=half >= 20)
        found = look(world, now)
        opened += found.opened
        resolved += found.resolved
    assert (opened, resolved) == (1, 1)
    assert told(con, "brand, rule, measure") == [("", "quality", "checks")]


def test_nothing_is_decided_where_keeping_it_fails(
    world: World, con: Con, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Incident, notices and the run are one transaction: all of it is there, or none."""
    world.say(LOUD)

    def full(*_args: object, **_named: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(incidents, "looked", full)
    with pytest.raises(OSError, match="No space"):
        look(world, "2026-03-20 09:00")
    assert told(con, "brand") == []
    assert waiting(con) == []
    monkeypatch.undo()
    assert look(world, "2026-03-20 09:00").notices == 1


def grown(*events: str) -> list[Change]:
    """Return what became of one incident, at once."""
    standing = follow([], [alarm("Acme", 8)], {}, datetime(2026, 3, 20, 9)).standing
    more = alarm("Acme", 10, "critical")
    changes = follow(standing, [more], {}, datetime(2026, 3, 20, 22)).changes
    opened = follow([], [alarm("Acme", 8)], {}, datetime(2026, 3, 20, 9)).changes
    return [c for c in [*opened, *changes] if c.event in events]


def test_growth_that_is_over_when_it_is_found_wakes_nobody_who_has_acknowledged() -> None:
    changes = grown("escalated", "resolved")
    (key,) = {c.incident.incident_id for c in changes}
    told, rest = pages(changes, {key: False}, {key})
    assert [c.event for c in told] == ["resolved"]
    assert [i.incident_id for i in rest] == [key]


def test_what_has_become_grave_at_once_goes_before_what_has_not() -> None:
    changes = grown("opened", "escalated")
    for number in range(5):
        changes += follow([], [alarm(f"Brand {number}", 7)], {}, datetime(2026, 3, 20, 9)).changes
    told, rest = pages(changes, {c.incident.incident_id: False for c in changes}, set())
    assert told[0].incident.first.brand == "Acme"
    assert len(rest) == 1


def test_a_slight_sign_takes_no_alarm_into_the_digest() -> None:
    slight = alarm("Acme", 9, n=99)._replace(detail=SLIGHT)
    found = follow([], [alarm("Acme", 8), slight], {}, datetime(2026, 3, 20, 9))
    (key,) = {c.incident.incident_id for c in found.changes}
    told, rest = pages(found.changes, {key: False}, set())
    assert [c.event for c in told] == ["opened"]
    assert rest == []


def test_an_end_by_hand_is_told_once_to_those_who_were_told_of_the_beginning(
    world: World, con: Con
) -> None:
    world.say(LOUD)
    look(world, "2026-03-20 09:00")
    (kept,) = incidents.standing(con, datetime(2026, 3, 1))
    now = moment("2026-03-20 09:10")
    done = OnIncident(incident_id=kept.incident_id, action="resolve")
    assert take_over(con, [Changed(what=done, who="eve", role="editor", made=now)]).applied == 1
    assert look(world, "2026-03-20 09:20").notices == 1
    assert look(world, "2026-03-20 09:30").notices == 0
    assert waiting(con) == [("chat", "opened"), ("chat", "resolved")]


def test_an_escalation_that_late_data_shows_to_be_graver_is_told(world: World, con: Con) -> None:
    world.say(LOUD)
    look(world, "2026-03-20 09:00")
    (kept,) = incidents.standing(con, datetime(2026, 3, 1))
    keys = []
    for severity in ("warning", "critical"):
        found = msgspec.structs.replace(kept, severity=severity)
        change = Change("escalated", datetime(2026, 3, 20, 8, 45), _standing(found))
        _page(con, WATCHED, change, found, [], datetime(2026, 3, 20, 9))
        keys = [d.key for d in incidents.waiting(con) if d.event == "escalated"]
    assert len(keys) == len(set(keys)) == 3


def test_a_failed_check_is_told_where_somebody_is_to_be_told(world: World, con: Con) -> None:
    con.execute(
        "INSERT INTO core.quality_result BY NAME SELECT 'a' AS run, now()::TIMESTAMP AS judged, "
        "'warehouse' AS suite, 'loads' AS check_name, 'core.load' AS table_name, "
        "'warn' AS severity, false AS success, 3 AS failing, 3 AS observed, 0 AS most, "
        "[]::VARCHAR[] AS examples, judged AS upto, '0' AS definition"
    )
    mute = Watch(id="aaa", brand=Brand(name="Mute"))
    look(world, f"{datetime.now(UTC):%Y-%m-%d %H:%M}", mute, WATCHED)
    assert waiting(con) == [("chat", "opened")]


def test_a_silence_is_not_over_because_what_was_said_before_is_long_ago(
    world: World, con: Con
) -> None:
    start = datetime(2026, 1, 1)
    rows = [f"{start + timedelta(hours=8 * n):%Y-%m-%d %H:%M} | neutral | Kettle {n}"
            for n in range(60)]  # fmt: skip
    world.say("published | label | text\n" + "\n".join(rows))
    last = start + timedelta(hours=8 * 59)
    look(world, f"{last:%Y-%m-%d %H:%M}")
    for gone in (30, 20 * 24, 26 * 24, 30 * 24, 34 * 24, 37 * 24, 40 * 24):
        found = look(world, f"{last + timedelta(hours=gone):%Y-%m-%d %H:%M}")
        assert found.resolved == 0, gone
    assert told(con, "rule, closed") == [("silence", None)]
