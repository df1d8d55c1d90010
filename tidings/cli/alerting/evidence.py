"""What an incident rests on: its mentions, words, drivers, sources, and whether more is missing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from transforms.incidents import Standing

if TYPE_CHECKING:
    import duckdb

    from warehouse.alerts import Evidence
    from warehouse.incidents import Stored

PAST = timedelta(days=28)
"""The brand's own past, which the words of an incident are held against."""

MOST_WORDS = 8
LEAST_Z = 1.96
LEAST_TEXTS = 3
"""A word drives an incident if so many of its texts have it, surer than chance."""

SAID_NEGATIVE = frozenset(("negative", "negative_share"))
OF_NO_MENTION = frozenset(("hours_silent", "checks"))
DETECTOR = "tidings"
VERSION = "3"
"""Counted up where a detector finds otherwise on the same numbers."""


def stored(
    con: duckdb.DuckDBPyConnection,
    now: Standing,
    *,
    timezone: str,
    series: int,
    hindsight: bool,
    with_words: bool = True,
) -> Stored:
    """Return an incident with its evidence, as it is kept; ``series``: how many were looked at.

    ``with_words`` False leaves out its words, which are most of the work.
    """
    from tidings.cli.alerting.sentences import sentence
    from warehouse.incidents import Stored

    height = now.height
    p = height.probability
    rests = _evidence(con, now)
    return Stored(
        incident_id=now.incident_id,
        watch=now.first.watch,
        brand=now.first.brand,
        rule=now.first.rule,
        rules=list(now.rules),
        measure=height.measure,
        severity=now.severity,
        opened=now.first.onset,
        decided=now.first.at,
        last_evidence=now.last_evidence,
        escalated=now.escalated,
        closed=now.closed,
        hindsight=hindsight,
        baseline=height.baseline,
        observed=height.observed,
        n=height.n,
        probability=p,
        adjusted=None if p is None else min(1.0, p * max(series, 1)),
        lower_bound=_incomplete(con, now),
        sentence=sentence(height, now.first.onset, timezone),
        mention_ids=rests.mention_ids,
        words=_words(con, now) if with_words else [],
        keywords=rests.keywords,
        drivers=rests.drivers,
        sources=rests.sources,
        languages=rests.languages,
        detector=DETECTOR,
        detector_version=VERSION,
    )


def _label(now: Standing) -> str | None:
    """Return the label of the mentions that drive it; None: all do."""
    found = "negative" if now.height.measure in SAID_NEGATIVE else None
    return "negative" if "negative_share" in now.rules else found


def _evidence(con: duckdb.DuckDBPyConnection, now: Standing) -> Evidence:
    from warehouse import alerts

    if now.height.measure in OF_NO_MENTION:
        return alerts.Evidence([], 0, [], [], [], [])
    only = [now.height.detail] if now.height.measure == "reach" else None
    return alerts.evidence(
        con,
        now.first.brand,
        now.first.onset,
        now.closed or now.last_evidence,
        label=_label(now),
        only=only,
    )


def _words(con: duckdb.DuckDBPyConnection, now: Standing) -> list[str]:
    """Return the words that set the incident's texts apart from the brand's own past."""
    from transforms.driving_words import driving_words, meaningful, said
    from warehouse import alerts

    if now.height.measure in OF_NO_MENTION:
        return []
    brand, label, opened = now.first.brand, _label(now), now.first.onset
    until = (now.closed or now.last_evidence) + timedelta(microseconds=1)
    here = alerts.texts(con, brand, opened, until, label=label, most=2_000)
    past = alerts.texts(con, brand, opened - PAST, opened, label=label, most=5_000)
    found = driving_words(said(map(meaningful, here)), said(map(meaningful, past)))
    return [one.word for one in found if one.z >= LEAST_Z and one.now >= LEAST_TEXTS][:MOST_WORDS]


def _incomplete(con: duckdb.DuckDBPyConnection, now: Standing) -> bool:
    from warehouse.alerts import least_coverage

    if not now.first.brand:
        return False
    until = now.closed or now.last_evidence
    least = least_coverage(con, now.first.brand, now.first.onset, until)
    return least is None or least < 1
