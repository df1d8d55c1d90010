"""Rows of files, whatever their form: delimited text, JSON Lines, Parquet, spreadsheets.

Nothing but a spreadsheet is ever in memory as a whole, and that in another process. A row that
can't be read is a row with a fault; a file that can't be read, or takes too much of this machine
(:mod:`connectors.bounds`), is SourceChanged naming it, once its good rows have been given.
"""

from __future__ import annotations

import codecs
import csv
import io
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, TypeAlias

import msgspec

from connectors.bounds import gunzipped, lines
from connectors.delimited import delimited, tabbed
from connectors.rows import How, Row, Table, Unreadable, encoding_of
from connectors.spreadsheet import spreadsheet
from tidings.errors import SourceChanged

if TYPE_CHECKING:
    from upath import UPath

Opener: TypeAlias = Callable[[IO[bytes], How, int], Table]


def form_of(name: str) -> Opener | None:
    """Return how a file of this name is opened, None for a form that is not read."""
    plain = name.casefold()
    suffix = "." + plain.removesuffix(".gz").rpartition(".")[2]
    if plain.endswith(".gz") and suffix not in TEXT_FORMS:
        return None
    return TEXT_FORMS.get(suffix) or BINARY_FORMS.get(suffix)


@contextmanager
def open_table(path: UPath, how: How, skip: int = 0) -> Iterator[Table]:
    """Open a file, its first ``skip`` rows left out.

    SourceChanged for a file that can't be read, also while its rows are read.
    """
    opener = form_of(how.name)
    if opener is None:
        raise SourceChanged(
            f"{how.name}: files of this form are not read.",
            remedy=f"Read are {', '.join(sorted({**TEXT_FORMS, **BINARY_FORMS}))}; "
            "narrow 'pattern' to those that are meant.",
        )
    with ExitStack() as stack:
        with _naming(how.name):
            stream: IO[bytes] = stack.enter_context(path.open("rb"))
            if how.name.casefold().endswith(".gz"):
                stream = stack.enter_context(gunzipped(stream))
            table = opener(stream, how, skip)
            stack.callback(table.close)
        yield Table(table.columns, _named(table.rows, how.name))


def _named(rows: Iterator[Row], name: str) -> Iterator[Row]:
    with _naming(name):
        yield from rows


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Turn what goes wrong with a file into SourceChanged that names it."""
    faults = (OSError, EOFError, zlib.error, UnicodeError, csv.Error, Unreadable)
    try:
        yield
    except faults as error:
        told = f"{error}" or type(error).__name__
        hint = "Set 'encoding' to the file's." if isinstance(error, UnicodeError) else ""
        raise SourceChanged(
            f"{name} can't be read to its end: {told}.",
            remedy=hint or "Is it whole, of the form its name says, and ours to read?",
        ) from error


def _json_lines(stream: IO[bytes], how: How, skip: int) -> Table:
    encoding = encoding_of(stream, how.encoding)
    utf8 = codecs.lookup(encoding).name.startswith("utf-8")
    # line by line, so that one line that is no UTF-8 does not end the file
    stated: Iterable[bytes | str]
    stated = lines(stream) if utf8 else lines(io.TextIOWrapper(stream, encoding))
    return Table(None, islice(_objects(stated), skip, None))


def _objects(lines: Iterable[bytes | str]) -> Iterator[Row]:
    number = 0
    for line, stated in enumerate(lines, 1):
        bare = stated.strip()
        if isinstance(bare, bytes):
            bare = bare.removeprefix(codecs.BOM_UTF8)
        if not bare:
            continue
        number += 1
        try:
            values = msgspec.json.decode(bare, type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            text = bare.decode("utf-8", "replace") if isinstance(bare, bytes) else bare
            yield Row(
                number, line=line, fault=f"no JSON object: {error}", text=text, size=len(bare)
            )
        else:
            yield Row(number, values, line, size=len(bare))


def _parquet(stream: IO[bytes], how: How, skip: int) -> Table:  # noqa: ARG001 - as all forms
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(stream)
    except pa.ArrowException as error:
        raise Unreadable(str(error)) from error
    return Table(tuple(file.schema_arrow.names), _parquet_rows(file, skip))


def _parquet_rows(file: Any, skip: int) -> Iterator[Row]:
    import pyarrow as pa

    number = 0
    try:
        for group in range(file.num_row_groups):
            held = file.metadata.row_group(group).num_rows
            if number + held <= skip:
                number += held
                continue
            for batch in file.iter_batches(batch_size=1_000, row_groups=[group]):
                for values in _to_microseconds(batch).to_pylist():
                    number += 1
                    if number > skip:
                        yield Row(number, values)
    except pa.ArrowException as error:
        raise Unreadable(str(error)) from error


def _to_microseconds(batch: Any) -> Any:
    """Cut nanoseconds, which Python's times do not have, off a batch's own columns."""
    import pyarrow as pa

    fields = [
        f.with_type(pa.timestamp("us", f.type.tz))
        if pa.types.is_timestamp(f.type) and f.type.unit == "ns"
        else f
        for f in batch.schema
    ]
    return pa.Table.from_batches([batch]).cast(pa.schema(fields), safe=False)


TEXT_FORMS: dict[str, Opener] = {
    ".csv": delimited,
    ".tsv": tabbed,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
}
BINARY_FORMS: dict[str, Opener] = {
    ".parquet": _parquet,
    ".xlsx": spreadsheet,
    ".xlsm": spreadsheet,
    ".xlsb": spreadsheet,
    ".xls": spreadsheet,
    ".ods": spreadsheet,
}
