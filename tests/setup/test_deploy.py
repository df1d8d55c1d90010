"""What is deployed names only what there is: files, commands, queues, settings."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service")) + sorted(DEPLOY.glob("*.timer"))
SET_BY = re.compile(r"\$\{(\w+)")
QUEUES = {"default", "warehouse"}

pytestmark = pytest.mark.skipif(not DEPLOY.is_dir(), reason="a wheel has no deploy folder")


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return loaded


def values() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "helm-values.yaml").read_text("utf-8"))
    return loaded


def queue_of(command: list[str]) -> str:
    return command[command.index("--queues") + 1]


def test_the_image_is_made_of_files_that_there_are() -> None:
    lines = (DEPLOY / "Containerfile").read_text("utf-8").splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY ")]
    names = [name for words in copied for name in words if not name.startswith("--")]
    assert len(names) >= 10
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split()
    for name in names:
        for lock in ("run", "machines"):
            assert (ROOT / name.replace("${LOCK}", lock)).exists(), name
        assert f"!{name.partition('/')[0]}" in ignored, name  # else the builder would not see it
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert {"tidings", "connectors", "transforms", "warehouse", "dashboard", "dags"} <= {*names}
    assert packages - {"tests", "bench", "training"} <= {*names}


def test_the_image_does_not_run_as_root_and_installs_by_hash() -> None:
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    assert re.search(r"^USER 50000$", text, re.M)
    assert text.index("USER 50000") > text.rindex("RUN ")
    assert "pip install --require-hashes -r" in text


def test_no_file_names_a_registry_or_holds_a_secret() -> None:
    for path in sorted(DEPLOY.iterdir()):
        text = path.read_text("utf-8")
        assert not re.search(r"(docker|quay|ghcr|gcr|pypi|pythonhosted)\.(io|org|com)", text), path
    for image in re.findall(
        r"^\s*(?:image:|FROM)\s+(\S+)$", _all("compose.yaml", "Containerfile"), re.M
    ):
        assert "." not in image.partition("/")[0].partition(":")[0], image
    filled = [line for line in _all("env.example").splitlines() if re.match(r"\w+=.+", line)]
    assert filled == ["TIDINGS_LANDING=s3://bucket/landing"]


def _all(*names: str) -> str:
    return "\n".join((DEPLOY / name).read_text("utf-8") for name in names)


def test_compose_runs_commands_of_airflow_and_asks_for_what_the_example_lists() -> None:
    services = compose()["services"]
    given = {line.partition("=")[0] for line in _all("env.example").splitlines() if "=" in line}
    assert set(SET_BY.findall(_all("compose.yaml"))) <= given
    ours = {name: s for name, s in services.items() if s.get("image") == "tidings:1"}
    assert set(services) - set(ours) == {"postgres", "redis"}
    for name, service in ours.items():
        assert (DEPLOY / service["build"]["dockerfile"].removeprefix("deploy/")).exists(), name
        assert service["env_file"] == ".env"
        if name != "setup":
            assert service["command"][0] in {"api-server", "scheduler", "dag-processor", "celery"}
    from tidings.cli.airflow.setup import WRITER_POOL

    [made] = services["setup"]["command"]
    assert "airflow db migrate" in made
    assert f"airflow pools set {WRITER_POOL[0]} {WRITER_POOL[1]}" in made


def test_each_queue_has_workers_and_one_of_them_the_warehouse() -> None:
    services = compose()["services"]
    commands = [service.get("command", []) for service in services.values()]
    assert {queue_of(command) for command in commands if "--queues" in command} == QUEUES
    writers = [
        name
        for name, service in sorted(services.items())
        if "warehouse:/opt/tidings/data" in service.get("volumes", [])
    ]
    # one worker merges; the page keeps what people change in the journal beside the warehouse
    assert writers == ["api-server", "loads"]
    assert services["loads"]["deploy"]["replicas"] == 1
    assert queue_of(services["loads"]["command"]) == "warehouse"

    sets = {one["queue"]: one for one in values()["workers"]["celery"]["sets"]}
    assert set(sets) == QUEUES
    assert sets["warehouse"]["replicas"] == 1
    assert [m["mountPath"] for m in sets["warehouse"]["extraVolumeMounts"]] == ["/opt/tidings/data"]
    assert "extraVolumeMounts" not in sets["default"]


def test_the_queues_are_those_of_the_dags() -> None:
    text = "".join(p.read_text("utf-8") for p in (ROOT / "dags" / "tidings_dags").glob("*.py"))
    assert 'WRITER_POOL = "warehouse"' in text
    assert '"queue": WRITER_POOL' in text


def test_databases_are_named_with_their_drivers() -> None:
    """SQLAlchemy takes another driver where none is named, and that is not installed."""
    environment = compose()["services"]["scheduler"]["environment"]
    for name in ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "AIRFLOW__CELERY__RESULT_BACKEND"):
        assert "postgresql+psycopg2://" in environment[name], name


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text("utf-8").replace("/opt/tidings/", f"{ROOT}/")
        (tmp_path / unit.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "tidings" not in done.stderr.replace(str(tmp_path), ""), done.stderr


@pytest.mark.parametrize("unit", [u for u in UNITS if u.suffix == ".service"], ids=lambda u: u.name)
def test_a_unit_may_write_its_folder_only(unit: Path) -> None:
    lines = unit.read_text("utf-8").splitlines()
    assert "User=tidings" in lines
    assert {"ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet="} <= {*lines}
    assert [x for x in lines if x.startswith("ReadWritePaths=")] == ["ReadWritePaths=/opt/tidings"]
    [started] = [line.partition("=")[2].split() for line in lines if line.startswith("ExecStart=")]
    script = (ROOT / "run").read_text("utf-8")
    assert started[0] == "/opt/tidings/run"
    assert re.search(rf"^({started[1]}\)|{started[1]} \|)", script, re.M)


def test_the_script_of_the_large_tests_is_sound_and_installs_by_hash() -> None:
    script = ROOT / ".ci" / "scale"
    subprocess.run(["bash", "-n", script], check=True)
    text = script.read_text("utf-8")
    assert "--require-hashes" in text
    assert "requirements/scale.lock" in text
