"""Survey fatigue: people who were asked for NPS again within 182 days of their last answer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from warehouse.statements import aware, run

if TYPE_CHECKING:
    import duckdb


class AskedAgain(msgspec.Struct, frozen=True, kw_only=True):
    """One NPS answer that came too soon after the same person's last one; times are aware UTC.

    ``author`` is the respondent's pseudonym.
    """

    brand: str
    author: str
    survey: str | None
    published: datetime
    previous_survey: str | None
    previous_published: datetime
    days_between: int


class Fatigue(msgspec.Struct, frozen=True, kw_only=True):
    """How many answers came too soon, from how many people, and those that came soonest."""

    answers: int
    respondents: int
    examples: tuple[AskedAgain, ...]

    @property
    def message(self) -> str:
        """Say it for people; empty where nobody was asked too often."""
        if not self.answers:
            return ""
        first = self.examples[0] if self.examples else None
        shown = f", one of them after {first.days_between} days" if first else ""
        return (
            f"{self.answers} NPS answers came within 182 days of the same person's last one "
            f"({self.respondents} people{shown}): who is asked too often answers worse, or no more."
        )


def fatigue(
    con: duckdb.DuckDBPyConnection, *, since: datetime | None = None, most: int = 5
) -> Fatigue:
    """Return what ``core.survey_fatigue`` holds, of the warehouse or of a snapshot.

    ``since`` (aware UTC) leaves out answers given before; ``most`` limits the examples.
    """
    counts = run(con, "sql/fatigue/counts", {"since": since}).fetchone()
    assert counts is not None
    rows = run(con, "sql/fatigue/examples", {"since": since, "most": most}).fetchall()
    return Fatigue(
        answers=counts[0], respondents=counts[1], examples=tuple(_example(*row) for row in rows)
    )


def _example(
    brand: str,
    author: str,
    survey: str | None,
    published: datetime,
    previous_survey: str | None,
    previous_published: datetime,
    days_between: int,
) -> AskedAgain:
    now, before = aware(published), aware(previous_published)
    assert now is not None
    assert before is not None
    return AskedAgain(
        brand=brand,
        author=author,
        survey=survey,
        published=now,
        previous_survey=previous_survey,
        previous_published=before,
        days_between=days_between,
    )
