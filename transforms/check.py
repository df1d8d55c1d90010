"""Check a landed batch: good rows go on, bad ones to quarantine with the reason and a way back.

Rows are held against the suite of :mod:`transforms.suite`; rules on the batch as a whole are those
of ``tidings.watch.Quality``. Two rows of one key are both good: the merge takes care of them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from tidings.errors import QualityError
from tidings.schema import columns
from tidings.watch import Quality
from transforms.suite import RowRule, broken_rows, row_rules

if TYPE_CHECKING:
    import pyarrow as pa

MAX_SHOWN = 60
"""Characters of a value that a reason shows."""

MAY_NAME = frozenset(("external_id", "parent_id", "url"))
"""Columns that may hold a handle or an e-mail address."""

UNREADABLE = "unreadable"
"""What stands for rules where a record could not be read as a mention at all."""


Broken: TypeAlias = dict[int, list[RowRule]]
"""The rules that rows break, by row number."""


class Finding(msgspec.Struct, frozen=True):
    """A broken rule on the batch as a whole (``empty``, ``stale``, ``bad_rows``), for a person."""

    rule: str
    level: Literal["warn", "fail"]
    message: str


class Checked(msgspec.Struct, frozen=True):
    """The outcome of a check.

    ``good`` has the mention's columns, ``quarantine`` those of ``quarantine_schema()``; together
    they hold every row and every rejected record of the batch, in its order.
    """

    good: pa.Table
    quarantine: pa.Table
    findings: list[Finding]


class BatchRefused(QualityError):
    """A batch broke a rule whose policy is ``fail``; ``checked`` is what was found out about it."""

    def __init__(self, message: str, *, remedy: str, checked: Checked) -> None:
        super().__init__(message, remedy=remedy)
        self.checked = checked


def check(
    mentions: pa.Table,
    rejected: pa.Table | None,
    *,
    batch_id: str,
    quality: Quality,
    now: datetime,
    waived: Sequence[str] = (),
    broken: Broken | None = None,
) -> Checked:
    """Part the rows of a batch into good ones and quarantine, and judge the batch as a whole.

    ``mentions`` has the mention's columns (nullable ones may be missing in batches of an older
    version), ``rejected`` those of ``rejected_schema()``; ``now`` is aware UTC. ``waived`` names
    rules, of rows or of the batch, that don't apply since a person released the rows; that a value
    is there (``..._required``) can't be waived. ``broken`` is what :func:`broken_in_each` found of
    these rows, where several batches are validated at once.

    Raises BatchRefused, a QualityError, where a rule on the batch with policy ``fail`` is broken or
    the columns are not a mention's.
    """
    import pyarrow as pa

    from tidings.batch import quarantine_schema

    rows = _conform(mentions, batch_id)
    stands = {r.name for r in row_rules() if not (r.waivable and r.name in waived)}
    found = broken_rows(rows) if broken is None else broken
    bad = {
        row: kept
        for row, rules in found.items()
        if (kept := [rule for rule in rules if rule.name in stands])
    }
    records = _quarantined(rows, bad, batch_id, now) + _rejected(rejected, batch_id, now)
    is_good = [True] * rows.num_rows
    for row in bad:
        is_good[row] = False
    good = rows.filter(pa.array(is_good, pa.bool_()))
    quarantine = pa.Table.from_pylist(records, schema=quarantine_schema())
    findings = [
        finding
        for finding in _findings(good, records, batch_id, quality, now)
        if finding.rule not in waived
    ]
    checked = Checked(good, quarantine, findings)
    _refuse(checked)
    return checked


def broken_in_each(batches: Sequence[tuple[str, pa.Table]]) -> list[Broken]:
    """Validate the rows of several batches, each (id, mentions), at once.

    Returns for each batch what :func:`check` takes as ``broken``. A validation of a hundred rows
    costs as much as one of ten thousand.
    """
    import pyarrow as pa

    tables = [_conform(mentions, batch_id) for batch_id, mentions in batches]
    found = broken_rows(pa.concat_tables(tables)) if tables else {}
    each: list[Broken] = []
    start = 0
    for table in tables:
        rows = range(start, start + table.num_rows)
        each.append({row - start: found[row] for row in rows if row in found})
        start = rows.stop
    return each


def _conform(mentions: pa.Table, batch_id: str) -> pa.Table:
    """Return the declared columns in order, those that were declared after the batch as nulls."""
    import pyarrow as pa

    from tidings.schema import arrow_schema

    arrays = []
    for field in arrow_schema():
        if field.name in mentions.column_names:
            column = mentions.column(field.name)
        else:
            column = pa.nulls(mentions.num_rows, field.type)
        try:
            arrays.append(column.cast(field.type))
        except pa.ArrowInvalid as error:
            raise QualityError(
                f"Batch {batch_id}: column {field.name!r} is {column.type}, not {field.type}: "
                f"{error}.",
                remedy="It was not landed by 'tidings'; collect it again.",
            ) from error
    return pa.Table.from_arrays(arrays, schema=arrow_schema())


def quarantine_id(batch_id: str, row: int, *, rejected: bool = False) -> str:
    """Return 16 hex digits for a row (from 0) of a batch, or of its rejected records."""
    place = f"{batch_id}\0{'r' if rejected else ''}{row}"
    return hashlib.blake2b(place.encode("utf-8"), digest_size=8).hexdigest()


def _quarantined(
    rows: pa.Table, broken: dict[int, list[RowRule]], batch_id: str, now: datetime
) -> list[dict[str, Any]]:
    numbers = list(broken)
    found = rows.take(numbers).to_pylist() if numbers else []
    return [
        {
            "quarantine_id": quarantine_id(batch_id, number),
            "batch_id": batch_id,
            **{n: row[n] for n in ("source", "place", "external_id", "raw_page")},
            "rules": ",".join(rule.name for rule in broken[number]),
            "reason": "; ".join(_reason(rule, row) for rule in broken[number]),
            "raw": _as_json(row),
            "quarantined": _naive(now),
        }
        for number, row in zip(numbers, found, strict=True)
    ]


def _rejected(rejected: pa.Table | None, batch_id: str, now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "quarantine_id": quarantine_id(batch_id, number, rejected=True),
            "batch_id": batch_id,
            **row,
            "rules": UNREADABLE,
            "quarantined": _naive(now),
        }
        for number, row in enumerate(rejected.to_pylist() if rejected is not None else [])
    ]


def _reason(rule: RowRule, row: dict[str, Any]) -> str:
    """Say for a person which field holds what, and what is allowed."""
    held = " and ".join(f"{name} is {_held(name, row[name])}" for name in rule.columns)
    return f"{held} (allowed: {rule.allowed})"


def _held(name: str, value: Any) -> str:
    return "not shown" if name in _private() and value is not None else _shown(value)


@cache
def _private() -> frozenset[str]:
    """Return the columns that name a person, or may: a reason is shared, the row is not."""
    return frozenset(column.name for column in columns() if column.meta.private) | MAY_NAME


def _shown(value: Any) -> str:
    if value is None:
        return "missing"
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).isoformat()
    if not isinstance(value, str):
        return f"{value}"
    if len(value) <= MAX_SHOWN:
        return repr(value)
    return f"{value[:MAX_SHOWN]!r}... ({len(value):,} characters)"


def _as_json(row: dict[str, Any]) -> str:
    times = {k: v.replace(tzinfo=UTC) for k, v in row.items() if isinstance(v, datetime)}
    return msgspec.json.encode(row | times).decode("utf-8")


def _naive(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(tzinfo=None)


def _findings(
    good: pa.Table, records: list[dict[str, Any]], batch_id: str, quality: Quality, now: datetime
) -> list[Finding]:
    broken = [
        ("empty", quality.empty, _empty(good, records)),
        ("stale", quality.stale, _stale(good, quality, now)),
        ("bad_rows", quality.bad_rows, _bad_rows(good, records, quality)),
    ]
    return [
        Finding(rule, policy, f"Batch {batch_id}: {problem}")
        for rule, policy, problem in broken
        if problem and policy != "off"
    ]


def _empty(good: pa.Table, records: list[dict[str, Any]]) -> str:
    return "" if good.num_rows or records else "no rows and no rejected records."


def _stale(good: pa.Table, quality: Quality, now: datetime) -> str:
    import pyarrow.compute as pc

    newest = pc.max(good.column("published")).as_py()
    if newest is None or _naive(now) - newest <= timedelta(days=quality.stale_after_days):
        return ""
    age = (_naive(now) - newest) / timedelta(days=1)
    return (
        f"the newest of {good.num_rows:,} rows was published {newest:%Y-%m-%d}, "
        f"{age:.1f} days ago, more than stale_after_days = {quality.stale_after_days:g}."
    )


def _bad_rows(good: pa.Table, records: list[dict[str, Any]], quality: Quality) -> str:
    bad, total = len(records), len(records) + good.num_rows
    if total < quality.min_rows_for_share or bad <= quality.max_bad_share * total:
        return ""
    rules = Counter(rule for record in records for rule in record["rules"].split(","))
    often = ", ".join(f"{rule} ({count:,})" for rule, count in rules.most_common(3))
    return (
        f"{bad:,} of {total:,} rows are bad ({bad / total:.1%}), more than max_bad_share = "
        f"{quality.max_bad_share:.1%}. Most broken: {often}. For example: {records[0]['reason']}."
    )


REMEDIES = {
    "empty": "See whether the source still has what its settings ask for",
    "stale": "See whether the source has moved or its settings ask for old mentions only",
    "bad_rows": "Mend what makes these rows bad, at the source or in its settings",
}


def _refuse(checked: Checked) -> None:
    failed = [finding for finding in checked.findings if finding.level == "fail"]
    if failed:
        raise BatchRefused(
            " ".join(finding.message for finding in failed),
            remedy=" ".join(
                f'{REMEDIES[f.rule]}; to load it all the same, set {f.rule} = "warn" under '
                "[quality] in the watch file."
                for f in failed
            ),
            checked=checked,
        )
