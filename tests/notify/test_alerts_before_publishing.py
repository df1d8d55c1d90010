"""One run looks for incidents first and publishes once, whatever the looking comes to."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from alerting_home import TEXT, alerting_home
from receiving import Receiver

from tidings.cli import steps, whole_run
from tidings.cli.alerting import steps as alerts
from tidings.cli.alerts import check
from tidings.errors import QualityError
from warehouse.snapshot import open_snapshot, published

if TYPE_CHECKING:
    from pathlib import Path

    from tidings.home import Home


@pytest.fixture
def home(tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Home:
    """One complaint was loaded and published; twelve of another brand's are landed."""
    made = alerting_home(tmp_path, receiver.url(), monkeypatch)
    now = datetime.now(UTC)
    rows = [
        {
            "external_id": f"more-{n}",
            "published": (now - timedelta(hours=30 + n)).isoformat(),
            "text": f"{TEXT}, they said {n} times",
            "language": "en",
            "author_handle": f"person-{n}",
            "kind": "post",
        }
        for n in range(12)
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (made.root / "in" / "more.jsonl").write_text(lines, "utf-8")
    for watch in steps.watches(made):
        for source in watch.sources:
            steps.collect(watch.id, source.id, run="more")
    return made


def asked(home: Home, sql: str) -> list[tuple[Any, ...]]:
    with open_snapshot(home.snapshot) as con:
        found: list[tuple[Any, ...]] = con.execute(sql).fetchall()
        return found


OF_YESTERDAY = """
SELECT count(part_stability) FROM marts.brand_reputation_daily
WHERE brand = 'Acme' AND day = current_date - 1
"""


def test_what_is_published_knows_of_incidents(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    writes = []
    really = steps.write_snapshots
    monkeypatch.setattr(
        steps, "write_snapshots", lambda *a, **k: writes.append(1) or really(*a, **k)
    )
    assert asked(home, OF_YESTERDAY) == [(0,)]  # nobody has looked
    whole_run.check_and_load(holder="more")
    assert asked(home, OF_YESTERDAY) == [(1,)]
    assert asked(home, "SELECT count(*) > 0 FROM marts.incidents") == [(True,)]
    assert writes == [1]


def test_it_is_published_though_looking_failed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> dict[str, int]:
        raise ZeroDivisionError("a detector")

    monkeypatch.setattr(alerts, "look", broken)
    with pytest.raises(ZeroDivisionError, match="a detector"):
        whole_run.check_and_load(holder="more")
    assert asked(home, "SELECT count(*) FROM core.mention") == [(13,)]


def test_a_check_that_forbids_to_publish_is_an_incident_of_the_same_run(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from warehouse.store import open_warehouse

    with open_snapshot(home.snapshot) as con:
        before = published(con)
    with open_warehouse(home.warehouse) as con:  # every mention has two scores that count
        con.execute("INSERT INTO core.score FROM core.score")
    with pytest.raises(QualityError, match="one_open_score"):
        whole_run.check_and_load(holder="more")
    with open_snapshot(home.snapshot) as con:
        assert published(con) == before
    with open_warehouse(home.warehouse) as con:
        told = con.execute("SELECT count(*) FROM core.incident WHERE rule = 'quality'").fetchone()
    assert told is not None
    assert told[0] > 0


def test_a_check_that_only_warns_is_told_and_published_by_the_same_run(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from warehouse import alerts as known

    judged: list[int] = []
    really = steps.write_snapshots
    monkeypatch.setattr(
        steps, "write_snapshots", lambda *a, **k: judged.append(1) or really(*a, **k)
    )
    row = (datetime.now(UTC).replace(tzinfo=None), "source_is_quiet", "core.mention", "warn", 1)
    monkeypatch.setattr(known, "failed_checks", lambda _: [row] if judged else [])
    whole_run.check_and_load(holder="more")
    assert judged == [1, 1]
    assert asked(home, "SELECT count(*) FROM marts.incidents WHERE rule = 'quality'") == [(1,)]


def test_what_forbids_to_publish_is_told_by_the_command_all_the_same(
    home: Home, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden() -> dict[str, str]:
        raise QualityError("one_open_score", remedy="")

    monkeypatch.setattr(steps, "publish", forbidden)
    with pytest.raises(QualityError, match="one_open_score"):
        check()
    assert [got.json()["data"]["event"] for got in receiver.got] == ["opened"]


def test_that_a_first_look_found_nothing_is_published(home: Home) -> None:
    path = home.watch_dir / "acme.toml"
    quiet = "\n[alerts.influential_author]\nenabled = false\n"
    path.write_text(path.read_text("utf-8") + quiet, "utf-8")
    for group in steps.waiting():
        steps.enrich(group)
    steps.load(holder="more")
    steps.refresh()
    steps.publish()
    assert asked(home, OF_YESTERDAY) == [(0,)]
    found = alerts.look()
    assert (found["opened"], found["first"]) == (0, 1)
    assert alerts.publish(found)
    assert asked(home, OF_YESTERDAY) == [(1,)]
    again = alerts.look()
    assert again["first"] == 0
    assert alerts.publish(again) == {}
