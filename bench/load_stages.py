"""CPU seconds a row of each stage of ``tidings run``, one after another; see ``bench/load.py``.

    TIDINGS_HOME=... python bench/load_stages.py ROWS

Prints JSON: stage -> CPU seconds a row. What starting costs (imports, models) is left out: each
stage does a little first. ``hashes`` are those of the content and of the voice; ``columns`` is the
rest of enriching.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from typing import Any, TypeVar

from tidings.cli import steps
from tidings.home import Home

T = TypeVar("T")


class Clock:
    """CPU seconds a row, by stage, of all threads of this process."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.told: dict[str, float] = {}

    def time(self, stage: str, work: Callable[[], T]) -> T:
        """Do ``work`` and note what it took."""
        start = time.process_time()
        done = work()
        self.told[stage] = (time.process_time() - start) / self.rows
        print(f"{stage}: {self.told[stage] * 1e6:.1f} us/row", file=sys.stderr, flush=True)
        return done


def main() -> None:
    """Take the installation of the environment, which is fresh, through all stages."""
    import great_expectations  # noqa: F401 - its import is no part of a stage
    import pyarrow as pa

    from tidings.landing import Landing
    from transforms.check import broken_in_each

    home = Home.find()
    pages = int(sys.argv[1]) // 1_000
    _cap(home, pages)
    clock = Clock(pages * 1_000)
    clock.time("collect", lambda: steps.collect("bench", "files", run=steps.new_run("bench")))
    landing = Landing(home.landing)
    batches = [landing.batch(i) for i in landing.batch_ids()]
    mentions = [landing.mentions(b) for b in batches]
    broken_in_each([("first", mentions[0].slice(0, 100))])
    clock.time(
        "check",
        lambda: broken_in_each([(b.batch_id, m) for b, m in zip(batches, mentions, strict=True)]),
    )
    _enriching(clock, pa.concat_tables(mentions))
    steps.enrich([b.batch_id for b in batches])
    clock.time("merge", steps.load)
    clock.time("marts", steps.refresh)
    clock.time("snapshot", steps.publish)
    print(json.dumps(clock.told))


def _cap(home: Home, pages: int) -> None:
    path = home.watch_dir / "bench.toml"
    text = path.read_text("utf-8").replace("max_pages = 100000", f"max_pages = {pages}")
    path.write_text(text, "utf-8")


def _enriching(clock: Clock, mentions: Any) -> None:
    from transforms import enrich as of
    from transforms.flags import flags
    from transforms.language import identify_all
    from transforms.match import Matcher
    from transforms.opinions import Opinions
    from transforms.target import BrandHit, parts
    from transforms.voices import voice_bands
    from transforms.words import said

    watches = steps.watches()
    sure = mentions.filter(mentions.column("external_id").is_valid())
    part = sure.combine_chunks().to_batches()[0]
    of.Enricher(watches).enrich(sure.slice(0, 2_000), about=None, watch="bench")
    gc.freeze()  # as the processes that enrich do
    rows = clock.time("rows", lambda: of._plain_rows(part))
    texts = [said(row["title"], row["text"]) for row in rows]
    known = watches[0].brand.languages
    tags = [row["language"] for row in rows]
    identify_all(texts[:100], known, tags[:100])
    told = clock.time("language", lambda: identify_all(texts, known, tags))
    languages = [language for language, _ in told]
    matcher = Matcher(watches)
    asked = [of.Said(**{n: row[n] for n in of.ASKED}, language=row["language"]) for row in rows]
    found = clock.time("matching", lambda: [matcher.match(said) for said in asked])
    opinions = Opinions(watches[0])
    opinions.of(texts[:500], languages[:500], [()] * 500)
    whole = clock.time("sentiment", lambda: opinions.scorers.score(texts, languages))

    def driven() -> Any:
        cut = [
            parts(
                text,
                language,
                opinions._drivers.find(text, language),
                [BrandHit(*n) for n in m.named],
            )
            for text, language, m in zip(texts, languages, found, strict=True)
        ]
        return opinions._score_parts(cut, languages, whole)

    clock.time("drivers", driven)
    clock.time("flags", lambda: [flags(t, x) for t, x in zip(texts, languages, strict=True)])
    voice_bands(texts[:100])
    clock.time(
        "near duplicates", lambda: voice_bands([row["text"] or row["title"] for row in rows])
    )
    clock.time(
        "hashes", lambda: [(of.content_hash(row), of.voice_key(row["text"])) for row in rows]
    )
    whole_enrich = Clock(len(rows))
    whole_enrich.time("all", lambda: of.Enricher(watches).enrich(sure, about=None, watch="bench"))
    of_stages = sum(
        clock.told[s]
        for s in (
            "rows",
            "language",
            "matching",
            "sentiment",
            "drivers",
            "flags",
            "near duplicates",
            "hashes",
        )
    )
    clock.told["columns"] = max(0.0, whole_enrich.told["all"] - of_stages)


if __name__ == "__main__":
    main()
