"""The mentions of a snapshot in plain Python, for tests that count and filter on their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.testclient import TestClient

from dashboard.access import Person, Role

if TYPE_CHECKING:
    import duckdb

    from tidings.home import Home

Row = dict[str, Any]


def rows(con: duckdb.DuckDBPyConnection, brand: str) -> list[Row]:
    """Return what was said of a brand: a row a mention, with all that filters ask for."""
    con = con.cursor()
    con.execute("USE tidings")
    found = con.sql(
        "SELECT s.*, m.place, m.title, m.text, m.likes, m.replies, m.shares, m.content_hash "
        "FROM core.said AS s JOIN core.mention AS m USING (mention_id) WHERE s.brand = $brand",
        params={"brand": brand},
    )
    told = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    for name in ("keyword", "driver"):
        hits = con.execute(
            f"SELECT mention_id, {name} FROM core.{name}_said WHERE brand = $1", [brand]
        ).fetchall()
        by_id: dict[Any, set[str]] = {}
        for one, value in hits:
            by_id.setdefault(one, set()).add(value)
        for row in told:
            row[name] = by_id.get(row["mention_id"], set())
    return told


class Always:
    """Everybody is the same person."""

    def __init__(self, role: Role) -> None:
        self._person = Person(name="some body", role=role)

    def person(self, request: object) -> Person:
        """Return that person."""
        return self._person


def client_as(home: Home, role: Role) -> TestClient:
    """Return a client of an app in which everybody has this role."""
    from dashboard.app import create_app
    from dashboard.setup import Setup

    client = TestClient(create_app(Setup(home, Always(role))), base_url="http://127.0.0.1")
    client.headers["sec-fetch-site"] = "same-origin"
    return client
