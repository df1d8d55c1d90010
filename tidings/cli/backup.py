"""``tidings backup``, ``restore`` and ``verify``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from tidings.cli import steps
from tidings.cli.backing_up import make, manifest, registry
from tidings.cli.backing_up.restore import restore as restored
from tidings.cli.backing_up.verify import verify as verified
from tidings.cli.console import AsJson, err, out, table
from tidings.cli.doctor import tell
from tidings.errors import ConfigurationError, WarehouseError
from tidings.home import Home

VARIABLE = "TIDINGS_BACKUPS"


def backup(
    into: Annotated[
        Path | None, typer.Argument(help=f"Folder for the backup's folder; default {VARIABLE}.")
    ] = None,
    keep: Annotated[
        int | None, typer.Option(min=1, help="Keep so many, the newest; delete older ones.")
    ] = None,
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", help="Copy secrets, too: the folder is one then.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Make a backup: the warehouse, what people did and what was erased, watch files, models.

    Loads wait while the warehouse is copied. Secrets are left out: without the pseudonym key the
    backup can't be gone on with elsewhere, so keep that key in a place of its own.
    """
    folder = make.backup(Home.find(), _into(into), with_secrets=with_secrets, keep=keep)
    found = manifest.read(folder)
    size = sum(file.size for file in found.files.values())
    if json:
        out.print_json(steps.as_json({"folder": str(folder), "bytes": size}))
        return
    out.print(f"Made and verified {folder}: {size / 1e6:,.1f} MB", markup=False, soft_wrap=True)


def restore(
    folder: Annotated[Path, typer.Argument(help="The backup's folder.")], json: AsJson = False
) -> None:
    """Put a backup's warehouse in place; merge what landing has since, erase what was erased since.

    It is verified first. What is there is set aside, never deleted.
    """
    done = restored(Home.find(), folder)
    if json:
        out.print_json(steps.as_json(done))
        return
    tell(done)


def verify(
    folder: Annotated[
        Path | None, typer.Argument(help="A backup's folder; default: all that are listed.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Read a backup in full: hashes, every block, rows, migrations, what it must have.

    Exit code 1 where one can't be relied on.
    """
    home = Home.find()
    folders = [folder] if folder else [Path(one.path) for one in registry.entries(home)]
    rows = [_looked_at(home, one) for one in folders]
    if json:
        out.print_json(
            steps.as_json([{"folder": r[0], "state": r[1], "found": r[2]} for r in rows])
        )
    elif rows:
        table(["backup", "state", "found"], rows)
    else:
        err.print("No backup is listed; 'tidings backup FOLDER' makes one.", markup=False)
    if any(state != "ok" for _, state, _ in rows):
        raise typer.Exit(1)


def back_up() -> list[str]:
    """Make and verify a backup in the folder that TIDINGS_BACKUPS names; return where it is.

    TIDINGS_KEEP_BACKUPS says how many stay (default 7). Empty where no folder is named.
    """
    named = os.environ.get(VARIABLE)
    if not named:
        return []
    given = os.environ.get("TIDINGS_KEEP_BACKUPS", "7")
    if not given.isdecimal() or not 0 < int(given) <= 10_000:
        raise ConfigurationError(
            f"TIDINGS_KEEP_BACKUPS is {given!r}, which is no number from 1 to 10000.",
            remedy="Try 7.",
        )
    return [str(make.backup(Home.find(), Path(named), keep=int(given)))]


def _looked_at(home: Home, folder: Path) -> tuple[str, str, str]:
    if not folder.is_dir():
        gone = f"It is not there. Bring it back, or delete its line in {home.backups}."
        return str(folder), "broken", gone
    try:
        told = verified(folder)
    except WarehouseError as error:
        return str(folder), "broken", error.message
    loads = told.counts.get("core.load", 0)
    return str(folder), "ok", f"{told.made:%Y-%m-%d %H:%M} UTC, {loads:,} merged batches"


def _into(given: Path | None) -> Path:
    if given is not None:
        return given
    named = os.environ.get(VARIABLE)
    if not named:
        raise ConfigurationError(
            "No folder for backups is named.", remedy=f"'tidings backup FOLDER', or set {VARIABLE}."
        )
    return Path(named)
