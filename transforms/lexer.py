"""The tokens of a Boolean query, and the error that points into it."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

import msgspec

from tidings.errors import ConfigurationError
from transforms.tree import SIGNS

MAX_DISTANCE = 100
"""Words; the largest distance of NEAR."""

Kind: TypeAlias = Literal["(", ")", "AND", "OR", "NOT", "NEAR", "quoted", "word", "field", "end"]


class QueryError(ConfigurationError):
    """A query that can't be read: what, where, and the way out.

    ``query`` is the query, ``position`` the character (from 0) at which it goes wrong, ``where``
    the file and key that it stands in, ``problem`` what is wrong without the rest.
    """

    def __init__(
        self, problem: str, *, query: str, position: int, remedy: str, where: str = ""
    ) -> None:
        self.problem = problem
        self.query = query
        self.position = position
        self.where = where
        place = f"{where}: " if where else ""
        super().__init__(f"{place}{problem}\n{caret(query, position)}\n", remedy=remedy)

    def located(self, where: str) -> QueryError:
        """Return the same error, saying which file and key the query stands in."""
        return QueryError(
            self.problem,
            query=self.query,
            position=self.position,
            remedy=self.remedy,
            where=where,
        )


def caret(query: str, position: int, width: int = 72) -> str:
    """Return the line of ``query`` around ``position`` and, below it, a caret that points there."""
    line = re.sub(r"\s", " ", query)
    start = max(0, min(position - width // 2, len(line) - width))
    shown = line[start : start + width]
    return f"  {shown}\n  {' ' * (position - start)}^"


class Token(msgspec.Struct, frozen=True):
    """One token: its kind, its text without quotes, its place, and the field it is the value of."""

    kind: Kind
    text: str
    at: int
    field: str = ""


TOKEN = re.compile(
    r"""(?:
        (?P<paren>[()])
      | (?:(?P<name>[^\W\d_]\w*):)?["“”„](?P<quoted>[^"“”„]*)(?P<close>["“”„]?)
      | (?P<word>[^\s()"“”„]+)
    )\s*""",
    re.VERBOSE,
)
"""Matches at any character but a blank."""

OPERATORS: dict[str, Kind] = {"AND": "AND", "OR": "OR", "NOT": "NOT"}

FIELD = re.compile(r"([^\W\d_]\w*):(.*)", re.DOTALL)


def lex(query: str) -> list[Token]:
    """Return the tokens of ``query``, and one of kind ``end``; QueryError where one is wrong."""
    tokens: list[Token] = []
    text = query.rstrip()
    at = len(text) - len(text.lstrip())
    while match := TOKEN.match(text, at):
        tokens.append(_token(query, match))
        at = match.end()
    return [*tokens, Token("end", "", len(text))]


def _token(query: str, match: re.Match[str]) -> Token:
    start = match.start()
    if match["paren"]:
        return Token("(" if match["paren"] == "(" else ")", match["paren"], start)
    if match["word"]:
        return _bare(query, match["word"], start)
    if not match["close"]:
        raise QueryError("This quote is not closed.", query=query, position=start, remedy='Add ".')
    if match["name"]:
        return Token("field", match["quoted"], start, match["name"])
    return Token("quoted", match["quoted"], start)


def _bare(query: str, word: str, start: int) -> Token:
    if word in OPERATORS:
        return Token(OPERATORS[word], word, start)
    if word.upper() in OPERATORS:
        raise QueryError(
            f"Is {word!r} the operator or the word?",
            query=query,
            position=start,
            remedy=f'Write {word.upper()} for the operator, "{word}" for the word.',
        )
    if word == "NEAR" or word.lower().startswith("near/"):
        return _near(query, word, start)
    sign = word[0] if word[0] in SIGNS else "|" if "|" in word else ""
    if sign:
        raise QueryError(
            f"{sign!r} means nothing here.",
            query=query,
            position=start,
            remedy=f"To say it, {SIGNS[sign]}.",
        )
    field = FIELD.fullmatch(word)
    return Token("field", field[2], start, field[1]) if field else Token("word", word, start)


def _near(query: str, word: str, start: int) -> Token:
    match = re.fullmatch(r"NEAR/([0-9]{1,3})", word)
    if match is None or int(match[1]) > MAX_DISTANCE:
        raise QueryError(
            f"{word!r} is no distance.",
            query=query,
            position=start,
            remedy=f"Write NEAR/5: at most five words between; 0 to {MAX_DISTANCE}.",
        )
    return Token("NEAR", match[1], start)
