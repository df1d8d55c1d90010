"""Checks of what the installation stands on: Python, packages, settings, modes, room, clock."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

from tidings import __version__
from tidings.cli.doctoring.finding import Finding, broken, ok, warning
from tidings.errors import ConfigurationError
from tidings.home import Home

SETTINGS = (
    "TIDINGS_HOME", "TIDINGS_LANDING", "TIDINGS_WAREHOUSE", "TIDINGS_SNAPSHOT",
    "TIDINGS_PRIVATE_SNAPSHOT", "TIDINGS_DASHBOARD_URL", "TIDINGS_KEEP_LANDING_DAYS",
    "TIDINGS_BACKUPS", "TIDINGS_KEEP_BACKUPS", "TIDINGS_STAGING", "TIDINGS_MEMORY",
)  # fmt: skip
"""Variables that are shown where they are set; none is to hold a secret."""

ROOM = 2.0
"""Free space that is wanted, in sizes of the warehouse: publishing and mending write it anew."""


def python() -> Finding:
    """Look at Python and at the packages that this Tidings asks for."""
    wrong = list(_wrong_packages())
    told = f"tidings {__version__}, Python {sys.version.split()[0]}, duckdb {version('duckdb')}"
    if wrong:
        return broken("python", "; ".join(wrong), "Install it again by the lock: './run' or pip.")
    return ok("python", told)


def _wrong_packages() -> Iterator[str]:
    for text in requires("tidings") or ():
        wanted = Requirement(text)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(wanted.name)
        except PackageNotFoundError:
            yield f"{wanted.name} is missing"
            continue
        if not wanted.specifier.contains(found, prereleases=True):
            yield f"{wanted.name} {found} is here, {wanted.specifier} is asked for"


def settings(home: Home) -> Finding:
    """Say which variables are set, and that folders that must be there are."""
    given = [f"{name}={_shown(os.environ[name])}" for name in SETTINGS if os.environ.get(name)]
    if not home.root.is_dir():
        return broken("settings", f"{home.root} is no folder.", "Set TIDINGS_HOME.")
    return ok("settings", ", ".join([f"home {home.root}", *given]))


def _shown(value: str) -> str:
    """Return a value without credentials that somebody has put into a URL by mistake."""
    start, found, rest = value.partition("://")
    if not found:
        return value
    return f"{start}://{rest.partition('?')[0].rpartition('@')[2]}"


def watch_files(home: Home) -> Finding:
    """Read all watch files."""
    from tidings.cli.steps import watches

    try:
        found = watches(home)
    except ConfigurationError as error:
        return broken("watch files", error.message, error.remedy or "'tidings check' says more.")
    return ok("watch files", f"{len(found)}: {', '.join(watch.id for watch in found)}")


def modes(home: Home) -> Finding:
    """Look for files that others can read though they name people or are secret."""
    open_to_all = [path for path in _private(home) if path.exists() and _others(path)]
    if open_to_all:
        names = ", ".join(str(path) for path in open_to_all[:5])
        more = f" and {len(open_to_all) - 5} more" if len(open_to_all) > 5 else ""
        return warning(
            "modes", f"Others can read {names}{more}.", "'chmod 600' files, 'chmod 700' folders."
        )
    return ok("modes", "secrets and data are their owner's alone")


def _private(home: Home) -> Iterator[Path]:
    data = home.warehouse.parent
    if home.secrets.is_dir():
        yield home.secrets
        yield from home.secrets.iterdir()
    yield from (home.warehouse, home.journal, home.acknowledged, home.backups, home.ledger)
    yield from (home.tombstones, home.erasing, home.publications)
    yield from data.glob(f"{home.warehouse.name}.*")
    if home.private_snapshot is not None:
        yield home.private_snapshot


def _others(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o077)


def room(home: Home) -> Finding:
    """Compare what is free on the disk with what publishing and mending need."""
    folder = next(p for p in (home.warehouse.parent, *home.warehouse.parents) if p.is_dir())
    free = shutil.disk_usage(folder).free
    size = home.warehouse.stat().st_size if home.warehouse.exists() else 0
    wanted = max(ROOM * size, 100_000_000)
    told = f"{free / 1e9:,.1f} GB free, the warehouse has {size / 1e9:,.2f} GB"
    if free < wanted:
        return warning("disk", told, f"Keep {wanted / 1e9:,.1f} GB free: publishing copies files.")
    return ok("disk", told)


def airflow(home: Home) -> Finding | None:
    """Look at Airflow's settings and metadata, where the installation has it; None: it has not."""
    root = os.environ.get("AIRFLOW_HOME")
    if not root:
        return None
    database = Path(root) / "airflow.db"
    if not (Path(root) / "airflow.cfg").exists():
        return warning("airflow", f"There is no airflow.cfg in {root}.", "Set AIRFLOW_HOME right.")
    if not database.exists():
        return ok("airflow", "its metadata is elsewhere than in airflow.db, and not looked at")
    return _metadata(database, home)


def _metadata(database: Path, _home: Home) -> Finding:
    import sqlite3
    from contextlib import closing
    from datetime import UTC, datetime
    from importlib.resources import files

    from tidings.times import utcnow

    try:
        uri = f"{database.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=10)) as con:
            text = files("tidings").joinpath("sql/doctor/scheduler.sql").read_text("utf-8")
            row = con.execute(text).fetchone()
    except sqlite3.Error as error:
        return warning("airflow", f"{database}: {error}", "'airflow db check', 'db migrate'.")
    if row is None or row[0] is None:
        return warning("airflow", "No scheduler has ever run here.", "Start it: './run up'.")
    beat = datetime.fromisoformat(str(row[0])).replace(tzinfo=UTC)
    minutes = (utcnow() - beat).total_seconds() / 60
    if minutes > 5:
        return warning(
            "airflow",
            f"The scheduler was last heard of {minutes:,.0f} minutes ago.",
            "Start it: './run up', or the systemd unit.",
        )
    return ok("airflow", "its scheduler is at work")
