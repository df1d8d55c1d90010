"""Where things lie: the folders and files of one installation, from the environment.

======================== ======================================== ==========================
variable                 what                                     default
======================== ======================================== ==========================
TIDINGS_HOME             folder of the installation               AIRFLOW_HOME, else here
TIDINGS_LANDING          landing area: folder or object-store URL <home>/data/landing
TIDINGS_STAGING          batches that wait for the load, likewise <home>/data/staging; beside a
                                                                  landing area that is a URL
TIDINGS_WAREHOUSE        the writer's DuckDB file                 <home>/data/warehouse.duckdb
TIDINGS_SNAPSHOT         the readers' DuckDB file                 <home>/data/tidings.duckdb
TIDINGS_PRIVATE_SNAPSHOT one more, with what names people         none is published
TIDINGS_DASHBOARD_URL    where people open the page, for messages messages have no link to it
======================== ======================================== ==========================

Beside the snapshot lie the ledger, ``tidings.ledger.duckdb``, which collecting reads and every
load writes, and the search index, ``tidings.search.sqlite``. Where the landing area is a URL, every
load puts a copy of the ledger beside it, and machines without a warehouse collect by that.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from tidings.errors import ConfigurationError

if TYPE_CHECKING:
    from upath import UPath


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """The folders and files of one installation. Paths are absolute; ``landing`` may be a URL."""

    root: Path
    landing: str
    warehouse: Path
    snapshot: Path
    private_snapshot: Path | None = None
    dashboard: str | None = None
    staged_at: str | None = None

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
        private = env.get("TIDINGS_PRIVATE_SNAPSHOT")
        return cls(
            root=root.resolve(),
            landing=_place(env.get("TIDINGS_LANDING") or str(data / "landing")),
            warehouse=Path(env.get("TIDINGS_WAREHOUSE") or data / "warehouse.duckdb").absolute(),
            snapshot=Path(env.get("TIDINGS_SNAPSHOT") or data / "tidings.duckdb").absolute(),
            private_snapshot=Path(private).absolute() if private else None,
            dashboard=_page(env.get("TIDINGS_DASHBOARD_URL")),
            staged_at=_place(staged) if (staged := env.get("TIDINGS_STAGING")) else None,
        )

    @property
    def watch_dir(self) -> Path:
        """Folder of the watch files."""
        return self.root / "watch"

    @property
    def ledger(self) -> Path:
        """The file beside the snapshot that says where walks go on, for those who collect."""
        return self.snapshot.with_name(f"{self.snapshot.stem}.ledger.duckdb")

    @property
    def search(self) -> Path:
        """The index of words beside the snapshot; made by publishing, may be deleted."""
        return self.snapshot.with_name(f"{self.snapshot.stem}.search.sqlite")

    @property
    def journal(self) -> Path:
        """What people did on the pages and no load has taken over; see :mod:`tidings.journal`."""
        return self.warehouse.parent / "journal.sqlite"

    @property
    def acknowledged(self) -> Path:
        """What was merged, told outside the warehouse; see :mod:`tidings.acknowledged`."""
        return self.warehouse.parent / "acknowledged.jsonl"

    @property
    def backups(self) -> Path:
        """The list of the backups that were made, wherever they are; a line each."""
        return self.warehouse.parent / "backups.jsonl"

    @property
    def tombstones(self) -> Path:
        """Keyed hashes of what was erased, see :mod:`tidings.tombstones`; nothing makes it."""
        return self.warehouse.parent / "tombstones.jsonl"

    @property
    def publications(self) -> Path:
        """Where marts and private snapshots were published by name, a line each."""
        return self.warehouse.parent / "publications.jsonl"

    @property
    def erasing(self) -> Path:
        """What an erasure that has not ended was asked for; removed when it has."""
        return self.warehouse.parent / "erasing.json"

    @property
    def staging(self) -> Path | UPath:
        """Folder of checked and enriched batches that wait for the load; may be deleted."""
        if self.staged_at is None and "://" not in self.landing:
            return self.warehouse.parent / "staging"
        from tidings.storage import place

        url = self.staged_at or f"{self.landing.rstrip('/')}/_staging"
        return place(url) if "://" in url else Path(url)

    @property
    def shared_ledger(self) -> UPath | None:
        """The ledger's copy for machines that share no folder: beside a landing area by URL."""
        if "://" not in self.landing:
            return None
        from tidings.storage import place

        return place(f"{self.landing.rstrip('/')}/_ledger/{self.ledger.name}")

    @property
    def budgets(self) -> Path:
        """Folder in which processes share how often each host is asked; may be deleted."""
        return self.warehouse.parent / "budgets"

    @property
    def converted(self) -> Path:
        """Folder of models converted for use on this machine; may be deleted."""
        return self.warehouse.parent / "converted"

    @property
    def models(self) -> Path:
        """Folder of models that were fitted here, on people's labels; nothing makes them again."""
        return self.root / "models"

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
            "TIDINGS_PRIVATE_SNAPSHOT": str(self.private_snapshot or ""),
            "TIDINGS_DASHBOARD_URL": self.dashboard or "",
            "TIDINGS_STAGING": self.staged_at or "",
        }


def _page(address: str | None) -> str | None:
    """Return the page's address without a slash at its end; ConfigurationError if it is none."""
    if not address:
        return None
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
        raise ConfigurationError(
            "TIDINGS_DASHBOARD_URL is no address of a page.",
            remedy="Write it as https://tidings.example.org, with the path if it has one.",
        )
    return address.rstrip("/")


def _place(place: str) -> str:
    """Return a URL as it is and a folder absolute: other processes start in other folders."""
    return place if "://" in place else str(Path(place).absolute())
