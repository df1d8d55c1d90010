"""Scripts that one language alone is written in, or nearly so: they tell it at a glance."""

from __future__ import annotations

import re
from functools import cache

BEYOND = re.compile("[\u0370-\uffff]")
LETTER = re.compile(r"[^\W\d_]")

SCRIPTS = {
    "ko": "\u1100-\u11ff\u3131-\u318e\uac00-\ud7ff",
    "th": "\u0e01-\u0e4e",
    "el": "\u0370-\u03e1\u03f0-\u03ff\u1f00-\u1fff",
    "he": "\u05d0-\u05ea",
    "ka": "\u10a0-\u10ff\u1c90-\u1cbf",
    "hy": "\u0531-\u0587",
    "ta": "\u0b80-\u0bff",
    "te": "\u0c00-\u0c7f",
    "kn": "\u0c80-\u0cff",
    "ml": "\u0d00-\u0d7f",
    "gu": "\u0a80-\u0aff",
    "pa": "\u0a00-\u0a7f",
    "si": "\u0d80-\u0dff",
    "km": "\u1780-\u17d3",
    "lo": "\u0e81-\u0ecd",
    "my": "\u1000-\u104f",
    "bo": "\u0f40-\u0fbc",
}
"""Ranges of letters and vowel signs. Of the rarer languages in these scripts (Yiddish, Ladino,
Mingrelian, Sanskrit) none is written on the sources that are read."""

KANA = "\u3041-\u3096\u30a1-\u30fa\u30fc"
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
HEAVY = 2.5
"""How many letters of an alphabet one of kana, Han or Hangul is worth."""

KANA_SHARE = 0.15
"""Of kana and Han; Japanese has more, Chinese only in names and faces."""


def by_script(text: str) -> tuple[str, ...]:
    """Return the languages of the script that at least half of ``text`` is in: mostly one or none.

    None for alphabets that many share (Latin, Cyrillic, Arabic, Devanagari ...). A letter on its
    own counts for nothing: it is part of a face. Han without kana may be either of two.
    """
    if text.isascii() or not BEYOND.search(text):
        return ()
    weights: dict[str, float] = {}
    for match in _scripts().finditer(text):
        code = match.lastgroup or ""
        weight = HEAVY if code in ("ko", "kana", "han") else 1.0
        weights[code] = weights.get(code, 0.0) + weight * len(match.group())
    kana, han = weights.pop("kana", 0.0), weights.pop("han", 0.0)
    if kana or han:
        weights["ja" if kana >= KANA_SHARE * (kana + han) else "han"] = kana + han
    best = max(weights, key=lambda code: weights[code], default=None)
    if best is None or 2 * weights[best] < _weight(text):
        return ()
    return ("zh", "ja") if best == "han" else (best,)


def _weight(text: str) -> float:
    letters = len(LETTER.findall(text))
    return letters + (HEAVY - 1) * len(_dense().findall(text))


@cache
def _scripts() -> re.Pattern[str]:
    """Match what counts of a script: two letters together, a kana after Han, any Han."""
    return re.compile(
        "|".join(f"(?P<{code}>[{letters}]{{2,}})" for code, letters in SCRIPTS.items())
        + f"|(?P<kana>[{KANA}]{{2,}}|(?<=[{HAN}])[{KANA}])|(?P<han>[{HAN}]+)"
    )


@cache
def _dense() -> re.Pattern[str]:
    return re.compile(f"[{SCRIPTS['ko']}{KANA}{HAN}]")
