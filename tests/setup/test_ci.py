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
        './run test --slow "${alone[@]/#/--ignore=}"',
    ]  # the slow ones in two parts
    assert lines[-1].split() == [".ci/scale", '"${TIDINGS_SCALE:-$PWD/.scale}"', "-q"]


def test_hooks_are_local_and_call_what_the_script_installs() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())

    assert [repo["repo"] for repo in config["repos"]] == ["local"]
    hooks = config["repos"][0]["hooks"]
    assert all(hook["language"] == "system" for hook in hooks)
    assert all(hook["entry"].startswith((".venv/bin/", "./run test")) for hook in hooks)
    assert {h["id"] for h in hooks} >= {"ruff", "ruff-format", "mypy", "lint-imports", "fast-tests"}


def test_the_two_parts_of_the_slow_tests_are_all_of_them() -> None:
    [line] = [s for s in (ROOT / ".ci" / "run").read_text().splitlines() if s.startswith("alone=")]
    told = f'{line}; printf "%s\\n" "${{alone[@]}}" "${{alone[@]/#/--ignore=}}"'
    done = subprocess.run(
        ["bash", "-c", told], cwd=ROOT, check=True, capture_output=True, text=True
    )
    words = done.stdout.split()
    chosen, left_out = words[: len(words) // 2], words[len(words) // 2 :]
    assert len(chosen) > 5
    assert all((ROOT / folder).is_dir() for folder in chosen)
    assert left_out == [f"--ignore={folder}" for folder in chosen]
