"""The landing area: raw pages and Parquet batches, immutable, by source / date / run.

::

    <landing>/<source>/<YYYY-MM-DD>/<run>.<attempt>/<walk>/
        page-000001.json.zst        a raw answer, in the form of a recorded exchange
        batch-0001.parquet          mentions
        batch-0001.rejected.parquet records that could not be read, where there are any
        batch-0001.json             the marker, written last: until it is there, there is no batch

The area is a folder or any object store that fsspec knows. A file is never written twice: a second
attempt of a run has a folder of its own.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

import msgspec

from tidings.batch import Batch, Coverage, rejected_schema
from tidings.connector import Cursor, Gone, Rejected
from tidings.errors import WarehouseError
from tidings.http import Answer
from tidings.http.address import MASK, is_secret_name
from tidings.masking import masked, masked_bytes
from tidings.mention import Mention
from tidings.schema import arrow_schema, to_arrow
from tidings.storage import is_url, matching, place, remove, write_new

if TYPE_CHECKING:
    import pyarrow as pa
    from upath import UPath

MARKER = "batch-????.json"
_PARAMETER = re.compile(r"([?&;]([^=?&;#<>\s]+)=)[^&;#<>\s\"]+")
_MISFIT = (TypeError, ValueError, OverflowError, AttributeError)
"""What values of other types than declared raise, and times beyond the first or last year."""

_KEPT_HEADERS = ("content-type", "date", "etag", "last-modified", "link", "retry-after")


class Landing:
    """One landing area, for writing walks and for reading batches."""

    def __init__(self, url: str) -> None:
        self.root: UPath = place(url)

    def walk(
        self, *, source: str, walk_id: str, run: str, attempt: int, started: datetime
    ) -> WalkFolder:
        """Return the folder into which one walk of one run's attempt writes."""
        parts = (
            source,
            f"{started:%Y-%m-%d}",
            f"{_safe(run)}.{attempt}",
            _safe(walk_id.replace(":", "-")),
        )
        return WalkFolder(self, "/".join(parts))

    def batches(self, source: str = "*") -> Iterator[Batch]:
        """Yield the markers of all landed batches, oldest path first."""
        for path in matching(self.root, f"{source}/*/*/*/{MARKER}"):
            yield self._marker(self.root / path)

    def batch_ids(self) -> list[str]:
        """Return the ids of all landed batches without reading them, sorted."""
        return [path.removesuffix(".json") for path in matching(self.root, f"*/*/*/*/{MARKER}")]

    def batch(self, batch_id: str) -> Batch:
        """Read one batch's marker; WarehouseError if there is none."""
        marker = self.root / f"{batch_id}.json"
        if not marker.exists():
            raise WarehouseError(
                f"There is no batch {batch_id!r} in the landing area {self.root}.",
                remedy="It was pruned or TIDINGS_LANDING points elsewhere.",
            )
        return self._marker(marker)

    def mentions(self, batch: Batch) -> pa.Table:
        """Read a batch's mentions (the declared Arrow schema; columns declared later are null)."""
        table = self._table(batch.mentions_path)
        later = [f for f in arrow_schema() if f.nullable and f.name not in table.column_names]
        for field in later:
            table = table.append_column(field, _nothing(table.num_rows, field.type))
        return table.select(arrow_schema().names).cast(arrow_schema())

    def rejected(self, batch: Batch) -> pa.Table | None:
        """Read a batch's rejected records, None where there are none."""
        return self._table(batch.rejected_path) if batch.rejected_path else None

    def page(self, path: str) -> bytes:
        """Read one raw page: JSON of a recorded exchange."""
        import zstandard

        with (self.root / path).open("rb") as file:
            return zstandard.ZstdDecompressor().stream_reader(file).read()

    def prune(self, before: datetime, loaded: Collection[str], source: str = "*") -> int:
        """Remove the folders of walks started before ``before`` all of whose batches are loaded.

        Returns how many files went. A folder with a batch that still waits is kept whole.
        """
        waiting = {i.rpartition("/")[0] for i in self.batch_ids() if i not in loaded}
        folders: dict[str, list[str]] = {}
        for path in matching(self.root, f"{source}/????-??-??/*/*/*"):  # one listing of a store
            folders.setdefault(path.rpartition("/")[0], []).append(path)
        old = f"{before:%Y-%m-%d}"
        gone = [f for f in folders if f.split("/")[1] < old and f not in waiting]
        paths = [path for folder in gone for path in folders[folder]]
        # markers first: without its marker nothing that is left is a batch
        remove(self.root, [path for path in paths if path.endswith(".json")])
        remove(self.root, [path for path in paths if not path.endswith(".json")])
        for folder in gone:
            if not is_url(self.root):
                (self.root / folder).rmdir()
        return len(paths)

    def write(self, path: str, content: bytes) -> None:
        """Write one new file, whole or not at all.

        WarehouseError where it is already there, or can't be written: no space is left.
        """
        target = self.root / path
        try:
            if is_url(target):
                write_new(target, content)
                return
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                raise FileExistsError(path)
            _write_local(str(target), content)
        except FileExistsError as error:
            raise WarehouseError(
                f"{target} is there already; the landing area is never written over.",
                remedy="Give this attempt another number.",
            ) from error
        except OSError as error:
            raise WarehouseError(
                f"{target} can't be written: {error.strerror or error}.",
                remedy="Nothing of it is there. Free space, or see to the landing area; then "
                "collect again, it goes on from what has landed.",
            ) from error

    def replace(self, path: str, content: bytes) -> None:
        """Write a file over, whole or not at all: the one exception, for what must be erased."""
        target = self.root / path
        if target.protocol in ("", "file"):
            _write_local(str(target), content)
        else:
            target.write_bytes(content)

    def _marker(self, marker: UPath) -> Batch:
        try:
            return msgspec.json.decode(marker.read_bytes(), type=Batch)
        except msgspec.DecodeError as error:
            raise WarehouseError(
                f"{marker} is not a batch marker: {error}.",
                remedy="Move it away; its walk will be collected again.",
            ) from error

    def _table(self, path: str) -> pa.Table:
        import pyarrow.parquet as pq

        with (self.root / path).open("rb") as file:
            return pq.read_table(file)


class WalkFolder:
    """What one walk writes: raw pages as they come, then batches of what was read from them."""

    def __init__(self, landing: Landing, path: str) -> None:
        self.landing = landing
        self.path = path
        self._pages = 0
        self._parts = 0

    def keep(self, answer: Answer, *, bad: bool = False) -> str:
        """Keep one raw answer; return its path within the landing area."""
        import zstandard

        self._pages += 1
        name = f"{'bad' if bad else 'page'}-{self._pages:06d}.json.zst"
        path = f"{self.path}/{name}"
        self.landing.write(path, zstandard.compress(_exchange(answer)))
        return path

    def write_batch(
        self,
        mentions: list[Mention],
        rejected: list[tuple[Rejected, str | None]],
        *,
        about: BatchAbout,
        cursor: Cursor | None,
        coverage: Coverage | None,
        collected: datetime,
        gone: Sequence[Gone] = (),
    ) -> Batch:
        """Write a batch: its Parquet files, then the marker that makes it exist."""
        self._parts += 1
        batch_id = f"{self.path}/batch-{self._parts:04d}"
        unreadable = [(r.reason, r.raw, page) for r, page in rejected]
        good, misfits = _arrow_rows(mentions)
        unreadable += misfits
        batch = Batch(
            batch_id=batch_id,
            part=self._parts,
            rows=good.num_rows,
            rejected=len(unreadable),
            mentions_path=f"{batch_id}.parquet",
            rejected_path=f"{batch_id}.rejected.parquet" if unreadable else None,
            collected=collected,
            cursor=cursor,
            coverage=coverage,
            gone=tuple(gone),
            **msgspec.structs.asdict(about),
        )
        self.landing.write(batch.mentions_path, parquet(good))
        if batch.rejected_path:
            table = _rejected_table(about.source, unreadable)
            self.landing.write(batch.rejected_path, parquet(table))
        self.landing.write(f"{batch_id}.json", msgspec.json.encode(batch))
        return batch


class BatchAbout(msgspec.Struct, frozen=True, kw_only=True):
    """What all batches of one walk have in common; see :class:`tidings.batch.Batch`."""

    source: str
    walk_id: str
    label: str
    watch: str
    about: str | None
    run: str
    attempt: int
    waived: tuple[str, ...] = ()
    continued: bool = False


def _nothing(rows: int, kind: pa.DataType) -> pa.Array:
    import pyarrow as pa

    return pa.nulls(rows, kind)


def _arrow_rows(mentions: list[Mention]) -> tuple[pa.Table, list[tuple[str, str, str | None]]]:
    """Make the Arrow table; a row whose values have other types than declared is set apart."""
    try:
        return to_arrow(mentions), []
    except _MISFIT:
        pass  # find the rows that don't fit, one by one
    good: list[Mention] = []
    misfits: list[tuple[str, str, str | None]] = []
    for mention in mentions:
        try:
            to_arrow([mention])
        except _MISFIT as error:
            misfits.append((f"{type(error).__name__}: {error}", repr(mention), mention.raw_page))
        else:
            good.append(mention)
    return to_arrow(good), misfits


def _rejected_table(source: str, rows: list[tuple[str, str, str | None]]) -> pa.Table:
    import pyarrow as pa

    cleaned = [
        {"source": source, "reason": _utf8(why), "raw": _utf8(raw), "raw_page": page}
        for why, raw, page in rows
    ]
    return pa.Table.from_pylist(cleaned, schema=rejected_schema())


def _utf8(text: str) -> str:
    """Write lone surrogates out (``\\ud800``), since Arrow strings are UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def parquet(table: pa.Table) -> bytes:
    """Return the table as the bytes of a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _exchange(answer: Answer) -> bytes:
    """Write an answer as a recorded exchange, without secrets and headers of no use.

    Secrets in addresses are told by the names of their parameters: a page's cursor, which may look
    like one, is needed for replaying it.
    """
    body: dict[str, str]
    content = masked_bytes(answer.body)  # a source may repeat the credential that it was sent
    try:
        body = {"body": content.decode("utf-8")}
    except UnicodeDecodeError:
        body = {"body_base64": base64.b64encode(content).decode()}
    headers = {k: _masked(v) for k, v in answer.headers.items() if k in _KEPT_HEADERS}
    return msgspec.json.encode(
        [
            {
                "request": {"method": "GET", "url": _masked(answer.url)},
                "response": {"status": answer.status, "headers": headers, **body},
            }
        ]
    )


def _masked(text: str) -> str:
    """Mask the values of parameters that are named like secrets, in a URL or a Link header."""
    return masked(
        _PARAMETER.sub(
            lambda pair: f"{pair[1]}{MASK}" if is_secret_name(unquote_plus(pair[2])) else pair[0],
            text,
        )
    )


def _safe(name: str) -> str:
    """Make a name fit for a path: other characters become ``_``, with a digest where any did."""
    cleaned = re.sub(r"[^A-Za-z0-9._=+-]", "_", name)[:120]
    if cleaned == name and name not in ("", ".", ".."):
        return name
    return f"{cleaned}-{hashlib.blake2b(name.encode(), digest_size=4).hexdigest()}"


def _write_local(path: str, content: bytes) -> None:
    draft = f"{path}.draft"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except OSError:
        os.unlink(draft)  # on a full disk half a file would be in everybody's way
        raise
