"""The tree of a parsed query: small frozen records, each printing itself as a query.

``str()`` of a tree parses to an equal tree; :mod:`transforms.query` is the parser.
"""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

import msgspec

FieldName = Literal["author", "site", "lang"]
FIELDS: tuple[FieldName, ...] = ("author", "site", "lang")

SIGNS = {
    "-": "write NOT before it instead",
    "+": "write AND between words instead",
    "!": "write NOT before it instead",
    "|": "write OR instead",
    "&": "write AND instead",
    "~": "write NEAR/3 between two words instead",
    "^": "leave it out",
}
"""Signs of other query languages: ignored in silence they would turn a query's meaning around."""


class Phrase(msgspec.Struct, frozen=True, tag=True):
    """One word or several in a row, as written; with ``prefix``, the last one may go on."""

    text: str
    prefix: bool = False

    def __str__(self) -> str:
        star = "*" if self.prefix else ""
        return f"{self.text}{star}" if _is_bare(self.text) else f'"{self.text}{star}"'


class Field(msgspec.Struct, frozen=True, tag=True):
    """A condition on a field of the mention rather than on its words."""

    name: FieldName
    value: str

    def __str__(self) -> str:
        bare = re.fullmatch(r'[^\s()"“”„]+', self.value)
        return f"{self.name}:{self.value}" if bare else f'{self.name}:"{self.value}"'


class Or(msgspec.Struct, frozen=True, tag=True):
    """True where one of its parts is; two parts or more, none of them an Or."""

    parts: tuple[Query, ...]

    def __str__(self) -> str:
        return " OR ".join(_within(p, And) for p in self.parts)


class And(msgspec.Struct, frozen=True, tag=True):
    """True where all its parts are; two parts or more, none of them an And."""

    parts: tuple[Query, ...]

    def __str__(self) -> str:
        return " AND ".join(_within(p, Or) for p in self.parts)


class Not(msgspec.Struct, frozen=True, tag=True):
    """True where its part is not."""

    part: Query

    def __str__(self) -> str:
        return f"NOT {_within(self.part, And, Or, Near)}"


class Near(msgspec.Struct, frozen=True, tag=True):
    """True where left and right stand apart by at most ``distance`` words, in either order."""

    left: Phrase | Or
    right: Phrase | Or
    distance: int

    def __str__(self) -> str:
        return f"{_within(self.left, Or)} NEAR/{self.distance} {_within(self.right, Or)}"


Query: TypeAlias = Phrase | Field | Or | And | Not | Near
"""A parsed query. ``str()`` gives a query that parses to an equal one."""


def phrases(query: Query) -> list[Phrase]:
    """Return all phrases of ``query``, in order, also those under NOT."""
    if isinstance(query, Phrase):
        return [query]
    if isinstance(query, Near):
        return [*phrases(query.left), *phrases(query.right)]
    if isinstance(query, Not):
        return phrases(query.part)
    return [] if isinstance(query, Field) else [p for part in query.parts for p in phrases(part)]


def is_anchored(query: Query) -> bool:
    """Tell whether ``query`` asks for anything that has to be there."""
    if isinstance(query, And):
        return any(is_anchored(p) for p in query.parts)
    if isinstance(query, Or):
        return all(is_anchored(p) for p in query.parts)
    return not isinstance(query, Not)


def _within(part: Query, *kinds: type) -> str:
    return f"({part})" if isinstance(part, kinds) else str(part)


def _is_bare(text: str) -> bool:
    """Tell whether ``text`` can stand without quotes and means the same."""
    return (
        re.fullmatch(r'[^\s()"“”„:*]+', text) is not None
        and text[0] not in SIGNS
        and text.lower() not in {"and", "or", "not"}
        and not text.lower().startswith("near")
    )
