"""The marts themselves, by brand and period."""

from __future__ import annotations

from dashboard.asked import Asked
from dashboard.reader import Row, Snapshot

MARTS = (
    "answer_queue",
    "author_reach",
    "brand_driver_daily",
    "brand_reputation_daily",
    "brand_reputation_monthly",
    "brand_reputation_weekly",
    "competitor_matrix",
    "incidents",
    "keyword_company",
    "keyword_daily",
    "perception_gap",
    "response_daily",
    "review_changes",
    "share_of_voice_daily",
    "source_health",
    "survey_scores",
)


def rows(snapshot: Snapshot, mart: str, asked: Asked, *, limit: int, offset: int) -> list[Row]:
    """Return rows of a mart (one of :data:`MARTS`), of the brand and period, in its own order."""
    return snapshot.rows(f"marts/{mart}", asked.values() | {"limit": limit, "offset": offset})


def columns(snapshot: Snapshot, mart: str) -> list[Row]:
    """Return a mart's columns in order: name, type, and what it means."""
    return snapshot.rows("columns", {"mart": mart})
