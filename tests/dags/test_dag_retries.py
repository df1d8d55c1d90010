"""Whether a task is tried again is decided by the class of its error."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tidings.cli.doctoring.mend import alone
from tidings.cli.opening import opened
from tidings.errors import (
    AuthError,
    ConfigurationError,
    FenceLost,
    QualityError,
    RateLimited,
    SourceChanged,
    TidingsError,
    TransientError,
    WarehouseError,
)
from tidings.home import Home
from tidings.times import utcnow
from warehouse.store import open_warehouse

pytestmark = pytest.mark.usefixtures("airflow")


def decide(error: BaseException) -> Any:
    from tidings_dags.retries import ByErrorClass

    return ByErrorClass().evaluate(error, try_number=1, max_tries=3)


def all_classes(root: type[TidingsError] = TidingsError) -> Iterator[type[TidingsError]]:
    yield root
    for below in root.__subclasses__():
        if below.__module__ == "tidings.errors":
            yield from all_classes(below)


def test_only_what_may_pass_by_itself_is_tried_again() -> None:
    """Over the whole tree, so that a class added to it is decided here, too."""
    decided = {cls.__name__: decide(cls("no")).action.value for cls in all_classes()}

    tried_again = {name for name, action in decided.items() if action != "fail"}
    assert tried_again == {"TransientError", "RateLimited", "WarehouseBusy"}
    for cls in (AuthError, ConfigurationError, SourceChanged, QualityError, FenceLost):
        assert decided[cls.__name__] == "fail"


@pytest.mark.parametrize("error", [OSError("disk full"), MemoryError(), ValueError("a bug")])
def test_what_nobody_foresaw_is_tried_as_often_as_the_task_says(error: BaseException) -> None:
    assert decide(error).action.value == "default"


def test_a_warehouse_that_another_has_is_waited_for_and_a_damaged_one_is_not(
    tmp_path: Path,
) -> None:
    held, damaged = tmp_path / "held.duckdb", tmp_path / "damaged.duckdb"
    damaged.write_bytes(b"no database" * 9_000)
    with open_warehouse(held), pytest.raises(WarehouseError) as busy:
        open_warehouse(held)
    with pytest.raises(WarehouseError) as wrong:
        open_warehouse(damaged)

    assert decide(busy.value).action.value == "default"
    assert decide(wrong.value).action.value == "fail"


def test_a_warehouse_that_is_mended_is_waited_for(home: Path) -> None:
    installation = Home.at(home)
    with alone(installation), pytest.raises(WarehouseError) as error, opened(installation):
        pass

    assert decide(error.value).action.value == "default"


def test_without_a_time_the_tasks_own_delay_grows() -> None:
    decision = decide(TransientError("down"))

    assert decision.action.value == "default"
    assert decision.retry_delay is None


def limited(wait: timedelta) -> RateLimited:
    error = RateLimited("slow down")
    error.retry_at = utcnow() + wait
    return error


def test_the_sources_own_time_is_kept() -> None:
    decision = decide(limited(timedelta(minutes=17)))

    assert decision.action.value == "retry"
    assert decision.retry_delay is not None
    assert timedelta(minutes=16) < decision.retry_delay <= timedelta(minutes=17)


def test_a_time_that_has_passed_means_now() -> None:
    assert decide(limited(timedelta(minutes=-5))).retry_delay == timedelta(0)


def test_a_wait_of_days_does_not_block_the_next_scheduled_run() -> None:
    decision = decide(limited(timedelta(days=3)))

    assert decision.action.value == "fail"
    assert "asks to wait until" in (decision.reason or "")
