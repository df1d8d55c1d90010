"""Batches between enriching and loading: their files in the staging folder, the marker last.

The folder may be emptied at any time: what was in it is made again from landing.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import msgspec

from tidings.batch import Batch, Staged

if TYPE_CHECKING:
    import pyarrow as pa


def stage(folder: Path, batch: Batch, enriched: pa.Table, quarantine: pa.Table) -> None:
    """Write the files of a checked and enriched batch; doing it again writes them over."""
    from tidings.landing import parquet

    stem = _stem(folder, batch.batch_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ready = Staged(
        batch=batch,
        enriched_path=str(stem.with_suffix(".enriched.parquet")),
        quarantine_path=str(stem.with_suffix(".quarantine.parquet")),
    )
    _put(Path(ready.enriched_path), parquet(enriched))
    _put(Path(ready.quarantine_path), parquet(quarantine))
    # last: until it is there, nothing is staged
    _put(stem.with_suffix(".json"), msgspec.json.encode(ready))


def staged(folder: Path) -> list[Staged]:
    """Return the batches that are ready to be loaded, oldest collected first."""
    found: list[Staged] = []
    for path in folder.glob("*.json"):
        with suppress(FileNotFoundError):  # another process has just loaded it
            found.append(msgspec.json.decode(path.read_bytes(), type=Staged))
    return sorted(found, key=lambda s: (s.batch.collected, s.batch.batch_id))


def unstage(folder: Path, loaded: Staged) -> None:
    """Remove the files of a batch that was loaded, the marker first."""
    _stem(folder, loaded.batch.batch_id).with_suffix(".json").unlink(missing_ok=True)
    for path in (loaded.enriched_path, loaded.quarantine_path):
        Path(path).unlink(missing_ok=True)


def _stem(folder: Path, batch_id: str) -> Path:
    return folder / hashlib.blake2b(batch_id.encode(), digest_size=12).hexdigest()


def _put(path: Path, content: bytes) -> None:
    """Put a file in place whole: another process may be staging or loading the same batch."""
    draft = path.with_name(f"{path.name}.{os.getpid()}-{token_hex(4)}.draft")
    draft.write_bytes(content)
    draft.replace(path)
