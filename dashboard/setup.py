"""What one app works with: the installation, its reader, its templates, who may look."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.access import Access, Everybody
from dashboard.guard import Guard
from dashboard.reader import MEMORY, Reader
from tidings import __version__
from tidings.home import Home

if TYPE_CHECKING:
    from jinja2 import Environment

    from tidings.watch import Watch


class Setup:
    """An installation, shown. ``access`` says who looks; by default everybody may do everything.

    ``guard`` says what is refused before; by default only what pages of other sites send.
    """

    version = __version__

    def __init__(
        self, home: Home, access: Access | None = None, guard: Guard | None = None
    ) -> None:
        self.home = home
        self.access = access or Everybody()
        self.guard = guard or Guard()
        self.reader = Reader(
            home.snapshot, memory_limit=os.environ.get("TIDINGS_DASHBOARD_MEMORY") or MEMORY
        )

    @cached_property
    def templates(self) -> Environment:
        """The templates of the pages."""
        from dashboard.templating import environment

        return environment()

    def watches(self) -> list[Watch]:
        """Read the watch files as they are now; a broken one raises ConfigurationError."""
        from tidings.watch import load_watches

        return load_watches(self.home.watch_dir)

    def changes_stamp(self) -> str:
        """Say which changes wait to be taken over: another stamp, other changes."""
        return _stamp(self.home.warehouse.with_name("journal.sqlite"))


def _stamp(path: Path) -> str:
    found = []
    for one in (path, path.with_name(f"{path.name}-wal")):
        with suppress(FileNotFoundError):  # the log goes when the last one who has it open ends
            about = one.stat()
            found.append(f"{about.st_mtime_ns}.{about.st_size}")
    return "/".join(found)
