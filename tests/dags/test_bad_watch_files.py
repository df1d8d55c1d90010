"""A watch file that can't be used is told, and costs the others nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests_dags_watch import WATCH

ALWAYS = {"alerts", "backfill", "load", "maintenance", "repair", "revisit"}

NOT_TOML = "[brand\nname = 'Kaputt'\n"
WRONG_KEY = "[brand]\nnam = 'Kaputt'\n"
WRONG_SCHEDULE = """\
[brand]
name = "Kaputt"
[[sources]]
connector = "rss"
schedule = "every day"
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (NOT_TOML, "not readable as TOML"),
        (WRONG_KEY, "Did you mean"),
        (WRONG_SCHEDULE, "key 'sources.rss.schedule': 'every day'"),
    ],
)
def test_it_is_an_import_error_that_names_it_and_the_others_stay(
    read_dags: Callable[..., Any], home: Path, text: str, said: str
) -> None:
    bag = read_dags(kaputt=text, acme=WATCH)

    assert set(bag.import_errors) == {"watch_files.py"}
    told = bag.import_errors["watch_files.py"]
    assert str(home / "watch" / "kaputt.toml") in told
    assert said in told
    assert {d for d in bag.dags if "acme" in d} == {
        "collect__acme__steam",
        "collect__acme__hackernews",
        "collect__acme__blogs",
    }
    assert set(bag.dags) >= ALWAYS
    assert not [d for d in bag.dags if "kaputt" in d]


def test_a_file_name_that_makes_no_dag_id_is_told(read_dags: Callable[..., Any]) -> None:
    bag = read_dags(**{"two words": WATCH, "acme": WATCH})

    assert "two words.toml" in bag.import_errors["watch_files.py"]
    assert "collect__acme__steam" in bag.dags


def test_all_bad_files_are_told_at_once(read_dags: Callable[..., Any]) -> None:
    told = read_dags(one=NOT_TOML, two=WRONG_KEY).import_errors["watch_files.py"]

    assert "one.toml" in told
    assert "two.toml" in told


def test_without_watch_files_there_is_nothing_to_collect_and_no_error(
    read_dags: Callable[..., Any], home: Path
) -> None:
    (home / "watch").rmdir()
    bag = read_dags()

    assert bag.import_errors == {}
    assert set(bag.dags) == ALWAYS
