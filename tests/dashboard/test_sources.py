"""Sources: the calendar adds up to the mart, secrets stay secret, only an admin releases a row."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import pytest
from app_client import client_of
from test_incident_pages import HOSTILE, as_

from dashboard.figures.sources import next_run, without_secrets
from tidings.home import Home
from tidings.journal import Journal, Release


@pytest.fixture
def gap_home(own_home: Home) -> Home:
    """One walk has left two days and a bit, ten days ago, and can go back."""
    from tidings.cli.steps import write_snapshots
    from warehouse.marts import refresh
    from warehouse.store import open_warehouse

    with open_warehouse(own_home.warehouse) as con:
        con.execute(
            "UPDATE core.coverage SET gap_from = covered_to - INTERVAL 252 HOUR, "
            "gap_to = covered_to - INTERVAL 190 HOUR, goes_back = true, stopped_by = 'max_pages' "
            "WHERE run = (SELECT max(run) FROM core.coverage WHERE source = 'reviews') "
            "AND covered_to IS NOT NULL"
        )
        refresh(con)
        write_snapshots(con, own_home)
    return own_home


def _told(home: Home, question: str) -> list[tuple[Any, ...]]:
    from warehouse.snapshot import open_snapshot

    with open_snapshot(home.snapshot) as con:
        return con.execute(question).fetchall()


def test_the_calendars_last_28_days_are_the_coverage_of_the_mart(gap_home: Home) -> None:
    rows = client_of(gap_home).get("/api/v1/coverage").json()["rows"]
    days = defaultdict(list)
    for row in rows:
        days[row["source"]].append(row["coverage"])
    wanted = dict(_told(gap_home, "SELECT source, coverage FROM marts.source_health"))
    assert set(days) == set(wanted)
    for source, coverage in wanted.items():
        assert sum(days[source][-28:]) / 28 == pytest.approx(coverage), source
    assert min(wanted.values()) < 1  # else nothing was tried


def test_the_page_tells_all_sources_all_gaps_and_what_closes_them(gap_home: Home) -> None:
    client = client_of(gap_home)
    page = client.get("/sources").text
    gaps = _told(gap_home, "SELECT label FROM core.open_gap WHERE declared")
    assert gaps
    assert len(client.get("/api/v1/gaps").json()["rows"]) == len(gaps)
    for (label,) in gaps:
        assert label in page
    assert "tidings repair --watch nordkvern" in page
    for (source,) in _told(gap_home, "SELECT source FROM marts.source_health"):
        assert f'data-label="{source}: ' in page


def test_settings_are_shown_to_editors_without_secrets(own_home: Home) -> None:
    file = own_home.watch_dir / "nordkvern.toml"
    text = file.read_text("utf-8").replace(
        "[sources.settings]",
        '[sources.settings]\napi_key = "s3cr3t-one"\n'
        'feed = "https://user:s3cr3t-two@feeds.example/x?token=s3cr3t-three&page=1"',
        1,
    )
    file.write_text(text, "utf-8")
    page = as_(own_home, "editor").get("/sources").text
    assert "feeds.example/x?token=***&amp;page=1" in page
    assert "s3cr3t" not in page
    assert "feeds.example" not in as_(own_home, "viewer").get("/sources").text


def test_a_watch_file_that_cannot_be_read_costs_only_its_own_table(own_home: Home) -> None:
    (own_home.watch_dir / "nordkvern.toml").write_text("[brand", "utf-8")
    answer = as_(own_home, "admin").get("/sources")
    assert answer.status_code == 200
    assert "not readable as TOML" in answer.text


@pytest.mark.parametrize(
    ("schedule", "wanted"),
    [
        ("@daily", datetime(2026, 3, 12)),
        ("@hourly", datetime(2026, 3, 11, 15)),
        ("30 6 * * 1", datetime(2026, 3, 16, 6, 30)),
        ("@quarterly", datetime(2026, 4, 1)),
        ("@continuous", datetime(2026, 3, 11, 14, 20)),
        ("@once", None),
        ("", None),
        (None, None),
        ("whenever it suits", None),
    ],
)
def test_the_next_run_is_that_of_the_schedule(schedule: str | None, wanted: datetime | None) -> None:  # fmt: skip # noqa: E501
    assert next_run(schedule, datetime(2026, 3, 11, 14, 20, tzinfo=UTC)) == wanted


def test_a_setting_within_others_is_masked_too() -> None:
    shown = without_secrets("login", {"user": "care", "password": "pw"})
    assert shown == "user: care, password: ***"
    assert without_secrets("to", ["ada@acme.example"]) == "[e-mail]"


@pytest.fixture
def held_home(own_home: Home) -> Home:
    """Two rows in quarantine: one that broke a rule, and one that could not be read."""
    from tidings.cli.steps import write_snapshots
    from warehouse.store import open_warehouse

    with open_warehouse(own_home.warehouse) as con:
        [(batch,)] = con.execute("SELECT min(batch_id) FROM core.load").fetchall()
        for name, rules in (("broken", "rating_not_above_scale"), ("unread", "unreadable")):
            con.execute(
                "INSERT INTO core.quarantine BY NAME SELECT ? AS quarantine_id, ? AS batch_id, "
                "'reviews' AS source, 'shop' AS place, ? AS rules, ? AS reason, "
                "'{}' AS raw, now()::TIMESTAMP AS quarantined",
                [name, batch, rules, HOSTILE],
            )
        write_snapshots(con, own_home)
    return own_home


def test_only_an_admin_releases_a_row(held_home: Home) -> None:
    for client in (as_(held_home, "viewer"), as_(held_home, "editor")):
        answer = client.post("/sources", data={"quarantine_id": "broken"})
        assert answer.status_code == 403
    assert Journal(held_home.journal).pending() == []
    client = as_(held_home, "admin")
    sent = {"quarantine_id": "broken", "mend": "rating = 5\ntitle ="}
    answer = client.post("/sources", data=sent, follow_redirects=False)
    assert answer.status_code == 303
    [change] = Journal(held_home.journal).pending()
    assert change.what == Release(quarantine_id="broken", mended={"rating": "5", "title": None})
    rows = client.get("/api/v1/quarantine").json()["rows"]
    assert {r["quarantine_id"]: r["waits"] for r in rows if r["place"] == "shop"} == {
        "broken": True,
        "unread": False,
    }


def test_what_cannot_go_back_is_not_released(held_home: Home) -> None:
    client = as_(held_home, "admin")
    for key, mend in (("unread", ""), ("nothing", ""), ("broken", "no equals sign")):
        answer = client.post("/sources", data={"quarantine_id": key, "mend": mend})
        assert answer.status_code == 400, key
    assert Journal(held_home.journal).pending() == []


def test_quarantine_filters_pages_and_shows_hostile_reasons_as_text(held_home: Home) -> None:
    client = as_(held_home, "admin")
    rows = client.get("/api/v1/quarantine?rules=rating_not_above_scale").json()["rows"]
    assert {row["rules"] for row in rows} == {"rating_not_above_scale"}
    first = client.get("/api/v1/quarantine?limit=1").json()
    second = client.get(f"/api/v1/quarantine?limit=1&offset={first['next']}").json()
    assert first["rows"][0]["quarantine_id"] != second["rows"][0]["quarantine_id"]
    page = client.get("/sources").text
    assert "&lt;script&gt;alert" in page
    assert "<script>alert" not in page
