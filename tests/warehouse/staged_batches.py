"""Batches as checking and enriching leave them, made by hand: what the warehouse is handed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tidings.batch import Batch, Coverage, Staged, enriched_schema, quarantine_schema
from tidings.mention import CONTENT, Mention, mention_id
from tidings.schema import to_arrow

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a batch: the mention and what enriching found in it."""

    mention: Mention
    label: str = "neutral"
    voice: str | None = None
    brands: tuple[tuple[str, str], ...] = (("Acme", "text"),)
    keywords: tuple[tuple[str, str, int], ...] = ()
    compound: float | None = None
    confidence: float | None = None
    flags: tuple[str, ...] = ()
    toward: dict[str, tuple[str, float | None]] = {}
    drivers: tuple[tuple[str, str, float | None], ...] = ()
    voice_bands: tuple[int, ...] | None = None


def at(day: str, hour: float = 12) -> datetime:
    """Return a time of a day, e.g. ``at("2026-03-01", 9)``."""
    return datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(hours=hour)


def said(
    key: str,
    text: str = "It is what it is",
    *,
    label: str = "neutral",
    voice: str | None = None,
    brands: Iterable[tuple[str, str]] = (("Acme", "text"),),
    keywords: Iterable[tuple[str, str, int]] = (),
    compound: float | None = None,
    confidence: float | None = None,
    flags: Iterable[str] = (),
    toward: dict[str, tuple[str, float | None]] | None = None,
    drivers: Iterable[tuple[str, str, float | None]] = (),
    voice_bands: Sequence[int] | None = None,
    **fields: Any,
) -> Said:
    """Make a row; ``key`` is the external id, ``fields`` are those of a mention."""
    given = {
        "source": "forum",
        "place": "square",
        "kind": "post",
        "published": NOON,
        "collected": NOON + timedelta(hours=1),
        "raw_page": "forum/page-1",
        "text": text,
    } | fields
    return Said(
        mention=Mention(external_id=key, **given),
        label=label,
        voice=voice,
        brands=tuple(brands),
        keywords=tuple(keywords),
        compound=compound,
        confidence=confidence,
        flags=tuple(flags),
        toward=toward or {},
        drivers=tuple(drivers),
        voice_bands=None if voice_bands is None else tuple(voice_bands),
    )


def content_hash(mention: Mention) -> str:
    values = [getattr(mention, name) for name in CONTENT]
    return hashlib.blake2b(msgspec.json.encode(values), digest_size=16).hexdigest()


def enriched(rows: Sequence[Said]) -> pa.Table:
    """Return the rows in the schema that enriching leaves."""
    table = to_arrow([row.mention for row in rows])
    for field in list(enriched_schema())[table.num_columns :]:
        values = [_added(row, field.name) for row in rows]
        table = table.append_column(field, pa.array(values, type=field.type))
    return table.cast(enriched_schema())


def _added(row: Said, name: str) -> Any:
    scored = row.label != "unscored"
    mention = row.mention
    return {
        "mention_id": mention_id(mention.source, mention.place, mention.external_id),
        "content_hash": content_hash(mention),
        "voice_key": row.voice or f"voice of {mention.place} {mention.external_id}",
        "score_language": "en" if scored else None,
        "language_confidence": 0.9 if scored else None,
        "label": row.label,
        "compound": (row.compound or 0.0) if scored else None,
        "positive": 0.1 if scored else None,
        "neutral": 0.8 if scored else None,
        "negative": 0.1 if scored else None,
        "unscored_reason": None if scored else "language",
        "scorer": "vader" if scored else None,
        "scorer_version": "1" if scored else None,
        "confidence": row.confidence,
        "flags": list(row.flags),
        "voice_bands": row.voice_bands,
        "brands": [
            {"brand": b, "how": how, "matched": b.lower()}
            | dict(zip(("label", "compound"), row.toward.get(b, (None, None)), strict=True))
            for b, how in row.brands
        ],
        "drivers": [
            {"driver": d, "matched": d, "label": label, "compound": compound}
            for d, label, compound in row.drivers
        ],
        "keywords": [
            {"brand": b, "keyword": k, "matched": k, "hits": hits} for b, k, hits in row.keywords
        ],
    }[name]


def quarantined(batch_id: str, number: int, **fields: Any) -> dict[str, Any]:
    """Return a quarantine row."""
    name = f"{batch_id} {number}".encode()
    return {
        "quarantine_id": hashlib.blake2b(name, digest_size=8).hexdigest(),
        "batch_id": batch_id,
        "source": "forum",
        "place": "square",
        "external_id": f"bad-{number}",
        "rules": "rating_not_above_scale",
        "reason": "rating 6 is above 5",
        "raw": '{"text": "fine", "rating": 6}',
        "raw_page": "forum/page-1",
        "quarantined": NOON.replace(tzinfo=None),
    } | fields


def coverage(start: datetime, end: datetime, **fields: Any) -> Coverage:
    """Return the coverage of a walk that covered ``start`` to ``end`` and came to its end."""
    given = {
        "started": end,
        "ended": end,
        "pages": 1,
        "items": 1,
        "end_reached": True,
        "covered_from": start,
        "covered_to": end,
    } | fields
    return Coverage(**given)


def stage(
    folder: Path,
    rows: Sequence[Said],
    /,
    *,
    bad: Sequence[dict[str, Any]] = (),
    rejected: int = 0,
    **fields: Any,
) -> Staged:
    """Write a staged batch into ``folder``; ``fields`` are those of :class:`Batch`."""
    run, attempt, part = fields.get("run", "r1"), fields.get("attempt", 1), fields.get("part", 1)
    walk = fields.get("walk_id", "forum:1")
    given = {
        "batch_id": f"{walk}/{run}.{attempt}/batch-{part:04d}",
        "source": "forum",
        "walk_id": walk,
        "label": "forum square",
        "watch": "acme",
        "about": None,
        "run": run,
        "attempt": attempt,
        "part": part,
        "rows": len(rows) + len(bad) - rejected,
        "rejected": rejected,
        "mentions_path": "m.parquet",
        "rejected_path": None,
        "collected": NOON + timedelta(hours=1),
        "cursor": None,
        "coverage": None,
    } | fields
    batch = Batch(**given)
    stem = hashlib.blake2b(msgspec.json.encode(batch), digest_size=8).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    staged = Staged(
        batch=batch,
        enriched_path=str(folder / f"{stem}.enriched.parquet"),
        quarantine_path=str(folder / f"{stem}.quarantine.parquet"),
    )
    pq.write_table(enriched(rows), staged.enriched_path)
    pq.write_table(
        pa.Table.from_pylist(list(bad), schema=quarantine_schema()), staged.quarantine_path
    )
    return staged
