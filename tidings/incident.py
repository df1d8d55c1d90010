"""An incident: something moved further than its baseline explains, with its evidence.

Declared here because three parts speak of it: the warehouse keeps it as versions, alerts are made
from it, and messages tell of it. An *alarm* is one finding of a detector at one time; alarms of one
brand that stand near each other are one incident.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

Severity = Literal["info", "warning", "critical"]
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "critical")

Event = Literal["opened", "escalated", "resolved", "digest", "sample"]


class Voice(msgspec.Struct, frozen=True, kw_only=True):
    """One text of the evidence; ``copies`` is how often it stands in the incident, itself too."""

    mention_id: str
    text: str
    source: str
    published: datetime
    copies: int = 1
    followers: int | None = None
    language: str | None = None
    url: str | None = None


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One bucket of the chart: what there was and what was to be expected of the same measure."""

    starts: datetime
    observed: float
    expected: float


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """An incident as it stands now. Times are UTC; shares and probabilities 0..1.

    ``rule`` is the key of the rule in the watch file that found it first, ``measure`` what moved.
    ``baseline`` and ``observed`` are of that measure and on its scale, ``n`` how many mentions (of
    distinct voices) ``observed`` is computed from. ``sentence`` says all that in one sentence.
    ``lower_bound``: the time was not collected whole, so there may be more.
    """

    incident_id: str
    watch: str
    brand: str
    rule: str
    measure: str
    severity: Severity
    opened: datetime
    escalated: datetime | None = None
    closed: datetime | None = None
    baseline: float
    observed: float
    n: int
    probability: float | None = None
    adjusted: float | None = None
    lower_bound: bool = False
    sentence: str
    mention_ids: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    drivers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    voices: tuple[Voice, ...] = ()
    series: tuple[Point, ...] = ()
    owner: str | None = None
    link: str | None = None


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What one channel is told once. ``key`` is its idempotency key: equal keys, one message.

    A digest holds several incidents, every other event one. ``decided`` is when the notice was
    decided on (UTC), which may be long before it is sent.
    """

    key: str
    event: Event
    severity: Severity
    decided: datetime
    incidents: tuple[Incident, ...]
    left_out: int = 0
    """How many more a digest could not hold; they stand in ``marts.incidents``."""
