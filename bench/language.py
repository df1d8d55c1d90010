"""How well the language of a text is told, and how fast: prints the tables of the documentation.

    python -m bench.language SETS [SNIPPETS]

SETS is a folder of labelled texts, ``NAME/{train,dev}.jsonl`` with ``text`` and ``lang`` a line;
SNIPPETS one with VADER's ``*_GroundTruth.txt`` files, of which the first 1,000 lines each count as
more English ones. No text has a tag but where it says so. ``umsab_hi`` is left out: romanised
Hindi, half of it English. Labels are taken as they are, though some are wrong: lines of the
Chinese, French and German sets are in English.

Where a language has few long texts (da, fa, zh), lines of the train splits count too, and lines
that are too short are joined until they are long enough.
"""

from __future__ import annotations

import json
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from transforms.language import Told, clean, identify_all
from transforms.language_priors import SAME

Labelled = list[tuple[str, str]]
"""Texts, each with the language that it is in."""

TWELVE = ("en", "de", "fr", "it", "es", "pt", "ar", "no", "da", "sv", "fa", "zh")
FIVE = ("en", "de", "es", "fr", "it")
SCARCE = ("da", "fa", "zh")
LONG, SHORT = 40, 20
"""Characters from which a text counts as long, and under which as short."""

LEFT_OUT = frozenset({"umsab_hi", "vader_tweets"})
SNIPPETS_EACH = 1_000
NEAR = Path(__file__).parents[1] / "tests" / "transforms" / "near_languages.toml"


def labelled(sets: Path, split: str, only: str | None = None) -> Iterator[tuple[str, str]]:
    """Yield the texts of a split of all sets (or of ``only`` one), with their languages."""
    for path in sorted(sets.glob(f"{only or '*'}/{split}.jsonl")):
        if only or path.parent.name not in LEFT_OUT:
            for line in path.read_text("utf-8").splitlines():
                row = json.loads(line)
                yield row["text"], "zh" if row["lang"] == "cn" else row["lang"]


def long_texts(sets: Path) -> Labelled:
    """Return all texts of LONG characters or more in the TWELVE, each once."""
    dev, train = list(labelled(sets, "dev")), list(labelled(sets, "train"))
    chosen: Labelled = []
    for language in TWELVE:
        texts = [t for t, truth in dev if truth == language]
        found = [t for t in texts if len(t) >= LONG]
        if language in SCARCE:
            more = [t for t, truth in train if truth == language]
            found += [t for t in more if len(t) >= LONG] + joined(texts) + joined(more)
        chosen += [(t, language) for t in dict.fromkeys(found)]
    return chosen


def joined(texts: Sequence[str]) -> list[str]:
    """Join neighbouring texts of under LONG characters until they have as many."""
    found, one = [], ""
    for text in texts:
        if len(text) < LONG:
            one = f"{one} {text}".strip()
            if len(one) >= LONG:
                found.append(one)
                one = ""
    return found


def near_languages() -> dict[str, Labelled]:
    """Return the sentences written for the project, by kind: ``da``, ``nb``, ``nn`` ..."""
    written = tomllib.loads(NEAR.read_text("utf-8"))
    language = {"nb": "no", "nn": "no"}
    return {
        kind: [(t, language.get(kind.split("_")[0], kind.split("_")[0])) for t in texts]
        for kind, texts in written.items()
    }


def told(texts: Labelled, languages: Sequence[str], tag: str | None = None) -> list[Told]:
    """Identify ``texts``; ``tag`` is what all are tagged with, ``right`` their own language."""
    tags = [truth if tag == "right" else tag for _, truth in texts]
    return identify_all([text for text, _ in texts], languages, tags)


def accuracy(texts: Labelled) -> dict[str, tuple[int, float]]:
    """Return how many texts each language has and which share is told right (watch: TWELVE)."""
    of, right = Counter(truth for _, truth in texts), Counter[str]()
    for (found, _), (_, truth) in zip(told(texts, TWELVE), texts, strict=True):
        right[truth] += found == truth
    return {language: (n, right[language] / n) for language, n in of.items()}


def print_accuracy(title: str, texts: Labelled) -> None:
    """Print the accuracy of each language, their mean and the worst."""
    by_language = accuracy(texts)
    shares = [share for _, share in by_language.values()]
    worst = min(by_language, key=lambda language: by_language[language][1])
    print(f"\n{title}: n {len(texts)}, mean of languages {sum(shares) / len(shares):.3f}", end="")
    print(f", worst {worst} {min(shares):.3f}")
    print("  ".join(f"{code} {share:.3f} ({n})" for code, (n, share) in by_language.items()))


def print_calibration(texts: Labelled) -> None:
    """Print which share is right of the texts of each confidence."""
    answers = told(texts, TWELVE)
    print("\nconfidence  texts  right")
    for low, high in ((0.0, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.01)):
        right = [
            found == truth
            for (found, sure), (_, truth) in zip(answers, texts, strict=True)
            if sure is not None and low <= sure < high
        ]
        if right:
            print(f"{low:.1f} - {min(high, 1):.1f}  {len(right):7} {sum(right) / len(right):6.3f}")
    print(f"told nothing: {sum(found is None for found, _ in answers)} of {len(answers)}")


def print_english(texts: Labelled) -> None:
    """Print how English is told from the rest in a watch of English, by design and tags."""
    print("\nwatch of English             English missed  others taken for it  others right")
    for title, restricted in (("py3langid of 5 languages", FIVE), ("py3langid of all", None)):
        print_english_row(title, texts, bare(texts, restricted))
    for tag in (None, "right", "en", "de"):
        found = [language for language, _ in told(texts, ("en",), tag)]
        print_english_row(f"this, tags: {tag or 'none'}", texts, found)
    print(f"{sum(t == 'en' for _, t in texts)} English, {len(texts)} in all")


def print_english_row(title: str, texts: Labelled, found: Sequence[str | None]) -> None:
    """Print one row of the table of :func:`print_english`."""
    pairs = [(f, truth) for f, (_, truth) in zip(found, texts, strict=True)]
    english = [f for f, truth in pairs if truth == "en"]
    others = [(f, truth) for f, truth in pairs if truth != "en"]
    missed = sum(f != "en" for f in english) / len(english)
    taken = sum(f == "en" for f, _ in others) / len(others)
    right = sum(f == t for f, t in others) / len(others)
    print(f"{title:28} {missed:14.2%} {taken:20.2%} {right:13.1%}")


def bare(texts: Labelled, restricted: Sequence[str] | None) -> list[str | None]:
    """Return what py3langid alone makes of ``texts``, None where there are no words."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(restricted)
    cleaned = [clean(text) for text, _ in texts]
    return [SAME.get(f, f) if (f := identifier.classify(t)[0]) and t else None for t in cleaned]


def print_speed(texts: Labelled, rounds: int = 3) -> None:
    """Print texts per CPU second, ours and py3langid's own ``classify``, the best of ``rounds``."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    peer = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    cleaned = [clean(text) for text, _ in texts]
    ours, theirs = [], []
    for _ in range(rounds):
        start = time.process_time()
        told(texts, TWELVE)
        middle = time.process_time()
        for text in cleaned:
            peer.classify(text)
        ours.append(middle - start)
        theirs.append(time.process_time() - middle)
    n = len(texts)
    print(f"\n{n} texts, {sum(len(t) for t, _ in texts) / n:.0f} characters on average, per CPU-s:")
    print(f"identify_all {n / min(ours):,.0f}, py3langid's classify {n / min(theirs):,.0f}")


def snippets(folder: Path) -> Labelled:
    """Return the first lines of each of VADER's files of English texts."""
    return [
        (line.split("\t")[-1], "en")
        for path in sorted(folder.glob("*_GroundTruth.txt"))
        for line in path.read_text("utf-8", errors="replace").splitlines()[:SNIPPETS_EACH]
    ]


def main(arguments: Sequence[str]) -> None:
    """Print all tables."""
    sets = Path(arguments[0])
    dev = list(labelled(sets, "dev"))
    known = [(text, truth) for text, truth in dev if truth in TWELVE and clean(text)]
    long = long_texts(sets)
    print_accuracy(f"{LONG} characters or more", long)
    middle = [(t, truth) for t, truth in known if SHORT <= len(t) < LONG]
    short = [(t, truth) for t, truth in known if len(t) < SHORT]
    print_accuracy(f"{SHORT} to {LONG - 1} characters", middle)
    print_accuracy(f"under {SHORT} characters", short)
    for kind, texts in near_languages().items():
        print_accuracy(f"written for the project, {kind}", texts)
    for texts in (long, middle + short):
        print_calibration(texts)
    more = snippets(Path(arguments[1])) if len(arguments) > 1 else []
    print_english(dev + more)
    hindi = told(list(labelled(sets, "dev", "umsab_hi")), ("en",))
    share = sum(found == "en" for found, _ in hindi) / max(1, len(hindi))
    print(f"of romanised Hindi {share:.0%} counts as English")
    print_speed(dev)


if __name__ == "__main__":
    main(sys.argv[1:])
