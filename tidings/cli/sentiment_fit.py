"""The student, fitted on people's labels, and what it gained on those that were kept apart."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tidings.cli.console import out, table
from tidings.cli.opening import opened
from tidings.cli.sentiment_csv import Labelled, Sheet
from tidings.cli.sentiment_gold import labelled, scored
from tidings.cli.sentiment_shown import span
from tidings.correction import Interval
from tidings.errors import ConfigurationError
from tidings.home import Home

if TYPE_CHECKING:
    from transforms.evaluation import Judged
    from transforms.sentiment.student import Student

HELD_OUT = 5
"""One text in so many is kept apart, by a hash of it: the same ones, whatever else is labelled."""

NUMBERS = {"negative": -1, "neutral": 0, "positive": 1}


class Fitted(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a fit. ``path`` is None where the student was kept as it was, for ``reason``.

    ``before``, ``after`` and ``gain`` are macro-F1 on the ``held_out`` texts; None without any.
    """

    reason: str
    fitted_on: int
    held_out: int
    left_out: int
    languages: list[str]
    path: str | None = None
    version: str | None = None
    before: Interval | None = None
    after: Interval | None = None
    gain: Interval | None = None


def fit_student(sheet: Sheet, *, base: Path | None = None, more: Sequence[Labelled] = ()) -> Fitted:
    """Fit ``base`` (None: the student that comes along) on labels; write it if it is better.

    Left out is what people could not label, or labelled for the clauses about a brand alone. What
    it was fitted on is noted in the warehouse, so that it is not judged by that. ``more`` is fitted
    on, too, and never kept apart: corrections, by which nothing can be judged.
    ConfigurationError where there is no label, or ``base`` can't be read.
    """
    from transforms.sentiment.student import Student
    from transforms.sentiment.student_fit import refit

    labelled(sheet.rows, sheet.empty)
    usable = [row for row in sheet.rows if row.gold in NUMBERS and row.toward == "text"]
    apart = [row for row in usable if _held_out(row)]
    extra = [row for row in more if row.gold in NUMBERS and row.toward == "text"]
    judging = {row.text for row in apart}  # the same words, corrected elsewhere
    taught = [row for row in usable if not _held_out(row)]
    taught += [row for row in extra if row.text not in judging]
    student = Student(None if base is None else str(base))
    found = refit(
        student,
        [row.text for row in taught],
        [row.language for row in taught],
        [NUMBERS[row.gold] for row in taught],
    )
    told = Fitted(
        reason=found.reason,
        fitted_on=len(taught),
        held_out=len(apart),
        left_out=len(sheet.rows) + len(more) - len(apart) - len(taught),
        languages=sorted({row.language or "unknown" for row in taught}),
    )
    if not found.better:
        return told
    told = _compared(told, scored(apart, student), scored(apart, found.student))
    _note(found.student, taught, student)  # first: once it is written, it may be used
    path = _write(found.student)
    return msgspec.structs.replace(told, path=str(path), version=found.student.version)


def _held_out(row: Labelled) -> bool:
    digest = hashlib.blake2b(row.text.encode(), digest_size=4, person=b"held out").digest()
    return int.from_bytes(digest, "big") % HELD_OUT == 0


def _compared(told: Fitted, before: list[Judged], after: list[Judged]) -> Fitted:
    from transforms.evaluation import evaluate, gain

    if not any("unscored" not in (b.given, a.given) for b, a in zip(before, after, strict=True)):
        return told
    return msgspec.structs.replace(
        told,
        before=evaluate(before).macro_f1,
        after=evaluate(after).macro_f1,
        gain=gain(before, after),
    )


def _write(student: Student) -> Path:
    from transforms.sentiment.student_fit import save

    folder = Home.find().models
    path = folder / f"student-{student.version.replace('+', '-')}.npz"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        save(student, path)
    except OSError as error:
        raise ConfigurationError(
            f"{path} can't be written: {error}.", remedy="Free space, or mend the folder's rights."
        ) from error
    return path


def _note(student: Student, lessons: list[Labelled], base: Student) -> None:
    """Note what it was fitted on: those labels say nothing about how right it is.

    What ``base`` was fitted on is in it, too.
    """
    from tidings.cli import steps
    from warehouse.gold import taught, teach

    with opened(Home.find()) as con:
        known = taught(con, base.name, base.version)
        known.update((row.mention_id, row.content_hash) for row in lessons)
        teach(con, student.name, student.version, sorted(known))
    steps.publish()


def show(found: Fitted) -> None:
    """Print what came of a fit, and the lines of the watch file that make use of it."""
    out.print(
        f"Fitted on {found.fitted_on} texts ({' '.join(found.languages)}), "
        f"{found.held_out} kept apart, {found.left_out} left out: {found.reason}.",
        markup=False, highlight=False,
    )  # fmt: skip
    if found.path is None:
        out.print("The student stays as it was; nothing was written.", highlight=False)
        return
    if found.before and found.after and found.gain:
        table(
            ("macro-F1 on what was kept apart", "value", "95 % interval"),
            [
                (name, interval.value, span(interval))
                for name, interval in (
                    ("before", found.before),
                    ("after", found.after),
                    ("gain", found.gain),
                )
            ],
        )
    out.print(f"Wrote {found.path}\n", markup=False, highlight=False)
    out.print("To use it, in the watch file, then 'tidings sentiment rescore':", style="bold")
    quoted = found.path.replace("\\", "\\\\").replace('"', '\\"')
    out.print(f'[sentiment.settings.student]\nmodel = "{quoted}"', markup=False, highlight=False)
    if "en" in found.languages:
        out.print(
            "English is scored by VADER unless the watch file says: "
            '[sentiment.scorers] en = "student"',
            style="dim", markup=False, highlight=False,
        )  # fmt: skip
