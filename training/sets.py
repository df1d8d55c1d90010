"""The labelled sets: ``SETS_FOLDER/NAME/{train,dev}.jsonl``; lines have text, label and lang.

Labels are -1, 0, 1. The subtitles (``xed_*``) are lines of the same films in all languages, and
hold no neutral line but in English; they are trained on and never judged or calibrated by.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

JUDGED = (
    "umsab_en", "umsab_de", "umsab_fr", "umsab_it", "umsab_es", "umsab_pt", "umsab_ar", "umsab_hi",
    "norec_sent",
)  # fmt: skip
"""Sets with all three classes, which calibration is fitted on (train) and judged by (dev)."""

SUBTITLES = tuple(
    f"xed_{code}"
    for code in ("en", "no", "da", "sv", "de", "nl", "fr", "es", "it", "pt", "fi", "pl", "ar", "fa",
                 "zh", "cn")
)  # fmt: skip
TRAINED = JUDGED + SUBTITLES

NO_NEUTRAL = frozenset(SUBTITLES) - {"xed_en"}
"""Sets whose lines are positive or negative by selection: they say nothing on what is neutral."""

CREDIT = {
    "umsab_*": "Barbieri, Espinosa Anke, Camacho-Collados 2022, XLM-T (cardiffnlp/xlm-t, "
    "Apache-2.0)",
    "norec_sent": "Øvrelid, Mæhlum, Barnes, Velldal 2020, NoReC_fine; Kutuzov et al. 2021 "
    "(ltgoslo/norec_sentence; text CC BY-NC 4.0, models trained on it free, also commercially)",
    "xed_*": "Öhman, Pàmies, Kajava, Tiedemann 2020, XED (Helsinki-NLP/XED, CC BY 4.0)",
    "words": "lexicon of vaderSentiment 3.3.2, Hutto and Gilbert 2014 (MIT)",
    "phrases": "written for this project (training/phrases.toml)",
    "words_own": "written for this project (training/words.toml)",
}
"""Who made what is trained on, and the licence as they state it, by the set's name."""

UNREAD = frozenset({"hi"})
"""Languages whose texts are trained on (some of their lines are English), and which stay unscored:
Hindi in Latin letters is read at chance (macro-F1 .34 on dev), and Devanagari is in no set."""

LABELLED = ("umsab_*", "norec_sent", "xed_*")
"""The sets that people labelled."""

PHRASES = Path(__file__).parent / "phrases.toml"

NEVER = -1
"""The fold of rows that are in no fold, and so never held out."""


class Example(NamedTuple):
    """A labelled text; ``group`` is shared by those that must not be held out apart."""

    text: str
    label: int
    language: str
    set: str
    group: str


def read(folder: Path, name: str, split: str = "train") -> list[Example]:
    """Return the examples of one set in the file's order, which soft labels of it keep.

    FileNotFoundError where the set is missing.
    """
    with (folder / name / f"{split}.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Example(r["text"], r["label"], r["lang"], name, r.get("doc") or r["text"]) for r in rows
    ]


def read_all(folder: Path, names: Iterable[str] = TRAINED, split: str = "train") -> list[Example]:
    """Return the examples of several sets, one set after the other."""
    return [row for name in names for row in read(folder, name, split)]


def phrases() -> list[Example]:
    """Return the phrases that were written for languages whose sets hold no neutral text."""
    labels = {"negative": -1, "neutral": 0, "positive": 1}
    by_language = tomllib.loads(PHRASES.read_text(encoding="utf-8"))
    return [
        Example(text, labels[label], language, "phrases", text)
        for language, by_label in by_language.items()
        for label, texts in by_label.items()
        for text in texts
    ]


def kept_from_encoder(example: Example) -> bool:
    """Return whether the encoder is not trained on ``example``, so that it can be calibrated by it:
    a tenth of the texts that it is judged by."""
    return fold_of(example, 10) == 0


def fold_of(example: Example, folds: int) -> int:
    """Return in which of ``folds`` an example is held out, NEVER for subtitles and phrases.

    Subtitles are parallel across languages and carry no line number, so that a held-out line's
    translation could be in training. Sentences of one review are in one fold.
    """
    if example.set not in JUDGED:
        return NEVER
    digest = hashlib.blake2b(example.group.encode("utf-8"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % folds
