"""Files in a folder, local or at a URL: CSV, JSON Lines, Parquet, spreadsheets, by a column map."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar

import msgspec
from msgspec import Meta

from connectors.bounds import is_full, some
from connectors.folder import files_of, open_folder
from connectors.mapped import Mapped
from connectors.mapping import FIELDS
from connectors.rows import How, Row, Table
from connectors.tables import open_table
from tidings.connector import About, Cursor, Page, read_records
from tidings.errors import ConfigurationError, SourceChanged, TidingsError
from tidings.http import Answer, Http

if TYPE_CHECKING:
    from upath import UPath


class _Position(msgspec.Struct, kw_only=True):
    """Where a walk is: the mark of each file that was read, and the rows read of the one begun."""

    done: dict[str, str] = msgspec.field(default_factory=dict)
    file: str | None = None
    mark: str | None = None
    rows: int = 0


class Files(Mapped, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rows of the files in a folder, each row a mention, each file read when new or changed.

    folder: path, relative to the installation, or a URL that fsspec knows (``s3://...``).
    pattern: which files, as a glob; ``**/*.csv`` goes into folders. The form of a file is told by
        its ending: .csv .tsv .jsonl .ndjson (each also with .gz) .parquet .xlsx .xlsm .xlsb .xls
        .ods. Hidden and unfinished files (.tmp .part ``~``) are left alone.
    columns: field of a mention -> name of its column; ``user.name`` reaches into nested values.
        Without it, a column is the field of the same name. A second column of one name is called
        ``name (2)``.
    constants: field of a mention -> value of all rows that say nothing else, such as
        ``rating_min = 0``, ``rating_max = 10``.
    optional: fields whose column not every file has.
    id_columns: columns that together name a row where no ``external_id`` is mapped. Rows that are
        equal in all of them are one mention.
    place: name of the place; the folder's name if empty.
    kind: kind of mention of rows that say none.
    delimiter: of .csv files; if None, the one under which the header has the mapped columns.
    encoding: of text without a byte order mark.
    sheet: name of the sheet of a spreadsheet; the first one if None.
    timezone: zone of times that state none; without it such a row is rejected. A date alone is
        midnight there, or in UTC.
    date_format: form of the times (strptime) where it is not ISO 8601, RFC 2822 or Unix time.
    decimal: the decimal sign of numbers in text. Signs for thousands are not understood.
    missing: texts that mean "nothing", besides blanks.
    markup: texts are HTML.
    rows_per_page: rows of one page.
    """

    source: ClassVar[str] = "files"
    about: ClassVar[About] = About(
        collects="Rows of CSV, JSON Lines, Parquet and spreadsheet files dropped in a folder, such "
        "as survey answers and exports of other tools.",
        needs="a folder that can be read; for a URL, what fsspec asks for it",
        limits="A spreadsheet is read into memory as a whole, and keeps only 15 digits of a "
        "number: long identifiers have to be text there. A changed file is read again whole.",
        terms="The files are yours; mind what the people in them agreed to.",
        state="local server",
        example={
            "folder": "surveys",
            "pattern": "*.csv",
            "columns": {"external_id": "id", "published": "answered_at", "rating": "score"},
            "constants": {"kind": "survey", "rating_min": 0, "rating_max": 10},
        },
        order="any",
    )

    folder: Annotated[str, Meta(min_length=1)]
    pattern: Annotated[str, Meta(min_length=1)] = "*"
    delimiter: Annotated[str, Meta(min_length=1, max_length=1)] | None = None
    encoding: str = "utf-8"
    sheet: str | None = None
    rows_per_page: Annotated[int, Meta(ge=1, le=100_000)] = 1_000

    def __post_init__(self) -> None:
        """Refuse a map that can't make a mention, and what is no encoding of text (ValueError)."""
        super().__post_init__()
        try:
            known = codecs.lookup(self.encoding)
            "".encode(known.name)
        except LookupError as error:
            raise ValueError(f"encoding {self.encoding!r} is none of text") from error

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:  # noqa: ARG002
        """Read the files that are new or changed, by name, each in pages of ``rows_per_page``.

        A file that can't be read, or has not the mapped columns, is told after all others were
        read: SourceChanged or ConfigurationError naming each of them.
        """
        folder = open_folder(self.folder)
        files = {name: (path, mark) for name, path, mark in files_of(folder, self.pattern)}
        begun = _position(cursor)
        done = {n: m for n, m in begun.done.items() if n in files}
        faults: list[TidingsError] = []
        for name, (path, mark) in files.items():
            if done.get(name) == mark:
                continue
            again = (begun.file, begun.mark) == (name, mark)
            position = _Position(done=done, file=name, mark=mark, rows=begun.rows if again else 0)
            try:
                yield from self._file(path, folder.name or self.folder, position)
            except (SourceChanged, ConfigurationError) as fault:
                faults.append(fault)
        if faults:
            raise _together(faults)

    def label(self) -> str:
        """Name the walk by folder and pattern."""
        return f"files {self.folder}/{self.pattern}"

    def _file(self, path: UPath, place: str, position: _Position) -> Iterator[Page]:
        mapping = self.mapping()
        how = How(
            name=str(position.file),
            delimiter=self.delimiter,
            encoding=self.encoding,
            sheet=self.sheet,
            wanted=mapping.wanted() or tuple(FIELDS),
        )
        read = mapping.reader(name=how.name, source=self.source, place=self.place or place)
        checked = False
        with open_table(path, how, position.rows) as table:
            while True:
                rows, fault = _some(table, self.rows_per_page)
                found = _columns(table, rows)
                if found and not checked:
                    mapping.check(how.name, found)
                    checked = True
                mentions, rejected = read_records(rows, read)
                first, position.rows = position.rows + 1, position.rows + len(rows)
                ended = fault is None and not is_full(rows, self.rows_per_page)
                if ended:
                    position.done[how.name] = str(position.mark)
                if rows or ended:
                    yield Page(
                        mentions=mentions,
                        rejected=rejected,
                        cursor=_cursor(position, ended=ended),
                        raw=[_answer(how.name, first, rows)],
                    )
                if fault is not None:
                    raise fault
                if ended:
                    return


def _position(cursor: Cursor | None) -> _Position:
    try:
        return msgspec.convert(cursor or {}, _Position)
    except msgspec.ValidationError as error:
        raise ConfigurationError(
            f"The cursor of these files can't be gone on from: {error}.",
            remedy="It was made by another connector or version; start this walk from nothing.",
        ) from error


def _cursor(position: _Position, *, ended: bool) -> Cursor:
    """Return where to go on from, a copy: the position itself moves on."""
    if ended:
        return {"done": dict(position.done)}
    begun = {"file": position.file, "mark": position.mark, "rows": position.rows}
    return {"done": dict(position.done), **begun}


def _some(table: Table, most: int) -> tuple[list[Row], SourceChanged | None]:
    """Return the next rows of a table, and what ended them early if anything did."""
    rows: list[Row] = []
    try:
        for row in some(table.rows, most):
            rows.append(row)
    except SourceChanged as fault:
        return rows, fault
    return rows, None


def _columns(table: Table, rows: list[Row]) -> set[str]:
    if table.columns is not None:
        return set(table.columns)
    return {name for row in rows for name in row.values or ()}


def _answer(name: str, first: int, rows: list[Row]) -> Answer:
    """Return the rows of one page as JSON Lines: what was read is kept as other pages are."""
    lines = [
        msgspec.json.encode(row.text if row.values is None else row.values, enc_hook=str)
        for row in rows
    ]
    return Answer(
        status=200,
        url=f"{name}#rows={first}-{first + len(rows) - 1}" if rows else name,
        headers={"content-type": "application/x-ndjson; charset=utf-8"},
        body=b"".join(line + b"\n" for line in lines),
    )


def _together(faults: list[TidingsError]) -> TidingsError:
    """Return one error that tells of all files."""
    if len(faults) == 1:
        return faults[0]
    told = " ".join(fault.message for fault in faults)
    remedy = " ".join(dict.fromkeys(fault.remedy for fault in faults if fault.remedy))
    wrong = any(isinstance(fault, ConfigurationError) for fault in faults)
    return (ConfigurationError if wrong else SourceChanged)(told, remedy=remedy)
