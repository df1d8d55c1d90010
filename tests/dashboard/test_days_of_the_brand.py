"""Days are the brand's own, page one knows the clock, and a figure leads to as many mentions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from app_client import Changed

if TYPE_CHECKING:
    import duckdb
    from starlette.testclient import TestClient


BRAND = "Nordkvern"
ZONE = "America/Los_Angeles"


def in_zone() -> list[str]:
    tables = ("core.brand", "core.brand_reputation_daily")
    return [f"UPDATE {table} SET timezone = '{ZONE}'" for table in tables]


def of_today(client: TestClient, **asked: Any) -> dict[str, Any]:
    answer = client.get("/api/v1/today", params={"brand": BRAND, **asked}).json()
    found: dict[str, Any] = answer["standings"][0]
    return found


def newest_of(told: duckdb.DuckDBPyConnection) -> date:
    [(found,)] = told.execute("SELECT max(day) FROM marts.brand_reputation_daily").fetchall()
    assert isinstance(found, date)
    return found


def test_the_last_day_is_one_that_has_begun_where_the_brand_is(
    changed: Changed, told: duckdb.DuckDBPyConnection
) -> None:
    """Brands of other zones make the days; Los Angeles is a day behind Auckland."""
    newest = newest_of(told)
    client = changed(
        *in_zone(),
        f"UPDATE core.load SET collected = TIMESTAMP '{newest} 03:00'",
        # the running day there can't have been collected to its end
        f"UPDATE core.brand_reputation_daily SET coverage = 0 WHERE day >= DATE '{newest}' - 1",
        f"UPDATE core.brand_reputation_daily SET coverage = 1 WHERE day < DATE '{newest}' - 1",
    )
    found = of_today(client)
    assert found["asked"]["last"] == str(newest - timedelta(days=1))
    assert found["figures"]["coverage"] == 1
    listed = client.get("/api/v1/mentions", params={"brand": BRAND}).json()
    assert listed["counts"]["coverage"] == 1


def test_an_incident_is_on_the_brand_s_day(
    changed: Changed, told: duckdb.DuckDBPyConnection
) -> None:
    """At two o'clock in Greenwich it is still the day before in Los Angeles."""
    newest = newest_of(told)
    there = newest - timedelta(days=5)
    opened = datetime.combine(there + timedelta(days=1), datetime.min.time()) + timedelta(hours=2)
    client = changed(
        *in_zone(),
        f"UPDATE core.incident SET opened = TIMESTAMP '{opened}', "
        f"closed = TIMESTAMP '{opened}' + INTERVAL 3 HOUR, last_evidence = opened",
    )
    asked = {"brand": BRAND, "from": str(there), "to": str(there)}
    after = {"brand": BRAND, "from": str(there + timedelta(days=1)), "to": str(newest)}
    for page in ("incidents", "today", "brand"):
        assert "incident?brand" in client.get(f"/{page}", params=asked).text, page
        assert "incident?brand" not in client.get(f"/{page}", params=after).text, page
    one = client.get("/api/v1/incidents", params=asked).json()["rows"][0]["incident_id"]
    page = client.get("/incident", params={"id": one, **asked}).text
    assert f"mentions?brand={BRAND}&amp;from={there}&amp;to={there}" in page


def test_a_source_that_nobody_has_asked_for_days_is_not_well(changed: Changed) -> None:
    """Nothing runs any more, so nothing writes a snapshot that says so."""
    client = changed(
        "UPDATE core.source_health SET open_gaps = 0, last_success = last_success - INTERVAL 5 DAY",
        "UPDATE core.load SET collected = collected - INTERVAL 5 DAY",
    )
    assert "bluesky was last read 5 days ago" in client.get("/today", params={"brand": BRAND}).text


def test_page_one_has_what_people_have_just_done(changed: Changed) -> None:
    client = changed()
    waiting = client.get("/api/v1/answers", params={"brand": BRAND}).json()
    one = waiting["rows"][0]["mention_id"]
    marked = client.post(
        "/answers-mark", params={"brand": BRAND, "id": one}, data={"state": "answered"}
    )
    assert marked.status_code == 200
    found = of_today(client)
    assert found["answers"]["waiting"] == waiting["counts"]["waiting"] - 1
    incidents = client.get("/api/v1/incidents", params={"brand": BRAND, "days": 60}).json()["rows"]
    [first, *_] = [row for row in incidents if row["closed"] is None]
    answer = client.post(
        "/incident", params={"brand": BRAND, "id": first["incident_id"]}, data={"action": "resolve"}
    )
    assert answer.status_code == 200
    still = [row["incident_id"] for row in of_today(client)["incidents"] if row["closed"] is None]
    assert first["incident_id"] not in still


def test_what_is_overdue_leads_to_what_is_overdue(client: TestClient) -> None:
    page = client.get("/today", params={"brand": BRAND}).text
    assert f'href="answers?brand={BRAND}&amp;days=28&amp;overdue=yes"' in page


def test_a_driver_leads_to_as_many_mentions_as_it_counts(client: TestClient) -> None:
    """Drivers are of what is said in public: the list leaves surveys out, too."""
    differing = 0
    for across in ("sources", "rivals"):
        rows = client.get(f"/api/v1/drivers/{across}", params={"brand": BRAND}).json()["rows"]
        assert rows
        for row in rows:
            asked = {"brand": BRAND, "driver": row["driver"], "limit": 1}
            asked |= {"source" if across == "sources" else "brand": row["part"]}
            public = client.get("/api/v1/mentions", params={**asked, "kind": "public"}).json()
            every = client.get("/api/v1/mentions", params=asked).json()
            assert public["counts"]["mentions"] == row["mentions"], (across, row)
            differing += every["counts"]["mentions"] != row["mentions"]
    assert differing
    page = client.get("/drivers", params={"brand": BRAND}).text
    page = page[: page.index('id="surveys"')]
    links = [part.split('"')[0] for part in page.split('href="mentions?')[1:]]
    links = [link for link in links if "driver=" in link]
    assert links
    assert all("kind=public" in link for link in links)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_end_of_all_time_is_told_off(client: TestClient, day: str) -> None:
    answer = client.get("/today", params={"brand": BRAND, "from": day, "to": day})
    assert answer.status_code == 400
    assert "2026-10-31" in answer.text
