"""The warehouse's file: opened by one writer at a time, made and migrated where needed."""

from __future__ import annotations

import os
import re
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from tidings.errors import WarehouseBusy, WarehouseError
from warehouse.migrate import migrate
from warehouse.transaction import private_files

if TYPE_CHECKING:
    import duckdb

Settings: TypeAlias = dict[str, str | bool | int | float | list[str]]
"""Settings as DuckDB takes them."""

_HOLDER = re.compile(r"\(PID (\d+)\)")


def open_warehouse(
    path: str | Path, *, memory_limit: str = "1GB", threads: int = 2
) -> duckdb.DuckDBPyConnection:
    """Open the warehouse at ``path`` for writing; make it (mode 0600) and migrate it if needed.

    There is one writer at a time: WarehouseError says who it is, here or in another process. Close
    the connection, or use it as a context manager. Also raises WarehouseError where the file is no
    warehouse, or one that this code must not touch (see :func:`warehouse.migrate.migrate`).
    """
    path = Path(path).absolute()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with private_files():
        con = _connect(path, memory_limit, threads)
        ready = False
        try:
            con.execute("SET TimeZone = 'UTC'")
            con.execute("SET lock_configuration = true")
            path.chmod(0o600)
            migrate(con)
            ready = True
        finally:
            if not ready:
                con.close()
    return con


def _connect(path: Path, memory_limit: str, threads: int) -> duckdb.DuckDBPyConnection:
    import duckdb

    settings: Settings = {
        "memory_limit": memory_limit,
        "threads": str(threads),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        # DuckDB shares a file among the connections of one process unless their settings differ.
        # A name of its own makes it refuse a second writer here too.
        "custom_user_agent": f"tidings/{uuid.uuid4().hex}",
    }
    try:
        return duckdb.connect(str(path), config=settings)
    except duckdb.Error as error:
        raise refused(path, error) from error


def refused(path: Path, error: duckdb.Error) -> WarehouseError:
    """Return the WarehouseError that says why ``path`` can't be opened, and who holds it.

    WarehouseBusy where another connection has it, which passes by itself.
    """
    text = str(error)
    if "different configuration" in text or "already attached" in text:
        return WarehouseBusy(
            f"{path} is already open in this process (PID {os.getpid()}).",
            remedy="Close that connection first; readers use the published snapshot.",
        )
    if "lock on file" in text:
        holder = _HOLDER.search(text)
        return WarehouseBusy(
            f"{path} is in use by {_process(int(holder[1])) if holder else 'another process'}.",
            remedy="Let it finish or end it; there is one writer, readers use the snapshot.",
        )
    if "newer version of DuckDB" in text:
        return WarehouseError(
            f"{path} was written by a newer DuckDB than this one ({duckdb_version()}).",
            remedy="Nothing was changed; use the Tidings that wrote it, or a later one.",
        )
    return WarehouseError(
        f"{path} can't be opened: {text}",
        remedy="'tidings doctor' says more; 'tidings doctor --mend' sets a damaged file aside and "
        "refills it from the newest backup and landing.",
    )


def is_in_use(error: duckdb.Error) -> bool:
    """Whether an error of opening says that another connection has the file."""
    words = ("lock on file", "different configuration", "already attached")
    return any(word in str(error) for word in words)


def is_damage(error: duckdb.Error) -> bool:
    """Whether an error of opening or reading tells of the file itself, and not of what is around.

    A file that is in use, newer than this program, or not to be read by this user is not damaged;
    nor is one for which memory, disk or file handles did not do.
    """
    import duckdb

    around = (
        "lock on file", "different configuration", "already attached", "newer version of DuckDB",
        "Permission denied", "Too many open files", "No space left", "File too large",
    )  # fmt: skip
    if isinstance(error, duckdb.OutOfMemoryException):
        return False
    return not any(words in str(error) for words in around)


def duckdb_version() -> str:
    """Return the version of the DuckDB that is installed."""
    from importlib.metadata import version

    return version("duckdb")


def _process(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:  # another system, or it has just ended
        return f"process {pid}"
    return f"process {pid} ({b' '.join(words).decode('utf-8', 'replace').strip()[:200]})"
