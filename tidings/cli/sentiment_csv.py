"""Gold samples as CSV files: written so that a spreadsheet runs nothing, read with plain errors.

What a spreadsheet would take for a formula gets an apostrophe before it, which reading takes away
again. Files are UTF-8 with a byte order mark, which Excel needs; semicolons, tabs and decimal
commas, which it writes in many countries, are read, too.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from tidings.correction import LABELS
from tidings.errors import ConfigurationError
from tidings.formulas import plain, safe
from tidings.mention import MAX_TEXT

if TYPE_CHECKING:
    from warehouse.gold import Drawn

COLUMNS = (
    "mention_id", "content_hash", "brand", "language", "published", "toward", "text", "gold",
    "weight",
)  # fmt: skip
NEEDED = ("mention_id", "content_hash", "brand", "language", "text", "gold", "weight")
PREDICTED = ("predicted", "confidence")
"""Further columns, where they are asked for."""

GOLD = (*LABELS, "unclear")


class Labelled(msgspec.Struct, frozen=True, kw_only=True):
    """One labelled row and where it stands. ``gold`` is one of GOLD; ``toward`` text or brand.

    ``toward`` brand: the scorer judged only the clauses about the brand, so the label is of those.
    """

    file: str
    line: int
    mention_id: str
    content_hash: str
    brand: str
    language: str | None
    text: str
    gold: str
    weight: float
    toward: str = "text"
    labelled: date | None = None
    labeller: str | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What was labelled: mention, content, brand."""
        return (self.mention_id, self.content_hash, self.brand)


class Sheet(msgspec.Struct, frozen=True):
    """What the files hold: the labelled rows, each text once, and how many rows have no label."""

    rows: list[Labelled]
    empty: int


def write(path: Path, drawn: Iterable[Drawn], *, predicted: bool = False) -> int:
    """Write a sample to be labelled, with the scorer's labels if ``predicted``; return its rows.

    Makes the folder. ConfigurationError where the file can't be written.
    """
    rows = [_cells(one, predicted=predicted) for one in drawn]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*COLUMNS, *(PREDICTED if predicted else ())])
            writer.writerows([safe(cell) for cell in row] for row in rows)
    except OSError as error:
        raise ConfigurationError(
            f"{path} can't be written: {error.strerror}.",
            remedy="Name a file in a folder that you may write to.",
        ) from error
    return len(rows)


def _cells(one: Drawn, *, predicted: bool) -> list[str]:
    from transforms.words import said

    row = [
        one.mention_id, one.content_hash, one.brand, one.language or "",
        one.published.date().isoformat(), "text" if one.whole_text else "brand",
        said(one.title, one.text), "", repr(one.weight),
    ]  # fmt: skip
    if predicted:
        row += [one.label, "" if one.confidence is None else f"{one.confidence:.3f}"]
    return row


def read(paths: Sequence[Path]) -> Sheet:
    """Read labelled files; ConfigurationError names file, line and field.

    A text that is labelled twice counts once; labelled differently, it is an error.
    """
    known: dict[tuple[str, str, str], Labelled] = {}
    empty = 0
    for path in paths:
        for line, cells in _records(path):
            row = _row(path, line, cells)
            if row is None:
                empty += 1
                continue
            before = known.setdefault(row.key, row)
            if before.gold != row.gold:
                raise _wrong(
                    path, line, "gold",
                    f"{row.gold}, but {before.file}, line {before.line} calls the same text "
                    f"{before.gold}",
                    "Settle on one of them.",
                )  # fmt: skip
    return Sheet(list(known.values()), empty)


def _records(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Give each record with the line that it begins on."""
    csv.field_size_limit(2 * MAX_TEXT + 10_000)  # title and text, escaped; the default is less
    begins = 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            delimiter = _delimiter(file.readline())
            file.seek(0)
            reader = csv.reader(file, delimiter=delimiter)
            names = [name.strip().lower() for name in next(reader, [])]
            _check_header(path, names)
            begins = reader.line_num + 1
            for cells in reader:
                if any(cells):
                    yield begins, dict(zip(names, cells, strict=False))
                begins = reader.line_num + 1
    except FileNotFoundError:
        raise ConfigurationError(
            f"There is no file {path}.", remedy="Make one with 'tidings sentiment sample'."
        ) from None
    except OSError as error:
        raise ConfigurationError(
            f"{path} can't be read: {error.strerror}.", remedy="Name a CSV file that you may read."
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{path}: not UTF-8: {error}.",
            remedy="Save it as 'CSV UTF-8' from the spreadsheet.",
        ) from error
    except csv.Error as error:
        raise ConfigurationError(
            f"{path}, line {begins}: no CSV: {error}.", remedy="Save it as CSV once more."
        ) from error


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _check_header(path: Path, names: list[str]) -> None:
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise ConfigurationError(
            f"{path}, line 1: there is no column {', '.join(missing)}.",
            remedy="Keep the columns that 'tidings sentiment sample' wrote.",
        )


def _row(path: Path, line: int, cells: dict[str, str]) -> Labelled | None:
    """Return one row, None where it has no label yet."""
    whole = {name: plain(cell) for name, cell in cells.items()}
    told: dict[str, Any] = {name: cell.strip() for name, cell in whole.items()}
    for name in NEEDED:
        if name not in told:
            raise _wrong(path, line, name, "missing", "The line is cut off; mend or remove it.")
    gold = told["gold"].casefold()
    if not gold:
        return None
    if gold not in GOLD:
        raise _wrong(
            path, line, "gold", f"{told['gold']!r} is no label",
            f"Write {', '.join(LABELS)} or unclear; leave it empty to label it later.",
        )  # fmt: skip
    return Labelled(
        file=str(path),
        line=line,
        mention_id=_mention(path, line, told["mention_id"]),
        content_hash=told["content_hash"],
        brand=told["brand"],
        language=told["language"] or None,
        text=whole["text"],
        gold=gold,
        weight=_weight(path, line, told["weight"]),
        toward=told.get("toward") or "text",
        labelled=_day(path, line, told.get("labelled", "")),
        labeller=told.get("labeller") or None,
    )


def _mention(path: Path, line: int, cell: str) -> str:
    try:
        return str(UUID(cell))
    except ValueError:
        raise _wrong(
            path, line, "mention_id", f"{cell!r} is no mention's id", "Keep it as it was drawn."
        ) from None


def _weight(path: Path, line: int, cell: str) -> float:
    try:
        weight = float(cell.replace(",", "."))
    except ValueError:
        weight = 0.0
    if not 0 < weight < float("inf"):
        raise _wrong(
            path, line, "weight", f"{cell!r} is no number above 0", "Keep it as it was drawn."
        )
    return weight


def _day(path: Path, line: int, cell: str) -> date | None:
    try:
        return date.fromisoformat(cell) if cell else None
    except ValueError:
        raise _wrong(
            path, line, "labelled", f"{cell!r} is no day", "Write it as 2026-10-31."
        ) from None


def _wrong(path: Path, line: int, field: str, what: str, remedy: str) -> ConfigurationError:
    return ConfigurationError(f"{path}, line {line}, field '{field}': {what}.", remedy=remedy)
