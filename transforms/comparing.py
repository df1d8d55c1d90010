"""What a clause that names several brands says of each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from transforms.grammar import BRAND, Compared, Grammar, Sign
from transforms.stems import simplified

FIRST, MOST = 0xE000, 200
"""The character that stands for the first brand of a clause, and how many are told apart."""

MAX_COMPARED = 600
"""Characters of a clause that is looked through for a comparison."""

STANDING = re.compile(BRAND)
WORD = re.compile(r"\w")


class Spoken(msgspec.Struct, frozen=True):
    """A brand, the sign that a clause has for it, and (with ``>`` and ``<``) what follows it."""

    brand: str
    sign: Sign
    tail: str = ""


def compared(
    said: str,
    places: Sequence[tuple[int, int, str]],
    rules: Grammar,
    meant: Sequence[str] = (),
) -> list[Spoken]:
    """Return for each brand of a clause what is said of it.

    ``places`` are where the brands stand in ``said``: start, end, name; sorted by start. ``meant``
    are those spoken of just before: they may be what a pronoun stands for ("it beats Beta") or what
    is left out ("much better than Beta"). Brands that no comparison names have the sign ``=``.
    """
    names = [name for _, _, name in places]
    plain = [Spoken(name, "=") for name in dict.fromkeys(names)]
    if len(names) > MOST or len(said) > MAX_COMPARED:
        return plain
    written, order = _written(said, places)
    if rules.folds:
        written = simplified(written)
    if len(plain) > 1:
        return _first(written, order, rules.compare, plain)
    other = [name for name in meant if name != names[0]]
    if other and len(meant) == 1:
        standing = chr(FIRST + len(order))
        with_other = [*plain, Spoken(other[0], "=")]
        for filled in _filled(written, standing, rules):
            signed = _first(filled, [*order, other[0]], rules.compare, with_other)
            if signed is not with_other:
                return signed
    return _first(written, order, rules.alone, plain)


def _filled(written: str, standing: str, rules: Grammar) -> Iterator[str]:
    """Give ``written`` with the brand ``standing`` for a pronoun, and for what is left out."""
    if rules.pronoun is not None and rules.pronoun.search(written):
        yield rules.pronoun.sub(standing, written, count=1)
    yield f"{standing} {written}"


def _written(said: str, places: Sequence[tuple[int, int, str]]) -> tuple[str, list[str]]:
    """Return ``said`` in small letters with a sign for each brand, and which brand each is."""
    pieces: list[str] = []
    order: list[str] = []
    reach = 0
    for start, end, name in places:
        if start < reach:  # "Acme Air" and "Acme" both match there: the longer one is meant
            continue
        pieces += [STANDING.sub(" ", said[reach:start]).lower(), chr(FIRST + len(order))]
        order.append(name)
        reach = end
    pieces.append(STANDING.sub(" ", said[reach:]).lower())
    return "".join(pieces), order


def _first(
    written: str, order: Sequence[str], forms: Sequence[Compared], plain: list[Spoken]
) -> list[Spoken]:
    """Return ``plain`` with the signs of the first of ``forms`` that ``written`` has."""
    for form in forms:
        match = form.pattern.search(written)
        if match is not None:
            return _signed(written, match, form, order, plain)
    return plain


def _signed(
    written: str,
    match: re.Match[str],
    form: Compared,
    order: Sequence[str],
    plain: Sequence[Spoken],
) -> list[Spoken]:
    asked = written.rstrip().endswith(("?", "？", "؟"))
    tail = written[match.end() :].strip(" .,!،。，")
    given: dict[str, Spoken] = {}
    for group, sign in enumerate(form.signs, 1):
        told = tail if sign in "<>" and WORD.search(tail) else ""
        for standing in STANDING.findall(match.group(group)):
            name = order[ord(standing) - FIRST]
            given.setdefault(name, Spoken(name, "0") if asked else Spoken(name, sign, told))
    return [given.get(spoken.brand, spoken) for spoken in plain]
