"""The rules of the house for DAGs, read off the DAGs that Airflow makes of the files."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import Any

import pytest

from tidings.cli.airflow.setup import WRITER_POOL

ALWAYS = {"alerts", "backfill", "load", "maintenance", "repair", "revisit"}
COLLECTS = {
    "collect__brandt__steam",
    "collect__brandt__hackernews",
    "collect__brandt__blogs",
}
REFERENCES = {
    "None",
    "list[str]",
    "list[list[str]]",
    "list[dict[str, str]]",
    "dict[str, str]",
    "dict[str, int]",
}
"""What a task may return: it is kept in Airflow's database. No tables, no rows, nothing untyped."""

WRITES = {"load", "refresh", "publish", "maintain", "back_up"}
"""Steps that open the warehouse for writing."""


def tasks(bag: Any) -> Iterator[tuple[str, Any]]:
    for dag in bag.dags.values():
        for task in dag.tasks:
            yield f"{dag.dag_id}.{task.task_id}", task


def body(task: Any) -> list[ast.stmt]:
    (parsed,) = ast.parse(textwrap.dedent(inspect.getsource(task.python_callable))).body
    assert isinstance(parsed, ast.FunctionDef)
    return parsed.body[1:] if ast.get_docstring(parsed) else parsed.body


def step(task: Any) -> str:
    """The name of the function of ``tidings.cli.steps`` (or another module) that a task calls."""
    call = body(task)[-1]
    assert isinstance(call, ast.Return), task.task_id
    assert isinstance(call.value, ast.Call), task.task_id
    assert isinstance(call.value.func, ast.Attribute), task.task_id
    return call.value.func.attr


def test_every_file_is_read_and_every_source_has_its_dag(bag: Any) -> None:
    assert bag.import_errors == {}
    assert set(bag.dags) == COLLECTS | ALWAYS


def test_every_dag_says_whose_and_what_it_is(bag: Any) -> None:
    for dag in bag.dags.values():
        assert dag.owner == "tidings", dag.dag_id
        assert dag.tags, dag.dag_id
        assert dag.doc_md, dag.dag_id
        assert dag.doc_md.startswith("### "), dag.dag_id


def test_no_dag_catches_up_or_runs_beside_itself(bag: Any) -> None:
    for dag in bag.dags.values():
        assert dag.catchup is False, dag.dag_id
        assert dag.max_active_runs == 1, dag.dag_id


def test_every_task_is_retried_by_the_class_of_its_error(bag: Any) -> None:
    from tidings_dags.retries import ByErrorClass

    for name, task in tasks(bag):
        if task.task_id == "tell_failures":  # it only tells; there is nothing to try again
            continue
        assert task.retries >= 2, name
        assert isinstance(task.retry_policy, ByErrorClass), name


def test_a_task_body_is_one_import_and_one_call(bag: Any) -> None:
    for name, task in tasks(bag):
        if task.task_id == "tell_failures":
            continue
        statements = body(task)
        assert [type(s) for s in statements] == [ast.ImportFrom, ast.Return], name
        assert step(task), name


def test_no_task_returns_rows(bag: Any) -> None:
    for name, task in tasks(bag):
        assert task.python_callable.__annotations__.get("return") in REFERENCES, name


def test_every_writer_of_the_warehouse_takes_the_one_slot(bag: Any) -> None:
    from tidings_dags import rules

    assert WRITER_POOL[:2] == (rules.WRITER_POOL, "1")
    writers = {n: t for n, t in tasks(bag) if t.task_id != "tell_failures" and step(t) in WRITES}
    assert {t.task_id for t in writers.values()} == WRITES
    for name, task in writers.items():
        assert task.pool == rules.WRITER_POOL, name
        assert task.pool_slots == 1, name
        assert not task.is_mapped, name


def test_what_collects_sets_off_the_load_and_the_load_publishes(bag: Any) -> None:
    from tidings_dags.rules import LANDING, SNAPSHOT

    for dag_id in [*COLLECTS, "backfill", "repair", "revisit"]:
        assert bag.dags[dag_id].get_task("collect").outlets == [LANDING], dag_id
    load = bag.dags["load"]
    assert list(load.timetable.asset_condition.objects) == [LANDING]
    assert load.get_task("publish").outlets == [SNAPSHOT]


def test_the_load_runs_in_order_and_tells_of_failed_groups(bag: Any) -> None:
    load = bag.dags["load"]
    downstream = {task.task_id: set(task.downstream_task_ids) for task in load.tasks}
    assert downstream == {
        "waiting": {"enrich", "tell_failures"},
        "enrich": {"load", "tell_failures"},
        "load": {"refresh"},
        "refresh": {"publish"},
        "publish": set(),
        "tell_failures": set(),
    }
    assert load.get_task("enrich").is_mapped
    assert load.get_task("load").trigger_rule == "none_skipped"
    assert load.get_task("tell_failures").trigger_rule == "one_failed"


@pytest.mark.parametrize(
    ("dag_id", "cron"),
    [
        ("collect__brandt__steam", "0 0 * * *"),
        ("collect__brandt__hackernews", "0 * * * *"),
        ("collect__brandt__blogs", None),
    ],
)
def test_the_schedule_is_the_watch_files(bag: Any, dag_id: str, cron: str | None) -> None:
    timetable = bag.dags[dag_id].timetable

    assert getattr(timetable, "expression", None) == cron
    assert timetable.can_be_scheduled is (cron is not None)


def test_two_dags_never_name_their_runs_alike(bag: Any) -> None:
    from types import SimpleNamespace as Ti

    from tidings_dags.rules import run_name

    at_noon = "scheduled__2026-11-22T12:00:00+00:00"
    names = [
        run_name(Ti(dag_id=dag_id, run_id=at_noon, map_index=index))
        for dag_id in ("collect__a__steam", "collect__b__steam")
        for index in (-1, 0, 1)
    ]
    assert len(set(names)) == len(names)
