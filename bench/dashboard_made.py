"""Installations of many made-up mentions, for ``bench/dashboard.py``."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tidings.home import Home

STATEMENTS = Path(__file__).with_name("dashboard_sql")


@contextmanager
def installation(home: Path | None, folder: Path | None, rows: int) -> Iterator[Home]:
    """Give the installation at ``home``, or one that is made of so many mentions."""
    if home is not None:
        yield Home.at(home)
        return
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield _made(Home.at(folder), rows)
        return
    with tempfile.TemporaryDirectory() as made:
        yield _made(Home.at(Path(made)), rows)


def _made(home: Home, rows: int) -> Home:
    """Make a warehouse, its snapshot and its index; what is there of another run stays."""
    from bench.marts import DAYS, add, watches
    from transforms.search_words import RULES, indexed
    from warehouse.brands import sync
    from warehouse.marts import refresh
    from warehouse.search_index import bring
    from warehouse.snapshot import publish
    from warehouse.store import open_warehouse

    if not home.snapshot.exists():
        home.warehouse.parent.mkdir(parents=True, exist_ok=True)
        with open_warehouse(home.warehouse, memory_limit="8GB") as con:
            sync(con, watches(), allows_answers=("shop",))
            about: dict[str, Any] = {"first_day": 0, "days": DAYS, "known": "2026-01-01"}
            _told("mentions", lambda: add(con, 0, rows, **about))
            say = (STATEMENTS / "say.sql").read_text("utf-8")
            _told("texts", lambda: con.execute(say))
            _told("marts", lambda: refresh(con, full=True))
            _told("snapshot", lambda: publish(con, home.snapshot))
    if not home.search.exists():
        _told("index", lambda: bring(home.search, home.snapshot, indexed, rules=RULES, whole=True))
    _told("index again", lambda: bring(home.search, home.snapshot, indexed, rules=RULES))
    return home


def _told(what: str, work: Callable[[], object]) -> None:
    began = time.perf_counter()
    work()
    print(f"made {what}: {time.perf_counter() - began:.1f} s", flush=True)
