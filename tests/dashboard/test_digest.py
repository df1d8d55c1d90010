"""Page one as a mail: its figures are page one's, it loads nothing, strangers' words stay words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_incident_pages import HOSTILE, one
from typer.testing import CliRunner

from dashboard.digest import Mail, mail
from dashboard.figures.digest import language_of
from dashboard.reader import Reader
from tidings.errors import ConfigurationError
from tidings.home import Home
from tidings.watch import Brand, Watch, load_watch


def written(home: Home, days: int = 7, **more: str) -> Mail:
    reader = Reader(home.snapshot)
    try:
        with reader.snapshot() as snapshot:
            watch = load_watch(home.watch_dir / "nordkvern.toml")
            return mail(snapshot, watch, days=days, **more)
    finally:
        reader.close()


def test_its_figures_are_those_of_the_last_whole_days(told_home: Home) -> None:
    from warehouse.snapshot import open_snapshot

    found = written(told_home, days=14)
    with open_snapshot(told_home.snapshot) as con:
        rows = con.execute(
            "SELECT day, mentions, score FROM marts.brand_reputation_daily "
            "WHERE brand = 'Nordkvern' AND day < current_date ORDER BY day DESC LIMIT 14"
        ).fetchall()
    mentions, score = sum(row[1] for row in rows), rows[0][2]
    assert mentions > 0
    assert f"Mentions: {mentions:,}" in found.text
    assert f"<b>{mentions:,}</b>" in found.html
    assert f"Reputation score: {score:.1f}" in found.text
    assert f"<b>{score:.1f}</b>" in found.html


def test_it_loads_nothing_and_has_its_picture_within(told_home: Home) -> None:
    found = written(told_home)
    assert re.findall(r'src="([^"]*)"', found.html) == ["cid:trend.png"]
    assert found.pictures["trend.png"].startswith(b"\x89PNG")
    alone = found.alone()
    assert re.findall(r'src="([^"]{22})', alone) == ["data:image/png;base64,"]
    assert not re.search(r"https?://|<script|<link|url\(|@import", alone)


def test_links_lead_to_the_dashboard_that_is_named(told_home: Home) -> None:
    found = written(told_home, link="https://tidings.acme.example/")
    assert 'href="https://tidings.acme.example/today?brand=Nordkvern&amp;from=' in found.html
    with pytest.raises(ConfigurationError):
        written(told_home, link="javascript:alert(1)")


def test_hostile_texts_are_texts_and_no_links(own_home: Home) -> None:
    from tidings.cli.steps import write_snapshots
    from warehouse.store import open_warehouse

    key = one(own_home)
    evil = f"{HOSTILE} call +47 912 34 567 or mail ada@acme.example, see https://evil.example"
    with open_warehouse(own_home.warehouse) as con:
        con.execute(
            "UPDATE core.incident SET sentence = ?, words = [?], closed = NULL "
            "WHERE incident_id = ?",
            [evil, evil, key],
        )
        write_snapshots(con, own_home)
    found = written(own_home)
    assert "&lt;script&gt;alert" in found.html
    assert not re.search(r"<script|<img src=http|https?://", found.html)
    for told in (found.html, found.text):
        assert "ada@acme.example" not in told
        assert "912 34 567" not in told
        assert "https://evil" not in told
        assert "https[:]//evil[.]example" in told


def test_the_language_is_the_first_that_the_pages_speak() -> None:
    def of(*languages: str) -> str:
        return language_of(Watch(brand=Brand(name="Acme", languages=languages)))

    assert [of("no"), of("fi", "da", "en"), of("fi"), of("fa")] == ["nb", "da", "en", "fa"]


def test_the_command_shows_writes_and_says_what_is_wrong(own_home: Home, tmp_path: Path) -> None:
    from tidings.cli.app import app

    run = CliRunner().invoke(app, ["digest", "--days", "3"])
    assert run.exit_code == 0, run.output
    assert "Reputation score" in run.output
    file = tmp_path / "page-one.html"
    run = CliRunner().invoke(app, ["digest", "--html", str(file)])
    assert run.exit_code == 0, run.output
    assert "data:image/png" in file.read_text("utf-8")
    for wrong in (["--to", "nordkvern/nobody"], ["--brand", "Nobody"], ["--lang", "xx"]):
        failed = CliRunner().invoke(app, ["digest", *wrong])
        assert isinstance(failed.exception, ConfigurationError), wrong
