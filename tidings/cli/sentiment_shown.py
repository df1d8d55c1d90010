"""An evaluation, printed for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidings.cli.console import out, table
from tidings.correction import LABELS, Interval

if TYPE_CHECKING:
    from tidings.cli.sentiment_gold import Comparison
    from transforms.evaluation import Calibration, Evaluation


def show(found: Evaluation, compared: Comparison, *, empty: int) -> None:
    """Print the figures, the confusion, languages, calibration, and what is left out."""
    scorers = ", ".join(f"{name} ({n})" for name, n in sorted(compared.scorers.items()))
    out.print(f"{found.n} labelled texts, scored by {scorers}", markup=False, highlight=False)
    table(
        ("figure", "value", "95 % interval"),
        [
            ("macro-F1", found.macro_f1.value, span(found.macro_f1)),
            ("accuracy", found.accuracy.value, span(found.accuracy)),
        ],
    )
    table(
        ("people say \\ it says", *LABELS, "found, by weight"),
        [
            (name, *counts, _share(shares[place], sum(shares)))
            for place, (name, counts, shares) in enumerate(
                zip(LABELS, found.confusion, found.weighted, strict=True)
            )
        ],
        title="Confusion (texts)",
    )
    table(
        ("language", "texts", "macro-F1", "95 % interval", "accuracy"),
        [
            (o.language or "unknown", o.n, o.macro_f1.value, span(o.macro_f1), o.accuracy.value)
            for o in found.languages
        ],
        title="By language",
    )
    if found.worst is not None:
        out.print(f"Worst language: {found.worst}", highlight=False, markup=False)
    if found.calibration is not None:
        _calibration(found.calibration)
    _left_out(found, compared, empty)


def span(interval: Interval) -> str:
    """Write an interval as ``.61 .. .68``, to three digits."""
    return f"{interval.low:.3f} .. {interval.high:.3f}"


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def _calibration(found: Calibration) -> None:
    table(
        ("confidence", "texts", "mean confidence", "right"),
        [(f"{b.low:.1f} .. {b.high:.1f}", b.n, b.confidence, b.accuracy) for b in found.bins],
        title=f"Calibration of {found.n} texts: expected error {found.error:.3f}",
    )


def _left_out(found: Evaluation, compared: Comparison, empty: int) -> None:
    for n, what in (
        (empty, "have no label yet"),
        (compared.unclear, "are unclear to people"),
        (found.unscored, "are unscored"),
        (compared.unknown, "are not in the snapshot as they were labelled"),
        (compared.taught, "are what the scorer was fitted on"),
        (compared.clauses, "were labelled for the clauses about a brand alone"),
    ):
        if n:
            out.print(f"Left out: {n} {what}", style="dim", highlight=False, markup=False)
