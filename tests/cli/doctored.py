"""An installation whose loader was killed after its last commit, and ways to harm it."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from tidings.cli import staging, steps
from tidings.home import Home

WATCH = """\
[brand]
name = "Acme"
[[sources]]
connector = "files"
[sources.settings]
folder = "in"
columns = { external_id = "id", published = "at", text = "text" }
"""

NOW = datetime.now(UTC)

SAME = {
    "load": "SELECT * EXCLUDE (fence, started) FROM core.load ORDER BY batch_id",
    "mention_version": "FROM core.mention_version ORDER BY ALL",
    "score": "FROM core.score ORDER BY ALL",
    "brand_match": "FROM core.brand_match ORDER BY ALL",
    "keyword_hit": "FROM core.keyword_hit ORDER BY ALL",
    "quarantine": "SELECT * EXCLUDE (quarantined) FROM core.quarantine ORDER BY ALL",
    "cursor": "SELECT * EXCLUDE (updated) FROM core.cursor ORDER BY ALL",
    "coverage": "FROM core.coverage ORDER BY ALL",
    "voice": "FROM core.voice ORDER BY ALL",
}
"""What must be the same after refilling, known times included."""


def installed(root: Path) -> Home:
    """Make an installation that watches a folder of CSV files."""
    (root / "in").mkdir()
    (root / "watch" / "acme.toml").write_text(WATCH, "utf-8")
    return Home.find()


def drop(home: Home, number: int, rows: int = 3) -> None:
    """Put one more file into the folder that is watched."""
    lines = [f"{number}/{n},{NOW.isoformat()},Acme is good {number} {n}" for n in range(rows)]
    path = home.root / "in" / f"{number}.csv"
    path.write_text("\n".join(["id,at,text", *lines]), "utf-8")


def loaded_and_killed(home: Home, *numbers: int) -> None:
    """Collect and load a file at a time, and leave all as a kill after the last commit does."""
    kept = home.root / "kept"
    for number in numbers:
        drop(home, number)
        steps.enrich(steps.collect("acme", "files", run=f"r{number}"))
        with steps.loading(home, f"r{number}") as (take, _totals):
            for item in staging.staged(home.staging):
                take(item)
            kept.mkdir(exist_ok=True)
            for path in files(home):
                shutil.copy(path, kept / path.name)
        restore(home, kept)


def files(home: Home) -> Iterator[Path]:
    """Give the files of the warehouse that are there: the database and its log."""
    yield from (p for p in (home.warehouse, log_of(home)) if p.exists())


def log_of(home: Home) -> Path:
    return home.warehouse.with_name(f"{home.warehouse.name}.wal")


def restore(home: Home, kept: Path) -> None:
    """Put back files that were kept, and nothing else."""
    for path in list(files(home)):
        path.unlink()
    for path in kept.iterdir():
        shutil.copy(path, home.warehouse.parent / path.name)


def flip(path: Path, place: int, bit: int = 3) -> None:
    """Flip one bit of a file."""
    content = bytearray(path.read_bytes())
    content[place] ^= 1 << bit
    path.write_bytes(content)


def contents(home: Home) -> dict[str, list[Any]]:
    """Return what must be the same after refilling."""
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        return {name: con.execute(sql).fetchall() for name, sql in SAME.items()}
