"""Restoring: a backup's warehouse in place of what is there, brought up to what came since."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

from tidings import tombstones
from tidings.acknowledged import Acknowledged
from tidings.cli import erasing_files
from tidings.cli.backing_up import manifest
from tidings.cli.backing_up.verify import verify
from tidings.cli.doctoring.candidates import not_in_use, of_backup
from tidings.cli.doctoring.mend import Mended, alone, replaced, shown
from tidings.home import Home


def restore(home: Home, folder: Path) -> Mended:
    """Put a backup's warehouse in place, and merge all that landing has since; publish all anew.

    The backup is verified first. What is there is set aside, not deleted. What was erased since is
    erased anew; erasing reaches where marts were published, here or by the backup's list. Files
    that the installation lacks (watch files, models, the journal, secrets where the backup has
    them) are put in place; those that it has stay. Raises WarehouseError where the backup is not
    good, or the warehouse is in use: nothing is changed then; ConfigurationError where the
    pseudonym key is neither here nor in it.
    """
    folder = folder.absolute()
    told = verify(folder)
    with alone(home):
        not_in_use(home.warehouse)  # whatever else it is, damaged or of a newer Tidings, goes aside
        _files(home, folder)
        base = of_backup(folder, Acknowledged(home.acknowledged))
        why = f"restored from the backup of {told.made:%Y-%m-%d %H:%M} UTC"
        done = replaced(home, base, why=why)
    shown(home, done)
    return done


def _files(home: Home, folder: Path) -> None:
    """Put in place what the installation lacks, and bring the lines of both together."""
    tombstones.append(home.tombstones, tombstones.read(folder / home.tombstones.name))
    own = Acknowledged(home.acknowledged)
    backed = Acknowledged(folder / home.acknowledged.name)
    if not own.lines and backed.lines:
        own.rewrite(backed.lines)
    backed_up = msgspec.structs.replace(home, warehouse=folder / manifest.WAREHOUSE)
    for place in erasing_files.published(backed_up):
        erasing_files.remember(home, place.form, place.place)
    if not list(home.watch_dir.glob("*.toml")):
        _put(folder / "watch", home.watch_dir)
    _put(folder / "models", home.models)
    _put(folder / "secrets", home.secrets)
    if not home.journal.exists() and (folder / home.journal.name).exists():
        _copy(folder / home.journal.name, home.journal)


def _put(source: Path, target: Path) -> None:
    """Copy the files that ``target`` has not got."""
    for path in sorted(source.rglob("*")) if source.is_dir() else ():
        place = target / path.relative_to(source)
        if path.is_file() and not place.exists():
            _copy(path, place)


def _copy(path: Path, place: Path) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.writing")
    draft.touch(mode=0o600)
    shutil.copyfile(path, draft)
    manifest.to_disk(draft)
    draft.replace(place)
