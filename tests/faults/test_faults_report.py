"""The page on reliability says what the result files say, and tells what was not run."""

from __future__ import annotations

import json
from typing import Any

from tests.faults import report


def test_the_page_is_what_the_results_give() -> None:
    given = report.page(report.results())
    assert report.PAGE.read_text("utf-8") == given, "python -m tests.faults.report"


def test_a_part_that_was_not_run_is_told() -> None:
    given = report.page({})
    assert given.count("Not run yet.") == len(report.PARTS)


def test_every_count_is_on_the_page() -> None:
    counts: dict[str, Any] = {"kills": {"merge": 1234, "all": 5678}, "lost": 0, "ends": True}
    result = {"what": "Something new", "made": "2026-01-02", "machine": "2 cores", "seed": 77}
    given = report.page({"later": {**result, "counts": counts}})
    for told in (
        "Something new",
        "2026-01-02",
        "seed 77",
        "merge 1,234, all 5,678",
        "| lost | 0 |",
    ):
        assert told in given


def test_no_result_tells_of_the_machine_that_it_was_made_on() -> None:
    for name, found in report.results().items():
        text = json.dumps(found)
        assert not any(place in text for place in ("/tmp", "/work", "/home")), name
