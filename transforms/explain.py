"""Why a text matched, or did not: every query's tree with what was true, and each word's weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from tidings.watch import Watch
from transforms.found import Found, Said, holds
from transforms.language import identify
from transforms.match import Matcher, Target
from transforms.opinions import Opinions
from transforms.sentiment.score import Score, Weight
from transforms.target import BrandHit, Toward
from transforms.tree import And, Near, Not, Or, Query
from transforms.words import said as plain_said


class Hit(msgspec.Struct, frozen=True):
    """Where something was found: ``text[start:end]`` of the explanation's text."""

    start: int
    end: int
    text: str


class Step(msgspec.Struct, frozen=True):
    """One part of a query: whether it holds, the hits that make it hold, and its own parts."""

    query: str
    holds: bool
    hits: tuple[Hit, ...]
    parts: tuple[Step, ...] = ()


class Verdict(msgspec.Struct, frozen=True):
    """One brand or keyword: whether the mention counts for it, and the steps to that.

    ``keyword`` is empty for a brand. A keyword whose query holds is not ``matched`` where its
    watch's own brand is not: ``note`` then says so.
    """

    brand: str
    keyword: str
    watch: str
    matched: bool
    note: str
    step: Step


class Explanation(msgspec.Struct, frozen=True):
    """All that is made of a text. ``text`` is title and text as one; hits are places in it.

    ``scorer`` is whom the text was given to, or would be; ``weights`` are in its unit and empty
    where the text is unscored. ``brands`` are those that it speaks of otherwise than as a whole.
    """

    text: str
    language: str | None
    language_confidence: float | None
    score: Score
    scorer: str
    scorer_version: str
    weights: tuple[Weight, ...]
    brands: tuple[Toward, ...]
    drivers: tuple[Toward, ...]
    flags: tuple[str, ...]
    verdicts: tuple[Verdict, ...]


def explain(
    mention: Said,
    watches: Sequence[Watch],
    *,
    about: str | None = None,
    languages: Sequence[str] | None = None,
) -> Explanation:
    """Explain what enriching makes of ``mention``.

    ``mention.language`` is what the source states, ``about`` the brand that its place is about,
    ``languages`` those of the watch that collected it (None: of all ``watches``). Scorers and
    drivers are those of the first watch whose own brand it matches, else of the first.
    """
    known = languages if languages is not None else [x for w in watches for x in w.brand.languages]
    matcher = Matcher(watches)
    text = plain_said(mention.title, mention.text)
    language, confidence = identify(text, known or ("en",), mention.language)
    said = msgspec.structs.replace(mention, language=language or mention.language)
    found = matcher.find(said)
    matches = matcher.match(said, about=about)
    brands = {b.brand: b.how for b in matches.brands}
    watch = next((w for w in watches if w.brand.name in brands), watches[0] if watches else None)
    opinions = Opinions(watch)
    named = [BrandHit(*hit) for hit in matches.named]
    (opinion,) = opinions.of([text], [language], [named], about)
    scorer = opinions.scorers.scorer(language)
    return Explanation(
        text=text,
        language=language,
        language_confidence=confidence,
        score=opinion.scored.score,
        scorer=scorer.name,
        scorer_version=scorer.version,
        weights=tuple(opinions.scorers.explain(text, language)),
        brands=opinion.brands,
        drivers=opinion.drivers,
        flags=opinion.flags,
        verdicts=tuple(_verdict(target, found, brands) for target in matcher.targets),
    )


def _verdict(target: Target, found: Found, brands: Mapping[str, str]) -> Verdict:
    step = _step(target.query, found)
    here = target.brand in brands
    if target.kind == "brand":
        by_place = brands.get(target.brand) == "place"
        note = "everything at its place is about it" if by_place else ""
        return Verdict(target.brand, "", target.watch, step.holds or by_place, note, step)
    note = "" if here or not step.holds else f"does not count: {target.brand} is not matched"
    return Verdict(target.brand, target.keyword, target.watch, step.holds and here, note, step)


def _step(query: Query, found: Found) -> Step:
    spans = holds(query, found)
    places = sorted(found.place(span) for span in spans or ())
    hits = tuple(Hit(start, end, found.text[start:end]) for start, end in places)
    parts: Sequence[Query] = ()
    if isinstance(query, And | Or):
        parts = query.parts
    elif isinstance(query, Near):
        parts = (query.left, query.right)
    elif isinstance(query, Not):
        parts = (query.part,)
    return Step(str(query), spans is not None, hits, tuple(_step(p, found) for p in parts))
