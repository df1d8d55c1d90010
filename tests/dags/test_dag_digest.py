"""The DAG of digests: only where a channel wants page one, on Monday morning where the brand is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests_dags_watch import WATCH

CHANNELS = """
[[notify]]
name = "desk"
secret = "desk"
overview = true

[[notify]]
name = "boss"
secret = "boss"
overview = true

[[notify]]
name = "on-call"
secret = "on-call"
"""


def _in_oslo(watch: str) -> str:
    return watch.replace("[brand]\n", '[brand]\ntimezone = "Europe/Oslo"\n', 1)


def test_each_channel_that_wants_it_is_a_task_of_its_own(read_dags: Callable[..., Any]) -> None:
    bag = read_dags(brandt=_in_oslo(WATCH) + CHANNELS, quiet=WATCH)
    assert bag.import_errors == {}
    found = {name: dag for name, dag in bag.dags.items() if name.startswith("digest")}
    assert list(found) == ["digest__brandt"]
    [task] = found["digest__brandt"].tasks
    assert task.op_kwargs_expand_input.value == {"channel": ["desk", "boss"]}
    timetable = found["digest__brandt"].timetable
    assert timetable.expression == "0 7 * * 1"
    assert "Europe/Oslo" in str(timetable.timezone)
