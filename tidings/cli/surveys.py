"""``tidings surveys``: import the export of a survey tool, after a look at what it holds."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tidings.cli import steps
from tidings.cli.console import AsJson, out, table
from tidings.errors import ConfigurationError

if TYPE_CHECKING:
    from tidings.cli.survey_import import Preview

app = typer.Typer(
    help="Answers to surveys: NPS, CSAT, CES and open ones, from exports of survey tools.",
    no_args_is_help=True,
)
MOST_SHOWN = 12
"""Values of one segment, and reasons, that the preview shows."""


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The export.")],
    form: Annotated[str, typer.Option(help="Its form; 'tidings surveys forms' lists them.")] = (
        "plain"
    ),
    brand: Annotated[str | None, typer.Option(help="The brand that the survey is about.")] = None,
    survey: Annotated[str, typer.Option(help="Name of the survey.")] = "",
    column: Annotated[
        list[str] | None, typer.Option(help="What a column tells: rating=Score, id=Key.")
    ] = None,
    segment: Annotated[
        list[str] | None, typer.Option(help="Attribute of the respondents: plan=Plan.")
    ] = None,
    measure: Annotated[str | None, typer.Option(help="What the rating is: nps, csat, ces.")] = None,
    nps: Annotated[str | None, typer.Option(help="Column of the NPS question.")] = None,
    csat: Annotated[str | None, typer.Option(help="Column of the CSAT question.")] = None,
    ces: Annotated[str | None, typer.Option(help="Column of the CES question.")] = None,
    why: Annotated[
        list[str] | None, typer.Option(help="Column that explains an answer: nps=Q1_TEXT.")
    ] = None,
    open_: Annotated[
        list[str] | None, typer.Option("--open", help="Column of an open question.")
    ] = None,
    scale: Annotated[
        list[str] | None, typer.Option(help="Least and greatest answer: csat=1..7.")
    ] = None,
    direction: Annotated[
        str | None, typer.Option(help="What a high CES means: high_is_easy, high_is_effort.")
    ] = None,
    word: Annotated[
        list[str] | None, typer.Option(help="An answer in words: 'Very satisfied=5'.")
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", help="Any other setting of 'tidings sources surveys': timezone=UTC."),
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Show what would be read, import nothing.")] = False,
    json: AsJson = False,
) -> None:
    """Import the export of a survey tool; the same answers again change nothing.

    What is read is shown: rows, answers by question, segments, and what is refused with the reason.
    Refused answers go to the quarantine. Old exports may be imported at any time.
    """
    from tidings.cli import survey_import

    scales = {name: _scale(text) for name, text in _pairs(scale, "--scale").items()}
    settings: dict[str, Any] = {
        "form": form,
        "survey": survey,
        "columns": _pairs(column, "--column"),
        "segments": _pairs(segment, "--segment"),
        "measure": measure,
        "scales": scales,
        "direction": direction,
        "words": {name: _number(text) for name, text in _pairs(word, "--word", last=True).items()},
        **_pairs(setting, "--set"),
    }
    rated = {m: c for m, c in (("nps", nps), ("csat", csat), ("ces", ces)) if c}
    questions = _questions(rated, _pairs(why, "--why"), open_ or [], scales, direction)
    if questions:
        settings["questions"] = questions
    kept = {name: value for name, value in settings.items() if value not in (None, "", {})}
    export = survey_import.read(file, brand, kept)
    shown = survey_import.preview(export)
    totals = {} if dry_run else survey_import.land_and_load(export)
    if json:
        out.print_json(steps.as_json({"preview": shown, "loaded": totals}))
        return
    _show(shown, f"{file.name}: what it says about {export.about}")
    if dry_run:
        out.print("Nothing was imported; leave --dry-run out to do it.", style="dim")
        return
    counts = ("new", "changed", "unchanged", "duplicate", "quarantined")
    table(counts, [[totals.get(name, 0) for name in counts]], title="Loaded (answers)")


@app.command()
def forms() -> None:
    """List the forms of export that are known, and the columns that each reads."""
    from connectors.survey_forms import FORMS

    rows = [
        (name, form.header_rows, role, " or ".join(names))
        for name, form in FORMS.items()
        for role, names in form.columns.items()
    ]
    table(("form", "header rows", "tells", "column"), rows, title="Forms of export")
    out.print("--column ROLE=NAME names another column; docs/surveys.md has examples.", style="dim")


def _questions(
    rated: dict[str, str],
    whys: dict[str, str],
    open_columns: Iterable[str],
    scales: dict[str, list[float]],
    direction: str | None,
) -> list[dict[str, Any]]:
    """Return the questions that the options name, as the connector's settings."""
    for measure in whys:
        if measure not in rated:
            raise ConfigurationError(
                f"--why {measure}=... explains an answer that is not read.",
                remedy=f"Name the column of the answer too: --{measure} COLUMN, or use "
                "--column why=COLUMN for the only question.",
            )
    questions: list[dict[str, Any]] = []
    for measure, column in rated.items():
        question = {"rating": column, "measure": measure, "why": whys.get(measure, "")}
        if measure in scales:
            question["scale"] = scales[measure]  # type: ignore[assignment]
        if measure == "ces" and direction:
            question["direction"] = direction
        questions.append(question)
    return questions + [{"why": column, "name": column} for column in open_columns]


def _pairs(given: list[str] | None, option: str, *, last: bool = False) -> dict[str, str]:
    """Read ``name=value`` pairs; with ``last`` the name itself may have an equals sign."""
    pairs: dict[str, str] = {}
    for text in given or []:
        name, equals, value = text.rpartition("=") if last else text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise ConfigurationError(
                f"{option} {text!r} is no pair.", remedy=f"Write it as {option} NAME=VALUE."
            )
        pairs[name.strip()] = value.strip()
    return pairs


def _scale(text: str) -> list[float]:
    low, dots, high = text.partition("..")
    if not dots:
        raise ConfigurationError(f"--scale {text!r} is no scale.", remedy="Write csat=1..7.")
    return [_number(low), _number(high)]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ConfigurationError(
            f"{text!r} is no number.", remedy="Write --scale csat=1..7, --word 'Good=1'."
        ) from error


def _show(shown: Preview, title: str) -> None:
    names = ("rows", "answers", "rows without an answer", "respondents")
    counts = (shown.rows, shown.answers, shown.without_answer, shown.respondents)
    table(names, [counts], title=title)
    columns = ("survey", "measure", "question", "scale", "direction", "ratings", "open_answers")
    table(columns, [[getattr(a, c) for c in columns] for a in shown.asked], title="Questions")
    if shown.segments:
        rows = [
            (name, value, count)
            for name, values in shown.segments.items()
            for value, count in list(values.items())[:MOST_SHOWN]
        ]
        table(("segment", "value", "answers"), rows, title="Segments")
    if shown.refused:
        reasons = sorted(shown.refused.items(), key=lambda item: -item[1])[:MOST_SHOWN]
        table(("refused because", "answers"), reasons, title="Refused")
    if shown.problem:
        out.print(f"It would not be loaded: {shown.problem}", style="bold red", markup=False)
