"""Puts the phrases of the made-up world together."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from tidings.demo.brands import BY_NAME, COMPETITORS, OWN, Brand
from tidings.demo.item import Mood
from tidings.demo.phrases import PHRASES

_NAMES = re.compile(r"\{(?:product|brand)\}")
_TRIES = 60


class Writer:
    """Puts phrases together, never the same text twice: copies are made on purpose, elsewhere."""

    def __init__(self, rng: random.Random, said: set[str]) -> None:
        self.rng = rng
        self._said = said

    def say(
        self,
        language: str,
        topics: list[str],
        mood: Mood,
        brand: str,
        product: str | None,
        *,
        named: bool = True,
    ) -> str:
        """Return a sentence on each of ``topics``; ``named``: the brand is named in them."""
        return self.new(lambda: self._compose(language, topics, mood, brand, product, named))

    def reply(self, language: str, mood: Mood, brand: str, product: str) -> str:
        """Return a short reply that names the brand, at times with a sentence more."""
        phrases = PHRASES[language]

        def make() -> str:
            parts = [self.rng.choice(phrases.replies[mood])]
            if self.rng.random() < 0.7:
                parts.append(self.rng.choice(self._plain(phrases.product[mood])))
            if self.rng.random() < 0.4:
                parts.append(self.rng.choice(phrases.closings[mood]))
            return self.fill(join(language, parts), language, brand, product)

        return self.new(make)

    def event(self, language: str, table: str, mood: Mood, product: str) -> str:
        """Return a statement about the incident or the viral film, with a detail."""
        phrases = PHRASES[language]

        def make() -> str:
            spoken = phrases.topic(table)
            parts = [self.rng.choice(spoken.get(mood) or spoken["neutral"])]
            more = spoken.get("details") or phrases.closings[mood]
            parts += self.rng.sample(more, min(len(more), self.rng.randint(1, 2)))
            return self.fill(join(language, parts), language, OWN.name, product)

        return self.new(make)

    def article(
        self, language: str, brand: str, product: str, *, incident: bool
    ) -> tuple[str, str]:
        """Return the headline and the body of a piece of news."""
        news = PHRASES[language].news
        titles = news.incident_titles if incident else news.titles
        bodies = news.incident_bodies if incident else news.bodies
        title = self.fill(self.rng.choice(titles), language, brand, product)

        def make() -> str:
            parts = self.rng.sample(bodies, min(len(bodies), self.rng.randint(2, 4)))
            if incident:
                parts.append(self.rng.choice(news.bodies))
            return self.fill(join(language, parts), language, brand, product)

        return title, self.new(make)

    def headline(self, brand: str, product: str) -> str:
        """Return the title of a story in the forum (English)."""
        stories = PHRASES["en"].topic("stories")

        def make() -> str:
            title = self.rng.choice(stories["titles"])
            ending = "" if title.endswith("?") else self.rng.choice(stories["endings"])
            return self.fill(title + ending, "en", brand, product)

        return self.new(make)

    def one_of(self, table: str, language: str, mood: str, brand: str, product: str | None) -> str:
        """Return one filled phrase of a table; it may have been said before."""
        spoken = PHRASES[language].topic(table)
        chosen = self.rng.choice(spoken.get(mood) or spoken["neutral"])
        return self.fill(chosen, language, brand, product)

    def fill(self, text: str, language: str, brand: str, product: str | None) -> str:
        """Fill the slots of ``text``."""
        phrases, rng = PHRASES[language], self.rng
        who: Brand = BY_NAME.get(brand, OWN)
        others = [b.name for b in (COMPETITORS if who is OWN else (OWN, *COMPETITORS)) if b != who]
        days = str(rng.randint(2, 14))
        shown = who.called(language) if rng.random() < 0.3 else who.name
        return text.format(
            product=product or who.products[0],
            brand=shown,
            rival=rng.choice(others),
            since=rng.choice(phrases.since),
            days=_persian(days) if language == "fa" else days,
            price=rng.choice(phrases.prices),
            city=rng.choice(phrases.cities),
            drink=rng.choice(phrases.drinks),
            domain=who.domain,
        )

    def new(self, make: Callable[[], str]) -> str:
        """Call ``make`` until it gives a text that nobody has written yet."""
        text = make()
        for _ in range(_TRIES):
            if text not in self._said:
                break
            text = make()
        else:  # only in worlds far larger than the phrases were written for
            text = f"{text} ({len(self._said)})"
        self._said.add(text)
        return text

    def _compose(
        self,
        language: str,
        topics: list[str],
        mood: Mood,
        brand: str,
        product: str | None,
        named: bool,
    ) -> str:
        phrases, rng = PHRASES[language], self.rng
        parts: list[str] = []
        for topic in topics:
            table = phrases.topic(topic)
            # people mix: now and then a sentence in another mood
            spoken = mood if not parts or rng.random() < 0.85 else "neutral"
            choice = rng.choice(table[spoken] if brand else self._plain(table[spoken]))
            if choice not in parts:
                parts.append(choice)
        if rng.random() < 0.45:
            closings = phrases.closings[mood]
            parts.append(rng.choice(closings if brand else self._plain(closings)))
        if brand and ((named and not _NAMES.search(" ".join(parts))) or rng.random() < 0.15):
            parts.insert(0, rng.choice(phrases.openings))
        return self.fill(join(language, parts), language, brand, product)

    @staticmethod
    def _plain(sentences: list[str]) -> list[str]:
        """Return those that name no brand."""
        return [s for s in sentences if "{brand}" not in s and "{product}" not in s] or sentences


def join(language: str, parts: list[str]) -> str:
    """Put sentences one after the other, as the language does."""
    return ("" if language == "zh" else " ").join(parts)


def _persian(digits: str) -> str:
    return digits.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
