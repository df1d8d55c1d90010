"""All checks of ``tidings doctor``, in the order of its table."""

from __future__ import annotations

from tidings.cli.doctoring import databases, files, surroundings
from tidings.cli.doctoring.finding import Finding
from tidings.home import Home


def look(home: Home) -> list[Finding]:
    """Look at everything; nothing is changed. WarehouseError only where an error is a mistake here.

    Whatever is wrong is a finding, so that one thing that is broken hides no other.
    """
    seen = databases.warehouse(home)
    airflow = surroundings.airflow(home)
    return [
        surroundings.python(),
        surroundings.settings(home),
        surroundings.watch_files(home),
        surroundings.modes(home),
        surroundings.room(home),
        databases.clock(seen),
        *([airflow] if airflow else []),
        *seen.findings,
        *databases.published(home, seen),
        files.landing(home),
        files.staged(home, seen.merged or set()),
        files.journal(home),
        files.erased(home, seen.tombstones),
        files.leftovers(home),
        files.backups(home),
    ]
