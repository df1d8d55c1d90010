"""Answers to surveys, from the files that survey tools export."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from connectors.bounds import is_full, some
from connectors.dates import zone_of
from connectors.folder import files_of, open_folder
from connectors.mapped import kept
from connectors.rows import How
from connectors.survey_columns import Plan
from connectors.survey_forms import FORMS, FormName, Role, Scale
from connectors.survey_header import read_header
from connectors.survey_questions import Question, check_measure, check_question
from connectors.survey_rows import Reader
from connectors.tables import open_table
from tidings.connector import About, Connector, Cursor, Page, read_records
from tidings.errors import ConfigurationError, SourceChanged, TidingsError
from tidings.http import Http
from tidings.mention import Direction, Measure

if TYPE_CHECKING:
    from upath import UPath


class _Done(msgspec.Struct, kw_only=True):
    """Where a walk is: the mark of each file that was read."""

    done: dict[str, str] = msgspec.field(default_factory=dict)


class Surveys(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Answers in the export files of survey tools: NPS, CSAT, CES, and what people say with them.

    Each question that a row answers becomes a mention of kind ``survey``: its rating with the open
    answer that explains it. The same answer read again, from whatever file, is the same mention.

    form: delighted, qualtrics, surveymonkey, typeform, zendesk, or plain.
    folder: path, relative to the installation, or a URL that fsspec knows (``s3://...``).
    pattern: which files, as a glob.
    survey: its name, the place of its mentions; the form's name if empty, which ``plain`` can't be:
        the ids of two surveys would be taken for one.
    columns: what a column tells -> its name, where the form has another: id, published, respondent,
        rating, why, measure, survey, language, url. ``a.b`` reaches into nested values.
    id_columns: columns that together name a row that has no id.
    questions: what is asked, where it is more than one rating: tables with ``rating`` and ``why``
        (columns), ``measure`` (nps, csat, ces), ``scale``, ``direction``, ``words``, ``wording``,
        ``name``. One without ``rating`` is an open question.
    segments: attribute of the respondents -> its column, e.g. ``plan = "Plan"``.
    measure: what the rating measures, where no column says so.
    scales: measure -> least and greatest answer, where it is not nps 0 to 10, csat 1 to 5.
    direction: what a high ces means: high_is_easy or high_is_effort.
    words: answer in words -> number, such as ``"very satisfied" = 5``.
    timezone: zone of times that state none.
    date_format: form of the times (strptime) where it is not ISO 8601, RFC 2822 or Unix time.
    decimal: the decimal sign of numbers in text.
    missing: texts that mean "nothing", besides blanks.
    delimiter: of .csv files; if None, the one under which the header has the columns wanted.
    encoding: of text without a byte order mark.
    sheet: name of the sheet of a spreadsheet; the first one if None.
    rows_per_page: rows of one page.
    """

    source: ClassVar[str] = "surveys"
    about: ClassVar[About] = About(
        collects="Answers to surveys (NPS, CSAT, CES and open ones) from exports of Delighted, "
        "Qualtrics, SurveyMonkey, Typeform and Zendesk, or from any CSV, Excel, JSON Lines or "
        "Parquet file.",
        needs="nothing but a folder where the exports are dropped",
        limits="Answers only: who was asked and said nothing is not in an export. A changed file "
        "is read again whole.",
        terms="The answers are people's who gave them to you: e-mail addresses become pseudonyms, "
        "but a segment or an open answer that names a person is kept as it is.",
        state="documentation only",
        example={
            "folder": "surveys",
            "pattern": "delighted-*.csv",
            "form": "delighted",
            "segments": {"plan": "Plan"},
        },
        order="any",
    )

    form: FormName = "plain"
    folder: Annotated[str, Meta(min_length=1)]
    pattern: Annotated[str, Meta(min_length=1)] = "*"
    survey: str = ""
    columns: dict[Role, str] = msgspec.field(default_factory=dict)
    id_columns: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    segments: dict[Annotated[str, Meta(min_length=1, max_length=100)], str] = msgspec.field(
        default_factory=dict
    )
    measure: Measure | None = None
    scales: dict[Measure, Scale] = msgspec.field(default_factory=dict)
    direction: Direction | None = None
    words: dict[str, float] = msgspec.field(default_factory=dict)
    timezone: str | None = None
    date_format: str | None = None
    decimal: Literal[".", ","] = "."
    missing: tuple[str, ...] = ()
    delimiter: Annotated[str, Meta(min_length=1, max_length=1)] | None = None
    encoding: str = "utf-8"
    sheet: str | None = None
    rows_per_page: Annotated[int, Meta(ge=1, le=100_000)] = 1_000

    def __post_init__(self) -> None:
        """Refuse settings under which answers could not be read or counted (ValueError)."""
        form = FORMS[self.form]
        zone_of(self.timezone)
        if self.form == "plain" and not self.survey and "survey" not in self.columns:
            raise ValueError("a 'plain' export needs the name of its 'survey'")
        if self.questions:
            self._check_questions()
        elif "rating" not in {*self.columns, *form.columns}:
            raise ValueError(f"form {self.form!r} names no score: say 'questions', or its column")
        for measure in self.scales:
            check_measure(measure, self.scales[measure], "high_is_easy")  # a question may say
        if "survey" in self.segments:
            raise ValueError("'segments' can't have 'survey': every answer has its survey already")

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:  # noqa: ARG002
        """Read the files that are new or changed, by name, each in pages of ``rows_per_page``.

        A file that can't be read, or lacks columns, is told after all others were read:
        SourceChanged or ConfigurationError naming each of them. A file is done with its last page;
        until then the cursor goes back to its beginning.
        """
        files = files_of(open_folder(self.folder), self.pattern)
        before = _done(cursor)
        done = {name: before[name] for name, _, _ in files if name in before}
        faults: list[TidingsError] = []
        for name, path, mark in files:
            if done.get(name) == mark:
                continue
            try:
                for page in self._file(name, path):
                    if page.cursor is not None:
                        done[name] = mark
                    page.cursor = {"done": dict(done)}
                    yield page
            except (SourceChanged, ConfigurationError) as fault:
                faults.append(fault)
        if faults:
            raise _together(faults)

    def label(self) -> str:
        """Name the walk by form, folder and pattern."""
        return f"surveys {self.form} {self.folder}/{self.pattern}"

    def plan(self) -> Plan:
        """Return what these settings say of an export."""
        return Plan(
            form=FORMS[self.form],
            survey=self.survey or self.form,
            columns=self.columns,
            id_columns=self.id_columns,
            questions=self.questions,
            segments=self.segments,
            measure=self.measure,
            scales=self.scales,
            direction=self.direction,
            words=self.words,
            timezone=self.timezone,
            date_format=self.date_format,
            decimal=self.decimal,
            missing=frozenset(self.missing),
        )

    def _check_questions(self) -> None:
        for question in self.questions:
            scale = question.scale
            if question.measure and scale is None:
                scale = self.plan().scale_of(question.measure)
            check_question(msgspec.structs.replace(question, scale=scale))
        keys = [question.key() for question in self.questions]
        for twice in sorted({key for key in keys if keys.count(key) > 1}):
            raise ValueError(f"two questions are called {twice!r}: give each a 'name' of its own")
        used = [c for q in self.questions for c in (q.rating, q.why) if c]
        for twice in sorted({c for c in used if used.count(c) > 1}):
            raise ValueError(f"column {twice!r} is named by two questions")
        for setting in ("rating", "why", "measure"):
            if setting in self.columns:
                raise ValueError(f"'columns' names {setting!r}, but so do the 'questions'")
        if self.measure:
            raise ValueError("'measure' is said of each of the 'questions'")

    def _file(self, name: str, path: UPath) -> Iterator[Page]:
        """Yield a file's pages; only the last has a cursor."""
        plan = self.plan()
        how = How(
            name=name,
            delimiter=self.delimiter,
            encoding=self.encoding,
            sheet=self.sheet,
            wanted=self._wanted(),
        )
        with open_table(path, how) as table:
            header, rows = read_header(table, plan.form, self.columns, name)
            reader = Reader(plan, header, name)
            ended = False
            while not ended:
                page = list(some(rows, self.rows_per_page))
                ended = not is_full(page, self.rows_per_page)
                mentions, rejected = read_records(reader.records(page), reader.read)
                first = f"#rows={page[0].number}-{page[-1].number}" if page else ""
                yield Page(
                    mentions=mentions,
                    rejected=rejected,
                    cursor={} if ended else None,
                    raw=[kept(f"{name}{first}", page)],
                )

    def _wanted(self) -> tuple[str, ...]:
        """Return the columns by which the delimiter of a file is told."""
        form = [name for names in FORMS[self.form].columns.values() for name in names]
        asked = [column for q in self.questions for column in (q.rating, q.why) if column]
        return (*self.columns.values(), *self.segments.values(), *asked, *form)


def _done(cursor: Cursor | None) -> dict[str, str]:
    try:
        return msgspec.convert(cursor or {}, _Done).done
    except msgspec.ValidationError as error:
        raise ConfigurationError(
            f"The cursor of these files can't be gone on from: {error}.",
            remedy="It was made by another connector or version; start this walk from nothing.",
        ) from error


def _together(faults: list[TidingsError]) -> TidingsError:
    """Return one error that tells of all files."""
    if len(faults) == 1:
        return faults[0]
    remedy = " ".join(dict.fromkeys(fault.remedy for fault in faults if fault.remedy))
    return ConfigurationError(" ".join(fault.message for fault in faults), remedy=remedy)
