"""Near copies of texts, found three ways: prints the tables of the documentation.

    python -m bench.voices SNIPPETS [N]

SNIPPETS is a folder of texts, ``*_GroundTruth.txt``, tab-separated, the text last. N texts (default
20,000) of one to eight of them are made; every kind of copy is planted for each of some of them.
The ways: ours; rensa (``pip install rensa``) with shingles cut by Python; the minima taken in SQL.
All have shingles of two words and bands of four minima, and all are given texts without what
copies add. Time is of the processor, for one core.
"""

from __future__ import annotations

import importlib.util
import random
import sys
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from transforms.shingles import shingles, words
from transforms.voices import BANDS, ROWS, SKETCH_WORDS, plain, voice_bands

LONG = 24
"""Words from which the recall is told again: by then a few may be changed."""

Found = list[tuple[set[int], list[int]]]
"""For each text its bands, and its sketch where it has one."""

SHINGLE_SQL = """
WITH word AS (
    SELECT n, regexp_extract_all(text, '[a-z0-9]+') AS w FROM said
),
shingle AS (
    SELECT n, unnest(list_transform(list_zip(w[:-2], w[2:]), lambda p: hash(p))) AS s FROM word
)
"""


def snippets(folder: Path) -> list[str]:
    """Return the texts of all files."""
    return [
        line.split("\t")[-1].strip()
        for path in sorted(folder.glob("*_GroundTruth.txt"))
        for line in path.read_text("utf-8", "replace").splitlines()
        if line.count("\t") >= 2
    ]


def made(pool: Sequence[str], n: int, rng: random.Random) -> list[str]:
    """Return ``n`` texts of one to eight snippets."""
    return [" ".join(rng.choices(pool, k=rng.choice((1, 1, 2, 3, 4, 8)))) for _ in range(n)]


def edited(text: str, share: float, rng: random.Random) -> str:
    """Replace, drop or add so many of the words, one at least."""
    parts = text.split()
    for _ in range(max(1, round(share * len(parts)))):
        where = rng.randrange(len(parts))
        match rng.randrange(3):
            case 0:
                parts[where] = rng.choice(["indeed", "store", "thing"])
            case 1 if len(parts) > 1:
                del parts[where]
            case _:
                parts.insert(where, rng.choice(["really", "very", "just"]))
    return " ".join(parts)


KINDS: dict[str, Callable[[str, random.Random], str]] = {
    "RT @name:": lambda t, _: f"RT @someone: {t}",
    "a link": lambda t, r: f"{t} https://example.com/{r.randrange(10**9)}",
    "a hashtag, full stops spaced": lambda t, _: t.replace(".", " .") + " #fyi",
    "upper case": lambda t, _: t.upper(),
    "three dots": lambda t, _: t + " ...",
    "two words before it": lambda t, _: "Must read: " + t,
    "the last tenth cut off": lambda t, _: " ".join(t.split()[: -len(t.split()) // 10]) + "…",
    "one word edited": lambda t, r: edited(t, 0, r),
    "one word in twenty edited": lambda t, r: edited(t, 0.05, r),
    "one word in ten edited": lambda t, r: edited(t, 0.1, r),
}


def ours(texts: Sequence[str]) -> Found:
    """Find bands and sketches as the project does."""
    w = SKETCH_WORDS
    return [(set(row[w:]), row[:w]) if row else (set(), []) for row in _rows(texts)]


def _rows(texts: Sequence[str]) -> list[list[int] | None]:
    found: list[list[int] | None] = voice_bands(texts).to_pylist()
    return found


def by_rensa(texts: Sequence[str]) -> Found:
    """Find bands by rensa, 64 minima, words and shingles by Python."""
    from rensa import RMinHash

    cut = [_python_shingles(plain(text)) for text in texts]
    rows = RMinHash.digest_matrix_from_token_sets(cut, num_perm=64, seed=1).to_rows()
    return [
        ({hash((b, *row[4 * b : 4 * b + 4])) for b in range(16)} if s else set(), [])
        for row, s in zip(rows, cut, strict=True)
    ]


def by_rensa_flat(texts: Sequence[str]) -> Found:
    """Find bands by rensa, as many as ours, of our own shingles."""
    import numpy as np
    from rensa import RMinHash

    found, owners = shingles(words([plain(text) for text in texts]))
    ends = np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=len(texts)))])
    rows = RMinHash.digest_matrix_from_flat_token_hashes(
        found.astype(np.uint64), ends.astype(np.uint64), num_perm=BANDS * ROWS, seed=1
    ).to_rows()
    return [
        ({hash((b, *row[ROWS * b : ROWS * (b + 1)])) for b in range(BANDS)}, []) for row in rows
    ]


def by_sql(texts: Sequence[str]) -> Found:
    """Find bands in DuckDB: one hash a shingle, one xor a minimum, one group a text."""
    import duckdb
    import pyarrow as pa

    said = pa.table({"n": range(len(texts)), "text": [plain(text) for text in texts]})
    bands = ", ".join(
        f"hash({b}, " + ", ".join(f"min(hash(s, {ROWS * b + r}))" for r in range(ROWS)) + ")"
        for b in range(BANDS)
    )
    with duckdb.connect(":memory:", config={"threads": 1}) as con:
        con.register("said", said)
        select = f"SELECT n, [{bands}] FROM shingle GROUP BY n"  # noqa: S608
        rows = con.execute(SHINGLE_SQL + select).fetchall()
    found: Found = [(set(), []) for _ in texts]
    for n, of_it in rows:
        found[n] = (set(of_it), [])
    return found


def _python_shingles(text: str) -> list[str]:
    parts = text.split()
    return [f"{a} {b}" for a, b in pairwise(parts)]


def near(one: tuple[set[int], list[int]], other: tuple[set[int], list[int]]) -> bool:
    """Return whether two texts are found to be near copies."""
    if not one[0] & other[0]:
        return False
    return sum((a ^ b).bit_count() for a, b in zip(one[1], other[1], strict=True)) <= 16


WAYS = {"ours": ours, "minima in SQL": by_sql} | (
    {"rensa": by_rensa, "rensa, our shingles": by_rensa_flat}
    if importlib.util.find_spec("rensa")
    else {}
)


def main(folder: str, n: str = "20000") -> None:
    """Print speed, recall by kind (of all, of long ones), and pairs found among all snippets."""
    rng = random.Random(7)  # noqa: S311
    pool = sorted(set(snippets(Path(folder))))
    texts = made(pool, int(n), rng)
    some = [text for text in texts if len(text) >= 60][:2000]
    copies = {kind: [make(text, rng) for text in some] for kind, make in KINDS.items()}
    print(f"{len(texts)} texts of {sum(len(t.split()) for t in texts) / len(texts):.0f} words\n")
    for name, way in WAYS.items():
        way(texts[:100])
        start = time.process_time()
        way(texts)
        taken = time.process_time() - start
        print(f"{name}: {len(texts) / taken:,.0f} texts a second")
        originals = way(some)
        for kind, said in copies.items():
            found = [near(a, b) for a, b in zip(originals, way(said), strict=True)]
            of_long = [f for f, text in zip(found, some, strict=True) if len(text.split()) >= LONG]
            means = (sum(f) / len(f) for f in (found, of_long))
            print(f"    {kind:30} {next(means):.3f} {next(means):.3f}")
        print(f"    pairs of {len(pool)} snippets found alike: {alike(way(pool))}\n", flush=True)


def alike(found: Found) -> int:
    """Return how many pairs of the texts are found to be near copies."""
    having: dict[int, list[int]] = {}
    for n, (bands, _) in enumerate(found):
        for band in bands:
            having.setdefault(band, []).append(n)
    pairs = {(a, b) for ns in having.values() for i, a in enumerate(ns) for b in ns[:i]}
    return sum(near(found[a], found[b]) for a, b in pairs)


if __name__ == "__main__":
    main(*sys.argv[1:])
