"""What people did on the pages, taken over from the journal: each change once, and in the audit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from tidings.alert_rules import unknown_rule
from tidings.errors import ConfigurationError
from tidings.journal import (
    KEPT,
    Change,
    CorrectLabel,
    MarkAnswer,
    OnIncident,
    Release,
    SnoozeRule,
)
from tidings.times import utcnow
from warehouse import incidents
from warehouse.statements import aware, bound, run, steps
from warehouse.transaction import transaction

if TYPE_CHECKING:
    import duckdb

WRITTEN = ("why", "words")
"""Fields of a change that hold what a person wrote: the audit keeps them apart."""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of changes: ``applied`` had their effect, ``refused`` could not, ``known`` were
    taken over before. ``ids`` are all of these: the journal needs them no more.
    """

    applied: int = 0
    refused: int = 0
    known: int = 0
    ids: tuple[UUID, ...] = ()


def take_over(
    con: duckdb.DuckDBPyConnection,
    changes: Sequence[Change],
    *,
    now: datetime | None = None,
    released: Mapping[UUID, str] | None = None,
    refused: Mapping[UUID, str] | None = None,
) -> Taken:
    """Give each change its effect, once, and its row in ``core.audit``, in one transaction.

    A change that can't be done has its reason there, and keeps no other from being done. Of
    releases, whose rows must be landed first, ``released`` names the batches by change; ``refused``
    tells why others can't be done. Those in neither are left: they are not among ``ids``.
    """
    reasons = dict(refused or {})
    landed = {*(released or {}), *reasons}
    every = {change.change_id: change for change in changes}
    with transaction(con):
        done = taken(con, every)
        new = {
            key: one
            for key, one in every.items()
            if key not in done and (key in landed or not isinstance(one.what, Release))
        }
        ids = tuple(key for key in every if key in done or key in new)
        if not new:
            return Taken(known=len(done), ids=ids)
        [(known,)] = run(con, "sql/ledger/known", {"now": now or utcnow()}).fetchall()
        wanted = [one for key, one in new.items() if key not in reasons]
        reasons |= _labels(con, wanted, known) | _marks(con, wanted, known)
        for change in wanted:
            reason = _one(con, change, known, released or {})
            if reason is not None:
                reasons[change.change_id] = reason
        rows = [_audit_row(one, reasons.get(key)) for key, one in new.items()]
        run(con, "sql/changes/add_audit", {"rows": rows, "known": known})
    failed = sum(key in reasons for key in new)
    return Taken(applied=len(new) - failed, refused=failed, known=len(done), ids=ids)


def taken(con: duckdb.DuckDBPyConnection, ids: Iterable[UUID]) -> set[UUID]:
    """Return which of these changes were taken over before."""
    asked = {"ids": [str(one) for one in ids]}
    return {found for (found,) in run(con, "sql/changes/taken", asked).fetchall()}


def audited(con: duckdb.DuckDBPyConnection, *, now: datetime | None = None) -> set[UUID]:
    """Return the changes that this snapshot has, as far back as the journal keeps them."""
    since = (now or utcnow()) - 2 * KEPT
    return {found for (found,) in run(con, "sql/changes/audited", {"since": since}).fetchall()}


def listed(
    con: duckdb.DuckDBPyConnection, *, since: datetime, most: int = 1_000
) -> list[dict[str, Any]]:
    """Return the rows of ``core.audit`` made since then, the newest first; times aware UTC."""
    result = run(con, "sql/changes/listed", {"since": since, "most": most})
    names = [column[0] for column in result.description]
    return [
        {n: aware(v) if isinstance(v, datetime) else v for n, v in zip(names, row, strict=True)}
        for row in result.fetchall()
    ]


def corrections(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return what scorers made of texts that people corrected: the rows of correction_count."""
    return _dicts(run(con, "sql/changes/counts"))


def corrected_texts(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the texts that people corrected and that have not been edited since."""
    return _dicts(run(con, "sql/changes/corrected"))


def _dicts(result: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _labels(
    con: duckdb.DuckDBPyConnection, changes: Sequence[Change], known: datetime
) -> dict[UUID, str]:
    asked = [
        {
            "place": place,
            "mention_id": str(change.what.mention_id),
            "brand": change.what.brand,
            "label": change.what.label or "",
            "why": change.what.why,
            "content_hash": change.what.content_hash or "",
        }
        for place, change in enumerate(changes)
        if isinstance(change.what, CorrectLabel)
    ]
    return _together(con, "labels", asked, changes, known)


def _marks(
    con: duckdb.DuckDBPyConnection, changes: Sequence[Change], known: datetime
) -> dict[UUID, str]:
    asked = [
        {
            "place": place,
            "mention_id": str(change.what.mention_id),
            "brand": change.what.brand,
            "state": change.what.state,
            "who": change.who,
            "made": bound(change.made),
        }
        for place, change in enumerate(changes)
        if isinstance(change.what, MarkAnswer)
    ]
    return _together(con, "marks", asked, changes, known)


def _together(
    con: duckdb.DuckDBPyConnection,
    folder: str,
    asked: list[dict[str, Any]],
    changes: Sequence[Change],
    known: datetime,
) -> dict[UUID, str]:
    """Run the statements for all changes of one kind; return why some of them can't be done."""
    if not asked:
        return {}
    values = {"asked": asked, "known": known}
    *first, last = steps(f"sql/changes/{folder}")
    for step in first:
        run(con, step, values).fetchall()
    return {changes[place].change_id: why for place, why in run(con, last).fetchall()}


def _one(
    con: duckdb.DuckDBPyConnection,
    change: Change,
    known: datetime,
    released: Mapping[UUID, str],
) -> str | None:
    """Do what one change of another kind asks for; return why it can't be done, or None."""
    match change.what:
        case OnIncident() as what:
            return _on_incident(con, change, what, known)
        case SnoozeRule() as what:
            return _snooze_rule(con, change, what)
        case Release() as what:
            batch = released[change.change_id]
            values = {"quarantine_id": what.quarantine_id, "released_batch": batch, "now": known}
            marked = run(con, "sql/quarantine/mark_released", values).fetchone()
            return None if marked and marked[0] else "There is no such quarantined row."
    return None


def _on_incident(
    con: duckdb.DuckDBPyConnection, change: Change, what: OnIncident, known: datetime
) -> str | None:
    try:
        kept = incidents.named(con, what.incident_id)
    except ConfigurationError as error:
        return error.message
    if kept.incident_id != what.incident_id:
        return "There is no such incident."
    if what.action == "resolve" and kept.closed is None:
        closed = max(bound(change.made), kept.opened)
        incidents.keep(con, [msgspec.structs.replace(kept, closed=closed)], known)
    _act(
        con,
        change,
        watch=kept.watch,
        incident_id=kept.incident_id,
        action=what.action,
        until=what.until,
        words=what.words,
    )
    return None


def _snooze_rule(con: duckdb.DuckDBPyConnection, change: Change, what: SnoozeRule) -> str | None:
    if (what.watch,) not in run(con, "sql/changes/watches").fetchall():
        return f"There is no watch file {what.watch!r}."
    remedy = unknown_rule(what.rule)
    if remedy is not None:
        return f"There is no rule {what.rule!r}. {remedy}"
    _act(con, change, watch=what.watch, rule=what.rule, action="snooze", until=what.until)
    return None


def _act(con: duckdb.DuckDBPyConnection, change: Change, **fields: Any) -> None:
    incidents.act(con, incidents.Action(who=change.who, done=bound(change.made), **fields))


def _audit_row(change: Change, refused: str | None) -> dict[str, Any]:
    what = msgspec.to_builtins(change.what)
    words = [what.pop(name) for name in WRITTEN if name in what]
    return {
        "change_id": str(change.change_id),
        "made": bound(change.made),
        "who": change.who,
        "role": change.role,
        "kind": change.kind,
        "target": change.target,
        "what": msgspec.json.encode(what).decode(),
        "words": next(filter(None, words), ""),
        "refused": refused or "",
    }
