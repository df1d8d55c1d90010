"""Words as VADER's rules see them, remembered by the token of the text that each was made of."""

from __future__ import annotations

from collections.abc import Iterator
from string import punctuation

import msgspec

from transforms.sentiment.vader_lexicon import Lexicon

MAX_REMEMBERED = 100_000
"""Tokens; a memory that is full is emptied. A word with a comma after it is a token of its own."""

MAX_TOKEN = 40
"""Characters. Longer tokens (links, runs of a script without spaces) hardly come again."""

STRESSES = frozenset({"so", "this"})
UNLEAST = frozenset({"at", "very"})
JOINS = frozenset({"or", "nor"})
NAMED = frozenset({"but", "least", *STRESSES, *UNLEAST, *JOINS})
"""Words that rules name beside those of the tables."""


class Word(msgspec.Struct, frozen=True, gc=False):
    """What the rules ask of a word."""

    lower: str = ""
    known: float | None = None
    """Its valence; None where it is not in the lexicon."""
    upper: bool = False
    scale: float = 0.0
    """What it adds to a positive word after it; 0 where it is no booster."""
    negates: bool = False
    acts: bool = False
    """It is a booster or a negation; none of these is in the lexicon."""
    no: bool = False
    """It is ``no``, which is in the lexicon, and negates too."""
    least: bool = False
    unleast: bool = False
    """It is ``at`` or ``very``, after which ``least`` negates nothing."""
    stresses: bool = False
    """It is ``so`` or ``this``, which make more of a ``never``."""
    joins: bool = False
    """It is ``or`` or ``nor``, over which ``no`` reaches one word further."""
    looks_ahead: bool = False
    """It is ``no`` or ``kind``, which weigh nothing before some words."""
    second: frozenset[str] = frozenset()
    """The words that come second in the idioms, and two-word boosters, that it begins."""
    asks: bool = False
    """Whether its valence may be another without any of the words before it."""


PLAIN = Word()
"""What stands for a word that no rule asks for, and for none."""

EMOJI = Word("emoji")
"""A token that becomes several when its emoji are said in words."""


class Vocabulary:
    """The words of a lexicon and of the rules."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._signs = frozenset(lexicon.emoji)
        phrases = [tuple(p.split()) for p in (*lexicon.idioms, *lexicon.boosters) if " " in p]
        self._second = {p[0]: frozenset(q[1] for q in phrases if q[0] == p[0]) for p in phrases}
        self._asked_for = NAMED.union(
            lexicon.valences, lexicon.boosters, lexicon.negations, *phrases
        )

    def word(self, token: str) -> Word | None:
        """Return what the rules see in ``token``; None where they see nothing."""
        # No emoji is ASCII, and few texts are not.
        if not token.isascii() and not self._signs.isdisjoint(token):
            return EMOJI
        bare = bared(token)
        lower = bare.lower()
        if lower not in self._asked_for and "n't" not in lower:
            return None
        known = self.lexicon.valences.get(lower)
        scale = self.lexicon.boosters.get(lower, 0.0)
        negates = lower in self.lexicon.negations or "n't" in lower
        upper, looks_ahead = bare.isupper(), lower in ("no", "kind")
        second = self._second.get(lower, frozenset())
        return Word(
            lower=lower,
            known=known,
            upper=upper,
            scale=scale,
            negates=negates,
            acts=negates or scale != 0,
            no=lower == "no",
            least=lower == "least",
            unleast=lower in UNLEAST,
            stresses=lower in STRESSES,
            joins=lower in JOINS,
            looks_ahead=looks_ahead,
            second=second,
            asks=upper or looks_ahead or bool(second),
        )

    def said(self, token: str) -> Iterator[str]:
        """Yield what becomes of each character of ``token`` when its emoji are said in words.

        Before these comes a blank and after them none: what follows an emoji is glued to it.
        """
        said = self.lexicon.emoji
        return (f" {said[sign]}" if sign in said else sign for sign in token)


def bared(token: str) -> str:
    """Return ``token`` without the ASCII punctuation around it; as it is where <= 2 would be left.

    So ``:)`` stays an emoticon.
    """
    bare = token.strip(punctuation)
    return bare if len(bare) > 2 else token


class Words(dict[str, Word | None]):
    """What the rules see in each token met so far; a new one is looked at once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._word = vocabulary.word

    def __missing__(self, token: str) -> Word | None:
        word = self._word(token)
        if len(token) <= MAX_TOKEN:
            if len(self) >= MAX_REMEMBERED:
                self.clear()
            self[token] = word
        return word
