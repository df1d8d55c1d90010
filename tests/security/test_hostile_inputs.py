"""Hostile inputs by family: nothing gets through."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hostile_inputs import FAMILIES, tried

ROOT = Path(__file__).parents[2]
CHILD = Path(__file__).with_name("regex_child.py")
CODE = ("connectors", "tidings", "transforms", "warehouse", "dashboard")
KNOWN = {
    "connectors.dates._SPACED_ZONE",  # of a time, which has 200 characters at most
    "connectors.jsonld._CLOSING",  # of the last 200 characters
    "tidings.demo.apis.hackernews._FILTER",  # of what this machine asks its own made-up source
    "tidings.testing.settings._ONWARD",  # of recordings that a developer made
    "tidings.cli.sentiment_scorers._EXTRA",  # of names of installed packages
}
"""Patterns that take longer than a text's length says, and where that does not matter."""


@pytest.mark.parametrize("family", [name for name in FAMILIES if name != "private addresses"])
def test_nothing_gets_through(family: str) -> None:
    count, through = tried(family)
    assert through == []
    assert count >= 20


@pytest.mark.slow
def test_no_private_address_is_asked() -> None:
    """In 57 spellings, directly, by a redirect, and through a proxy."""
    count, through = tried("private addresses")
    assert through == []
    assert count > 400


def _modules() -> list[str]:
    files = sorted(p for part in CODE for p in (ROOT / part).rglob("*.py"))
    kept = [p for p in files if p.stem not in ("__init__", "__main__", "plugin", "query_child")]
    return [".".join(p.relative_to(ROOT).with_suffix("").parts) for p in kept]


@pytest.mark.slow
def test_no_pattern_takes_longer_than_a_text_is_long() -> None:
    """All patterns at the top of a module, against texts made of what they look for."""
    found = [name for name in _modules() if "re.compile(" in _source(name)]
    done = subprocess.run(
        [sys.executable, str(CHILD), *found], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr[-2000:]
    slow = [line for line in done.stdout.splitlines() if line.split(":")[0] not in KNOWN]
    assert slow == []


def _source(module: str) -> str:
    return (ROOT / f"{module.replace('.', '/')}.py").read_text("utf-8")
