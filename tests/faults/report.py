"""Writes docs/reliability.md from what the long runs left in docs/reliability/*.json.

python -m tests.faults.report
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

DOCS = Path(__file__).parents[2] / "docs"
PAGE, RESULTS = DOCS / "reliability.md", DOCS / "reliability"
TEXT = Path(__file__).with_name("reliability.template.md")


class Part(NamedTuple):
    """One part: its file's name, its heading, what was done, and how it is run."""

    name: str
    heading: str
    done: str
    run: str


PARTS = (
    Part(
        "kills",
        "Killed at any moment",
        "Each stage runs in a process that SIGKILL ends at a moment drawn evenly over the stage's "
        "usual duration. It is begun again, as a scheduler would, and killed again, and so on. A "
        "ledger outside of the system (a forum over HTTP, a folder of files, a receiver of alerts) "
        "knows what was said, shown and told. After each kill that can reach the warehouse it is "
        "opened and held against itself and against what was acknowledged.",
        "python -m tests.faults.kills --kills 1000 --out docs/reliability/kills.json",
    ),
    Part(
        "disk",
        "A full disk at every write",
        "No file may pass a size (RLIMIT_FSIZE), from a step's start or from the moment that it "
        "opens one certain file; and a small file system (tmpfs) has a few KiB left. The step "
        "fails with an error that says what to do; once there is space, the steps are done again.",
        "python -m tests.faults.disk --out docs/reliability/disk.json",
    ),
    Part(
        "wal",
        "The warehouse's files harmed",
        "A loader is killed after its last commit, so that what it merged is in the write-ahead "
        "log. Of that installation a copy is harmed in one way and opened as every command opens "
        "it: it is refused, or all that was acknowledged is in it as it was. What is refused is "
        "mended by `tidings doctor --mend`; then all that was said is there once.",
        "python -m tests.faults.wal --out docs/reliability/wal.json",
    ),
    Part(
        "soak",
        "Millions of mentions",
        "Batches as enriching leaves them (85 % new, 10 % duplicates, 5 % edits) go through load "
        "and marts with a kill every half minute. Collecting, checking and enriching of texts are "
        "no part of it.",
        "python -m tests.faults.soak --mentions 3000000 --out docs/reliability/soak.json",
    ),
    Part("http", "Faults of HTTP", "What servers and networks do to walks of real connectors.", ""),
    Part("hostile", "Hostile input", "What is meant to harm, in every field and on every way.", ""),
    Part("inputs", "Input that lies", "Bad bodies, charsets, nesting, dates and numbers.", ""),
    Part("erasure", "Erasure", "Subjects erased from a large installation, byte for byte.", ""),
    Part(
        "scale",
        "Past one machine",
        "Two workers of Celery (PostgreSQL, Redis) that share nothing but a store that speaks S3 "
        "make a warehouse, and one process makes another; all tables of `core` and `marts` are "
        "held against each other, but for when and by which run. Spark scores a lake in two "
        "processes of its own, and what it gives is held against what this process makes of it.",
        "TIDINGS_SCALE_RESULT=docs/reliability/scale.json .ci/scale .scale",
    ),
)


def page(results: Mapping[str, Any]) -> str:
    """Return the page for the results by part; a part without one is told as not run."""
    known = [part.name for part in PARTS]
    more = [
        Part(name, str(found["what"]), "", "")
        for name, found in sorted(results.items())
        if name not in known
    ]
    told = [_part(part, results.get(part.name)) for part in (*PARTS, *more)]
    return Template(TEXT.read_text("utf-8")).substitute(parts="\n".join(told))


def _part(part: Part, result: Mapping[str, Any] | None) -> str:
    lines = [f"### {part.heading}", ""]
    if part.done:
        lines += [part.done, ""]
    if result is None:
        return "\n".join([*lines, "Not run yet.", ""])
    seed = result.get("seed")
    how = f"{result['made']}, {result['machine']}" + (f", seed {seed}" if seed is not None else "")
    if part.run:
        lines += [f"`{part.run}`", ""]
    lines += [f"{result['what']}: {how}.", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in _rows(result["counts"])]
    return "\n".join([*lines, ""])


def _rows(counts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the table's rows: what is nested is told in one line."""
    return [(name, _value(value)) for name, value in counts.items()]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_value(one)}" for name, one in value.items()) or "none"
    if isinstance(value, list):
        if value and all(isinstance(one, Mapping) for one in value):
            return "<br>".join(_value(one) for one in value)
        return " ".join(_value(one) for one in value) or "none"
    return str(value).replace("|", "\\|")


def results() -> dict[str, Any]:
    """Read all results."""
    return {path.stem: json.loads(path.read_bytes()) for path in sorted(RESULTS.glob("*.json"))}


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(results()), "utf-8")


if __name__ == "__main__":
    main()
