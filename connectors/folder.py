"""A folder of files, local or at a URL: which files there are, and whether one has changed."""

from __future__ import annotations

import os
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from tidings.errors import ConfigurationError

if TYPE_CHECKING:
    from upath import UPath

UNFINISHED = (".tmp", ".part", ".crdownload", ".filepart", "~")
"""Endings of files that something is still writing; they are read once they have their name."""


def open_folder(name: str) -> UPath:
    """Return the folder, a relative path taken from the installation.

    ConfigurationError where there is none.
    """
    from upath import UPath

    from tidings.home import Home

    relative = "://" not in name and not os.path.isabs(name)
    folder = UPath(Home.find().root / name if relative else name)
    if not folder.is_dir():
        raise ConfigurationError(
            f"There is no folder {name!r} ({folder}).",
            remedy="Make it, or mend 'folder'; its files are chosen by 'pattern'.",
        )
    return folder


def files_of(folder: UPath, pattern: str) -> list[tuple[str, UPath, str]]:
    """Return (name within the folder, path, mark) of the files that match, in the order of names.

    The mark is another one once the file has changed. Hidden and unfinished files are left out.
    """
    found = ((path.relative_to(folder).as_posix(), path) for path in folder.glob(pattern))
    kept = sorted((n, p) for n, p in found if not _left_alone(n) and p.is_file())
    marked = ((name, path, _mark(path)) for name, path in kept)
    return [(name, path, mark) for name, path, mark in marked if mark is not None]


def _left_alone(name: str) -> bool:
    hidden = any(part.startswith((".", "~$")) for part in PurePath(name).parts)
    return hidden or name.casefold().endswith(UNFINISHED)


def _mark(path: UPath) -> str | None:
    """Return the file's size and, as its store tells, its checksum or time; None if it has gone."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    if isinstance(stat, os.stat_result):
        return f"{stat.st_size}:{stat.st_mtime_ns}"
    info: dict[str, Any] = path.fs.info(path.path)
    for told in ("etag", "ETag", "md5Hash", "checksum", "mtime", "LastModified", "last_modified"):
        if info.get(told):
            return f"{info.get('size')}:{info[told]}"
    return f"{info.get('size')}:{path.fs.modified(path.path)}"
