"""From a row of a survey's export to mentions: one for each question that it answers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from connectors.dates import read_time, zone_of
from connectors.languages import language_tag
from connectors.mapping import as_text
from connectors.rows import Row
from connectors.survey_columns import Plan, columns_of
from connectors.survey_forms import Role, Scale
from connectors.survey_header import Header, cell
from connectors.survey_questions import Question, number_of
from tidings.errors import ConfigurationError
from tidings.markup import tidy
from tidings.mention import Direction, Measure, Mention

MEASURES: tuple[Measure, ...] = ("nps", "csat", "ces")


class Reader:
    """Reads the rows of one file. Raises ConfigurationError where it lacks columns that it needs.

    ``questions`` are those of the file; one whose measure stands in a column of its own is asked of
    each row as that row says.
    """

    def __init__(self, plan: Plan, header: Header, name: str) -> None:
        self.plan = plan
        self.name = name
        self.header = header
        self.zone = _zone(plan.timezone or header.timezone or plan.form.timezone, name)
        self.columns = columns_of(plan, header, name)
        self.questions = self.columns.questions
        self.words = [self._words(question) for question in self.questions]

    def records(self, rows: Iterable[Row]) -> list[tuple[Row, int]]:
        """Return what :meth:`read` reads one by one: each row with the number of each question."""
        numbers = range(len(self.questions))
        return [(row, number) for row in rows for number in numbers]

    def read(self, record: tuple[Row, int]) -> Mention | None:
        """Read one answer; None where the row has none. ValueError names file, row and fault.

        A row that is broken as a whole is told once, with its first question.
        """
        row, number = record
        question = self.questions[number]
        where = f"{self.name}, row {row.number}" + (f" (line {row.line})" if row.line else "")
        if row.values is None:
            if number:
                return None
            raise ValueError(f"{where}: {row.fault}")
        if self._left_out(row.values):
            return None
        try:
            rating, text = self._answer(row.values, number)
            if rating is None and not text:
                return None
            return self._mention(row.values, question, rating, text)
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from error

    def _answer(self, values: Mapping[str, Any], number: int) -> tuple[float | None, str | None]:
        question = self.questions[number]
        told = self._cell(values, question.rating) if question.rating else None
        said = self._cell(values, question.why) if question.why else None
        try:
            rating = None if told is None else self._number(told, number)
        except ValueError as error:
            raise ValueError(f"{question.rating}: {error}") from error
        return rating, None if said is None else tidy(as_text(said))

    def _number(self, told: Any, number: int) -> float:
        return number_of(told, self.words[number], self.plan.decimal)

    def _words(self, question: Question) -> dict[str, float]:
        words = {**self.plan.form.words, **self.plan.words, **question.words}
        return {" ".join(word.split()).casefold(): number for word, number in words.items()}

    def _mention(
        self, values: Mapping[str, Any], question: Question, rating: float | None, text: str | None
    ) -> Mention:
        measure, scale, direction = self._asked(values, question)
        survey = self._text(values, "survey") or self.plan.survey
        segments = self._attributes(values)
        country = segments.get("country", "").upper()
        language = self._text(values, "language")
        respondent = self._text(values, "respondent")
        return Mention(
            source="surveys",
            place=survey,
            external_id=f"{self._id(values)}/{question.name or measure or 'open'}",
            kind="survey",
            published=self._published(values),
            author_handle=respondent.casefold() if respondent else None,
            url=self._text(values, "url"),
            text=text or None,
            language=language_tag(language) if language else None,
            rating=rating,
            rating_min=None if rating is None or scale is None else float(scale[0]),
            rating_max=None if rating is None or scale is None else float(scale[1]),
            product=segments.get("product"),
            country=country if len(country) == 2 and country.isascii() else None,
            survey=survey,
            question=self._wording(question),
            measure=measure,
            direction=direction,
            segments=_object(segments),
        )

    def _asked(
        self, values: Mapping[str, Any], question: Question
    ) -> tuple[Measure | None, Scale | None, Direction | None]:
        """Return measure, scale and direction of a row's question."""
        if question.measure or not question.rating:
            return question.measure, question.scale, question.direction
        default = self.plan.measure or self.plan.form.measure or ""
        stated = (self._text(values, "measure") or default).casefold()
        measure = next((m for m in MEASURES if m == stated), None)
        if measure is None:
            raise ValueError(f"{stated!r} is no measure; known are {', '.join(MEASURES)}")
        try:
            return measure, *self.plan.asked(measure)
        except ValueError as error:
            raise ValueError(f"{error}; 'scales' and 'direction' say so for all rows") from error

    def _left_out(self, values: Mapping[str, Any]) -> bool:
        for column, unwanted in self.columns.left_out.items():
            value = cell(values, column)
            if value is not None and as_text(value).strip().casefold() in unwanted:
                return True
        return False

    def _cell(self, values: Mapping[str, Any], column: str) -> Any:
        value = cell(values, column)
        if isinstance(value, str) and (not value.strip() or value.strip() in self.plan.missing):
            return None
        return value

    def _text(self, values: Mapping[str, Any], role: Role) -> str | None:
        for column in self.columns.roles[role]:
            value = self._cell(values, column)
            if value is not None:
                return " ".join(as_text(value).split())
        return None

    def _id(self, values: Mapping[str, Any]) -> str:
        stated = self._text(values, "id")
        if stated is None and self.plan.id_columns:
            parts = [as_text(self._cell(values, c)) for c in self.plan.id_columns]
            if any(parts):
                return hashlib.blake2b(msgspec.json.encode(parts), digest_size=16).hexdigest()
        if stated is None:
            raise ValueError("the row has no id")
        return stated

    def _published(self, values: Mapping[str, Any]) -> datetime:
        for column in self.columns.roles["published"]:
            value = self._cell(values, column)
            if value is not None:
                return read_time(value, zone=self.zone, date_format=self.plan.date_format)
        raise ValueError("the row says no time")

    def _attributes(self, values: Mapping[str, Any]) -> dict[str, str]:
        told = {name: self._cell(values, column) for name, column in self.columns.segments.items()}
        return {n: " ".join(as_text(v).split()) for n, v in told.items() if v is not None}

    def _wording(self, question: Question) -> str | None:
        if question.wording or not self.plan.form.wordings:
            return question.wording or None
        column = question.column()
        return self.header.wordings.get(column, column)


def _object(segments: Mapping[str, str]) -> str | None:
    """Write attributes as JSON, always in the same order: another order is no change."""
    return msgspec.json.encode(segments, order="sorted").decode() if segments else None


def _zone(name: str | None, file: str) -> Any:
    try:
        return zone_of(name)
    except ValueError as error:
        raise ConfigurationError(
            f"{file}: {error}.", remedy="Set 'timezone' to the one its times are in."
        ) from error
