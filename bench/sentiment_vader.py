"""VADER as the package has it and as we have it: the same numbers, in how much CPU time.

    python bench/sentiment_vader.py [ROUNDS]

The package's analyzer is made once, ours too; both score the same texts by turns, and the median
of ROUNDS (5) counts. Ours remembers tokens: "first" is with nothing remembered. Texts are English
tweets of ``../shared/sentiment`` joined to the length, or made ones where these are missing. Ends
with 1 where ours is slower than AT_LEAST, or a number differs.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median
from typing import NamedTuple

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from transforms.sentiment.vader_lexicon import lexicon
from transforms.sentiment.vader_numbers import Numbers, Reckoner, reckoner

SETS = Path(__file__).parents[2] / "shared" / "sentiment" / "sets"
ENGLISH = ("umsab_en/train", "umsab_en/dev", "vader_tweets/test")

AT_LEAST = {"tweets": 2.5, "200 words": 9.0, "2,000 words": 50.0}
"""How many times faster ours has to be."""

MADE = """
the of to and a in it we they was were came box order shop on Tuesday again with from our phone app
their staff price delivery week very so not but never really kind too about after ... &amp; I I'm
"""


class Row(NamedTuple):
    """Seconds of CPU for all ``texts``: the package's, ours with nothing remembered, and ours."""

    name: str
    texts: int
    words: int
    package: float
    first: float
    ours: float
    equal: bool


def tweets() -> list[str]:
    """Return real tweets, or 6,000 made ones where they are missing."""
    files = [SETS / f"{name}.jsonl" for name in ENGLISH]
    if not all(file.is_file() for file in files):
        return list(islice(_made(Random(1)), 6_000))  # noqa: S311
    return [json.loads(line)["text"] for f in files for line in f.read_text("utf-8").splitlines()]


def _made(rng: Random) -> Iterator[str]:
    known = list(lexicon().valences)
    plain = MADE.split()
    while True:
        words = [rng.choice(known if rng.random() < 0.12 else plain) for _ in range(15)]
        yield " ".join(words) + rng.choice((".", "!", "!!!", "?", "", " :)"))


def joined(texts: Sequence[str], words: int) -> list[str]:
    """Return ``texts`` one after another, cut to texts of that many words."""
    all_ = [word for text in texts for word in text.split()]
    return [" ".join(all_[i : i + words]) for i in range(0, len(all_) - words, words)]


def compare(rounds: int = 5) -> list[Row]:
    """Measure all lengths; see the module."""
    short = tweets()
    sets = {"tweets": short, "200 words": joined(short, 200), "2,000 words": joined(short, 2_000)}
    return [_row(name, texts, rounds) for name, texts in sets.items()]


def _row(name: str, texts: Sequence[str], rounds: int) -> Row:
    analyzer, warm = SentimentIntensityAnalyzer(), reckoner().numbers

    def package(text: str) -> Numbers:
        scores = analyzer.polarity_scores(text)
        return scores["compound"], scores["pos"], scores["neu"], scores["neg"]

    equal = [*map(package, texts)] == [*map(warm, texts)]
    taken = [
        (
            _timed(analyzer.polarity_scores, texts),
            _timed(Reckoner(lexicon()).numbers, texts),
            _timed(warm, texts),
        )
        for _ in range(rounds)
    ]
    words = sum(len(text.split()) for text in texts)
    theirs, first, ours = (median(seconds) for seconds in zip(*taken, strict=True))
    return Row(name, len(texts), words, theirs, first, ours, equal)


def _timed(score: Callable[[str], object], texts: Sequence[str]) -> float:
    start = time.process_time()
    for text in texts:
        score(text)
    return time.process_time() - start


def shown(rows: Sequence[Row]) -> str:
    """Return ``rows`` as a table: texts a second, and how many times faster ours is."""
    lines = [f"{'':12} {'texts':>6} {'words':>6} {'package':>9} {'first':>9} {'ours':>9}  times"]
    for r in rows:
        a_second = " ".join(f"{r.texts / s:7,.0f}/s" for s in (r.package, r.first, r.ours))
        lines.append(
            f"{r.name:12} {r.texts:6,} {r.words / r.texts:6,.0f} {a_second}"
            f"  {r.package / r.ours:.1f} ({r.package / r.first:.1f} first)"
            f"{'' if r.equal else '  NUMBERS DIFFER'}"
        )
    return "\n".join(lines)


def main() -> int:
    """Measure, print, and judge."""
    rows = compare(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
    print(shown(rows))
    return int(any(not r.equal or r.package < AT_LEAST[r.name] * r.ours for r in rows))


if __name__ == "__main__":
    sys.exit(main())
