"""Logs that say which run, watch file, brand, source and batch a line is about.

``TIDINGS_LOG=json`` makes of every line on stderr one JSON object, for programs that gather logs;
anything else leaves them for people to read. In a task of Airflow the same fields stand in the
lines of the task's log, which are JSON anyway.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

import msgspec

from tidings.masking import masked

VARIABLE = "TIDINGS_LOG"

FIELDS = ("run", "watch", "brand", "source", "batch")
"""What a line may be about, in the order in which they stand."""

_about: list[dict[str, str]] = [{}]
"""What is worked on, the innermost last. Of the process, not of a thread: one process works on one
thing, and the threads in which it walks places are about the same."""


@contextmanager
def about(**fields: str | None) -> Iterator[None]:
    """Let all lines meanwhile say what they are about, by names of :data:`FIELDS`."""
    unknown = fields.keys() - set(FIELDS)
    if unknown:
        raise TypeError(f"a line is not about {', '.join(sorted(unknown))}")
    given = {name: value for name, value in fields.items() if value is not None}
    _about.append(_about[-1] | given)
    try:
        with _in_airflow(given):
            yield
    finally:
        _about.pop()


def now_about() -> dict[str, str]:
    """Return what is worked on now."""
    return dict(_about[-1])


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object on one line, whatever characters its message has."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line: time (UTC), level, what it is about, logger, message, perhaps error."""
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            **{name: _about[-1][name] for name in FIELDS if name in _about[-1]},
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        if record.exc_info and record.exc_info[0] is not None:
            told["error"] = record.exc_info[0].__name__
            told["trace"] = masked(self.formatException(record.exc_info))
        return msgspec.json.encode({n: _encodable(v) for n, v in told.items()}).decode()


def wants_json(environ: Mapping[str, str] | None = None) -> bool:
    """Whether the environment asks for JSON."""
    env = os.environ if environ is None else environ
    return env.get(VARIABLE, "").strip().lower() == "json"


@contextmanager
def _in_airflow(fields: dict[str, str]) -> Iterator[None]:
    """Give the fields to Airflow's own logging, where a task of it is what runs."""
    structlog = sys.modules.get("structlog")
    if structlog is None or not fields:
        yield
        return
    with structlog.contextvars.bound_contextvars(**fields):
        yield


def _encodable(value: object) -> object:
    """Write lone surrogates out, which UTF-8 does not have."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
