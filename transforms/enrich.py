"""What we add to a checked mention: language, sentiment, brands, keywords, and two hashes.

Which choices were made:

- Every batch is held against the brands and queries of all watches; the languages to expect are
  those of the watch that collected it.
- A brand is there once: by ``place`` where the batch is ``about`` it, else by ``text``.
- A keyword counts where its watch's own brand matched (see :meth:`transforms.match.Matcher.match`).
- Scored is title and text as one; an owner's answer says nothing about what people think.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from tidings.mention import CONTENT, mention_id
from tidings.watch import Watch
from transforms.language import identify_all
from transforms.match import Matcher, Matches, Said
from transforms.opinions import Opinion, Opinions
from transforms.sentiment.choose import Scorers
from transforms.target import BrandHit
from transforms.voices import voice_bands
from transforms.words import URL, fold, said, unspaced_share

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_AT_ONCE = 2_000
"""Rows that are held as Python values at the same time."""

MIN_VOICE = 40
MIN_VOICE_UNSPACED = 15
"""Characters, blanks and links left out, from which equal texts are copies of one voice; the second
for scripts without spaces. Two people may both say "Great!"."""

ASKED = ("title", "text", "author", "author_handle", "url", "place")


def enrich(
    good: pa.Table,
    *,
    watches: Sequence[Watch],
    about: str | None,
    watch: str,
    scorers: Scorers | None = None,
) -> pa.Table:
    """Return the mentions of ``good`` (the mention's columns) with all of ``enriched_schema()``.

    ``about`` is the brand that everything in this batch is about, or None; ``watch`` the id of the
    watch file that collected it (where it has gone since, the languages of all watches hold, and
    the default scorers). ``scorers`` are used instead of those that it names.
    Row order is kept. QueryError, naming file and key, where a query can't be read;
    ConfigurationError where a scorer can't be had.
    """
    return Enricher(watches, scorers).enrich(good, about=about, watch=watch)


class Enricher:
    """Enriches batches by the same watch files; make one and use it for many."""

    def __init__(self, watches: Sequence[Watch], scorers: Scorers | None = None) -> None:
        """Take all ``watches``; see :func:`enrich`. QueryError where a query can't be read."""
        self._watches = watches
        self._scorers = scorers
        self._matcher = Matcher(watches)
        self._opinions: dict[str, Opinions] = {}

    def enrich(self, good: pa.Table, *, about: str | None, watch: str) -> pa.Table:
        """Return ``good`` with all of ``enriched_schema()``; see :func:`enrich`."""
        import pyarrow as pa

        from tidings.batch import enriched_schema

        languages = _languages(self._watches, watch)
        opinions = self._opinions_of(watch)
        parts = [
            _enrich_part(part, self._matcher, languages, about, opinions)
            for part in good.combine_chunks().to_batches(max_chunksize=ROWS_AT_ONCE)
        ]
        return pa.Table.from_batches(parts, schema=enriched_schema())

    def _opinions_of(self, watch: str) -> Opinions:
        if watch not in self._opinions:
            own = next((w for w in self._watches if w.id == watch), None)
            self._opinions[watch] = Opinions(own, self._scorers)
        return self._opinions[watch]


def _languages(watches: Sequence[Watch], watch: str) -> tuple[str, ...]:
    own = [w for w in watches if w.id == watch] or watches
    return tuple(dict.fromkeys(code for w in own for code in w.brand.languages)) or ("en",)


def _enrich_part(
    part: pa.RecordBatch,
    matcher: Matcher,
    languages: Sequence[str],
    about: str | None,
    opinions: Opinions,
) -> pa.RecordBatch:
    import pyarrow as pa

    from tidings.batch import enriched_schema

    rows = _plain_rows(part)
    texts = [said(row["title"], row["text"]) for row in rows]
    told = identify_all(texts, languages, [row["language"] for row in rows])
    matches = [
        matcher.match(
            Said(**{n: row[n] for n in ASKED}, language=language or row["language"]), about=about
        )
        for row, (language, _) in zip(rows, told, strict=True)
    ]
    formed = opinions.of(
        texts,
        [language for language, _ in told],
        [[BrandHit(*named) for named in m.named] for m in matches],
        about,
    )
    added = [
        _added(row, language, confidence, opinion)
        for row, (language, confidence), opinion in zip(rows, told, formed, strict=True)
    ]
    columns = {name: [row[name] for row in added] for name in (added[0] if added else {})}
    columns |= _list_columns(matches, formed)
    columns["voice_bands"] = voice_bands([row["text"] or row["title"] for row in rows])
    schema = enriched_schema()
    arrays = [
        part.column(f.name) if f.name in part.schema.names else pa.array(columns[f.name], f.type)
        for f in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _list_columns(matches: Sequence[Matches], formed: Sequence[Opinion]) -> dict[str, list[Any]]:
    return {
        "flags": [list(opinion.flags) for opinion in formed],
        "brands": [_brands(m, opinion) for m, opinion in zip(matches, formed, strict=True)],
        "keywords": [[msgspec.structs.asdict(k) for k in m.keywords] for m in matches],
        "drivers": [
            [
                {"driver": d.name, "matched": d.matched, "label": d.label, "compound": d.compound}
                for d in opinion.drivers
            ]
            for opinion in formed
        ],
    }


def _brands(matches: Matches, opinion: Opinion) -> list[dict[str, Any]]:
    toward = {t.name: {"label": t.label, "compound": t.compound} for t in opinion.brands}
    return [msgspec.structs.asdict(b) | toward.get(b.brand, {}) for b in matches.brands]


def _added(
    row: dict[str, Any],
    language: str | None,
    confidence: float | None,
    opinion: Opinion,
) -> dict[str, Any]:
    """Return the values of ``tidings.batch.ENRICHED_COLUMNS`` for one row."""
    identity = mention_id(row["source"], row["place"], row["external_id"])
    scored = opinion.scored
    score = scored.score
    return {
        "mention_id": identity,
        "content_hash": content_hash(row),
        "voice_key": voice_key(row["text"] or row["title"]) or identity,
        "score_language": language,
        "language_confidence": confidence,
        "label": score.label,
        "compound": score.compound,
        "positive": score.positive,
        "neutral": score.neutral,
        "negative": score.negative,
        "unscored_reason": score.reason,
        "scorer": scored.scorer,
        "scorer_version": scored.version,
        "confidence": score.confidence,
    }


def content_hash(row: dict[str, Any]) -> str:
    """Return 32 hex digits (BLAKE2b-128) of the columns whose change is a new version.

    Null columns are left out, so that a column added later makes no new version of what lacks it.
    Times count as microseconds since 1970 (UTC), see :func:`_plain_rows`.
    """
    content = {name: row[name] for name in CONTENT if row[name] is not None}
    encoded = msgspec.json.encode(content, order="sorted")
    return hashlib.blake2b(encoded, digest_size=16).hexdigest()


def voice_key(text: str | None) -> str | None:
    """Return 32 hex digits that copies of ``text`` share, None where it is too short to be one.

    Copies may differ in case, in Unicode form, in blanks and in links.
    """
    squeezed = "".join(fold(URL.sub(" ", text or "")).split())
    enough = MIN_VOICE_UNSPACED if unspaced_share(squeezed) >= 0.5 else MIN_VOICE
    if len(squeezed) < enough:
        return None
    return hashlib.blake2b(squeezed.encode("utf-8"), digest_size=16).hexdigest()


def _plain_rows(part: pa.RecordBatch) -> list[dict[str, Any]]:
    """Return the rows as dicts, with times as integers: many times faster than datetime objects."""
    import pyarrow as pa

    names = part.schema.names
    columns: Iterator[list[Any]] = (
        (c.cast(pa.int64()) if pa.types.is_timestamp(c.type) else c).to_pylist()
        for c in part.columns
    )
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
