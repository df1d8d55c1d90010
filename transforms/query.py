"""Boolean queries, and how they are read into the tree of :mod:`transforms.tree`.

====================== ==================================================================
``late delivery``      both words (AND is implied)
``late OR slow``       either; ``AND`` binds closer than ``OR``, ``NOT`` closest
``"late delivery"``    the phrase: these words in a row, whatever signs stand between them
``deliver*``           words that begin so; in a phrase, its last word only
``late NEAR/3 order``  at most three words between them, in either order; a side is a word,
                       a phrase, or several with OR in parentheses
``author:jo_blogs``    the author's handle or pseudonym
``site:example.com``   the host of the url, or the place, is this or ends in ``.example.com``
``lang:de``            the language, as identified, else as the source states it
====================== ==================================================================

Words match whole, whatever their case: see :mod:`transforms.words`. Operators are in capitals.
"""

from __future__ import annotations

import re

from transforms.lexer import QueryError, Token, lex
from transforms.tree import (
    FIELDS,
    And,
    Field,
    Near,
    Not,
    Or,
    Phrase,
    Query,
    is_anchored,
)
from transforms.words import places, words

__all__ = ["And", "Field", "Near", "Not", "Or", "Phrase", "Query", "QueryError", "any_of", "parse"]

MAX_DEPTH = 50
MIN_PREFIX = 2


def parse(text: str) -> Query:
    """Parse a query; QueryError with the position and the way out where it can't be read."""
    query = _Parser(text).whole()
    if not is_anchored(query):
        raise QueryError(
            "This query asks only for what is not there, so that it matches nearly everything.",
            query=text,
            position=0,
            remedy="Say what to look for, e.g. 'acme NOT jobs'.",
        )
    return query


def any_of(terms: tuple[str, ...]) -> Query:
    """Return the query for any of ``terms`` as phrases; QueryError for one that has no word."""
    phrases: list[Query] = []
    for term in terms:
        if not words(term):
            raise QueryError(
                f"{term!r} has no letter or digit to look for.",
                query=term,
                position=0,
                remedy="Name it with letters or digits, or give it a 'query' of its own.",
            )
        phrase = Phrase(re.sub(r'["“”„*\s]+', " ", term).strip())
        if phrase not in phrases:
            phrases.append(phrase)
    return phrases[0] if len(phrases) == 1 else Or(tuple(phrases))


class _Parser:
    """Recursive descent over the tokens of one query."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = lex(text)
        self.at = 0
        self.depth = 0

    def whole(self) -> Query:
        if self.now.kind == "end":
            raise self.error("The query is empty.", 0, "Write at least one word.")
        query = self._or()
        if self.now.kind == ")":
            raise self.error(
                "There is no '(' that this ')' closes.", self.now.at, "Remove it or open one."
            )
        return query

    @property
    def now(self) -> Token:
        return self.tokens[self.at]

    def error(self, message: str, position: int, remedy: str) -> QueryError:
        return QueryError(message, query=self.text, position=position, remedy=remedy)

    def _or(self) -> Query:
        parts = [self._and()]
        while self.now.kind == "OR":
            self.at += 1
            parts.append(self._and())
        flat = [q for p in parts for q in (p.parts if isinstance(p, Or) else (p,))]
        return flat[0] if len(flat) == 1 else Or(tuple(flat))

    def _and(self) -> Query:
        parts = [self._not()]
        while self.now.kind not in {"OR", ")", "end"}:
            if self.now.kind == "AND":
                self.at += 1
            parts.append(self._not())
        flat = [q for p in parts for q in (p.parts if isinstance(p, And) else (p,))]
        return flat[0] if len(flat) == 1 else And(tuple(flat))

    def _not(self) -> Query:
        if self.now.kind != "NOT":
            return self._near()
        self._deeper(self.now.at)
        self.at += 1
        part = self._not()
        self.depth -= 1
        return Not(part)

    def _near(self) -> Query:
        start = self.now.at
        left = self._atom()
        if self.now.kind != "NEAR":
            return left
        near = self.now
        self.at += 1
        right_at = self.now.at
        right = self._atom()
        if self.now.kind == "NEAR":
            raise self.error(
                "NEAR has two sides only.",
                self.now.at,
                "Join two of them with AND: a NEAR/3 b AND b NEAR/3 c.",
            )
        return Near(self._side(left, start), self._side(right, right_at), int(near.text))

    def _side(self, side: Query, position: int) -> Phrase | Or:
        if isinstance(side, Phrase):
            return side
        if isinstance(side, Or) and all(isinstance(p, Phrase) for p in side.parts):
            return side
        raise self.error(
            "This can't stand beside NEAR.",
            position,
            "A side of NEAR is a word, a phrase, or several with OR in parentheses.",
        )

    def _atom(self) -> Query:
        token = self.now
        if token.kind in {"word", "quoted", "field"}:
            self.at += 1
            return self._term(token)
        if token.kind != "(":
            found = "the query ends" if token.kind == "end" else f"there is {token.kind!r}"
            raise self.error(
                f"A word is missing: {found}.",
                token.at,
                "Put a word or phrase there; to look for an operator's word, quote it.",
            )
        self._deeper(token.at)
        self.at += 1
        inner = self._or()
        if self.now.kind != ")":
            raise self.error("This '(' is not closed.", token.at, "Add ')'.")
        self.at += 1
        self.depth -= 1
        return inner

    def _deeper(self, position: int) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error(
                f"Nested more than {MAX_DEPTH} deep.", position, "Split it into several queries."
            )

    def _term(self, token: Token) -> Query:
        if token.kind == "field":
            return self._field(token.field.lower(), token.text, token.at)
        return self._phrase(token.text, token.at)

    def _field(self, name: str, value: str, position: int) -> Field:
        if name not in FIELDS:
            raise self.error(
                f"There is no field {name!r}.",
                position,
                f"Fields are {', '.join(FIELDS)}; to look for the text itself, quote it.",
            )
        value = " ".join(value.split())
        if not value:
            raise self.error(f"{name}: has no value.", position, f"Write {name}:value, no blank.")
        if name == "lang" and not re.fullmatch(r"[A-Za-z]{2,3}", value):
            raise self.error(
                f"{value!r} is no language code.", position, "Write two letters, e.g. lang:en."
            )
        if name == "site" and "://" in value:
            raise self.error(
                "site: takes a host, not an address.", position, "Write e.g. site:example.com."
            )
        kept = value if name == "author" else value.lower()
        return Field(next(f for f in FIELDS if f == name), kept)

    def _phrase(self, text: str, position: int) -> Phrase:
        prefix = text.endswith("*")
        text = " ".join((text[:-1] if prefix else text).split())
        if "*" in text:
            raise self.error(
                "'*' can stand at the end of the last word only.",
                position,
                'Write e.g. deliver* or "late deliver*".',
            )
        found = words(text)
        if not found:
            raise self.error(
                "There is no letter or digit to look for here.", position, "Put a word there."
            )
        if prefix and (len(found[-1]) < MIN_PREFIX or not _ends_in_word(text)):
            raise self.error(
                f"'*' needs at least {MIN_PREFIX} letters right before it.",
                position,
                "Write more of the word.",
            )
        return Phrase(text, prefix)


def _ends_in_word(text: str) -> bool:
    return places(text)[-1][1] == len(text)
