"""The form of a backfill: what it offers, what it refuses, what it makes of good values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests_dags_watch import WATCH

from tidings.cli.backfill import ANY_BRAND, ANY_SOURCE, plan
from tidings.errors import ConfigurationError
from tidings.watch import Brand, Watch, load_watch

GOOD = {
    "source": "brandt/hackernews",
    "brand": ANY_BRAND,
    "from": "2026-09-01",
    "to": "2026-10-01",
}


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    path = tmp_path / "brandt.toml"
    path.write_text(WATCH, "utf-8")
    return load_watch(path)


def test_the_form_offers_what_is_watched(bag: Any) -> None:
    params = bag.dags["backfill"].params

    assert params.get_param("source").schema["enum"] == [
        ANY_SOURCE,
        "brandt/steam",
        "brandt/hackernews",
        "brandt/blogs",
    ]
    assert params.get_param("brand").schema["enum"] == [ANY_BRAND, "Brandt & Söhne", "Kettler"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"source": "brandt/nowhere"},
        {"brand": "Nobody"},
        {"from": "last week"},
        {"to": "2026-02-31"},
        {"to": None},
    ],
)
def test_airflow_refuses_what_the_form_does_not_offer(bag: Any, wrong: dict[str, Any]) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    params = bag.dags["backfill"].params
    params.update(GOOD)
    assert params.validate() == GOOD
    with pytest.raises(ParamValidationError):
        params.update(wrong)


def test_a_form_without_watch_files_still_shows(read_dags: Callable[..., Any]) -> None:
    params = read_dags().dags["backfill"].params

    assert params.get_param("source").schema["enum"] == [ANY_SOURCE]


def test_one_source_and_its_window(watch: Watch) -> None:
    assert plan(GOOD, [watch]) == [
        {
            "watch": "brandt",
            "source": "hackernews",
            "since": "2026-09-01T00:00Z",
            "until": "2026-10-01T00:00Z",
        }
    ]


def test_every_source_means_every_one_that_can_go_back(
    watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    found = plan({**GOOD, "source": ANY_SOURCE}, [watch])

    assert [walk["source"] for walk in found] == ["steam", "hackernews"]
    assert "brandt/blogs can't go back" in caplog.text


def test_a_source_that_can_not_go_back_is_refused_when_asked_for(watch: Watch) -> None:
    with pytest.raises(ConfigurationError, match="brandt/blogs can't go back"):
        plan({**GOOD, "source": "brandt/blogs"}, [watch])


def test_a_brand_leaves_out_sources_that_are_about_another(watch: Watch) -> None:
    """``steam`` is about Kettler alone: the brand's own mentions are not to be had there."""
    own = {**GOOD, "source": "brandt/steam", "brand": "Brandt & Söhne"}
    with pytest.raises(ConfigurationError, match=r"No source is 'brandt/steam' and of"):
        plan(own, [watch])
    assert plan({**GOOD, "brand": "Kettler"}, [watch])


@pytest.mark.parametrize(
    "wrong", [{"from": ""}, {"from": "01.09.2026"}, {"to": None}, {"to": "2026-13-01"}]
)
def test_a_day_that_is_none_is_named(watch: Watch, wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=f"'{next(iter(wrong))}'"):
        plan({**GOOD, **wrong}, [watch])


@given(start=st.dates(max_value=date(2100, 1, 1)), days=st.integers(-500, 500))
def test_the_window_goes_forward_or_is_refused(start: date, days: int) -> None:
    if (start - date.min).days < 500:
        start += timedelta(days=500)
    end = start + timedelta(days=days)
    watch = Watch(id="w", brand=Brand(name="W"))
    form = {**GOOD, "from": str(start), "to": str(end)}
    with pytest.raises(ConfigurationError) as refused:
        plan(form, [watch])
    assert ("is not before" in str(refused.value)) == (days <= 0)
