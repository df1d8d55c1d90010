"""Batches between enriching and loading: their files in the staging folder, the marker last.

The folder may be in an object store, for machines that enrich beside the one that loads. It may be
emptied at any time: what was in it is made again from landing.
"""

from __future__ import annotations

import hashlib
import logging
import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from tidings.batch import Batch, Staged, enriched_schema
from tidings.errors import WarehouseError
from tidings.storage import is_url, matching, place, put

if TYPE_CHECKING:
    import pyarrow as pa
    from upath import UPath

    Folder: TypeAlias = Path | UPath

log = logging.getLogger("tidings")


def stage(folder: Folder, batch: Batch, enriched: pa.Table, quarantine: pa.Table) -> None:
    """Write the files of a checked and enriched batch; doing it again writes them over."""
    from tidings.landing import parquet

    stem = _stem(folder, batch.batch_id)
    if not is_url(str(folder)):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ready = Staged(
        batch=batch,
        enriched_path=str(stem.with_suffix(".enriched.parquet")),
        quarantine_path=str(stem.with_suffix(".quarantine.parquet")),
    )
    _put(stem.with_suffix(".enriched.parquet"), parquet(enriched))
    _put(stem.with_suffix(".quarantine.parquet"), parquet(quarantine))
    # last: until it is there, nothing is staged
    _put(stem.with_suffix(".json"), msgspec.json.encode(ready))


def staged(folder: Folder, *, remove: bool = True) -> list[Staged]:
    """Return the batches that are ready to be loaded, oldest collected first.

    What another version of this program has staged, with other columns, is removed; so is what a
    machine that lost its power has left half written. Without ``remove`` both are left alone.
    """
    found: list[Staged] = []
    for name in _markers(folder):
        with suppress(FileNotFoundError):  # another process has just loaded it
            try:
                ready = msgspec.json.decode((folder / name).read_bytes(), type=Staged)
            except msgspec.MsgspecError:
                if not remove:
                    continue
                (folder / name).unlink(missing_ok=True)
                log.warning("%s is damaged; the next run makes it again.", folder / name)
                continue
            if _of_this_version(ready):
                found.append(ready)
                continue
            if not remove:
                continue
            unstage(folder, ready)
            log.warning(
                "Batch %s was enriched by another version of Tidings, or its file is damaged; the "
                "next run does it again.",
                ready.batch.batch_id,
            )
    return sorted(found, key=lambda s: (s.batch.collected, s.batch.batch_id))


def ready(folder: Folder, batch_id: str) -> Staged:
    """Return one batch that has just been staged; FileNotFoundError where it has not."""
    return msgspec.json.decode(
        _stem(folder, batch_id).with_suffix(".json").read_bytes(), type=Staged
    )


def is_staged(folder: Folder, batch_id: str) -> bool:
    """Whether a batch is ready to be loaded."""
    return _stem(folder, batch_id).with_suffix(".json").exists()


def unstage(folder: Folder, loaded: Staged) -> None:
    """Remove the files of a batch that was loaded, the marker first."""
    _stem(folder, loaded.batch.batch_id).with_suffix(".json").unlink(missing_ok=True)
    for path in (loaded.enriched_path, loaded.quarantine_path):
        (place(path) if is_url(path) else Path(path)).unlink(missing_ok=True)


def _markers(folder: Folder) -> list[str]:
    if is_url(str(folder)):
        return matching(place(str(folder)), "*.json")
    return [path.name for path in folder.glob("*.json")]


def _of_this_version(ready: Staged) -> bool:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = ready.enriched_path
    try:
        with (place(path) if is_url(path) else Path(path)).open("rb") as file:
            return bool(pq.read_schema(file).equals(enriched_schema()))
    except pa.ArrowInvalid:
        return False


def _stem(folder: Folder, batch_id: str) -> Folder:
    return folder / hashlib.blake2b(batch_id.encode(), digest_size=12).hexdigest()


def _put(path: Folder, content: bytes) -> None:
    """Put a file in place whole: another process may be staging or loading the same batch."""
    if is_url(str(path)):
        put(place(str(path)), content)
        return
    path = Path(str(path))
    draft = path.with_name(f"{path.name}.{os.getpid()}-{token_hex(4)}.draft")
    try:
        draft.touch(mode=0o600)  # it has what people said, whatever folder it is in
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise WarehouseError(
            f"{path} can't be written: {error.strerror}.",
            remedy="The batch waits in the landing area; free space and run it again.",
        ) from error
