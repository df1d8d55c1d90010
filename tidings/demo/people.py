"""Who writes: made-up authors with handles, countries and a few with very many followers."""

from __future__ import annotations

import random

from tidings.demo.item import Author
from tidings.demo.phrases import PHRASES

_BASE32 = "234567abcdefghijklmnopqrstuvwxyz"


class Crowd:
    """The authors of one source, by language. A few write and are followed much, most hardly."""

    def __init__(self, rng: random.Random, source: str, languages: dict[str, int]) -> None:
        self._authors: dict[str, list[Author]] = {}
        self._weights: dict[str, list[float]] = {}
        for language, count in languages.items():
            authors = [_author(rng, source, language, rank) for rank in range(1, count + 1)]
            self._authors[language] = authors
            self._weights[language] = [1 / rank**0.7 for rank in range(1, count + 1)]

    def pick(self, rng: random.Random, language: str) -> Author:
        """Return somebody who writes in ``language``."""
        return rng.choices(self._authors[language], self._weights[language])[0]


def _author(rng: random.Random, source: str, language: str, rank: int) -> Author:
    words = PHRASES[language].people
    handle = f"{rng.choice(words.adjectives)}{rng.choice(words.nouns)}{rank}".replace("æ", "ae")
    first = rng.choice(words.first_names)
    initial = "" if language == "zh" else f" {chr(rng.randrange(65, 91))}."
    followers = int(26_000 / rank**1.05 * rng.uniform(0.6, 1.4)) + rng.randrange(40)
    return Author(
        id=_id(rng, source, handle),
        handle=handle,
        shown_as=f"{first}{initial}",
        language=language,
        followers=followers,
        country=rng.choice(PHRASES[language].countries),
    )


def _id(rng: random.Random, source: str, handle: str) -> str:
    if source == "bluesky":
        return "did:plc:" + "".join(rng.choices(_BASE32, k=24))
    if source == "steam":
        return f"7656119{rng.randrange(10**10):010d}"
    if source == "mastodon":
        return f"1{rng.randrange(10**17):017d}"
    return handle
