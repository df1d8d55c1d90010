"""Where things lie: the folders and files of one installation, from the environment.

=================== ======================================== ==========================
variable            what                                     default
=================== ======================================== ==========================
TIDINGS_HOME        folder of the installation               AIRFLOW_HOME, else here
TIDINGS_LANDING     landing area: folder or object-store URL <home>/data/landing
TIDINGS_WAREHOUSE   the writer's DuckDB file                 <home>/data/warehouse.duckdb
TIDINGS_SNAPSHOT    the readers' DuckDB file                 <home>/data/tidings.duckdb
=================== ======================================== ==========================
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """The folders and files of one installation. Paths are absolute; ``landing`` may be a URL."""

    root: Path
    landing: str
    warehouse: Path
    snapshot: Path

    @classmethod
    def find(cls, environ: Mapping[str, str] | None = None) -> Home:
        """Find the installation that the environment names."""
        env = os.environ if environ is None else environ
        root = Path(env.get("TIDINGS_HOME") or env.get("AIRFLOW_HOME") or ".").resolve()
        return cls.at(root, env)

    @classmethod
    def at(cls, root: Path, environ: Mapping[str, str] | None = None) -> Home:
        """Return the installation in ``root``, with what ``environ`` moves elsewhere."""
        env = environ or {}
        data = root.resolve() / "data"
        return cls(
            root=root.resolve(),
            landing=_landing(env.get("TIDINGS_LANDING") or str(data / "landing")),
            warehouse=Path(env.get("TIDINGS_WAREHOUSE") or data / "warehouse.duckdb").absolute(),
            snapshot=Path(env.get("TIDINGS_SNAPSHOT") or data / "tidings.duckdb").absolute(),
        )

    @property
    def watch_dir(self) -> Path:
        """Folder of the watch files."""
        return self.root / "watch"

    @property
    def staging(self) -> Path:
        """Folder of checked and enriched batches that wait for the load; may be deleted."""
        return self.warehouse.parent / "staging"

    @property
    def budgets(self) -> Path:
        """Folder in which processes share how often each host is asked; may be deleted."""
        return self.warehouse.parent / "budgets"

    @property
    def models(self) -> Path:
        """Folder of models converted for use on this machine; may be deleted."""
        return self.warehouse.parent / "models"

    @property
    def secrets(self) -> Path:
        """Folder of secrets, one file each, mode 0600."""
        return self.root / ".secrets"

    def environment(self) -> dict[str, str]:
        """Return the variables that make a child process find this same installation."""
        return {
            "TIDINGS_HOME": str(self.root),
            "TIDINGS_LANDING": self.landing,
            "TIDINGS_WAREHOUSE": str(self.warehouse),
            "TIDINGS_SNAPSHOT": str(self.snapshot),
        }


def _landing(place: str) -> str:
    """Return a URL as it is and a folder absolute: other processes start in other folders."""
    return place if "://" in place else str(Path(place).absolute())
