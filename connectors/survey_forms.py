"""The forms in which survey tools export answers: what their columns are called, and their rows."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from tidings.mention import Direction, Measure

FormName: TypeAlias = Literal[
    "plain", "delighted", "qualtrics", "surveymonkey", "typeform", "zendesk"
]
Role: TypeAlias = Literal[
    "id", "published", "respondent", "rating", "why", "measure", "survey", "language", "url"
]
"""What a column of an export tells; see :class:`connectors.surveys.Surveys`."""

Scale: TypeAlias = tuple[float, float]
"""The least and the greatest answer that can be given."""

SCALES: dict[Measure, Scale] = {"nps": (0, 10), "csat": (1, 5)}
"""Scales of the measures where nothing else is said; effort is asked on too many to guess."""

DEFINED: dict[Measure, tuple[Scale, ...]] = {
    "nps": ((0, 10),),
    "csat": ((1, 5), (1, 7), (0, 1)),
}
"""Scales for which a measure has a definition; CES is a mean on any."""


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """One form of export.

    columns: names that a column may have, by role; the first that a file has is taken, whatever
        its case. Of ``published``, a row takes the first that is not empty.
    header_rows: rows before the first answer, at most.
    wordings: the wording of a question is the name of its column, or (of a form of three header
        rows) what the second one says.
    measure, scales, direction, timezone: what holds where the settings say nothing else.
    words: answers that are words, in lower case.
    leave_out: column -> values (lower case) of rows that are no answers.
    """

    columns: dict[Role, tuple[str, ...]]
    header_rows: int = 1
    wordings: bool = False
    measure: Measure | None = None
    scales: dict[Measure, Scale] = {}
    direction: Direction | None = None
    timezone: str | None = None
    words: dict[str, float] = {}
    leave_out: dict[str, frozenset[str]] = {}


FORMS: dict[FormName, Form] = {
    "plain": Form(
        columns={
            "id": ("id", "response_id", "response id"),
            "published": ("published", "answered_at", "submitted_at", "created_at", "timestamp"),
            "respondent": ("respondent", "email", "email address"),
            "rating": ("rating", "score"),
            "why": ("why", "comment", "text"),
            "measure": ("measure",),
            "survey": ("survey",),
            "language": ("language",),
        },
    ),
    "delighted": Form(
        columns={
            "id": ("id", "response id", "survey response id"),
            "published": ("created_at", "created at", "responded at", "response time"),
            "respondent": ("email", "person.email", "person", "person id"),
            "rating": ("score",),
            "why": ("comment",),
            "measure": ("survey_type", "survey type"),
            "url": ("permalink",),
        },
        measure="nps",
        direction="high_is_easy",  # it asks whether "it was easy": the most is "strongly agree"
    ),
    "qualtrics": Form(
        columns={
            "id": ("ResponseId",),
            "published": ("RecordedDate", "EndDate"),
            "respondent": ("RecipientEmail", "ExternalReference"),
            "language": ("UserLanguage",),
        },
        header_rows=3,
        wordings=True,
        leave_out={
            "Status": frozenset(
                {"survey preview", "survey test", "spam", "survey preview spam", "1", "2", "8", "9"}
            )
        },
    ),
    "surveymonkey": Form(
        columns={
            "id": ("Respondent ID",),
            "published": ("End Date", "Date Modified", "Start Date"),
            "respondent": ("Email Address",),
        },
        header_rows=2,
        wordings=True,
    ),
    "typeform": Form(
        columns={
            "id": ("#", "Token"),
            "published": ("Submit Date (UTC)", "Stage Date (UTC)", "Start Date (UTC)"),
        },
        wordings=True,
        timezone="UTC",
    ),
    "zendesk": Form(
        columns={
            "id": ("id", "rating id", "ticket id"),
            "published": ("created_at", "created at", "rated at", "updated_at", "updated at"),
            "respondent": ("requester_id", "requester email", "requester"),
            "rating": ("score", "satisfaction score", "satisfaction rating"),
            "why": ("comment", "satisfaction comment"),
        },
        measure="csat",
        scales={"csat": (0, 1)},
        words={"good": 1, "good with comment": 1, "bad": 0, "bad with comment": 0},
        leave_out={
            "score": frozenset({"offered", "unoffered"}),
            "satisfaction score": frozenset({"offered", "unoffered", "not offered"}),
            "satisfaction rating": frozenset({"offered", "unoffered", "not offered"}),
        },
    ),
}
"""The forms by name. ``docs/surveys.md`` says of each what it was taken from."""
