"""Which column of a survey's export tells what, once the columns of a file are known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from connectors.survey_forms import SCALES, Form, Role, Scale
from connectors.survey_header import Header, found, lost
from connectors.survey_questions import Question, check_measure
from tidings.errors import ConfigurationError
from tidings.mention import Direction, Measure

OF_THE_ROW: tuple[Role, ...] = (
    "id", "published", "respondent", "survey", "language", "url", "measure",
)  # fmt: skip
"""Roles of columns that are not a question's own."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What the settings say of an export, before its columns are known."""

    form: Form
    survey: str
    columns: Mapping[Role, str]
    id_columns: tuple[str, ...]
    questions: tuple[Question, ...]
    segments: Mapping[str, str]
    measure: Measure | None
    scales: Mapping[Measure, Scale]
    direction: Direction | None
    words: Mapping[str, float]
    timezone: str | None
    date_format: str | None
    decimal: Literal[".", ","]
    missing: frozenset[str]

    def scale_of(self, measure: Measure) -> Scale | None:
        """Return the scale of a measure where its question names none."""
        return self.scales.get(measure) or self.form.scales.get(measure) or SCALES.get(measure)

    def asked(self, measure: Measure) -> tuple[Scale | None, Direction | None]:
        """Return scale and direction of a measure; ValueError where it can't be counted so."""
        scale = self.scale_of(measure)
        direction = self.direction or self.form.direction
        check_measure(measure, scale, direction)
        return scale, direction if measure == "ces" else None

    def names(self, role: Role) -> tuple[str, ...]:
        """Return the names that a role's column may have: that of the settings, or the form's."""
        named = self.columns.get(role)
        return (named,) if named else self.form.columns.get(role, ())


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """A file's columns, as it calls them: by role, by segment, of its questions.

    A question whose measure stands in a column of its own has none. ``left_out`` are columns with
    the values (lower case) of rows that are no answers.
    """

    roles: dict[Role, list[str]]
    segments: dict[str, str]
    questions: list[Question]
    left_out: dict[str, frozenset[str]]


def columns_of(plan: Plan, header: Header, name: str) -> Columns:
    """Find the columns of the file ``name``; ConfigurationError says which it lacks."""
    roles = {role: found(header.columns, plan.names(role)) for role in OF_THE_ROW}
    segments = {n: found(header.columns, [c]) for n, c in plan.segments.items()}
    missing = [
        f"{plan.columns[r]!r} (for {r})" for r in roles if r in plan.columns and not roles[r]
    ]
    missing += [f"{plan.segments[n]!r} (for segment {n})" for n, c in segments.items() if not c]
    missing += [
        f"{c!r} (of 'id_columns')" for c in plan.id_columns if not found(header.columns, [c])
    ]
    if not roles["published"] and "published" not in plan.columns:
        missing.append(_for(plan, "published"))
    if not roles["id"] and "id" not in plan.columns and not plan.id_columns:
        missing.append(_for(plan, "id"))
    if missing:
        raise lost(name, missing, header.columns)
    return Columns(
        roles=roles,
        segments={n: c[0] for n, c in segments.items()},
        questions=_questions(plan, header, name, own_measure=bool(roles["measure"])),
        left_out={
            column: values
            for wanted, values in plan.form.leave_out.items()
            for column in found(header.columns, [wanted])
        },
    )


def _for(plan: Plan, role: Role) -> str:
    names = plan.names(role)
    return f"for {role}" + (f", such as {names[0]!r}" if names else "")


def _questions(plan: Plan, header: Header, name: str, *, own_measure: bool) -> list[Question]:
    if plan.questions:
        return [_placed(plan, question, header, name) for question in plan.questions]
    rating, why = (
        found(header.columns, plan.names("rating")),
        found(header.columns, plan.names("why")),
    )
    if not rating:
        raise lost(name, [_for(plan, "rating")], header.columns)
    if not why and "why" in plan.columns:
        raise lost(name, [_for(plan, "why")], header.columns)
    question = Question(rating=rating[0], why=why[0] if why else "")
    if own_measure:
        return [question]
    measure = plan.measure or plan.form.measure
    if measure is None:
        raise lost(name, ["for measure; or say measure = 'nps' (csat, ces)"], header.columns)
    try:
        scale, direction = plan.asked(measure)
    except ValueError as error:
        raise ConfigurationError(
            f"{name}: {error}.", remedy="'scales' and 'direction' of the source say so."
        ) from error
    return [msgspec.structs.replace(question, measure=measure, scale=scale, direction=direction)]


def _placed(plan: Plan, question: Question, header: Header, name: str) -> Question:
    placed = {"rating": "", "why": ""}
    for what in placed:
        named = getattr(question, what)
        there = found(header.columns, [named]) if named else []
        if named and not there:
            raise lost(name, [f"{named!r} (for {what})"], header.columns)
        placed[what] = there[0] if there else ""
    scale = question.scale
    if question.measure and scale is None:
        scale = plan.scale_of(question.measure)
    return msgspec.structs.replace(question, scale=scale, **placed)
