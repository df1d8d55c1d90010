"""What a file says, packed or not: gzip, Parquet, spreadsheets, texts of other encodings."""

from __future__ import annotations

import codecs
import gzip
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_ROWS = 10_000


def texts(path: Path) -> Iterator[str]:
    """Give what a file says, one after the other; what can't be unpacked, as it is.

    Raises OSError where it can't be read.
    """
    content = path.read_bytes()
    yield _decoded(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):  # a spreadsheet of old
        yield content.decode("utf-16-le", "replace")
    if content.startswith(b"PK"):
        yield from _zipped(path)
    if content.startswith(b"PAR1"):
        yield from _rows(path)
    if (plain := gunzipped(path)) is not None:
        yield _decoded(plain)


def gunzipped(path: Path) -> bytes | None:
    """Return what a gzip file says; None where it is none, or a damaged one."""
    if path.suffix != ".gz":
        return None
    try:
        return gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error):
        return None


def _decoded(content: bytes) -> str:
    return content.decode(_MARKS.get(content[:2], "utf-8"), "replace")


def _zipped(path: Path) -> Iterator[str]:
    try:
        with zipfile.ZipFile(path) as held:
            for name in held.namelist():
                yield _decoded(held.read(name))
    except (zipfile.BadZipFile, RuntimeError, zlib.error, NotImplementedError):
        return


def _rows(path: Path) -> Iterator[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as held:
            for batch in held.iter_batches(_ROWS):
                for row in batch.to_pylist():
                    yield " \n".join(str(value) for value in row.values() if value is not None)
    except (pa.ArrowException, OSError):
        return
