"""The marts as Parquet files, or in a DuckLake, of a published snapshot: for other programs.

::

    FOLDER/manifest.json              what there is: when, rows, columns, definitions, files
    FOLDER/current -> 20261031T080000Z
    FOLDER/20261031T080000Z/brand_reputation_daily/year=2026/data_0.parquet

A version is written beside, then gets its name, then ``current`` and the manifest follow, each by
rename. The version before stays for who is reading it; older ones are removed. A new folder is its
owner's alone (mode 0700); what is written into it may be read by whom the folder lets in.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tidings.errors import ConfigurationError, WarehouseError
from warehouse.migrate import applied
from warehouse.snapshot import open_current, published
from warehouse.statements import run
from warehouse.store import refused
from warehouse.transaction import private_files

if TYPE_CHECKING:
    import duckdb

_OWN = re.compile(r"\.(current|manifest|\d{8}T\d+Z)\.\d+\.writing")
"""What is being written, by the name of it and the process."""

BY_MONTH = 1_000_000
"""From so many rows on a mart of days is partitioned by month, below by year."""


def publish_parquet(
    snapshot: Path, folder: Path, *, by_month: int = BY_MONTH, whole: bool = False
) -> Path:
    """Write the marts of ``snapshot`` below ``folder``; return the folder of this version.

    A snapshot that is there already is not written again. With ``whole`` no other version is left,
    as must be after an erasure: an older one holds what was erased since.

    Raises WarehouseError where there is no snapshot of this schema, or where files can't be
    written; what was there stays.
    """
    import duckdb

    folder = Path(folder).absolute()
    with open_current(snapshot) as told:
        about = published(told)
        newest = applied(told)[-1][1]
        marts = run(told, "sql/parquet/marts").fetchall()
    if about is None:
        raise WarehouseError(
            f"{snapshot} is no published snapshot.", remedy="Publish first: 'tidings publish'."
        )
    name = f"{about.published.astimezone(UTC):%Y%m%dT%H%M%S%f}Z"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (folder / name).exists():
            _sweep(folder)
            made = folder / f".{name}.{os.getpid()}.writing"
            with private_files():
                manifest = _write(snapshot, made, marts, about.published, newest, by_month)
            _open_as(made, folder)
            made.rename(folder / name)
            _point(folder, name, manifest)
        _forget(folder, name, whole=whole)
    except (OSError, duckdb.Error) as error:
        _sweep(folder)
        raise WarehouseError(
            f"The marts were not written to {folder}: {error}",
            remedy="What was published before stays; mend the cause and publish again.",
        ) from error
    return folder / name


def publish_ducklake(snapshot: Path, lake: str, *, whole: bool = False) -> dict[str, int]:
    """Write the marts of ``snapshot`` into a DuckLake; return the rows of each.

    ``lake`` is its catalogue as DuckDB takes it after ``ducklake:``, such as ``marts.ducklake`` or
    ``postgres:dbname=lake``. All marts are replaced in one transaction: a new snapshot of the lake.
    With ``whole`` the lake's older snapshots are expired, and the files of theirs alone removed.
    Raises ConfigurationError where DuckDB's extension is not on this machine, WarehouseError where
    the lake can't be written.
    """
    import duckdb

    con = _connect(snapshot)
    with con:
        try:
            con.execute("LOAD ducklake")
        except duckdb.Error as error:
            raise ConfigurationError(
                "DuckLake needs DuckDB's extension 'ducklake', which is not on this machine.",
                remedy=f"Run INSTALL ducklake once in DuckDB {duckdb.__version__}, where there is "
                "a network; or publish with --parquet.",
            ) from error
        try:
            con.execute(f"ATTACH 'ducklake:{_quoted(lake)}' AS lake")
            con.execute("BEGIN")
            rows = {}
            for mart, *_ in run(con, "sql/parquet/marts").fetchall():
                table = f"lake.main.{mart}"
                con.execute(f"CREATE OR REPLACE TABLE {table} AS FROM marts.{mart}")
                [count] = con.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)  # noqa: S608
                rows[mart] = int(count)
            con.execute("COMMIT")
            if whole:
                con.execute("CALL ducklake_expire_snapshots('lake', older_than => now())")
                con.execute("CALL ducklake_cleanup_old_files('lake', cleanup_all => true)")
        except duckdb.Error as error:
            raise WarehouseError(
                f"The DuckLake {lake} was not written: {error}",
                remedy="Name a catalogue file in a folder that you may write to, or a database.",
            ) from error
    return rows


def _connect(snapshot: Path) -> duckdb.DuckDBPyConnection:
    """Open a snapshot to read, in a connection that may write elsewhere."""
    import duckdb

    con = duckdb.connect(config={"autoinstall_known_extensions": "false"})
    try:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("ATTACH ? AS tidings (READ_ONLY)", [str(Path(snapshot).absolute())])
        con.execute("USE tidings")
    except duckdb.Error as error:
        con.close()
        raise refused(snapshot, error) from error
    return con


def _write(
    snapshot: Path,
    made: Path,
    marts: list[tuple[Any, ...]],
    when: datetime,
    newest: str,
    by_month: int,
) -> dict[str, Any]:
    told: dict[str, Any] = {}
    with _connect(snapshot) as con:
        for name, about, daily, columns, types, meanings, definition, digest in marts:
            [rows] = con.execute(f"SELECT count(*) FROM marts.{name}").fetchone() or (0,)  # noqa: S608
            folder = made / name
            folder.mkdir(parents=True)
            parts = (["year"] if rows < by_month else ["year", "month"]) if daily else []
            _copy(con, name, folder, parts)
            told[name] = {
                "rows": rows,
                "holds": about,
                "definition": definition,
                "definition_hash": digest,
                "partitioned_by": parts,
                "columns": [
                    {"name": n, "type": t, "meaning": m}
                    for n, t, m in zip(columns, types, meanings, strict=True)
                ],
                "files": sorted(str(f.relative_to(made)) for f in folder.rglob("*.parquet")),
            }
    return {"published": when.isoformat(), "schema": newest, "marts": told}


def _copy(con: duckdb.DuckDBPyConnection, mart: str, folder: Path, parts: list[str]) -> None:
    to = _quoted(str(folder if parts else folder / "data_0.parquet"))
    added = "".join(f", {part}(day) AS {part}" for part in parts)
    partitioned = f", PARTITION_BY ({', '.join(parts)})" if parts else ""
    overwrite = ", OVERWRITE_OR_IGNORE" if parts else ""
    con.execute(
        f"COPY (SELECT *{added} FROM marts.{mart} ORDER BY ALL) TO '{to}' "  # noqa: S608
        f"(FORMAT parquet, COMPRESSION zstd{partitioned}{overwrite})"
    )


def _point(folder: Path, name: str, manifest: dict[str, Any]) -> None:
    link = folder / f".current.{os.getpid()}.writing"
    link.symlink_to(name, target_is_directory=True)
    link.replace(folder / "current")
    made = folder / f".manifest.{os.getpid()}.writing"
    made.write_text(json.dumps({"version": name} | manifest, indent=1) + "\n", "utf-8")
    made.replace(folder / "manifest.json")


def _open_as(made: Path, folder: Path) -> None:
    """Let into what was made whom its folder lets in, to read."""
    mode = folder.stat().st_mode & 0o755
    for place in (made, *made.rglob("*")):
        place.chmod(mode if place.is_dir() else mode & 0o644)


def _forget(folder: Path, name: str, *, whole: bool) -> None:
    """Remove all versions but this one and the one before; with ``whole`` that one, too."""
    versions = sorted(f.name for f in folder.glob("[0-9]*T*Z") if f.is_dir())
    before = [version for version in versions if version < name]
    gone = {*versions} - {name} if whole else before[:-1]
    for old in gone:
        shutil.rmtree(folder / old)


def _sweep(folder: Path) -> None:
    """Remove what a killed publisher left: names that only it gives."""
    for left in folder.glob(".*.writing"):
        if not _OWN.fullmatch(left.name):
            continue
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _quoted(text: str) -> str:
    return text.replace("'", "''")
