"""The demo's watch file is a good one, and the survey files hold what the truth says."""

from __future__ import annotations

import csv
import io
import json
import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tidings.demo.brands import BRANDS, OWN
from tidings.demo.item import LANGUAGES
from tidings.demo.phrases import PHRASES
from tidings.demo.surveys import COLUMNS, survey_files
from tidings.demo.truth import truth
from tidings.demo.watching import KEYWORDS, SURVEYS, write
from tidings.demo.world import World
from tidings.demo.writer import Writer
from tidings.watch import Watch, load_watch
from transforms.match import Matcher, Said

URL = "http://127.0.0.1:1"


@pytest.fixture(scope="module")
def world() -> World:
    return World(7)


def test_the_watch_file_loads_and_names_all_sources(tmp_path: Path, world: World) -> None:
    path = write(tmp_path, f"{URL}/", world=world)
    assert path == tmp_path / "watch" / "nordkvern.toml"
    watch = load_watch(path)
    assert watch.brand_names() == tuple(b.name for b in BRANDS)
    assert watch.brand.languages == LANGUAGES
    assert {s.connector for s in watch.sources} == {
        "hackernews",
        "mastodon",
        "bluesky",
        "rss",
        "steam",
        "reviews",
        "files",
    }
    assert {s.about for s in watch.sources} == {None, *watch.brand_names()}
    assert len(watch.queries) == len(KEYWORDS)
    assert watch.alerts
    assert "//watch" not in path.read_text("utf-8")


def test_every_source_can_be_configured_by_its_connector(tmp_path: Path, world: World) -> None:
    from tidings.collect import connectors_of

    watch = load_watch(write(tmp_path, URL, world=world))
    walks = [c.walk_id() for source in watch.sources for c in connectors_of(watch, source)]
    assert len(walks) == len(set(walks))
    assert len(walks) > 25


def test_writing_again_changes_nothing_but_the_newest_surveys_and_the_cap(
    tmp_path: Path, world: World
) -> None:
    early = world.start + timedelta(days=45)
    write(tmp_path, URL, world=world, now=early)
    before = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in tmp_path.rglob("*.*")}
    write(tmp_path, URL, world=world, now=early)
    assert {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in tmp_path.rglob("*.*")} == before
    write(tmp_path, URL, world=world)
    changed = {p.name for p, (_, content) in before.items() if p.read_bytes() != content}
    assert changed == {"nps-2026-08.csv", "nordkvern.toml"}  # the hashtag has more pages to read
    assert len(list((tmp_path / SURVEYS).iterdir())) == 4


def test_survey_files_hold_the_responses(world: World) -> None:
    told = truth(world)
    rows: list[dict[str, str]] = []
    for content in survey_files(world, world.until).values():
        rows += csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == told.rows["files"]
    good = [r for r in rows if r["response_id"] in told.keys["files"]]
    assert len(good) == len(rows) - told.bad_rows["files"]
    assert len({r["response_id"] for r in good}) == told.items["files"]
    assert {int(r["score"]) for r in good} <= set(range(11))
    assert any(r["why"] == "" for r in good)
    assert {"plan", "channel", "persona"} <= set(rows[0])


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Watch:
    folder = tmp_path_factory.mktemp("demo")
    return load_watch(write(folder, URL, world=World(1, days=2, scale=0.1)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("keyword", "table", "moods"),
    [
        ("delivery", "delivery", ("positive", "neutral", "negative")),
        ("late-delivery", "delivery", ("negative",)),
        ("price", "price", ("positive", "negative")),
        ("app", "app", ("positive", "neutral", "negative")),
        ("support", "service", ("positive", "negative")),
        ("leak", "incident", ("negative",)),
        ("recall", "incident", ("neutral",)),
    ],
)
def test_keywords_find_what_they_are_for_in_every_language(
    watch: Watch, language: str, keyword: str, table: str, moods: tuple[str, ...]
) -> None:
    """A query that forgot a language, or that means another word there, finds nothing of it."""
    matcher = Matcher([watch])
    writer = Writer(random.Random(1), set())

    def found(table: str, mood: str) -> list[bool]:
        texts = [
            writer.fill(sentence, language, OWN.name, OWN.products[0])
            for sentence in PHRASES[language].topic(table)[mood]
        ]
        matches = [matcher.match(Said(text=text), about=OWN.name) for text in texts]
        return [keyword in {k.keyword for k in m.keywords} for m in matches]

    hits = [hit for mood in moods for hit in found(table, mood)]
    assert sum(hits) >= (0.15 if keyword == "late-delivery" else 0.5) * len(hits)
    assert not any(found("closings", "positive"))


def test_importing_the_demo_loads_nothing_heavy() -> None:
    code = "import sys, json, tidings.demo; print(json.dumps(sorted(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in json.loads(told.stdout)}
    heavy = {"pandas", "pyarrow", "duckdb", "httpx", "airflow", "bs4", "openpyxl", "numpy"}
    assert loaded & heavy == set()
    assert loaded & {"connectors", "transforms", "warehouse"} == set()
