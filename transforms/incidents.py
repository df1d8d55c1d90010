"""Alarms to incidents: opened on evidence, widened, kept open by hysteresis, closed without it.

Pure: what stood before and what was found go in, what changed comes out. Nothing looks at a clock,
so the same findings give the same incidents, live or looking back, however often they come in.
"""

from __future__ import annotations

import uuid
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Literal, NamedTuple

from tidings.incident import Severity

QUIET = timedelta(hours=6)
"""An incident closes when there was no evidence of it for so long."""

WIDER = 3.0
"""An incident escalates when its measure is this many times what was told of it."""

ONE_CAUSE = {
    "volume": "talk",
    "negative_count": "talk",
    "negative_share": "talk",
    "influential_author": "talk",
    "competitor": "talk",
}
"""Rules that are signs of one cause: what they find of one brand at one time is one incident."""

SLIGHT = "slight"
"""The detail of a finding that is not improbable enough for a message of its own."""

_SPACE = uuid.UUID("6f1f6d3c-3c0b-5a55-8e0d-0e9a6b0c7a11")
_RANK = {"info": 0, "warning": 1, "critical": 2}

Transition = Literal["opened", "escalated", "resolved"]


class Finding(NamedTuple):
    """One alarm of one rule about one brand. Times are UTC without zone, as in the warehouse."""

    rule: str
    watch: str
    brand: str
    measure: str
    severity: Severity
    onset: datetime
    at: datetime
    observed: float
    baseline: float
    n: int
    probability: float | None = None
    detail: str = ""
    """What the sentence adds, such as which author."""

    @property
    def cause(self) -> tuple[str, str]:
        """The brand and the group of rules: findings with equal ones may be one incident."""
        return self.brand, ONE_CAUSE.get(self.rule, self.rule)


class Standing(NamedTuple):
    """An incident as it stands; ``first`` is what opened it, ``height`` what is told of it."""

    incident_id: str
    first: Finding
    height: Finding
    rules: tuple[str, ...]
    severity: Severity
    last_evidence: datetime
    escalated: datetime | None = None
    closed: datetime | None = None

    @property
    def cause(self) -> tuple[str, str]:
        """As of its first finding."""
        return self.first.cause


class Change(NamedTuple):
    """What became of an incident, decided at ``at``."""

    event: Transition
    at: datetime
    incident: Standing


class Followed(NamedTuple):
    """All incidents as they stand after, and what changed, in the order of its time."""

    standing: list[Standing]
    changes: list[Change]


def follow(
    standing: Iterable[Standing],
    findings: Iterable[Finding],
    evidence: Mapping[tuple[str, str], Sequence[datetime]],
    until: datetime,
) -> Followed:
    """Take incidents on from where they stood.

    ``findings``: alarms, in any order, those of earlier calls again or not; ``evidence``: for a
    cause (see :attr:`Finding.cause`) the times, rising, at which there was some, weaker than an
    alarm needs; ``until``: the time up to which all was looked at.
    """
    known: dict[tuple[str, str], list[Standing]] = {}
    for incident in standing:
        known.setdefault(incident.cause, []).append(incident)
    found = sorted(set(findings), key=_order)
    new = {cause: list(group) for cause, group in groupby(found, key=lambda f: f.cause)}
    after: list[Standing] = []
    changes: list[Change] = []
    for cause in sorted(known.keys() | new.keys()):
        told, changed = _one_cause(
            sorted(known.get(cause, []), key=lambda i: i.first.at),
            new.get(cause, []),
            sorted({*evidence.get(cause, ()), *(f.at for f in new.get(cause, []))}),
            until,
        )
        after += told
        changes += changed
    return Followed(after, sorted(changes, key=lambda c: (c.at, c.incident.incident_id)))


def _order(finding: Finding) -> tuple[tuple[str, str], datetime, str, str, float, int]:
    grave = _RANK[finding.severity]
    return finding.cause, finding.at, finding.rule, finding.measure, finding.observed, grave


def _one_cause(
    known: list[Standing], new: list[Finding], evidence: Sequence[datetime], until: datetime
) -> tuple[list[Standing], list[Change]]:
    changes: list[Change] = []
    done = [i for i in known if i.closed is not None]
    now = next((i for i in known if i.closed is None), None)
    for finding in new:
        if now is not None:
            now = _closing(now, evidence, finding.at, changes)
            if now.closed is not None:
                done.append(now)
                now = None
        if any(i.first.onset <= finding.at <= (i.closed or until) + QUIET for i in done):
            continue  # known of an incident that is over: late data has shown it again
        if now is None:
            now = _opened(finding)
            changes.append(Change("opened", finding.at, now))
        else:
            now = _widened(now, finding, changes)
    if now is not None:
        now = _closing(now, evidence, until, changes)
    return [*done, *([now] if now else [])], changes


def _opened(finding: Finding) -> Standing:
    name = "|".join((finding.watch, *finding.cause, finding.at.isoformat()))
    return Standing(
        incident_id=str(uuid.uuid5(_SPACE, name)),
        first=finding,
        height=finding,
        rules=(finding.rule,),
        severity=finding.severity,
        last_evidence=finding.at,
    )


def _widened(now: Standing, finding: Finding, changes: list[Change]) -> Standing:
    """Return the incident with one finding more; a change where that is worth telling."""
    if finding.at < now.first.at:
        return now  # late data shows it began earlier; what was decided stays decided
    graver = _RANK[finding.severity] > _RANK[now.severity] or (
        now.height.detail == SLIGHT != finding.detail
    )
    more = (
        finding.measure == now.height.measure
        and finding.at > now.height.at  # so that what is handed in again changes nothing
        and abs(finding.observed) >= WIDER * abs(now.height.observed) > 0
    )
    rules = now.rules if finding.rule in now.rules else (*now.rules, finding.rule)
    wider = now._replace(
        rules=rules,
        severity=max(now.severity, finding.severity, key=_RANK.__getitem__),
        height=finding if graver or more else now.height,
        last_evidence=max(now.last_evidence, finding.at),
    )
    if graver or more:
        wider = wider._replace(escalated=finding.at)
        changes.append(Change("escalated", finding.at, wider))
    return wider


def _closing(
    now: Standing, evidence: Sequence[datetime], until: datetime, changes: list[Change]
) -> Standing:
    """Return the incident as it stands at ``until``: closed where its evidence was gone by then."""
    last = now.last_evidence
    for time in evidence[bisect_right(evidence, last) : bisect_right(evidence, until)]:
        if time - last > QUIET:
            break
        last = time
    if until - last <= QUIET:
        return now._replace(last_evidence=max(last, now.last_evidence))
    closed = now._replace(last_evidence=last, closed=max(last, now.first.onset))
    changes.append(Change("resolved", last + QUIET, closed))
    return closed
