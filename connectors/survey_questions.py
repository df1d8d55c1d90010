"""What is asked in a survey: the columns of each question, and how an answer is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from connectors.mapping import as_text
from connectors.survey_forms import DEFINED, Scale
from tidings.mention import Direction, Measure

_LEADING = {
    ".": re.compile(r"([+-]?\d+(?:\.\d+)?)(?:\s*[-–—:=.)]\s*\D.*)?", re.DOTALL),
    ",": re.compile(r"([+-]?\d+(?:,\d+)?)(?:\s*[-–—:=.)]\s*\D.*)?", re.DOTALL),
}


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question of a survey; its answers are mentions of their own.

    rating: column of the answer as a number or a word; none for an open question.
    why: column of the open answer that explains it, or that an open question asks for.
    measure: nps, csat or ces; none for an open question.
    scale: least and greatest answer; ``[0, 10]`` for nps and ``[1, 5]`` for csat if none is given.
    direction: what a high answer means (ces).
    words: answer in words -> number, such as ``"very satisfied" = 5``.
    wording: the question itself; what the file says of it if empty.
    name: tells the questions of one survey apart; the measure, or ``open``, if empty.
    """

    rating: str = ""
    why: str = ""
    measure: Measure | None = None
    scale: Scale | None = None
    direction: Direction | None = None
    words: dict[str, float] = {}
    wording: str = ""
    name: str = ""

    def key(self) -> str:
        """Return what tells this question apart among those of its survey."""
        return self.name or self.measure or "open"

    def column(self) -> str:
        """Return the column that the wording is looked up for."""
        return self.rating or self.why


def check_question(question: Question) -> None:
    """Raise ValueError where a question can't be counted, or read at all."""
    if not question.rating and not question.why:
        raise ValueError("a question needs the column of its 'rating', of its 'why', or both")
    if not question.rating and question.measure:
        raise ValueError(f"{question.measure} is asked for, but no column of the 'rating' is named")
    if question.rating and not question.measure:
        raise ValueError(f"what {question.rating!r} measures has to be said: nps, csat or ces")
    if question.measure:
        check_measure(question.measure, question.scale, question.direction)


def check_measure(measure: Measure, scale: Scale | None, direction: Direction | None) -> None:
    """Raise ValueError where a measure has no definition on this scale, or its meaning is open."""
    if scale is None:
        raise ValueError(f"the scale of {measure} has to be said, e.g. scale = [1, 7]")
    known = DEFINED.get(measure)
    if known and scale not in known:
        shown = ", ".join(f"{low:g} to {high:g}" for low, high in known)
        raise ValueError(
            f"{measure} has no definition on {scale[0]:g} to {scale[1]:g}, only on {shown}"
        )
    if not scale[0] < scale[1]:
        raise ValueError(f"the scale [{scale[0]:g}, {scale[1]:g}] has no width")
    if measure == "ces" and direction is None:
        raise ValueError(
            "what a high answer means has to be said for ces: direction = 'high_is_easy' or "
            "'high_is_effort'"
        )


def number_of(cell: Any, words: Mapping[str, float], decimal: Literal[".", ","]) -> float:
    """Read an answer: a number, one that words follow (``10 - Extremely likely``), or a word.

    ``words`` are in lower case. Raises ValueError where it is none of them.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    text = " ".join(as_text(cell).split())
    if text.casefold() in words:
        return words[text.casefold()]
    found = _LEADING[decimal].fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no number; 'words' can say which it stands for")
    return float(found[1].replace(",", "."))
