"""Incidents: the list is the mart's, what people do is in the journal and on the page at once."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from app_client import client_of
from starlette.testclient import TestClient

from dashboard.access import Person, Role
from tidings.home import Home
from tidings.journal import Change, Journal, OnIncident

if TYPE_CHECKING:
    import duckdb

HOSTILE = '<script>alert("x")</script><img src=http://evil.example onerror=alert(1)>'


class As:
    """Whoever looks is ``name`` and has this role."""

    def __init__(self, role: Role, name: str = "Ada") -> None:
        self.someone = Person(name=name, role=role)

    def person(self, request: Any) -> Person:
        return self.someone


def as_(home: Home, role: Role) -> TestClient:
    client = client_of(home)
    client.app.state.setup.access = As(role)  # type: ignore[attr-defined]
    return client


def one(home: Home) -> str:
    """Return the id of the gravest incident of the last year."""
    rows = client_of(home).get("/api/v1/incidents", params={"days": 365}).json()["rows"]
    return str(max(rows, key=lambda r: ["info", "warning", "critical"].index(r["severity"]))["incident_id"])  # fmt: skip # noqa: E501


def _all(client: TestClient, **asked: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    offset: int | None = 0
    while offset is not None:
        answer = client.get("/api/v1/incidents", params={**asked, "limit": 2, "offset": offset})
        assert answer.status_code == 200, answer.text
        rows += answer.json()["rows"]
        offset = answer.json()["next"]
    return rows


def test_the_list_is_what_the_mart_says_under_random_filters_and_pages_have_no_holes(
    client: TestClient, told: duckdb.DuckDBPyConnection
) -> None:
    dice = random.Random(7)
    [(end,)] = told.execute("SELECT max(day) FROM marts.brand_reputation_daily").fetchall()
    kept = told.sql("FROM marts.incidents").to_arrow_table().to_pylist()
    assert len(kept) > 3
    seen = 0
    for _ in range(60):
        last: date = end - timedelta(days=dice.randrange(50))
        first = last - timedelta(days=dice.randrange(50))
        asked = {
            "brand": "Nordkvern",
            "from": str(first),
            "to": str(last),
            "state": dice.choice(["", "", "open", "closed"]),
            "severity": dice.choice(["", "", "info", "warning", "critical"]),
            "rule": dice.choice(["", "", "volume", "negative_count", "competitor", "unanswered"]),
            "about": dice.choice(["", "", "Nordkvern", "Vantrosso"]),
        }
        wanted = [
            i["incident_id"]
            for i in kept
            if i["opened"].date() <= last
            and (i["closed"] is None or i["closed"].date() >= first)
            and asked["state"] in ("", "open" if i["closed"] is None else "closed")
            and asked["severity"] in ("", i["severity"])
            and (not asked["rule"] or asked["rule"] in i["rules"])
            and asked["about"] in ("", i["brand"])
        ]
        found = [row["incident_id"] for row in _all(client, **asked)]
        assert sorted(found) == sorted(wanted), asked
        seen += len(found)
    assert seen > 30


def test_open_ones_come_first_and_each_is_on_the_timeline_and_in_the_list(
    client: TestClient,
) -> None:
    rows = _all(client, days=60)
    states = [row["closed"] is not None for row in rows]
    assert states == sorted(states)
    page = client.get("/incidents?days=60").text
    for row in rows:
        # a bar, and a row
        assert page.count(f"incident?brand=Nordkvern&amp;days=60&amp;id={row['incident_id']}") == 2


def test_a_filter_that_is_none_is_told(client: TestClient) -> None:
    assert client.get("/incidents?severity=dreadful").status_code == 400
    assert client.get("/api/v1/incidents?about=Nobody").status_code == 400
    assert client.get("/incident?id=nothing").status_code == 400


def test_the_page_tells_the_evidence_of_the_mart(
    client: TestClient, told: duckdb.DuckDBPyConnection, told_home: Home
) -> None:
    key = one(told_home)
    [kept] = [
        row
        for row in told.sql("FROM marts.incidents").to_arrow_table().to_pylist()
        if row["incident_id"] == key
    ]
    page = client.get(f"/incident?id={key}&days=60").text
    for word in [*kept["words"], *kept["sources"]]:
        assert f"{word}</" in page
    assert f"n = {kept['n']}" in page
    answer = client.get(f"/api/v1/incidents/{key}").json()
    hours = told.execute(
        "SELECT count(*) FROM core.said WHERE brand = ? AND first_copy "
        "AND published >= ? AND published < ?",
        [kept["brand"], answer["hours"][0]["starts"],
         str(kept["closed"] + timedelta(hours=6))[:14] + "00:00"],
    ).fetchall()  # fmt: skip
    if kept["measure"] == "mentions":
        assert sum(h["observed"] for h in answer["hours"]) == hours[0][0]
    ids = [voice["mention_id"] for voice in answer["voices"]]
    assert ids == [str(i) for i in kept["mention_ids"]][: len(ids)]
    assert ids


@pytest.mark.parametrize("role", ["viewer"])
def test_a_viewer_can_do_nothing_about_it(own_home: Home, role: Role) -> None:
    key = one(own_home)
    client = as_(own_home, role)
    answer = client.post(f"/incident?id={key}", data={"action": "resolve"}, follow_redirects=False)
    assert answer.status_code == 403
    assert '<form method="post"' not in client.get(f"/incident?id={key}").text
    assert Journal(own_home.journal).pending() == []


def test_what_an_editor_does_is_shown_at_once_and_once_it_was_taken_over(own_home: Home) -> None:
    key = one(own_home)
    client = as_(own_home, "editor")
    tag = client.get(f"/incident?id={key}").headers["etag"]
    assert client.get(f"/incident?id={key}", headers={"if-none-match": tag}).status_code == 304
    note = f"called the supplier {HOSTILE}"
    for data in (
        {"action": "acknowledge"},
        {"action": "own", "words": "Grace"},
        {"action": "snooze", "hours": "12"},
        {"action": "note", "words": note},
    ):
        answer = client.post(f"/incident?id={key}", data=data, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "incident")
    again = client.get(f"/incident?id={key}", headers={"if-none-match": tag})
    assert again.status_code == 200  # it is another page now
    _shows(again.text, waits=True)
    [row] = [r for r in _all(client, days=60) if r["incident_id"] == key]
    assert (row["owner"], row["notes"], row["waits"]) == ("Grace", 1, True)
    assert "called the supplier" not in as_(own_home, "viewer").get(f"/incident?id={key}").text
    _take_over(own_home)
    _shows(client.get(f"/incident?id={key}").text, waits=False)
    assert "called the supplier" not in as_(own_home, "viewer").get(f"/incident?id={key}").text


def _shows(page: str, *, waits: bool) -> None:
    assert "Acknowledged" in page
    assert "Grace" in page
    assert "Ada" in page
    assert "called the supplier &lt;script&gt;" in page
    assert "<script>alert" not in page
    assert ("waits to be taken over" in page) is waits


def _take_over(home: Home) -> None:
    from tidings.cli.steps import write_snapshots
    from tidings.cli.taking_over import take_over
    from warehouse.store import open_warehouse

    with open_warehouse(home.warehouse) as con:
        assert take_over(con, home).refused == 0
        write_snapshots(con, home)


def test_one_that_somebody_said_is_over_leaves_the_open_ones_at_once(own_home: Home) -> None:
    client = as_(own_home, "editor")
    opened = _all(client, days=60, state="open")
    if not opened:
        pytest.skip("no incident of this world is open")
    key = opened[0]["incident_id"]
    client.post(f"/incident?id={key}", data={"action": "resolve"})
    assert key not in [r["incident_id"] for r in _all(client, days=60, state="open")]
    [closed] = [r for r in _all(client, days=60, state="closed") if r["incident_id"] == key]
    assert closed["closed"] is not None
    assert closed["waits"]


def test_a_change_without_what_it_needs_is_told_and_not_kept(own_home: Home) -> None:
    key = one(own_home)
    client = as_(own_home, "editor")
    assert client.post(f"/incident?id={key}", data={"action": "note"}).status_code == 400
    assert client.post("/incident?id=none", data={"action": "acknowledge"}).status_code == 400
    assert Journal(own_home.journal).pending() == []


def test_what_could_not_be_done_is_told_with_its_reason(own_home: Home) -> None:
    from tidings.cli.steps import write_snapshots
    from tidings.cli.taking_over import take_over
    from warehouse.store import open_warehouse

    key = one(own_home)
    what = OnIncident(incident_id=key[:12], action="acknowledge")  # no incident's whole id
    Journal(own_home.journal).add(Change(what=what, who="Ada", role="editor"))
    with open_warehouse(own_home.warehouse) as con:
        assert take_over(con, own_home).refused == 1
        con.execute("UPDATE core.audit SET target = ?", [key])
        write_snapshots(con, own_home)
    page = as_(own_home, "viewer").get(f"/incident?id={key}").text
    assert "There is no such incident." in page


def test_hostile_texts_are_texts(own_home: Home) -> None:
    from tidings.cli.steps import write_snapshots
    from warehouse.store import open_warehouse

    key = one(own_home)
    with open_warehouse(own_home.warehouse) as con:
        con.execute(
            "UPDATE core.incident SET sentence = ?, words = [?], keywords = [?], drivers = [?], "
            "sources = [?], languages = [?] WHERE incident_id = ?",
            [HOSTILE] * 6 + [key],
        )
        con.execute("UPDATE core.mention_version SET title = ?, text = ?", [HOSTILE, HOSTILE])
        con.execute("UPDATE core.mention_version SET url = 'javascript:alert(1)'")
        write_snapshots(con, own_home, whole=True)
    client = as_(own_home, "admin")
    for address in (f"/incident?id={key}&days=60", "/incidents?days=60"):
        page = client.get(address).text
        assert "&lt;script&gt;alert" in page
        assert not re.search(r"<script>alert|<img src=http|javascript:", page)
    sheet = client.get("/api/v1/incidents?days=60&format=csv").text
    assert "\n=" not in sheet


def test_a_damaged_journal_is_told_and_the_snapshot_shown(own_home: Home) -> None:
    key = one(own_home)
    own_home.journal.write_bytes(b"no database at all" * 300)
    client = as_(own_home, "editor")
    for page in ("today", f"incident?id={key}", "incidents", "answers", "mentions", "sources"):
        answer = client.get(f"/{page}")
        assert answer.status_code == 200, page
        assert f"The journal {own_home.journal} is damaged" in answer.text, page
        assert "is left out" in answer.text, page
    told = client.get(f"/api/v1/incidents/{key}")
    assert (told.status_code, told.headers["tidings-left-out"]) == (200, "changes")
    own_home.journal.unlink()
    told = client.get(f"/api/v1/incidents/{key}")
    assert "tidings-left-out" not in told.headers
    assert "is left out" not in client.get("/today").text
