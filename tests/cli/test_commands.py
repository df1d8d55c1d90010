"""The commands as a user types them, over a small made-up world that was collected for real."""

import json
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from command_line import Result, tidings

from tidings.cli import steps, whole_run
from tidings.demo.server import DemoServer, serve
from tidings.demo.watching import write
from tidings.demo.world import World
from tidings.home import Home
from tidings.watch import load_watch


@pytest.fixture(scope="module")
def world() -> World:
    return World(7, days=40, scale=0.15)


@pytest.fixture(scope="module")
def server(world: World) -> Iterator[DemoServer]:
    with serve(world) as running:
        yield running


@pytest.fixture(scope="module")
def loaded(
    tmp_path_factory: pytest.TempPathFactory, world: World, server: DemoServer
) -> Iterator[Path]:
    """An installation that has run once."""
    home = Home.at(tmp_path_factory.mktemp("installation"))
    before = dict(os.environ)
    os.environ.update(home.environment())
    write(home.root, server.url, world=world)
    run = steps.new_run("test")
    for watch in steps.watches():
        for source in watch.sources:
            steps.collect(watch.id, source.id, run=run)
    whole_run.check_and_load(holder=run)
    yield home.root
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*args: str) -> Result:
        return tidings(monkeypatch, capsys, *args)

    return call


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.code == 0, result.err
    found: list[dict[str, Any]] = result.json()
    return found


def count(cli: Any, table: str, where: str = "true") -> int:
    [row] = rows(cli("query", "--json", f"SELECT count(*) AS n FROM {table} WHERE {where}"))
    return int(row["n"])


def test_query_alone_lists_the_tables_with_what_they_hold(loaded: Path, cli: Any) -> None:
    listed = {row["name"]: row["holds"] for row in rows(cli("query", "--json"))}
    assert "marts.brand_reputation_daily" in listed
    assert all(listed.values())


def test_query_says_that_rows_were_left_out(loaded: Path, cli: Any) -> None:
    result = cli("query", "--limit", "3", "--json", "FROM core.mention")
    assert len(rows(result)) == 3
    assert "--limit" in result.err


def test_a_wrong_query_is_a_sentence_not_a_traceback(loaded: Path, cli: Any) -> None:
    result = cli("query", "SELEC 1")
    assert result.code == 2
    assert "Traceback" not in result.err
    assert "tidings query" in result.err


def test_a_huge_limit_is_refused_with_a_sentence(loaded: Path, cli: Any) -> None:
    for command in (("query", "SELECT 1"), ("quarantine", "list")):
        result = cli(*command, "--limit", "1" + 30 * "0")
        assert result.code == 2
        assert "--limit" in result.err


def test_what_people_wrote_cannot_steer_the_terminal(loaded: Path, cli: Any) -> None:
    result = cli("query", "SELECT chr(27) || ']0;mine' || chr(7) || chr(155) || '2J' AS text")
    assert result.code == 0, result.err
    assert not {"\x1b", "\x07", "\x9b"} & set(result.out)
    assert "]0;mine" in result.out


def test_two_columns_of_one_name_are_both_printed(loaded: Path, cli: Any) -> None:
    assert rows(cli("query", "SELECT 1 AS a, 2 AS a, 3 AS b", "--json")) == [
        {"a": 1, "a_1": 2, "b": 3}
    ]


@pytest.mark.parametrize(
    "sql", ["DELETE FROM core.mention", "COPY core.mention TO '/tmp/x.csv'", "ATTACH ':memory:'"]
)
def test_a_query_can_break_nothing(loaded: Path, cli: Any, sql: str) -> None:
    before = count(cli, "core.mention")
    assert cli("query", sql).code == 2
    assert count(cli, "core.mention") == before


def test_in_is_loaded_or_quarantined_or_a_duplicate(loaded: Path, cli: Any) -> None:
    [sums] = rows(
        cli(
            "query",
            "--json",
            'SELECT sum(rows_in) + sum(rejected) AS "in", sum("new") + sum(changed) + '
            "sum(unchanged) + sum(duplicate) + sum(quarantined) AS out FROM core.load",
        )
    )
    assert sums["in"] == sums["out"] > 300
    assert count(cli, "core.quarantine") > 5


def test_a_row_is_released_as_it_is_and_then_no_longer_listed(loaded: Path, cli: Any) -> None:
    listed = rows(cli("quarantine", "list", "--json", "--limit", "500"))
    row = next(r for r in listed if r["rules"] == "not_from_the_future")
    whole = cli("quarantine", "show", row["quarantine_id"], "--json").json()
    assert json.loads(whole["raw"])["external_id"] == "NPS-00011"
    assert re.fullmatch("[0-9a-f]{32}", row["external_id"])  # the list is for all who read
    before = count(cli, "core.mention")
    released = cli("quarantine", "release", row["quarantine_id"], "--json")
    assert released.code == 0, released.err
    assert released.json()["new"] == 1
    assert count(cli, "core.mention") == before + 1
    left = rows(cli("quarantine", "list", "--json", "--limit", "500"))
    assert row["quarantine_id"] not in {r["quarantine_id"] for r in left}
    assert len(left) == len(listed) - 1
    again = cli("quarantine", "release", row["quarantine_id"])
    assert again.code == 2
    assert "was released" in again.err


def test_a_row_is_mended_on_its_way_back(loaded: Path, cli: Any) -> None:
    listed = rows(cli("quarantine", "list", "--json", "--limit", "500"))
    row = next(r for r in listed if "rating_not_above_scale" in r["rules"])
    wrong = cli("quarantine", "release", row["quarantine_id"], "--set", "stars=4")
    assert wrong.code == 2
    assert "no such field" in wrong.err
    released = cli("quarantine", "release", row["quarantine_id"], "--set", "rating=4", "--json")
    assert released.code == 0, released.err
    by_id = f"SELECT rating FROM core.mention WHERE external_id = '{row['external_id']}'"
    [mended] = rows(cli("query", "--json", by_id))
    assert mended["rating"] == 4


def test_a_mended_row_must_keep_the_rules(loaded: Path, cli: Any) -> None:
    listed = rows(cli("quarantine", "list", "--json", "--limit", "500"))
    row = next(r for r in listed if "rating_not_above_scale" in r["rules"])
    result = cli("quarantine", "release", row["quarantine_id"], "--set", "rating=99", "--json")
    assert result.code == 2
    assert "rating is 99" in result.err
    left = rows(cli("quarantine", "list", "--json", "--limit", "500"))
    assert sorted(r["quarantine_id"] for r in left) == sorted(r["quarantine_id"] for r in listed)


def test_an_unreadable_record_tells_what_to_do_instead(loaded: Path, cli: Any) -> None:
    listed = rows(cli("quarantine", "list", "--json", "--limit", "500"))
    row = next(r for r in listed if r["rules"] == "unreadable")
    result = cli("quarantine", "release", row["quarantine_id"])
    assert result.code == 2
    assert "collect again" in result.err
    shown = cli("quarantine", "show", row["quarantine_id"], "--json").json()
    assert shown["raw"]


def test_an_id_that_there_is_not_is_an_error(loaded: Path, cli: Any) -> None:
    result = cli("quarantine", "show", "nosuchid")
    assert result.code == 1
    assert "quarantine list" in result.err


def test_running_again_brings_nothing_that_is_there(loaded: Path, cli: Any) -> None:
    before = count(cli, "core.mention_version")
    result = cli("run", "--only", "nordkvern/hackernews", "--json")
    assert result.code == 0, result.err
    told = result.json()
    assert told["loaded"]["new"] == 0
    assert told["failures"] == []
    assert {w["source"] for w in told["walks"]} == {"nordkvern/hackernews"}
    assert count(cli, "core.mention_version") == before


def test_a_source_that_fails_is_told_and_the_rest_is_loaded(
    loaded: Path, cli: Any, server: DemoServer, world: World
) -> None:
    path = loaded / "watch" / "nordkvern.toml"
    text = path.read_text("utf-8")
    broken = text.replace(f"{server.url}/feeds", f"{server.url}/gone")
    try:
        path.write_text(broken, "utf-8")
        result = cli("run", "--only", "nordkvern/news", "--only", "nordkvern/bluesky", "--json")
    finally:
        path.write_text(text, "utf-8")
    assert result.code == 3
    told = result.json()
    assert {f["error"] for f in told["failures"]} == {"NotFound"}
    assert told["loaded"]["batches"] > 0
    assert any(w["coverage"]["end_reached"] for w in told["walks"])


def test_an_unknown_source_tells_those_there_are(loaded: Path, cli: Any) -> None:
    result = cli("run", "--only", "nordkvern/nosuch")
    assert result.code == 2
    assert "nordkvern/hackernews" in result.err


def test_a_backfill_asks_for_the_window_only(loaded: Path, cli: Any, world: World) -> None:
    since, until = f"{world.start:%Y-%m-%d}", f"{world.until:%Y-%m-%d}"
    result = cli(
        "backfill", "nordkvern/hackernews", "--from", since, "--to", until, "--json"
    )  # fmt: skip
    assert result.code == 0, result.err
    told = result.json()
    assert told["loaded"]["new"] == 0
    for walk in told["walks"]:
        assert walk["coverage"]["covered_from"].startswith(since)
        assert walk["coverage"]["covered_to"].startswith(until)
    backward = cli("backfill", "nordkvern/hackernews", "--from", until, "--to", since)
    assert backward.code == 2
    assert "before" in backward.err


def test_a_window_that_was_walked_to_its_end_is_walked_whole_again(
    loaded: Path, cli: Any, world: World
) -> None:
    until = f"{world.until:%Y-%m-%d}"
    since = f"{world.until - timedelta(days=20):%Y-%m-%d}"
    window = ("backfill", "nordkvern/hackernews", "--from", since, "--to", until, "--json")
    first, second = (cli(*window).json()["walks"] for _ in range(2))
    items = [walk["coverage"]["items"] for walk in first]
    assert sum(items) > 0
    assert [walk["coverage"]["items"] for walk in second] == items


def test_check_shows_what_each_walk_would_ask(loaded: Path, cli: Any, server: DemoServer) -> None:
    before = server.asked.total()
    found = rows(cli("check", "--json"))
    assert server.asked.total() == before
    assert all(r["problem"] == "" for r in found)
    asked = {r["asks"] for r in found if r["source"] == "nordkvern/hackernews"}
    assert len(asked) > 1
    assert all("search_by_date?query=" in a for a in asked)


def test_check_runs_and_signs_in_to_nothing(home: Path, cli: Any) -> None:
    """What a tap or a mailbox would do is told; nothing of it is done without --connect."""
    ran = home / "ran"
    (home / "watch/acme.toml").write_text(
        f"""
        [brand]
        name = "Acme"
        [[sources]]
        connector = "singer"
        [sources.settings]
        command = ["touch", "{ran}"]
        streams = ["notes"]
        constants = {{ kind = "post" }}
        columns = {{ external_id = "id", published = "at", text = "says" }}
        """
    )
    [row] = rows(cli("check", "--json"))
    assert (row["asks"], row["found"], row["problem"]) == ("runs the tap", "not tried", "")
    assert not ran.exists()


def test_check_tells_who_reads_each_language_and_what_nobody_does(home: Path, cli: Any) -> None:
    watch = home / "watch/acme.toml"
    watch.write_text('[brand]\nname = "Acme"\nlanguages = ["en", "no", "ja"]\n', "utf-8")
    told = " ".join(cli("check").out.split())
    assert re.search(r"en\W+vader\b", told)
    assert re.search(r"no\W+student\b", told)
    assert re.search(r"ja\W+nobody\b", told)
    watch.write_text('[brand]\nname = "Acme"\n[sentiment.scorers]\nen = "vadre"\n', "utf-8")
    result = cli("check")
    assert result.code == 2
    assert "vadre" in result.err
    watch.write_text('[brand]\nname = "Acme"\n[drivers.price]\nen = ["-"]\n', "utf-8")
    result = cli("check")
    assert result.code == 2
    assert "watch/acme.toml" in result.err
    assert "drivers.price.en" in result.err


def test_check_tells_a_query_that_cannot_be_read(loaded: Path, cli: Any) -> None:
    path = loaded / "watch" / "nordkvern.toml"
    text = path.read_text("utf-8")
    try:
        path.write_text(text.replace('support = "', 'support = "( '), "utf-8")
        result = cli("check")
    finally:
        path.write_text(text, "utf-8")
    assert result.code == 2
    assert "support" in result.err


def test_explain_shows_brand_keyword_and_words(loaded: Path, cli: Any) -> None:
    found = cli("explain", "--json", "Nordkvern is great, but the delivery was 3 days late").json()
    matched = {(v["brand"], v["keyword"]) for v in found["verdicts"] if v["matched"]}
    assert {("Nordkvern", ""), ("Nordkvern", "late-delivery")} <= matched
    assert found["score"]["label"] == "positive"
    assert "great" in {w["text"] for w in found["weights"]}
    assert "great" in cli("explain", "Nordkvern is great").out


def test_explain_tells_why_not_when_asked(loaded: Path, cli: Any) -> None:
    short = cli("explain", "Nordkvern is great").out
    whole = cli("explain", "--all", "Nordkvern is great").out
    assert "No match: Vantrosso" in short
    assert "no  Vantrosso" not in short
    assert "no  Vantrosso" in whole


def test_sources_lists_and_teaches(loaded: Path, cli: Any) -> None:
    listed = cli("sources", "--json").json()
    assert {"rss", "hackernews", "mastodon", "bluesky", "steam", "reviews", "files"} <= set(listed)
    assert {about["state"] for about in listed.values()} <= {
        "recorded", "local server", "documentation only",
    }  # fmt: skip
    taught = cli("sources", "steam").out
    assert "[[sources]]" in taught
    assert "apps" in taught
    assert cli("sources", "nosuch").code == 2


@pytest.mark.parametrize(
    "source", ["rss", "hackernews", "mastodon", "bluesky", "steam", "reviews", "files"]
)
def test_init_writes_a_file_that_is_right(home: Path, cli: Any, source: str) -> None:
    made = cli("init", "--brand", 'Åcme "Tools"', "--competitor", "Globex", "--source", source)
    assert made.code == 0, made.err
    [path] = (home / "watch").glob("*.toml")
    watch = load_watch(path)
    assert watch.brand.name == 'Åcme "Tools"'
    assert [s.connector for s in watch.sources] == [source]
    again = cli("init", "--brand", 'Åcme "Tools"', "--source", source)
    assert again.code == 2
    assert "--force" in again.err


def test_brands_of_any_script_have_files_of_their_own(home: Path, cli: Any) -> None:
    for brand in ("诺德坤", "نوردکورن"):
        assert cli("init", "--brand", brand, "--source", "rss").code == 0
    names = {load_watch(p).brand.name for p in (home / "watch").glob("*.toml")}
    assert names == {"诺德坤", "نوردکورن"}


def test_init_writes_nothing_that_is_wrong(home: Path, cli: Any) -> None:
    made = cli("init", "--brand", "Acme", "--language", "english", "--source", "rss")
    assert made.code == 2
    assert "languages[0]" in made.err
    assert ".draft" not in made.err
    assert list((home / "watch").iterdir()) == []


def test_without_a_watch_file_every_command_says_how_to_make_one(home: Path, cli: Any) -> None:
    for command in (["check"], ["run"], ["explain", "x"]):
        result = cli(*command)
        assert result.code == 2
        assert "tidings init" in result.err


def test_without_a_snapshot_reading_says_what_to_run(home: Path, cli: Any) -> None:
    for command in (["query"], ["quarantine", "list"], ["quarantine", "show", "x"]):
        result = cli(*command)
        assert result.code == 1
        assert "tidings run" in result.err


def test_every_command_has_help(cli: Any) -> None:
    commands = ["init", "check", "run", "backfill", "up", "demo", "query", "sources", "explain"]
    for command in [*([c] for c in commands), ["quarantine", "list"], ["quarantine", "release"]]:
        result = cli(*command, "--help")
        assert result.code == 0
        assert "Usage" in result.out
