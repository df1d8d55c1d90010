"""Texts to compare scores on: real ones where they lie, and made ones dense in what rules ask for.

Made texts mix words of all of VADER's tables in any case, glued to any punctuation, with emoji,
other scripts, controls and lone surrogates, and every kind of blank between.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from random import Random

from transforms.sentiment.vader_lexicon import lexicon

SETS = Path(__file__).parents[3] / "shared" / "sentiment" / "sets"

BLANKS = [" "] * 30 + ["  ", "\n", "\r\n", "\t", "\u00a0", "\u2028", "\x1c", "\x85", "\u3000", ""]
BEFORE = [""] * 24 + ["(", '"', "'", "*", "#", "@", "“", "¡", "..."]
AFTER = [""] * 16 + [*",.!?)\"'*…", "!!", "!!!!!!", "??", "????", "?!"]

NAMED = """
but no nor or never so this without doubt least at very kind of sort just enough only the to shit
bomb bad ass bus stop yeah right kiss death die for beating heart badass not isn't ain't don’t uh-uh
kind-of no. But, BUT NO
"""
PLAIN = """
it came on a Tuesday I we said x 7 42nd 3.50 ok. e-mail re:invent https://x.example/a?b=1!
"""
STRANGE = [
    "\x00", "a\x00b", "\ud83d", "\udc00good", "İyi", "straße", "ΣΟΦΌΣ", "\u212aind", "ﬁne", "ǅ",
    "ⅷ", "Ⓜ", "good\u200b", "\ufeffgood", "g\u0301ood", "很好", "とても", "خوب", "хорошо", "अच्छा",
    "n't", "N'T", "👍🏽", "🇳🇴", "👩\u200d👩\u200d👧", "❤️", "🔛", "🆙", "🙂no", "but😍", "😍but",
    "!", "?", "...", "--", ":)", ":-(", "<3", ":D", "'", "''", "!a!", "!ab!", "!abc!",
]  # fmt: skip

BESIDE = """
x no or nor never so this without doubt not VERY very kinda least at kind of sort the good bad to
yeah kiss just enough
"""
CASES = ((str,), (str, str.upper), (str, str, str.upper, str.title), (str.upper,))

HIT = "good BAD shit ass no kind death right? die"


def real_texts() -> list[str]:
    """Return the texts of all labelled sets."""
    return [
        json.loads(line)["text"]
        for file in sorted(SETS.glob("*/*.jsonl"))
        for line in file.read_text("utf-8").splitlines()
    ]


def varied(texts: list[str], rng: Random) -> Iterator[str]:
    """Yield ``texts`` in capitals, in titles, and two to twenty as one (one in capitals)."""
    for text in texts:
        yield text.upper()
        yield text.title()
    for _ in range(len(texts) // 5):
        some = rng.sample(texts, rng.randint(2, 20))
        some[0] = some[0].upper()
        rng.shuffle(some)
        yield rng.choice((" ", "\n", " but ", "! ")).join(some)


def beside() -> Iterator[str]:
    """Yield every three of BESIDE before each of HIT, and one after."""
    for one, two, three, hit in product(*[BESIDE.split()] * 3, HIT.split()):
        yield f"{one} {two} {three} {hit} of"


def made_texts(number: int, rng: Random) -> Iterator[str]:
    """Yield ``number`` made texts."""
    tables = lexicon()
    pools = [
        (9, list(tables.valences)),
        (4, list(tables.boosters)),
        (4, sorted(tables.negations)),
        (3, list(tables.idioms)),
        (6, NAMED.split()),
        (5, PLAIN.split()),
        (2, list(tables.emoji)),
        (2, STRANGE),
    ]
    weights = [weight for weight, _ in pools]
    words = [pool for _, pool in pools]
    for _ in range(number):
        count = rng.choice((rng.randint(0, 6), rng.randint(0, 25), rng.randint(0, 60)))
        cases = rng.choice(CASES)
        parts: list[str] = []
        for pool in rng.choices(words, weights, k=count):
            word = rng.choice(cases)(rng.choice(pool))
            parts += [rng.choice(BEFORE), word, rng.choice(AFTER), rng.choice(BLANKS)]
        yield "".join(parts)
