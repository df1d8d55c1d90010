"""One watch file pointed at real recordings over HTTP: everything arrives, and only once."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tidings.cli import steps, whole_run
from tidings.cli.reading import answers
from tidings.cli.running import chosen
from tidings.testing import Recorded, serve

FEEDS = ("cdata_rss.atom", "iso-8859-1.rss", "podcast.rss", "slickdeals.atom", "youtube.xml")


def held(recordings: Path) -> dict[str, int]:
    """Count what the recordings hold, by other means than the connectors'."""

    def exchanges(name: str) -> list[Any]:
        return [
            json.loads(e["response"]["body"]) for e in json.loads((recordings / name).read_text())
        ]

    statuses = {s["id"] for p in exchanges("mastodon/rtoot__handle_params_max_id.json") for s in p}
    posts = {p["uri"] for a in exchanges("bluesky/bskyr__f_search.json") for p in a["posts"]}
    reviews = json.loads((recordings / "steam/steam-reviews__review_588950.json").read_text())
    entries = sum(
        len(
            re.findall(rb"<(?:item|entry)[ >]", (recordings / f"feeds/huginn__{name}").read_bytes())
        )
        for name in FEEDS
    )
    pages = [p.read_text("utf-8") for p in (recordings / "schemaorg").glob("*.html")]
    return {
        "mastodon": len(statuses),
        "bluesky": len(posts),
        "steam": len(reviews["reviews"]),
        "rss": entries,
        "reviews": sum(len(re.findall(r'"@type"\s*:\s*"Review"', page)) for page in pages),
    }


@pytest.fixture
def served(recordings: Path) -> Iterator[dict[str, Any]]:
    origins = {
        "": Recorded(recordings / "mastodon/rtoot__handle_params_max_id.json"),
        "bluesky": Recorded(recordings / "bluesky/bskyr__f_search.json"),
        "steam": Recorded(recordings / "steam/steam-reviews__review_588950.json"),
        **{f"feeds/{n}": Recorded(recordings / f"feeds/huginn__{n}") for n in FEEDS},
        **{f"shop/{p.stem}": Recorded(p) for p in (recordings / "schemaorg").glob("*.html")},
    }
    with serve(origins) as server:
        shops = [server.at(name) for name in origins if name.startswith("shop/")]
        yield {
            "mastodon": {"instance": server.url, "hashtags": ["ichbinhanna"]},
            "bluesky": {"base_url": server.at("bluesky"), "queries": ["redistricting"]},
            "steam": {"base_url": server.at("steam"), "apps": [588950]},
            "rss": {"urls": [server.at(f"feeds/{name}") for name in FEEDS]},
            "reviews": {"urls": shops},
        }


def write_watch(home: Path, settings: dict[str, Any]) -> None:
    lines = ['[brand]\nname = "Anvil"\nlanguages = ["en", "de", "fr", "sv"]\n']
    for source, table in settings.items():
        lines.append(f'[[sources]]\nconnector = "{source}"\nrequests_per_second = 1000')
        lines.append("[sources.settings]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in table.items()]
    lines.append('[quality]\nstale = "off"\n')
    (home / "watch/anvil.toml").write_text("\n".join(lines), "utf-8")


def run_once() -> dict[str, int]:
    run = steps.new_run("test")
    for watch, source in chosen([]):
        outcomes = steps.collect_outcomes(watch, source, run=run)
        assert [o.error for o in outcomes if o.error] == []
    return whole_run.check_and_load(holder=run)


def counted(sql: str) -> dict[str, int]:
    return dict(answers(sql, 1000)[1])


def test_the_warehouse_ends_with_what_the_recordings_hold_twice_in_a_row(
    home: Path, recordings: Path, served: dict[str, Any]
) -> None:
    write_watch(home, served)
    first = run_once()
    expected = held(recordings)

    def check() -> list[tuple[Any, ...]]:
        mentions = counted("SELECT source, count(*) FROM core.mention GROUP BY source")
        apart = counted(
            "SELECT source, count(DISTINCT coalesce(external_id, quarantine_id)) "
            "FROM core.quarantine GROUP BY source"
        )
        found = {s: mentions.get(s, 0) + apart.get(s, 0) for s in expected}
        assert found == expected
        assert sum(apart.values()) <= 3
        return answers(
            "SELECT source, place, external_id, text FROM core.mention ORDER BY ALL", 5000
        )[1]

    before = check()
    assert first["new"] == len(before)
    again = run_once()
    assert check() == before
    assert (again["new"], again["changed"]) == (0, 0)


def test_each_kept_page_leads_from_its_mentions_back_to_what_the_source_said(
    home: Path, served: dict[str, Any]
) -> None:
    from tidings.home import Home
    from tidings.landing import Landing
    from warehouse.store import open_warehouse

    write_watch(home, {"bluesky": served["bluesky"]})
    run_once()
    landing = Landing(Home.find().landing)
    with open_warehouse(Home.find().warehouse) as con:  # the snapshot does not tell of pages
        rows = con.execute("SELECT external_id, raw_page FROM core.mention").fetchall()
    assert len(rows) == 25
    for external_id, raw_page in rows:
        assert external_id.encode() in landing.page(raw_page)
