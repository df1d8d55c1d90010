"""Saved questions: ``warehouse/questions/NAME.sql``, each with its help as the comment on top.

The comment's first sentence is what the list shows. A line ``-- $days = 7: How many days.``
declares a value that may be given, and its default; without ``=`` it is NULL if it is not given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from importlib.resources import files
from typing import Any

import msgspec

from tidings.errors import ConfigurationError
from tidings.home import Home

_VALUE = re.compile(r"^\$(\w+)(?: = (\S+))?: (.+)$")
_OWN = ("reputation", "status", "tables", "totals")
"""What other commands show; the rest is for people."""


class Value(msgspec.Struct, frozen=True):
    """A value that a question takes: its name, its default, what it means."""

    name: str
    default: str | None
    meaning: str


class Question(msgspec.Struct, frozen=True):
    """A saved question: its name, what it asks, all that its comment says, its values, its SQL."""

    name: str
    asks: str
    about: str
    values: tuple[Value, ...]
    sql: str

    def bound(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values to run it with; ``given`` ones that are None are not given.

        Raises ConfigurationError where one is given that it does not take.
        """
        known = {value.name: value for value in self.values}
        for name, value in given.items():
            if value is not None and name not in known:
                takes = ", ".join(f"--{n}" for n in known) or "no value"
                raise ConfigurationError(
                    f"The question '{self.name}' has no --{name}.", remedy=f"It takes {takes}."
                )
        return {
            name: _typed(value.default) if given.get(name) is None else given[name]
            for name, value in known.items()
        }


def question(name: str) -> str:
    """Return the SQL of a saved question, ``warehouse/questions/NAME.sql``."""
    return saved(name).sql


def saved(name: str) -> Question:
    """Return a saved question; ConfigurationError, with near ones, where there is none."""
    known = _names()
    name = name.replace("-", "_")
    if name not in known:
        near = get_close_matches(name, known, 1, 0.5)
        meant = f"Did you mean '{near[0]}'? " if near else ""
        raise ConfigurationError(
            f"There is no question '{name}'.", remedy=f"{meant}'tidings ask' lists them."
        )
    return _read(name, (files("warehouse") / "questions" / f"{name}.sql").read_text("utf-8"))


def all_saved() -> list[Question]:
    """Return the questions for people, by name."""
    return [saved(name) for name in _names() if name not in _OWN]


def known_brand(name: str) -> str:
    """Return a brand as it is written, however it was typed; ConfigurationError if unknown."""
    from warehouse.snapshot import open_snapshot
    from warehouse.statements import run

    with open_snapshot(Home.find().snapshot) as con:
        known = [brand for (brand,) in run(con, "sql/watch/brands").fetchall()]
    found = [brand for brand in known if brand.casefold() == name.casefold()]
    if not found:
        raise ConfigurationError(
            f"There is no brand {name!r}.", remedy=f"There are: {', '.join(known) or 'none'}."
        )
    return str(found[0])


def _names() -> list[str]:
    found = (files("warehouse") / "questions").iterdir()
    return sorted(f.name.removesuffix(".sql") for f in found if f.name.endswith(".sql"))


def _read(name: str, sql: str) -> Question:
    told: list[str] = []
    values: list[Value] = []
    for line in sql.splitlines():
        if not line.startswith("--"):
            break
        text = line[2:].strip()
        declared = _VALUE.match(text)
        if declared:
            values.append(Value(*declared.groups()))
        else:
            told.append(text)
    about = " ".join(told)
    asks = re.split(r"(?<=[?.:]) ", about, maxsplit=1)[0]
    return Question(name, asks, about, tuple(values), sql)


def _typed(default: str | None) -> int | str | None:
    return int(default) if default is not None and default.isdecimal() else default
