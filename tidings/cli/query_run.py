"""Statements that people write, run in a process of their own with limits of time and memory."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from tidings.cli.query_child import Job, Wrong
from tidings.errors import ConfigurationError, WarehouseError
from tidings.home import Home

if TYPE_CHECKING:
    import pyarrow as pa

SECONDS = 60
MEMORY_MB = 1000


class Limits(msgspec.Struct, frozen=True):
    """How long a statement may take, wall clock, and how much memory."""

    seconds: int = SECONDS
    memory_mb: int = MEMORY_MB


class Rows:
    """The rows of a statement as they come: the names of the columns, and Arrow batches, once."""

    def __init__(self, reader: pa.RecordBatchReader, ended: Callable[[], None]) -> None:
        self.names = _unique(reader.schema.names)
        self.schema: pa.Schema = _renamed(reader.schema, self.names)
        self._reader = reader
        self._ended = ended

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Give the batches, columns named as in ``names``; ConfigurationError where they stop."""
        import pyarrow as pa

        while True:
            try:
                batch = self._reader.read_next_batch()
            except StopIteration:
                break
            except (OSError, pa.ArrowInvalid):  # it was ended in the middle of one
                self._ended()
                raise
            yield batch.rename_columns(self.names)
        self._ended()


@contextmanager
def asking(
    sql: str,
    values: Mapping[str, Any] | None = None,
    *,
    rows: int | None = None,
    as_of: datetime | None = None,
    limits: Limits | None = None,
) -> Iterator[Rows]:
    """Run one statement on the published snapshot and give its rows, at most ``rows``.

    ``values`` are those of its ``$names``; ``as_of`` see :func:`warehouse.snapshot.open_snapshot`.
    Raises WarehouseError where there is no snapshot, and ConfigurationError, with the way out,
    where the statement is wrong or takes more than the limits; also after the last row.
    """
    import pyarrow as pa

    limits = limits or Limits()
    snapshot = Home.find().snapshot
    if not snapshot.exists():
        raise WarehouseError(
            f"There is no snapshot {snapshot} yet.", remedy="Run 'tidings run' or 'tidings demo'."
        )
    job = Job(
        snapshot=str(snapshot),
        sql=sql,
        values=dict(values or {}),
        rows=rows,
        as_of=as_of,
        memory_mb=limits.memory_mb,
        seconds=limits.seconds,
    )
    with _child(_told(job)) as child:
        assert child.stdout is not None
        ended = partial(_ended, child, limits)
        try:
            reader = pa.ipc.open_stream(child.stdout)
        except (OSError, pa.ArrowInvalid):  # it ended before the first row
            ended()
            raise
        yield Rows(reader, ended)


def _told(job: Job) -> bytes:
    try:
        return msgspec.json.encode(job)
    except UnicodeEncodeError as error:  # a terminal gives bytes that are no UTF-8 as surrogates
        raise ConfigurationError(
            "The statement, or a value of it, holds what is no text in UTF-8.",
            remedy="Write it in UTF-8, or read it from a file with --file.",
        ) from error


@contextmanager
def _child(job: bytes) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tidings.cli.query_child"]
    with subprocess.Popen(  # noqa: S603 - this very program
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdin is not None
        try:
            child.stdin.write(job)
            child.stdin.close()
            yield child
        finally:
            child.kill()


def _ended(child: subprocess.Popen[bytes], limits: Limits) -> None:
    """Wait for the end; raise what was wrong."""
    assert child.stderr is not None
    said = child.stderr.read()
    code = child.wait()
    if code == 0:
        return
    if code == -signal.SIGALRM:
        raise ConfigurationError(
            f"The query took longer than {limits.seconds} s and was ended.",
            remedy="Ask for less, such as fewer days, or allow more: --seconds.",
        )
    try:
        wrong = msgspec.json.decode(said, type=Wrong)
    except msgspec.DecodeError:  # the system ended it: no memory, not even to say so
        wrong = Wrong(said.decode("utf-8", "replace"), memory=True)
    if wrong.memory:
        raise ConfigurationError(
            f"The query needs more memory than {limits.memory_mb} MB and was ended.",
            remedy="Ask for less, such as fewer columns or days, or allow more: --memory.",
        )
    remedy = "'tidings query' alone lists the tables, \"DESCRIBE marts...\" the columns of one."
    if wrong.remedy:
        raise ConfigurationError(wrong.text, remedy=wrong.remedy)
    if wrong.meant:
        remedy = f"Did you mean {' or '.join(wrong.meant)}? {remedy}"
    raise ConfigurationError(f"The query failed: {wrong.text}", remedy=remedy)


def _unique(given: list[str]) -> list[str]:
    """Return the names of the columns; one that was there before gets its number, as in JSON."""
    names: list[str] = []
    for number, name in enumerate(given, 1):
        names.append(f"{name}_{number}" if name in names else name)
    return names


def _renamed(schema: pa.Schema, names: list[str]) -> pa.Schema:
    import pyarrow as pa

    fields = [field.with_name(name) for field, name in zip(schema, names, strict=True)]
    return pa.schema(fields)
