"""The words of each language that hold its sentences together, and those by which it compares.

They are read from ``grammar.toml`` and ``comparing.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias

import msgspec

from transforms.sieve import Sieve

Sign: TypeAlias = Literal["=", "!", "+", "-", ">", "<", "0"]
"""What a clause says of a brand, see ``comparing.toml``."""

SPACED = "(?<!\\w)(?:{})(?!\\w)"


class Compared(msgspec.Struct, frozen=True):
    """How a comparison is worded, and what it says of the brands it names, one after another."""

    pattern: re.Pattern[str]
    signs: tuple[Sign, ...]


class Grammar(msgspec.Struct, frozen=True):
    """One language: see the head of ``grammar.toml`` for what each field is.

    ``but`` has the group "but" where it really is one (else: a turn of phrase to be left alone);
    None where the language is not known to us; ``buts`` tells where it may be. ``folds``: Chinese
    characters of two kinds.
    """

    but: re.Pattern[str] | None = None
    buts: Sieve = Sieve(())
    all_and: re.Pattern[str] | None = None
    it: re.Pattern[str] | None = None
    although: frozenset[str] = frozenset()
    verbs: frozenset[str] = frozenset()
    unlike: tuple[str, ...] = ()
    small: frozenset[str] = frozenset()
    short: frozenset[str] = frozenset()
    pronoun: re.Pattern[str] | None = None
    compare: tuple[Compared, ...] = ()
    alone: tuple[Compared, ...] = ()
    folds: bool = False


@cache
def grammar(language: str | None) -> Grammar:
    """Return the grammar of ``language`` (ISO 639), one without words where we have none."""
    found = tables().get(language or "")
    if found is None:
        return Grammar()
    spaced = language != "zh"
    both = f"(?P<keep>{_any(found['keep'], spaced)})|" if found["keep"] else ""
    but = f"{both}(?P<but>{_any(found['but'], spaced)})"
    return Grammar(
        but=re.compile(but),
        buts=Sieve([but]),
        all_and=re.compile(_any(found["and"], spaced)),
        it=re.compile(
            rf"[\s\"'(،,，]*(?:(?:{_any(found['and'] + found['but'], spaced)})[\s,]*)*"
            rf"(?:{_any(found['it'], spaced)})"
        ),
        although=frozenset(found["although"]),
        verbs=frozenset(found["verbs"]),
        unlike=tuple(found.get("unlike", ())),
        small=frozenset(found["small"]),
        short=frozenset(found["short"]),
        pronoun=re.compile(_any(found["it"], spaced)),
        compare=_comparisons(found, spaced, "compare"),
        alone=_comparisons(found, spaced, "alone"),
        folds=not spaced,
    )


@cache
def tables() -> dict[str, dict[str, list[str]]]:
    """Return the tables of both files by language."""
    read: dict[str, dict[str, list[str]]] = {}
    for name in ("grammar.toml", "comparing.toml"):
        source = (files("transforms") / name).read_text(encoding="utf-8")
        for language, table in tomllib.loads(source).items():
            read.setdefault(language, {}).update(table)
    return read


def _any(words: Iterable[str], spaced: bool) -> str:
    """Return a pattern for any of ``words``, the longest first, whole words where ``spaced``."""
    longest = "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))
    return SPACED.format(longest) if spaced else f"(?:{longest})"


LISTS = ("better", "worse", "good", "bad", "not")
GAP = 60
"""Characters between the words of a comparison."""

BRAND = "[\ue000-\uf8ff]"
"""Stands for a brand in a clause that is looked through for comparisons."""


def _comparisons(found: dict[str, list[str]], spaced: bool, key: str) -> tuple[Compared, ...]:
    """Return the comparisons of one language, in the order in which they are tried.

    The head of ``comparing.toml`` tells how its lines are written.
    """
    joined = "|".join(re.escape(w) for w in found["and"] + found["or"])
    several = rf"({BRAND}(?:[\s,،、，/&]*(?:{joined})?[\s,،、，/&]*{BRAND})*)"
    between = f"[^\ue000-\uf8ff]{{0,{GAP}}}?"
    if spaced:
        between = f"(?!\\w){between}(?<!\\w)"
    lists = {name: "|".join(sorted(found.get(name, ()), key=len, reverse=True)) for name in LISTS}
    read: list[Compared] = []
    for line in found[key]:
        words, _, signs = line.partition(" => ")
        pattern = between.join(re.split(" ?_ ?", words))
        for name, words_of in lists.items():
            pattern = pattern.replace(
                f"{{{name}}}", (SPACED if spaced else "(?:{})").format(words_of)
            )
        if spaced and not words.startswith("{"):
            pattern = f"(?<!\\w){pattern}"
        pattern = pattern.replace("{a}", several).replace("{b}", several)
        read.append(Compared(re.compile(pattern), msgspec.convert(signs.split(), tuple[Sign, ...])))
    return tuple(read)
