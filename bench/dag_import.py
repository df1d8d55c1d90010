"""What reading a DAG file costs beyond Airflow itself: each file beside an empty one, in one run.

    python bench/dag_import.py [WATCH_FILES] [TIMES]

Airflow is imported once; then each file is read TIMES times, each time in a new process that has
loaded Airflow and nothing of ours. The empty file imports the same names from Airflow and makes one
DAG with one task. The median CPU time counts (a busy machine changes it little): at most 100 ms
more than the empty file's. What grows with the number of sources is Airflow's own, 2 ms a DAG.
"""

from __future__ import annotations

import importlib.util
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

DAGS = Path(__file__).parents[1] / "dags"

EMPTY = """\
from datetime import timedelta
from typing import Any
from airflow.sdk import DAG, Asset, Param, TriggerRule, dag, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException
from airflow.sdk.definitions.retry_policy import RetryDecision, RetryPolicy
from airflow.sdk.types import RuntimeTaskInstanceProtocol

@dag(schedule="@hourly", default_args={"retries": 3})
def empty():
    @task(outlets=[Asset("x")])
    def nothing(ti: Any = None) -> list[str]:
        return []
    nothing()

empty()
"""

WATCH = """\
[brand]
name = "Acme {n}"
[[sources]]
connector = "steam"
[[sources]]
connector = "rss"
schedule = "@daily"
[[sources]]
connector = "mastodon"
"""

LIMIT_MS = 100.0


def read_once(path: Path) -> float:
    """Read one DAG file in a forked process; return the CPU milliseconds it took."""
    answer, ask = os.pipe()
    child = os.fork()
    if child == 0:
        start = time.process_time()
        spec = importlib.util.spec_from_file_location("the_dag_file", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        os.write(ask, json.dumps((time.process_time() - start) * 1000).encode())
        os._exit(0)
    os.close(ask)
    with os.fdopen(answer) as pipe:
        took = pipe.read()
    if os.waitpid(child, 0)[1]:
        raise SystemExit(f"{path} can't be read; see above.")
    return float(json.loads(took))


def main() -> None:
    """Measure and print; exits 1 if a file costs more than the limit."""
    watch_files = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 15
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "watch").mkdir()
        for n in range(watch_files):
            (home / "watch" / f"acme{n}.toml").write_text(WATCH.format(n=n), "utf-8")
        os.environ |= {"AIRFLOW_HOME": folder, "TIDINGS_HOME": folder}
        os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
        sys.path.append(str(DAGS))
        empty = home / "empty_dag.py"
        empty.write_text(EMPTY, "utf-8")
        start = time.perf_counter()
        exec(compile(EMPTY, "empty", "exec"), {})  # noqa: S102 - Airflow is imported here, once
        print(f"Airflow itself: {(time.perf_counter() - start) * 1000:.0f} ms")
        files = [empty, *sorted(DAGS.glob("*.py"))]
        took = {path: [] for path in files}
        for _ in range(times):  # in turns, so that a busy moment hits all alike
            for path in files:
                took[path].append(read_once(path))
    medians = {path.name: statistics.median(all_of) for path, all_of in took.items()}
    base = medians[empty.name]
    print(f"{watch_files} watch files with 3 sources each, median of {times}, CPU ms:")
    for name, median in medians.items():
        print(f"  {name:18} {median:7.1f}   {median - base:+7.1f} beside the empty file")
    if max(medians.values()) - base > LIMIT_MS:
        raise SystemExit(f"A file costs more than {LIMIT_MS:.0f} ms.")


if __name__ == "__main__":
    main()
