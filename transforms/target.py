"""Whom and what a text is positive or negative about: each brand and each driver it names.

:func:`parts` says which parts of a text have to be scored; they are scored by the text's own
scorer, many at once; :func:`decide` makes of the scores what is said of each brand and driver.

- A driver has the score of the clauses that name it.
- A brand alone in a text has the text's score. Where there are several, each has the score of the
  clauses that name it and of those after them, until another brand is named ("Acme is great. It
  never breaks."); what stands before the first is of the first.
- A clause that compares brands ("Acme is better than Beta") says so of each, whatever its score.
- A brand that the place of the text is about is meant where no other one is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from transforms.clauses import Clause, clauses
from transforms.comparing import Spoken, compared
from transforms.drivers import DriverHit
from transforms.found import MAX_MATCHED
from transforms.grammar import Sign, grammar
from transforms.sentiment.score import Label, Score

ASIDE = 5
"""Words before a brand, in the midst of a sentence, from which it is named by the way ("next door
to Beta"): what follows is not about it."""

COMPARED = 0.4
"""``compound`` of a brand of which it is only said that it is better (or worse) than another."""

OPPOSITE: Mapping[Label, Label] = {
    "positive": "negative", "negative": "positive", "neutral": "neutral", "unscored": "unscored",
}  # fmt: skip


class BrandHit(msgspec.Struct, frozen=True):
    """A brand that is named at ``text[start:end]``, as :class:`transforms.match.Matches` has it."""

    brand: str
    start: int
    end: int


class DriverPart(msgspec.Struct, frozen=True):
    """A driver, the words that name it, and the number of the part of the text that is scored for
    it; None for the whole text."""

    driver: str
    matched: str
    part: int | None


class BrandPart(msgspec.Struct, frozen=True):
    """A brand, the sign by which a part of the text counts for it, and that part's number.

    ``part`` is None for the whole text, and with the signs that need no score.
    """

    brand: str
    sign: Sign
    part: int | None


class Parts(msgspec.Struct, frozen=True):
    """What to score of one text: ``texts``, and what each of them is for; a brand may be there more
    than once."""

    texts: tuple[str, ...] = ()
    drivers: tuple[DriverPart, ...] = ()
    brands: tuple[BrandPart, ...] = ()


class Toward(msgspec.Struct, frozen=True):
    """The sentiment toward a brand or driver: ``matched`` are a driver's words, empty for a brand.

    ``compound`` is -1..1, None where unscored.
    """

    name: str
    matched: str
    label: Label
    compound: float | None


def parts(
    text: str,
    language: str | None,
    drivers: Sequence[DriverHit],
    brands: Sequence[BrandHit],
    about: str | None = None,
) -> Parts:
    """Return what of ``text`` has to be scored for its drivers and brands, in linear time.

    ``about`` is the brand that everything at its place is about. ``texts`` is empty where the
    score of the whole text does for all.
    """
    names = dict.fromkeys(([about] if about else []) + [hit.brand for hit in brands])
    if not drivers and len(names) < 2:
        return Parts(brands=tuple(BrandPart(name, "=", None) for name in names))
    anchors = [(h.start, h.end) for h in drivers] + [(h.start, h.end) for h in brands]
    cut = clauses(text, language, anchors)
    texts: dict[str, int] = {}

    def numbered(chosen: Sequence[int]) -> int | None:
        if len(chosen) == len(cut):
            return None
        said = " ".join(text[cut[n].start : cut[n].end].strip() for n in chosen)
        return texts.setdefault(said, len(texts))

    found = _drivers(cut, drivers)
    driven = tuple(DriverPart(d, ", ".join(w)[:MAX_MATCHED], numbered(c)) for d, w, c in found)
    if len(names) < 2:
        meant = tuple(BrandPart(name, "=", None) for name in names)
        return Parts(tuple(texts), driven, meant)
    meant_by = _brands(text, language, cut, brands, about)
    branded: list[BrandPart] = []
    for (brand, sign, tail), chosen in meant_by.items():
        if sign in "=!":
            branded.append(BrandPart(brand, sign, numbered(chosen)))
        else:
            part = texts.setdefault(tail, len(texts)) if tail else None
            branded.append(BrandPart(brand, sign, part))
    known = {b.brand for b in branded}
    branded += [BrandPart(name, "0", None) for name in names if name not in known]
    return Parts(tuple(texts), driven, tuple(branded))


def decide(
    found: Parts, scores: Sequence[Score], whole: Score
) -> tuple[list[Toward], list[Toward]]:
    """Return the sentiment toward the drivers and toward the brands of one text.

    ``scores`` are those of ``found.texts``, ``whole`` that of the text. Where the text could not be
    scored, neither are its parts.
    """
    drivers = [
        Toward(d.driver, d.matched, *_said("=", whole if d.part is None else scores[d.part]))
        for d in found.drivers
    ]
    by_brand: dict[str, list[tuple[Sign, Label, float | None]]] = {}
    for part in found.brands:
        score = whole if part.part is None else scores[part.part]
        alone = part.part is None or score.label == "unscored"
        if alone and part.sign in "><+-0" and whole.label != "unscored":
            score = Score("neutral", 0.0)  # a comparison says it by itself
        by_brand.setdefault(part.brand, []).append((part.sign, *_said(part.sign, score)))
    return drivers, [Toward(name, "", *_together(said)) for name, said in by_brand.items()]


def _said(sign: Sign, score: Score) -> tuple[Label, float | None]:
    """Return what ``score`` means for a brand that is spoken of with ``sign``."""
    label, compound = score.label, score.compound
    if compound is None or sign == "=":
        return label, compound
    if sign == "!":
        return OPPOSITE[label], -compound
    if sign == "0":
        return "neutral", 0.0
    up = sign in "+>"
    if sign in "><" and label == "negative":
        up = not up
    strength = max(abs(compound), COMPARED)
    return ("positive", strength) if up else ("negative", -strength)


def _together(said: Sequence[tuple[Sign, Label, float | None]]) -> tuple[Label, float | None]:
    """Return one label of several: what is said of a brand itself weighs more than a comparison."""
    known = [one for one in said if one[1] != "unscored"] or said
    own = [one for one in known if one[0] in "=!" and one[1] in ("positive", "negative")]
    chosen = [(label, c) for _, label, c in own or known]
    label = chosen[0][0]
    if any(other != label for other, _ in chosen):
        label = "neutral" if own else next((x for x, _ in chosen if x != "neutral"), label)
    values = [c for x, c in chosen if c is not None and x == label]
    return label, sum(values) / len(values) if values else (0.0 if label == "neutral" else None)


def _drivers(
    cut: Sequence[Clause], hits: Sequence[DriverHit]
) -> list[tuple[str, list[str], list[int]]]:
    """Return each driver with its words and the clauses that name it, in the text's order."""
    found: dict[str, tuple[dict[str, str], dict[int, None]]] = {}
    number = 0
    for hit in sorted(hits, key=lambda h: h.start):
        while cut[number].end <= hit.start and number + 1 < len(cut):
            number += 1
        matched, chosen = found.setdefault(hit.driver, ({}, {}))
        quote = " ".join(hit.matched.split())
        matched.setdefault(quote.casefold(), quote)
        chosen[number] = None
    return [(d, list(m.values()), list(c)) for d, (m, c) in found.items()]


def _brands(
    text: str,
    language: str | None,
    cut: Sequence[Clause],
    hits: Sequence[BrandHit],
    about: str | None,
) -> dict[tuple[str, Sign, str], list[int]]:
    """Return which clauses count for which brand, by sign and by what follows it in the clause."""
    rules = grammar(language)
    found: dict[tuple[str, Sign, str], list[int]] = {}
    named = _by_clause(cut, hits)
    first = named[min(named)] if named else ()
    meant = (about,) if about else tuple(dict.fromkeys(hit.brand for hit in first))
    before, seen = -1, bool(about)
    for number, clause in enumerate(cut):
        said = text[clause.start : clause.end]
        if number in named:
            places = [
                (h.start - clause.start, h.end - clause.start, h.brand) for h in named[number]
            ]
            signs = compared(said, places, rules, meant if seen else ())
            for spoken in signs:
                found.setdefault((spoken.brand, spoken.sign, spoken.tail), []).append(number)
            if clause.sentence != before or said[: places[0][0]].count(" ") < ASIDE:
                meant = _subject(signs, places) or meant
            before, seen = clause.sentence, True
            continue
        on = rules.it is not None and rules.it.match(said.lower())
        if about and clause.sentence != before and not on:
            meant = (about,)
        for brand in dict.fromkeys(meant):
            found.setdefault((brand, "=", ""), []).append(number)
    return found


def _subject(signs: Sequence[Spoken], places: Sequence[tuple[int, int, str]]) -> tuple[str, ...]:
    """Return the brands that the next clause goes on about: the better ones, or all that are."""
    chosen = [s.brand for s in signs if s.sign in "+>"]
    if not chosen and all(s.sign == "=" for s in signs):
        chosen = [name for _, _, name in places]
    elif not chosen:
        chosen = [s.brand for s in signs if s.sign == "="] or [places[0][2]]
    return tuple(dict.fromkeys(chosen))


def _by_clause(cut: Sequence[Clause], hits: Sequence[BrandHit]) -> dict[int, list[BrandHit]]:
    named: dict[int, list[BrandHit]] = {}
    number = 0
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        while cut[number].end <= hit.start and number + 1 < len(cut):
            number += 1
        named.setdefault(number, []).append(hit)
    return named
