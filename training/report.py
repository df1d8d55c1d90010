"""The figures of ``docs/sentiment.md``: what each way of scoring is worth, measured.

    python -m training.report SETS_FOLDER [PAGE]

Every mode scores the development split of every set that has all three classes (``vader_tweets``,
which nothing was trained on, is judged whole). The table between the page's two marks is written
anew; without PAGE it is printed. A text that is left unscored counts as neutral, as in the shared
evaluation of these sets: leaving hard texts out does not raise a figure.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.sentiment import accurate, blend, default, vader
from tidings.correction import Interval
from training.sets import JUDGED, read
from transforms.evaluation import Judged, evaluate

BEGIN, END = "<!-- figures: python -m training.report -->", "<!-- end of figures -->"
NAMES = {-1: "negative", 0: "neutral", 1: "positive", None: "neutral"}

MODES: dict[str, Callable[..., Sequence[int | None]]] = {
    "vader": vader,
    "default": default,
    "blend": blend,
    "accurate": accurate,
}

CREDITS = {
    "umsab": "Barbieri, Espinosa Anke and Camacho-Collados 2022, XLM-T (Apache-2.0)",
    "norec": "Øvrelid et al. 2020, NoReC_sentence (CC BY-NC 4.0; trained models free)",
    "vader": "Hutto and Gilbert 2014 (MIT)",
}
"""Who made the sets that are judged by, and the licence as they state it."""


class Row(NamedTuple):
    """One set: its language, number of texts, and each mode's macro-F1."""

    name: str
    language: str
    n: int
    macro_f1: dict[str, Interval]


def judged(folder: Path) -> Iterator[tuple[str, list[tuple[str, int]], str]]:
    """Give the sets to judge by: name, texts with labels, language."""
    for name, split in [*((n, "dev") for n in JUDGED), ("vader_tweets", "test")]:
        examples = read(folder, name, split)
        yield name, [(e.text, e.label) for e in examples], examples[0].language


def measure(folder: Path) -> tuple[list[Row], dict[str, float]]:
    """Return a row a set, and the texts a CPU-second of each mode over all of them."""
    rows: list[Row] = []
    seconds, texts = dict.fromkeys(MODES, 0.0), 0
    for mode in MODES.values():
        mode(["warm"], lang="en")  # loads its data
        mode(["varm"], lang="no")
    for name, labelled, language in judged(folder):
        said = [text for text, _ in labelled]
        texts += len(said)
        found: dict[str, Interval] = {}
        for mode, score in MODES.items():
            begun = time.process_time()
            given = score(said, lang=language)
            seconds[mode] += time.process_time() - begun
            found[mode] = evaluate(
                [
                    Judged(gold=NAMES[gold], given=NAMES[label])
                    for (_, gold), label in zip(labelled, given, strict=True)
                ]
            ).macro_f1
        rows.append(Row(name, language, len(said), found))
    return rows, {mode: texts / max(took, 1e-9) for mode, took in seconds.items()}


def table(rows: Sequence[Row], speed: dict[str, float]) -> str:
    """Return the table as Markdown: macro-F1 with its 95 % interval."""
    lines = [
        "| set | language | n | " + " | ".join(f"`{mode}`" for mode in MODES) + " |",
        "|---|---|---|" + "---|" * len(MODES),
    ]
    for row in rows:
        cells = [
            f"{f.value:.3f} ({f.low:.2f}-{f.high:.2f})"
            for f in (row.macro_f1[mode] for mode in MODES)
        ]
        lines.append(f"| {row.name} | {row.language} | {row.n} | {' | '.join(cells)} |")
    seven = [r for r in rows if r.name.startswith("umsab") and r.language != "hi"]
    means = [f"{sum(r.macro_f1[m].value for r in seven) / len(seven):.3f}" for m in MODES]
    lines.append(f"| mean of the umsab sets but hi | | | {' | '.join(means)} |")
    fast = [f"{speed[mode]:,.0f}" for mode in MODES]
    lines.append(f"| texts a CPU-second | | | {' | '.join(fast)} |")
    made_by = "\n".join(f"- `{name}*`: {text}" for name, text in CREDITS.items())
    return "\n".join(lines) + f"\n\nSets, made by others and judged by as they are:\n\n{made_by}\n"


def main() -> None:
    """Print the table, or write it into the page."""
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    asked.add_argument("sets", type=Path, metavar="SETS_FOLDER")
    asked.add_argument("page", type=Path, nargs="?", metavar="PAGE")
    told = asked.parse_args()
    made = table(*measure(told.sets))
    if told.page is None:
        print(made)
        return
    before, _, rest = told.page.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    told.page.write_text(f"{before}{BEGIN}\n{made}{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
