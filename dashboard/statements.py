"""The SQL of this package: ``sql/NAME.sql``, one statement each, with bound values only."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_PARAMETER = re.compile(r"\$([a-z_]+)")


@cache
def statement(name: str) -> str:
    """Return the text of ``sql/NAME.sql``; FileNotFoundError where there is none."""
    return files("dashboard").joinpath("sql", f"{name}.sql").read_text("utf-8")


@cache
def asked_for(text: str) -> tuple[str, ...]:
    """Return the names of the values that a statement asks for."""
    return tuple(sorted(set(_PARAMETER.findall(text))))
