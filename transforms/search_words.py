"""What people look for in texts: the words of texts, and what a person typed, as the same tokens.

A token is a folded word (:mod:`transforms.words`), numbers too; links and names of accounts are
left out. Scripts written without spaces give each two characters that stand together, and the last
character of a run for itself, so that one character finds what begins with it.

What a person may type: words, of which all must be there; ``"words in a row"``; ``word*`` for what
begins so; ``one OR other``; ``-word`` for what must not be there. Nothing typed is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from transforms.driving_words import NAMES
from transforms.words import UNSPACED, URL, places, said, words

RULES = "1"
"""Changes with what becomes a token: an index by others is made anew."""

LONGEST = 400
"""Characters of what was typed that count."""

MOST = 40
"""Parts of it that count."""

_PART = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))(\*?)')
"""An optional minus, words within quotes or up to a blank, and an optional star after quotes."""


class Token(NamedTuple):
    """A token and where it stands in the text (characters, end exclusive)."""

    token: str
    start: int
    end: int


class Phrase(NamedTuple):
    """Tokens that stand in a row; with ``prefix`` the last one need only begin so."""

    tokens: tuple[str, ...]
    prefix: bool = False


class Sought(NamedTuple):
    """What was typed: of each group of ``wanted`` one phrase must be there, none of ``unwanted``.

    ``cut``: more was typed than counts.
    """

    wanted: tuple[tuple[Phrase, ...], ...] = ()
    unwanted: tuple[Phrase, ...] = ()
    cut: bool = False

    def holds(self, title: str | None, text: str | None) -> bool:
        """Return whether a mention has what was typed, as the index of words would say."""
        fields = [list(tokens(field)) for field in fields_of(title, text)]

        def there(phrase: Phrase) -> bool:
            return any(_found(phrase, field) for field in fields)

        return (
            bool(self.wanted)
            and all(any(there(phrase) for phrase in group) for group in self.wanted)
            and not any(there(phrase) for phrase in self.unwanted)
        )

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return where what was wanted stands in ``text``: in order, none within another."""
        placed = list(placed_tokens(text))
        plain = [one.token for one in placed]
        found = sorted(
            (placed[first].start, max(one.end for one in placed[first : last + 1]))
            for group in self.wanted
            for phrase in group
            for first, last in _found(phrase, plain)
        )
        return list(_merged(found))


def fields_of(title: str | None, text: str | None) -> tuple[str, str]:
    """Return title and text; no title where the text begins with it, as in what is ``said``."""
    title, text = (title or "").strip(), text or ""
    return ("" if said(title, text) == text else title), text


def indexed(title: str | None, text: str | None) -> tuple[str, str]:
    """Return the tokens of title and text, each joined by blanks, for the index of words."""
    first, second = fields_of(title, text)
    return " ".join(tokens(first)), " ".join(tokens(second))


def tokens(text: str) -> Iterator[str]:
    """Give the tokens of a text, in order."""
    if not _unspaced().search(text):
        yield from words(_nameless(text))
        return
    run = ""
    for word in words(_nameless(text)):
        if _unspaced().match(word):
            if run:
                yield run + word
            run = word
            continue
        if run:
            yield run
            run = ""
        yield word
    if run:
        yield run


def placed_tokens(text: str) -> Iterator[Token]:
    """Give the :func:`tokens` of a text, each with where it stands."""
    plain = _nameless(text)
    run: Token | None = None
    for word, (start, end) in zip(words(plain), places(plain), strict=True):
        if _unspaced().match(word):
            if run is not None:
                yield Token(run.token + word, run.start, end)
            run = Token(word, start, end)
            continue
        if run is not None:
            yield run
            run = None
        yield Token(word, start, end)
    if run is not None:
        yield run


def sought(typed: str) -> Sought:
    """Read what a person typed; nothing is wanted where there is no word in it."""
    wanted: list[tuple[Phrase, ...]] = []
    unwanted: list[Phrase] = []
    cut = len(typed) > LONGEST
    either = False
    for number, match in enumerate(_PART.finditer(typed[:LONGEST])):
        if number >= MOST:
            cut = True
            break
        minus, quoted, plain, star = match.groups()
        if plain == "OR" and not minus:
            either = bool(wanted)
            continue
        if plain == "AND" and not minus:
            continue
        phrase = _phrase(quoted if plain is None else plain, star)
        if phrase is None:
            continue
        if minus:
            unwanted.append(phrase)
        elif either:
            wanted[-1] = (*wanted[-1], phrase)
        else:
            wanted.append((phrase,))
        either = False
    return Sought(tuple(wanted), tuple(unwanted), cut)


def _phrase(text: str, star: str) -> Phrase | None:
    """Return a phrase of what was typed; None where there is no word in it."""
    found = list(tokens(text))
    prefix = bool(star) or text.endswith("*")
    if not found:
        return None
    last = found[-1]
    if _unspaced().match(last):
        # The last character of a run stands for itself where the run ends; it may go on here.
        if len(found) > 1 and _unspaced().match(found[-2]):
            return Phrase(tuple(found[:-1]), prefix=False)
        return Phrase(tuple(found), prefix=True)
    return Phrase(tuple(found), prefix)


def _found(phrase: Phrase, there: Sequence[str]) -> list[tuple[int, int]]:
    """Return the first and last place of a phrase in a list of tokens, each time it is there."""
    wanted, size = list(phrase.tokens), len(phrase.tokens)
    head, last = wanted[:-1], wanted[-1]
    found = []
    for at in range(len(there) - size + 1):
        end = there[at + size - 1]
        same = end.startswith(last) if phrase.prefix else end == last
        if same and list(there[at : at + size - 1]) == head:
            found.append((at, at + size - 1))
    return found


def _merged(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    start = end = -1
    for first, last in spans:
        if first > end:
            if end > start:
                yield start, end
            start, end = first, last
        else:
            end = max(end, last)
    if end > start:
        yield start, end


def _nameless(text: str) -> str:
    """Return a text with blanks for its links and names of accounts, as long as it was."""
    if "://" in text or "www." in text.lower():
        text = URL.sub(_blanks, text)
    return NAMES.sub(_blanks, text) if "@" in text or "u/" in text else text


def _blanks(match: re.Match[str]) -> str:
    return " " * len(match.group())


@cache
def _unspaced() -> re.Pattern[str]:
    return re.compile(f"[{UNSPACED}]")
