"""One mention's page: its versions, why it was scored so, and labels that people give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from mentions_told import client_as, rows
from starlette.testclient import TestClient

if TYPE_CHECKING:
    import duckdb

    from tidings.home import Home

BRAND = "Nordkvern"
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>\u202e'


def one_said(told: duckdb.DuckDBPyConnection, **asked: Any) -> dict[str, Any]:
    return next(
        row
        for row in rows(told, BRAND)
        if row["text"] and all(row[name] == value for name, value in asked.items())
    )


def test_all_versions_of_an_edited_one_are_told(
    client: TestClient, told: duckdb.DuckDBPyConnection
) -> None:
    edited = told.execute(
        "SELECT mention_id, list(text ORDER BY valid_from) FROM core.mention_version "
        "WHERE known_to IS NULL GROUP BY mention_id HAVING count(DISTINCT text) > 1"
    ).fetchall()
    assert edited
    from markupsafe import escape

    for one, texts in edited[:5]:
        page = client.get("/mention", params={"id": str(one)}).text
        for text in texts:
            assert str(escape(text)) in page


def test_it_is_explained_word_by_word(client: TestClient, told: duckdb.DuckDBPyConnection) -> None:
    row = one_said(told, score_language="en", label="negative", scorer="vader")
    page = client.get("/mention", params={"brand": BRAND, "id": str(row["mention_id"])}).text
    assert 'hx-get="mention-explained?' in page
    whole = client.get("/mention-explained", params={"id": str(row["mention_id"])})
    part = client.get(
        "/mention-explained", params={"id": str(row["mention_id"])}, headers={"hx-request": "true"}
    )
    assert '<span class="word bad"' in part.text
    assert "<html" in whole.text
    assert "<html" not in part.text
    assert part.text.strip() in whole.text


def test_its_copies_are_those_of_its_voice(
    client: TestClient, told: duckdb.DuckDBPyConnection
) -> None:
    of_voice: dict[int, list[str]] = {}
    for row in rows(told, BRAND):
        of_voice.setdefault(row["voice"], []).append(str(row["mention_id"]))
    first, *others = max(of_voice.values(), key=len)
    assert others
    page = client.get("/mention", params={"brand": BRAND, "id": first}).text
    for other in others:
        assert f"id={other}" in page


@pytest.mark.parametrize("asked", ["x", "", "00000000-0000-0000-0000-000000000000", "'--"])
def test_one_that_is_not_there_is_said_not_to_be(client: TestClient, asked: str) -> None:
    answer = client.get("/mention", params={"id": asked})
    assert answer.status_code == 400
    assert "mention" in answer.text


def corrected(home: Home, client: TestClient, row: dict[str, Any], label: str, **more: str) -> Any:
    return client.post(
        "/mention-label",
        params={"brand": BRAND, "id": str(row["mention_id"])},
        data={"label": label, "content_hash": row["content_hash"], **more},
        follow_redirects=False,
    )


def test_a_label_that_a_person_gives_shows_at_once(
    own_home: Home, told: duckdb.DuckDBPyConnection
) -> None:
    row = one_said(told, label="negative", first_copy=True)
    listed = {"brand": BRAND, "days": "90", "voice": str(row["voice"])}
    shown = {"brand": BRAND, "id": str(row["mention_id"])}
    with client_as(own_home, "editor") as client:
        before = client.get("/mentions", params=listed)
        assert "corrected" not in before.text
        answer = corrected(own_home, client, row, "positive", why=HOSTILE)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("mention?")
        tag = {"if-none-match": before.headers["etag"]}
        after = client.get("/mentions", params=listed, headers=tag)
        assert after.status_code == 200
        assert "corrected, was negative; counts from the next load" in after.text
        page = client.get("/mention", params=shown).text
        assert "corrected, was negative" in page
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
        with client_as(own_home, "viewer") as viewer:
            assert "alert(1)" not in viewer.get("/mention", params=shown).text
        corrected(own_home, client, row, "taken_back")
        assert "corrected, was" not in client.get("/mentions", params=listed).text


def test_a_label_of_another_text_is_not_laid_over_this_one(
    own_home: Home, told: duckdb.DuckDBPyConnection
) -> None:
    row = one_said(told, label="negative", first_copy=True)
    with client_as(own_home, "editor") as client:
        assert corrected(own_home, client, row | {"content_hash": "0" * 32}, "positive").is_redirect
        listed = {"brand": BRAND, "days": "90", "voice": str(row["voice"])}
        assert "corrected, was" not in client.get("/mentions", params=listed).text


def test_a_label_is_taken_over_by_the_next_load(
    own_home: Home, told: duckdb.DuckDBPyConnection
) -> None:
    from tidings.cli import steps

    row = one_said(told, label="negative", first_copy=True)
    with client_as(own_home, "editor") as client:
        asked = {"brand": BRAND, "days": "90"}
        before = client.get("/api/v1/mentions", params=asked).json()["counts"]
        corrected(own_home, client, row, "positive")
        steps.load()
        steps.refresh()
        steps.publish()
        after = client.get("/api/v1/mentions", params=asked).json()["counts"]
        assert after["positive"] == before["positive"] + 1
        assert after["negative"] == before["negative"] - 1
        page = client.get("/mention", params={"brand": BRAND, "id": str(row["mention_id"])}).text
        assert "corrected, was negative" in page
        assert "counts from the next load" not in page


def test_only_editors_give_labels(own_home: Home, told: duckdb.DuckDBPyConnection) -> None:
    row = one_said(told, label="negative")
    shown = {"brand": BRAND, "id": str(row["mention_id"])}
    with client_as(own_home, "viewer") as viewer:
        assert '<form method="post"' not in viewer.get("/mention", params=shown).text
        assert corrected(own_home, viewer, row, "positive").status_code == 403
    assert not own_home.journal.exists()
    with client_as(own_home, "editor") as editor:
        assert "mention-label?" in editor.get("/mention", params=shown).text
        assert corrected(own_home, editor, row, "positive").status_code == 303
    assert own_home.journal.exists()


def test_a_label_is_given_for_a_brand_that_it_is_about(
    own_home: Home, told: duckdb.DuckDBPyConnection
) -> None:
    [[alone], *_] = told.execute(
        "SELECT mention_id FROM core.said GROUP BY mention_id HAVING list(brand) = ['Vantrosso']"
    ).fetchall()
    with client_as(own_home, "editor") as client:
        row = {"mention_id": alone, "content_hash": "0" * 32}
        assert corrected(own_home, client, row, "positive").status_code == 400
        assert corrected(own_home, client, row, "great").status_code == 422
    assert not own_home.journal.exists()


def test_hostile_texts_are_shown_as_texts(own_home: Home) -> None:
    import duckdb

    with duckdb.connect(str(own_home.snapshot)) as con:
        con.execute(
            "UPDATE core.mention_version SET title = $1, text = $1, place = $1, answer = $1, "
            "product = $1, country = $1, author = $1, url = 'javascript:alert(1)'",
            [HOSTILE],
        )
        con.execute("UPDATE core.brand_match SET matched = $1", [HOSTILE])
        con.execute("UPDATE core.driver_hit SET matched = $1", [HOSTILE])
        con.execute("UPDATE core.answer_queue SET title = $1, excerpt = $1, url = $2, place = $1", [
            HOSTILE, "javascript:alert(1)",
        ])  # fmt: skip
        [[one], *_] = con.execute(
            "SELECT mention_id FROM core.said WHERE brand = $1", [BRAND]
        ).fetchall()
    with client_as(own_home, "editor") as client:
        for address in (
            "/mentions?days=90",
            "/mentions?days=90&q=script",
            f"/mention?id={one}",
            f"/mention-explained?id={one}",
            "/answers?days=90",
        ):
            page = client.get(address)
            assert page.status_code == 200, address
            assert "&lt;script&gt;" in page.text, address
            for bad in ("<script>alert", "<img", 'href="javascript'):
                assert bad not in page.text.replace('<img src="static/icon.svg"', ""), address
