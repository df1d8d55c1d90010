"""How well stems tell the drivers, on the labelled sentences: ``python -m bench.drivers``.

Prints the table of ``docs/sentiment.md`` as Markdown: F1 by driver and language on the halves that
the stems' writer did not see (``split`` = ``test``), and how many texts are
looked through a second. ``--split tune`` gives the other halves.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from transforms.drivers import DRIVERS, Drivers
from transforms.flags import flags
from transforms.target import parts

LABELLED = Path(__file__).parents[1] / "tests" / "transforms" / "drivers_labelled"
LANGUAGES = ("en", "no", "da", "fa", "zh")


class Row(NamedTuple):
    """One labelled sentence: its text and the drivers that it speaks of."""

    text: str
    drivers: frozenset[str]


class Counts(NamedTuple):
    """Hits that are right, hits that are wrong, and what was missed."""

    right: int
    wrong: int
    missed: int

    @property
    def f1(self) -> float:
        """2 right / (2 right + wrong + missed), 0 where nothing is right."""
        return 2 * self.right / (2 * self.right + self.wrong + self.missed) if self.right else 0.0

    @property
    def precision(self) -> float:
        """Right of all hits, 0 where there are none."""
        return self.right / (self.right + self.wrong) if self.right else 0.0

    @property
    def recall(self) -> float:
        """Right of all that should have been hit, 0 where none is."""
        return self.right / (self.right + self.missed) if self.right else 0.0


def rows(language: str, split: str) -> list[Row]:
    """Return the labelled sentences of one half (``tune`` or ``test``) of a language."""
    lines = (LABELLED / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
    read = [json.loads(line) for line in lines]
    return [Row(r["text"], frozenset(r["drivers"])) for r in read if r["split"] == split]


def counted(labelled: Sequence[Row], language: str, drivers: Drivers) -> dict[str, Counts]:
    """Return the counts of each driver on sentences of ``language``."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for row in labelled:
        found = {hit.driver for hit in drivers.find(row.text, language)}
        right.update(found & row.drivers)
        wrong.update(found - row.drivers)
        missed.update(row.drivers - found)
    return {d: Counts(right[d], wrong[d], missed[d]) for d in DRIVERS}


def together(counts: Mapping[str, Counts]) -> Counts:
    """Return the counts of all drivers as one: their F1 is the micro-F1."""
    sums = [sum(values) for values in zip(*counts.values(), strict=True)]
    return Counts(*sums)


def table(split: str = "test") -> str:
    """Return the table of F1 by driver (rows) and language (columns) as Markdown."""
    drivers = Drivers()
    of = {code: rows(code, split) for code in LANGUAGES}
    counts = {code: counted(of[code], code, drivers) for code in LANGUAGES}
    lines = [
        f"| driver | {' | '.join(LANGUAGES)} |",
        f"|---|{'---|' * len(LANGUAGES)}",
        *(_line(d, [f"{counts[code][d].f1:.2f}" for code in LANGUAGES]) for d in DRIVERS),
        _line("**all (micro-F1)**", [f"**{together(counts[c]).f1:.2f}**" for c in LANGUAGES]),
        _line("precision", [f"{together(counts[c]).precision:.2f}" for c in LANGUAGES]),
        _line("recall", [f"{together(counts[c]).recall:.2f}" for c in LANGUAGES]),
        _line("sentences", [str(len(of[c])) for c in LANGUAGES]),
    ]
    return "\n".join(lines)


def speed(repeats: int = 5) -> float:
    """Return how many texts a CPU second are looked through for drivers, clauses and flags."""
    drivers = Drivers()
    texts = [(row.text, c) for c in LANGUAGES for s in ("tune", "test") for row in rows(c, s)]
    best = float("inf")
    for _ in range(repeats + 1):  # the first also builds the automata: never the best
        begun = time.process_time()
        for text, language in texts:
            hits = drivers.find(text, language)
            parts(text, language, hits, [])
            flags(text, language)
        best = min(best, time.process_time() - begun)
    return len(texts) / best


def _line(name: str, cells: Sequence[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


def main() -> None:
    """Print the table and the speed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("test", "tune"), default="test")
    print(table(parser.parse_args().split))
    print(f"\n{speed():,.0f} texts a CPU second: drivers, clauses and flags.")


if __name__ == "__main__":
    main()
