"""Stems: how a driver's words are written down, and the patterns that find them in a text.

==================== ==========================================================================
``price``            this word
``price*``           words that begin so; with several words the last one: ``value for mon*``
``*pris*``           words that hold it, compounds: ``strømprisen``; ``*pris``: that end so
``~pizza``           only where its clause names no other driver: it is what is spoken of, and tells
                     the driver if nothing else does (``~`` before a ``*``)
``-priceless``       not where this is: it takes away the hits of its own driver that it covers
==================== ==========================================================================

In scripts without blanks each character is a word, so that every stem is found within a run.
Arabic stems are found behind the particles that are written with the word (and, the, by, for);
a half-space in a Persian stem stands for itself, a blank or nothing.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias

import msgspec

from tidings.errors import ConfigurationError
from transforms.words import words

PARTICLES = (
    "", "ال", "و", "وال", "ب", "بال", "ل", "لل", "ولل", "ف", "فال", "ك", "كال", "وب", "وبال", "ول",
)  # fmt: skip
"""What Arabic writes with a word before it: and, the, by, for, so, like, and their combinations."""

HALF_SPACE = "\u200c"
ARABIC = re.compile("[\u0600-\u06ff]")
HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")

VARIANTS = str.maketrans(
    {
        **dict(zip("يىكةأإآؤئۀھہ", "ییکهاااویههه", strict=True)),
        **dict.fromkeys([*map(chr, range(0x064B, 0x0653)), "\u0640", "\u0670"], None),
    }
)
"""Letters of which keyboards and spellings have several, as one; vowel signs and stretches go."""

Role: TypeAlias = Literal["tells", "hints", "excludes"]
ROLES: dict[str, Role] = {"-": "excludes", "~": "hints"}

MIN_BEHIND = 2
"""Letters of an Arabic stem up to which no particle is looked for before it: too many words end so.
"""

MIN_SHARED = 5
"""Letters of a stem from which it may count in a text of unknown language; shorter ones mean
different things in different languages ("dyr": expensive or animal)."""


class Stem(msgspec.Struct, frozen=True):
    """One stem: its words joined by blanks, whether it may begin and end inside a word, whether it
    tells, hints (``~``) or takes hits away (``-``), and whether Arabic particles may precede it."""

    text: str
    inside: bool
    begins: bool
    role: Role
    particles: bool

    def patterns(self) -> Iterator[str]:
        """Give what to look for in a text's words, joined by blanks with one at either end."""
        last = "" if self.begins else " "
        if self.inside:
            yield self.text + last
            return
        particles = PARTICLES if self.particles and len(self.text) > MIN_BEHIND else ("",)
        for particle in particles:
            yield plain(f" {particle}{self.text}{last}")

    @property
    def unmistakable(self) -> bool:
        """Whether it means the same in all likelihood where the language is unknown."""
        letters = self.text.replace(" ", "")
        return not letters[0].isalpha() or ord(letters[0]) > 0x2E80 or len(letters) >= MIN_SHARED


def plain(said: str) -> str:
    """Return folded words with the variants of Arabic and Chinese letters made one.

    The blanks between words stay as many as they were; words may get shorter.
    """
    if said.isascii():
        return said
    return simplified(said.translate(VARIANTS) if ARABIC.search(said) else said)


def simplified(text: str) -> str:
    """Return ``text`` with simplified Chinese characters for traditional ones, one for one."""
    return text.translate(_traditional()) if HAN.search(text) else text


def read_stems(raw: str, language: str, key: str) -> Iterator[Stem]:
    """Give the stems that ``raw`` stands for, more than one where it holds a half-space.

    ConfigurationError, naming ``key``, where it has no words or a ``*`` in its midst.
    """
    role = ROLES.get(raw[:1], "tells")
    bare = (raw if role == "tells" else raw[1:]).strip()
    inside, begins = bare.startswith("*"), bare.endswith("*")
    bare = bare.removeprefix("*").removesuffix("*")
    if "*" in bare:
        raise ConfigurationError(
            f"{key}: the stem {raw!r} has a * in its midst.",
            remedy="A * stands before or after a stem: 'deliver*', '*pris*'.",
        )
    spellings = dict.fromkeys(" ".join(words(bare.replace(HALF_SPACE, s))) for s in ("", " "))
    if not bare or not all(spellings):
        raise ConfigurationError(
            f"{key}: the stem {raw!r} has no letters.", remedy="Write a word or leave it out."
        )
    for text in spellings:
        yield Stem(plain(text), inside, begins, role, language == "ar")


def read_all(given: object, language: str, key: str) -> list[Stem]:
    """Return the stems of a list of strings as :func:`read_stems` reads each of them."""
    if isinstance(given, str) or not isinstance(given, list | tuple):
        raise ConfigurationError(
            f"{key} is not a list of stems.", remedy=f'Write {key} = ["stem", "other stem"].'
        )
    for number, raw in enumerate(given):
        if not isinstance(raw, str):
            raise ConfigurationError(
                f"{key}[{number}] is not a string.", remedy='Write each stem as "stem".'
            )
    read = (read_stems(raw, language, f"{key}[{i}]") for i, raw in enumerate(given))
    return list(itertools.chain.from_iterable(read))


@cache
def seeds(language: str) -> dict[str, list[Stem]]:
    """Return our own stems of ``language`` by driver; empty where there are none."""
    source = files("transforms") / "drivers_data" / f"{language}.toml"
    if not source.is_file():
        return {}
    found = tomllib.loads(source.read_text(encoding="utf-8"))
    return {d: read_all(stems, language, f"{language}.{d}") for d, stems in found.items()}


@cache
def seeded() -> tuple[str, ...]:
    """Return the languages that we have stems for, sorted."""
    folder = files("transforms") / "drivers_data"
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(n.removesuffix(".toml") for n in names if len(n) == len("en.toml")))


@cache
def _traditional() -> dict[int, str]:
    """Return which simplified character stands for each common traditional one."""
    source = files("transforms") / "drivers_data" / "traditional.txt"
    lines = source.read_text(encoding="utf-8").splitlines()
    pairs = " ".join(line for line in lines if not line.startswith("#")).split()
    return {ord(pair[0]): pair[1] for pair in pairs}
