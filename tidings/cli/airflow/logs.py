"""The end of a log, for an error message; Airflow's JSON lines are made legible."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TAIL_LINES = 25


def read_tail(path: Path) -> str:
    """Return the last lines of a log, or why there are none."""
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError as error:
        return f"(no log: {error})"
    return "\n".join(shown for line in lines[-TAIL_LINES:] for shown in _legible(line))


def _legible(line: str) -> list[str]:
    """Return what a person wants of one line: the event, and of an error its class and place."""
    try:
        entry = json.loads(line)
    except ValueError:
        return [line]
    if not isinstance(entry, dict) or "event" not in entry:
        return [line]
    event = str(entry["event"])
    if event.startswith("::"):  # Airflow's folding marks
        return []
    errors = entry.get("error_detail") or []
    return [f"{entry.get('level', '')}: {event}", *(_error(error) for error in errors)]


def _error(error: dict[str, Any]) -> str:
    frames = error.get("frames") or [{}]
    place = f"{frames[-1].get('filename')}:{frames[-1].get('lineno')}"
    return f"    {error.get('exc_type')}: {error.get('exc_value')} ({place})"
