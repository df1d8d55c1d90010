"""The words of the made-up world: one table of phrases for each language."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import msgspec

from tidings.demo.item import LANGUAGES

Table = dict[str, list[str]]


class News(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Headlines and sentences of articles."""

    titles: list[str]
    bodies: list[str]
    incident_titles: list[str]
    incident_bodies: list[str]


class People(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words that handles and shown names are made of."""

    adjectives: list[str]
    nouns: list[str]
    first_names: list[str]


class Phrases(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All phrases of one language. Tables are by mood; each file names its slots."""

    openings: list[str]
    since: list[str]
    cities: list[str]
    drinks: list[str]
    prices: list[str]
    countries: list[str]
    product: Table
    delivery: Table
    price: Table
    app: Table
    service: Table
    shop: Table
    closings: Table
    compare: Table
    replies: Table
    incident: Table
    viral: Table
    answers: Table
    updates: Table
    news: News
    people: People
    tech: Table | None = None
    stories: Table | None = None

    def topic(self, name: str) -> Table:
        """Return the sentences about ``name`` (product, delivery, price, app, ...) by mood."""
        table: Table = getattr(self, name)
        return table


def _load(language: str) -> Phrases:
    text = (files(__name__) / f"{language}.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Phrases)


PHRASES = {language: _load(language) for language in LANGUAGES}
