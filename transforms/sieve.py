"""Which of many patterns a text can match at all, told by the words that they can't do without.

``late|delayed? again`` matches no text that has neither "late" nor "delay". Such words of all
patterns are looked for at once by one Aho-Corasick automaton, so that a pattern costs nothing on
the texts that lack them, and most lack those of most patterns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import reduce
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

Strings: TypeAlias = frozenset[str]

MOST = 128
"""Strings that are kept for one part of a pattern; of more, the parts count each by itself."""

AT_MOST_SETS = 3

MOST_SIGNS = 16
"""Characters of a set such as ``[ab]`` that are told apart."""

NOTHING: Strings = frozenset({""})
ZERO_WIDTH = frozenset({"AT", "ASSERT", "ASSERT_NOT"})
REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})


class Sieve:
    """Holds texts against many patterns; make one and use it for many texts."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Take ``patterns``, as Python's re has them, without flags."""
        needs = [indispensable(pattern) for pattern in patterns]
        by_word: dict[str, list[tuple[int, int]]] = {}
        for number, sets in enumerate(needs):
            for place, words in enumerate(sets):
                for word in words:
                    by_word.setdefault(word, []).append((number, place))
        self._always = frozenset(number for number, sets in enumerate(needs) if not sets)
        self._asked = [len(sets) for sets in needs]
        self._of_word = [tuple(places) for places in by_word.values()]
        self._automaton = _automaton_of(list(by_word)) if by_word else None

    def possible(self, text: str) -> frozenset[int]:
        """Return the numbers of the patterns that ``text`` may match; it matches no other."""
        if self._automaton is None:
            return self._always
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if not found:
            return self._always
        held = Counter(number for number, _ in self._held(found))
        return self._always.union(n for n, sets in held.items() if sets == self._asked[n])

    def where(self, text: str) -> list[int] | None:
        """Return where in ``text`` strings begin of which any match of a pattern holds one, sorted.

        None where there is a pattern of which no such strings are known.
        """
        if self._always:
            return None
        if self._automaton is None:
            return []
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return sorted(start for _, start, _ in found)

    def _held(self, found: Iterable[tuple[int, int, int]]) -> set[tuple[int, int]]:
        return {place for word in {match[0] for match in found} for place in self._of_word[word]}


def _automaton_of(words: list[str]) -> AhoCorasick:
    from ahocorasick_rs import AhoCorasick

    return AhoCorasick(words)


def indispensable(pattern: str) -> list[Strings]:
    """Return sets of strings; every text that ``pattern`` matches holds one of each set.

    Of many such sets they are the AT_MOST_SETS that the fewest texts should hold.
    """
    # Python's own parser of patterns has no public name; its trees have been the same since 2.0.
    whole, within = _sequence(import_module("re._parser").parse(pattern))
    telling = {s for s in [*within, *([] if whole is None else [whole])] if s and "" not in s}
    return sorted(telling, key=_held_by)[:AT_MOST_SETS]


Known: TypeAlias = tuple[Strings | None, list[Strings]]
"""All that a part can match, None where that is too much to list; and sets of strings of which
each match of it holds one."""


def _sequence(parts: Iterable[tuple[Any, Any]]) -> Known:
    """Tell of parts that follow on one another."""
    within: list[Strings] = []
    run, whole = NOTHING, True
    for part in parts:
        listed, inner = _part(str(part[0]), part[1])
        if listed is not None and len(run) * len(listed) <= MOST:
            run = _joined(run, listed)
            continue
        again = _repeated(*part) if listed is None else None
        if again is not None and len(run) * len(again) <= MOST:
            within.append(_joined(run, again))
        else:
            within += [run, *inner]
        run, whole = listed or again or NOTHING, False
    return (run, []) if whole else (None, [*within, run])


def _joined(first: Strings, second: Strings) -> Strings:
    return frozenset(a + b for a in first for b in second)


def _repeated(kind: Any, given: Any) -> Strings | None:
    """Return what a part that is there at least once begins and ends with; None: too much."""
    return _sequence(given[2])[0] if str(kind) in REPEATS and given[0] > 0 else None


def _part(kind: str, given: Any) -> Known:
    if kind == "LITERAL":
        return frozenset({chr(given)}), []
    if kind in ZERO_WIDTH:
        return NOTHING, []
    if kind == "IN":
        return _set(given), []
    if kind == "BRANCH":
        return _branch([_sequence(branch) for branch in given[1]])
    if kind == "SUBPATTERN":
        return _sequence(given[3])
    if kind == "ATOMIC_GROUP":
        return _sequence(given)
    if kind in REPEATS:
        return _repeat(*given)
    return None, []


def _set(signs: Sequence[tuple[Any, Any]]) -> Strings | None:
    if len(signs) > MOST_SIGNS or any(str(kind) != "LITERAL" for kind, _ in signs):
        return None
    return frozenset(chr(code) for _, code in signs)


def _branch(branches: Sequence[Known]) -> Known:
    listed = [whole for whole, _ in branches if whole is not None]
    if len(listed) == len(branches):
        united = frozenset().union(*listed)
        return (united, []) if len(united) <= MOST else (None, [united])
    each = [_rarest(branch) for branch in branches]
    known = [strings for strings in each if strings is not None]
    if len(known) < len(each):
        return None, []
    return None, [reduce(frozenset.union, known)]


def _repeat(least: int, most: Any, repeated: Iterable[tuple[Any, Any]]) -> Known:
    whole, within = _sequence(repeated)
    if least == 0:
        return (whole | NOTHING, []) if whole is not None and most == 1 else (None, [])
    if least == most == 1:
        return whole, within
    return None, [*within, *([whole] if whole is not None else [])]


def _rarest(known: Known) -> Strings | None:
    """Return the set that the fewest texts should hold one of; None where all may."""
    whole, within = known
    telling = [s for s in [*within, *([] if whole is None else [whole])] if s and "" not in s]
    return min(telling, key=_held_by, default=None)


def _held_by(strings: Strings) -> tuple[float, list[str]]:
    """Return about which share of short texts holds one of ``strings``, for the order alone."""
    return sum(map(_share, strings)), sorted(strings)


def _share(string: str) -> float:
    share = 100.0
    for sign in string:
        share *= 0.1 if sign.isalpha() else 0.3 if sign.isascii() else 0.0001
    return share
