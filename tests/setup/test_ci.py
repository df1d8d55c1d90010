"""What runs before a change lands: the README's commands, and hooks that download nothing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("script", ["run", ".ci/run", ".ci/bluesky", ".ci/scale"])
def test_a_script_is_sound_and_executable(script: str) -> None:
    path = ROOT / script
    assert os.access(path, os.X_OK)
    assert "\nset -euo pipefail\n" in path.read_text()
    subprocess.run(["bash", "-n", path], check=True)


def test_ci_runs_the_tests_the_slow_ones_and_the_checks() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    called = [line for line in lines if line.startswith("./run ")]

    assert called == [
        "./run test -n 2",
        "./run check",
        './run test --slow -n 2 "${alone[@]}"',
        './run test --slow -n 2 --dist loadfile "${waits[@]}"',
        './run test --slow "${alone[@]/#/--ignore=}" "${waits[@]/#/--ignore=}"',
    ]  # the slow ones in three parts
    assert lines[-1].split() == [".ci/scale", '"${TIDINGS_SCALE:-$PWD/.scale}"', "-q"]


def test_hooks_are_local_and_call_what_the_script_installs() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())

    assert [repo["repo"] for repo in config["repos"]] == ["local"]
    hooks = config["repos"][0]["hooks"]
    assert all(hook["language"] == "system" for hook in hooks)
    assert all(hook["entry"].startswith((".venv/bin/", "./run test")) for hook in hooks)
    assert {h["id"] for h in hooks} >= {"ruff", "ruff-format", "mypy", "lint-imports", "fast-tests"}


@pytest.mark.parametrize(("name", "least"), [("alone", 6), ("waits", 2)])
def test_what_one_part_of_the_slow_tests_has_the_last_leaves_out(name: str, least: int) -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    [line] = [s for s in lines if s.startswith(f"{name}=")]
    told = f'{line}; printf "%s\\n" "${{{name}[@]}}" "${{{name}[@]/#/--ignore=}}"'
    done = subprocess.run(
        ["bash", "-c", told], cwd=ROOT, check=True, capture_output=True, text=True
    )
    words = done.stdout.split()
    chosen, left_out = words[: len(words) // 2], words[len(words) // 2 :]
    assert len(chosen) >= least
    assert all((ROOT / folder).is_dir() for folder in chosen)
    assert left_out == [f"--ignore={folder}" for folder in chosen]
