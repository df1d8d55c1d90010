"""The locks: every package by hash, no host named, both in step with pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PYTHONS = ("3.11.0", "3.11.14", "3.12.1", "3.13.0", "3.14.0")

PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z0-9,-]+\])?==([^\s;]+)(?:\s*;\s*(.+?))?\s*\\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")


class Pin:
    """One pinned package: name, version, for which environments, and how many hashes."""

    def __init__(self, name: str, version: str, marker: str | None) -> None:
        self.name = canonicalize_name(name)
        self.version = version
        self.marker = Marker(marker) if marker else None
        self.hashes = 0

    def holds(self, python: str) -> bool:
        short = ".".join(python.split(".")[:2])
        where = {
            "python_full_version": python,
            "python_version": short,
            "sys_platform": "linux",
            "platform_system": "Linux",
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
        }
        return self.marker is None or self.marker.evaluate(where)


def read(lock: str) -> list[Pin]:
    """Read a lock; AssertionError for any line that is neither a pin nor a hash."""
    pins: list[Pin] = []
    for line in (ROOT / "requirements" / f"{lock}.lock").read_text("utf-8").splitlines():
        if found := PIN.match(line):
            pins.append(Pin(*found.groups()))
        else:
            assert HASH.match(line), f"{lock}.lock: {line}"
            pins[-1].hashes += 1
    return pins


@pytest.mark.parametrize("lock", ["machines", "run", "scale", "test"])
def test_a_lock_holds_nothing_but_pins_and_hashes(lock: str) -> None:
    """So it names no host, no path and no option either."""
    pins = read(lock)

    assert len(pins) > 100
    assert all(pin.hashes for pin in pins)


@pytest.mark.parametrize("lock", ["machines", "run", "scale", "test"])
@pytest.mark.parametrize("python", PYTHONS)
def test_every_python_gets_one_version_of_each(lock: str, python: str) -> None:
    names = [pin.name for pin in read(lock) if pin.holds(python)]

    assert len(names) == len(set(names))


def test_the_tests_run_on_what_is_run() -> None:
    run, test = ({(p.name, p.version, str(p.marker)) for p in read(n)} for n in ("run", "test"))

    assert run <= test


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("run", [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]]),
        ("test", PROJECT["dependency-groups"]["dev"]),
    ],
)
@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_is_in_step_with_pyproject(lock: str, wanted: list[str], python: str) -> None:
    pinned = {pin.name: pin.version for pin in read(lock) if pin.holds(python)}

    for text in wanted:
        requirement = Requirement(text)
        version = pinned[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version, prereleases=True), text
