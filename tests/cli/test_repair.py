"""Gaps from their opening to their end, over real HTTP, as a user sees it."""

import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import Result, in_ledger, tidings
from search_server import Search, searching

HOUR = 3600

WATCH = """\
[brand]
name = "Acme"
[quality]
stale = "off"
[[sources]]
connector = "hackernews"
max_pages = {max_pages}
requests_per_second = 10000
settings = {{ queries = ["acme"], hits_per_page = 100, base_url = "{url}", overlap_hours = 2 }}
"""


@pytest.fixture
def search() -> Iterator[Search]:
    with searching() as running:
        yield running


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path) -> Any:
    def call(*args: str) -> Result:
        return tidings(monkeypatch, capsys, *args)

    return call


def watch(home: Path, search: Search, max_pages: int) -> None:
    text = WATCH.format(url=search.url, max_pages=max_pages)
    (home / "watch" / "acme.toml").write_text(text, "utf-8")


def told(result: Result) -> Any:
    assert result.code == 0, result.err + result.out
    return result.json()


def asked(cli: Any, sql: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told(cli("query", "--json", sql))
    return found


def ids(cli: Any) -> set[str]:
    rows = told(cli("query", "--json", "SELECT count(*) AS n FROM core.mention"))
    found = {key for (key,) in in_ledger("SELECT external_id FROM core.mention")}
    assert rows == [{"n": len(found)}]
    return found


def test_five_thousand_new_items_end_complete_with_far_too_few_pages(
    home: Path, cli: Any, search: Search
) -> None:
    now = int(time.time())
    search.add(now - 60 * HOUR, now - 59 * HOUR)
    watch(home, search, max_pages=8)
    assert told(cli("run", "--json"))["failures"] == []
    burst = [now - 50 * HOUR + 30 * n for n in range(4800)]
    search.add(*burst, *[burst[2400]] * 200)  # 200 of one second, across the ends of pages
    [walk] = told(cli("run", "--json"))["walks"]
    assert walk["coverage"]["stopped_by"] == "cap: max_pages = 8"
    search.add(now - 3 * HOUR)  # and news while the gap is open
    [walk] = told(cli("run", "--json"))["walks"]
    assert walk["coverage"]["end_reached"], "the walk must move on, not start from the top for ever"
    assert walk["coverage"]["pages"] < 8
    for _ in range(9):
        if told(cli("status", "--json"))["open_gaps"] == []:
            break
        repaired = told(cli("repair", "--json"))
        assert sum(w["coverage"]["pages"] for w in repaired["walks"]) <= 8
    assert told(cli("status", "--json"))["open_gaps"] == []
    assert ids(cli) == {name for _, name in search.hits}
    [gap] = asked(cli, "SELECT * FROM core.gap WHERE walk_id = series")
    assert gap["closed_by"].startswith("repair-")
    [row] = asked(
        cli,
        "SELECT min(coverage) AS least, count(*) AS days FROM marts.brand_reputation_daily "
        "WHERE day < current_date",
    )
    assert row["least"] == 1.0
    assert row["days"] >= 2
    before = search.asked
    assert told(cli("repair", "--json"))["walks"] == []  # nothing to do: nothing asked
    assert search.asked == before


def test_what_cannot_be_read_is_narrowed_down_to_a_second_and_the_rest_is_closed(
    home: Path, cli: Any, search: Search
) -> None:
    now = int(time.time())
    search.add(*range(now - 40 * HOUR, now - 30 * HOUR, 600))
    search.poison = search.hits[25][0]
    watch(home, search, max_pages=500)
    text = (home / "watch" / "acme.toml").read_text("utf-8")
    (home / "watch" / "acme.toml").write_text(
        text.replace("hits_per_page = 100", "hits_per_page = 5")
    )
    assert cli("run").code == 3
    for _ in range(2):
        cli("repair", "--json")
    good = {name for at, name in search.hits if at != search.poison}
    assert ids(cli) == good
    [gap] = told(cli("status", "--json"))["open_gaps"]
    left = asked(cli, "SELECT epoch(gap_to - gap_from) AS seconds FROM core.open_gap")
    assert left[0]["seconds"] <= 2, gap
    search.poison = None
    told(cli("repair", "--json"))
    assert told(cli("status", "--json"))["open_gaps"] == []
    assert ids(cli) == {name for _, name in search.hits}


def test_a_dry_run_asks_nothing(home: Path, cli: Any, search: Search) -> None:
    now = int(time.time())
    search.add(*range(now - 40 * HOUR, now - 30 * HOUR, 60))
    watch(home, search, max_pages=2)
    told(cli("run", "--json"))
    before = search.asked
    [window] = told(cli("repair", "--dry-run", "--json"))
    assert window["since"] is None
    assert search.asked == before
    shown = cli("repair", "--dry-run")
    assert "hackernews acme" in shown.out
    assert "cap: max_pages = 2" in shown.out


def test_a_name_that_there_is_not_is_told(home: Path, cli: Any, search: Search) -> None:
    watch(home, search, max_pages=2)
    result = cli("repair", "--watch", "other")
    assert result.code == 2
    assert "acme/hackernews" in result.err


def test_a_source_that_shows_nothing_any_more_is_suspect_and_loses_nothing(
    home: Path, cli: Any, search: Search
) -> None:
    now = int(time.time())
    search.add(*range(now - 9 * HOUR, now - 8 * HOUR, 600))
    watch(home, search, max_pages=50)
    for _ in range(5):
        told(cli("run", "--json"))
    search.empty = True
    result = told(cli("run", "--json"))
    assert result["failures"] == []
    [walk] = result["walks"]
    assert walk["coverage"]["stopped_by"].startswith("suspect: ")
    assert walk["coverage"]["covered_to"] is None
    [shown] = told(cli("status", "--json"))["walks"]
    assert shown["state"] == "suspect"
    [gap] = told(cli("status", "--json"))["open_gaps"]
    assert told(cli("repair", "--json"))["closed"] == []  # an empty window is not believed either
    search.empty = False
    search.add(now - 60, name="late")
    told(cli("run", "--json"))
    status = told(cli("status", "--json"))
    assert status["open_gaps"] == []
    assert [w["state"] for w in status["walks"]] == ["well"]
    assert ids(cli) == {name for _, name in search.hits}
    assert gap["why"].startswith("suspect: ")


def test_late_items_within_the_overlap_are_found_even_where_a_cap_moved_the_walk_on(
    home: Path, cli: Any, search: Search
) -> None:
    now = int(time.time())
    search.add(*range(now - 20 * HOUR, now - 4 * HOUR, 60))
    watch(home, search, max_pages=2)
    told(cli("run", "--json"))
    newest = max(search.hits)[0]
    search.add(newest - HOUR, newest, name="late")  # an hour late, and one of the newest second
    told(cli("run", "--json"))
    assert {"late960", "late961"} <= ids(cli)
    for _ in itertools.repeat(None, 12):
        told(cli("repair", "--json"))
    assert ids(cli) == {name for _, name in search.hits}
