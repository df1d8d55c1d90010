"""The plugin costs Airflow's other processes nothing, and is found where it says."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

from tidings.cli.airflow.services import PAGE

ROOT = Path(__file__).parents[2]

LOADED = """
import json, sys
import airflow.plugins_manager
before = set(sys.modules)
import dashboard.plugin
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def test_registering_it_imports_nothing_but_itself(home: Path) -> None:
    """The scheduler, the DAG processor and each task load it."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert json.loads(done.stdout.splitlines()[-1]) == ["dashboard", "dashboard.plugin"]


def test_it_is_declared_and_up_tells_where_it_is() -> None:
    from dashboard import plugin

    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    entries = declared["project"]["entry-points"]["airflow.plugins"]
    assert entries == {"tidings": f"{plugin.__name__}:{plugin.TidingsPlugin.__name__}"}
    [view] = plugin.TidingsPlugin.external_views
    assert f"plugin/{view['url_route']}" == PAGE
    # relative to Airflow's own address, which may have a path
    assert view["href"] == plugin.TidingsPlugin.fastapi_apps[0]["url_prefix"].strip("/") + "/"
    assert (ROOT / "dashboard" / view["icon"].partition("/")[2]).is_file()
