"""What makes a text's score doubtful or beside the point: it asks, or it says what it doesn't mean.

Both are flagged and never used to turn a score round: sarcasm can't be told for sure from words.
Precision comes first: what is flagged should be so, much is missed. The patterns of each language
are in ``flags.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias

import msgspec

from transforms.sieve import Sieve
from transforms.stems import simplified
from transforms.words import URL

Flag: TypeAlias = Literal["question", "sarcasm"]

MAX_FLAGGED = 5_000
"""Characters; a longer text asks and mocks in passing, if it does."""

QUESTION = "?？؟"
SENTENCE = re.compile(r"[^.!?…。！？؟\n]+[.!?…。！？؟]*")
QUOTES = {"’": "'", "‘": "'", "\u00a0": " ", "\u200c": " "}
GREETING = re.compile(
    r"^(?:[\s\W]*(?:@\w+|#\w+|hi|hey|hello|hei|hej|hallo|hola|ciao|bonjour|olá|oi|سلام|مرحبا|你好|您好|so|and"
    r"|but|ok|okay|also|please|quick question|question|just|sorry|og|men|så|und|aber|et|mais|y|pero"
    r"|e|ma|mas|بچه‌ها|ببخشید|لطفا)\b[\s,:،，!.-]*)+|^[\s\W]+"
)
ADDRESSED = re.compile(r"^[\w @.-]{1,25}, ")
WORDS = re.compile(r"\w+")
UNSPACED = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


UNSPACED_OR_GLUED = frozenset({"ar", "fa", "zh"})
"""Languages of which a pattern may begin within what counts as a word."""


class Signs(msgspec.Struct, frozen=True):
    """The patterns of one language.

    ``sieve`` tells which of ``mocking`` and, numbered on from there, of ``unmarked`` a text can
    match. Of a pair in ``mocking`` both have to be found, and ``first``, which is any first one;
    the second is None where one is enough.
    """

    ask: re.Pattern[str] | None
    unmarked: re.Pattern[str] | None
    rhetorical: re.Pattern[str] | None
    mocking: tuple[tuple[re.Pattern[str], re.Pattern[str] | None], ...]
    first: re.Pattern[str] | None
    sieve: Sieve


def flags(text: str, language: str | None) -> tuple[Flag, ...]:
    """Return the flags of ``text``: ``question``, ``sarcasm``, both or none, in this order.

    A question wants an answer: not "How dare you?". Where the language is unknown or has no
    patterns, sarcasm is only what its writer marks as such (``/s``), and nothing is a question.
    """
    if not text or len(text) > MAX_FLAGGED:
        return ()
    signs = _signs(language if language in _tables() else None)
    said = " ".join(_plain(text).lower().split())
    possible = signs.sieve.possible(said)
    found: list[Flag] = []
    if _asks(said, signs, possible):
        found.append("question")
    if _mocks(said, signs, possible):
        found.append("sarcasm")
    return tuple(found)


def _plain(text: str) -> str:
    if not text.isascii():
        text = simplified(text)
        for sign, plain in QUOTES.items():
            text = text.replace(sign, plain)  # many times faster than to translate each character
    return text.replace("`", "'")


def _asks(said: str, signs: Signs, possible: frozenset[int]) -> bool:
    if signs.unmarked is None:
        return False
    marked = any(q in said for q in QUESTION)
    unmarked = any(number >= len(signs.mocking) for number in possible)
    if not marked and not (unmarked and signs.unmarked.search(said)):
        return False
    if "http" in said or "www." in said:
        said, unmarked = URL.sub(" ", said), True
    return any(
        _is_question(sentence.strip(), signs)
        for sentence in SENTENCE.findall(said)
        if unmarked or any(q in sentence for q in QUESTION)
    )


def _is_question(sentence: str, signs: Signs) -> bool:
    """Whether one sentence, in small letters, asks for an answer."""
    bare = sentence.rstrip(".!?…。！？؟ ")
    mark = sentence[len(bare) :]
    if "!" in mark or "！" in mark:
        return False
    bare = GREETING.sub("", bare)
    bare = ADDRESSED.sub("", bare, count=1) if signs.ask is not None else bare
    if len(WORDS.findall(bare)) < 2 and len(UNSPACED.findall(bare)) < 3:
        return False
    if signs.rhetorical is not None and signs.rhetorical.search(bare):
        return False
    if any(q in mark for q in QUESTION) and (signs.ask is None or signs.ask.match(bare)):
        return True
    return signs.unmarked is not None and signs.unmarked.match(bare) is not None


def _mocks(said: str, signs: Signs, possible: frozenset[int]) -> bool:
    for number in sorted(possible):
        if number >= len(signs.mocking):
            return False
        first, second = signs.mocking[number]
        if first.search(said) and (second is None or _both(said, signs.first, second)):
            return True
    return False


def _both(said: str, first: re.Pattern[str] | None, second: re.Pattern[str]) -> bool:
    return first is not None and bool(second.search(said)) and bool(first.search(said))


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    source = (files("transforms") / "flags.toml").read_text(encoding="utf-8")
    read: dict[str, dict[str, list[str]]] = tomllib.loads(source)
    return read


@cache
def _signs(language: str | None) -> Signs:
    table = _tables()[language] if language is not None else {}
    spaced = language != "zh"
    start = "" if language in UNSPACED_OR_GLUED else r"(?<!\w)"
    ready = list(_sarcasm(table, spaced))
    firsts = [first for first, second in ready if second is not None]
    lines = [(first if b else f"{start}(?:{first})", b) for first, b in ready]
    unmarked = [_within(pattern) for pattern in table.get("unmarked", ())]
    return Signs(
        ask=re.compile(rf"(?:{'|'.join(table['ask'])})\b") if "ask" in table else None,
        unmarked=re.compile("|".join(unmarked)) if unmarked else None,
        rhetorical=_any(table.get("rhetorical", ())),
        mocking=tuple((re.compile(a), re.compile(b) if b else None) for a, b in lines),
        first=re.compile(f"{start}(?:{'|'.join(firsts)})") if firsts else None,
        sieve=Sieve([*(first for first, _ in lines), *unmarked]),
    )


def _any(patterns: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(_within, patterns))) if patterns else None


def _sarcasm(table: dict[str, list[str]], spaced: bool) -> Iterator[tuple[str, str | None]]:
    for line in [*_tables()["any"]["sarcasm"], *table.get("sarcasm", ())]:
        for name in ("praise", "event", "noun"):
            if name in table:
                words = "|".join(table[name])
                whole = rf"(?<!\w)(?:{words})(?!\w)" if spaced else f"(?:{words})"
                line = line.replace(f"{{{name}}}", whole)
        first, _, second = line.partition(" && ")
        yield _within(first), _within(second) if second else None


def _within(pattern: str) -> str:
    """Return ``pattern`` with ``_`` for up to 80 characters of one sentence."""
    return re.sub(" ?_ ?", "[^.!?…。！？؟]{0,80}?", pattern)
