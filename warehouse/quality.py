"""The checks of the warehouse carried out: measured, judged, kept as history, and what follows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from tidings.errors import QualityError, WarehouseError
from warehouse.checks import Check, Result, checks
from warehouse.expectations import judge
from warehouse.figures import Target, targets
from warehouse.statements import aware, bound, run
from warehouse.transaction import transaction

if TYPE_CHECKING:
    import duckdb

Landed = Callable[[Sequence[str]], list[dict[str, Any]]]
"""Of these batches, those that the landing area still has: batch_id, rows, rejected of each."""

EXAMPLES = 5
NAMED = 1_000
"""Failing rows kept by name, so that an acceptance is of these and of no others."""

MOST_LANDED = 1_000
"""Landing markers read at most for one run."""

_WHOLE = datetime(1, 1, 1, tzinfo=UTC)


class _Accepted(NamedTuple):
    """What a person accepted: how much, why, and which rows (None: it was not kept)."""

    failing: int
    observed: float
    reason: str
    names: list[str] | None


class _Found(NamedTuple):
    """What a check found, with the names of the failing rows."""

    result: Result
    names: list[str]


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """How to look: the name of the run, when it is (aware UTC), and what is known from outside.

    ``published``: how many batches the snapshot has that readers read; ``landed`` tells what
    landed; ``whole``: look at all rows, not only at those since each check was last right; ``only``
    this check; ``examples`` of failing rows kept at most.
    """

    run: str
    now: datetime
    published: int = 0
    landed: Landed = lambda _batch_ids: []
    whole: bool = False
    only: str | None = None
    examples: int = EXAMPLES


def look(con: duckdb.DuckDBPyConnection, how: Look) -> list[Result]:
    """Measure the checks, have Great Expectations judge them, keep the results; return them.

    Raises WarehouseError where ``how.only`` is no check, QualityError where one can't be judged.
    """
    found = _measured(con, how)
    accepted = _accepted(con)
    judged = judge([one.result for one in found])
    results = []
    for one, success in zip(found, judged, strict=True):
        key = (one.result.check_name, one.result.table_name)
        reason = None if success else _covers(accepted.get(key), one)
        results.append(msgspec.structs.replace(one.result, success=success, accepted=reason))
    rows = [_row(result, one.names) for result, one in zip(results, found, strict=True)]
    with transaction(con):
        run(con, "sql/quality/add_result", {"results": rows})
    return results


def _row(result: Result, names: list[str]) -> dict[str, Any]:
    values = {name: bound(value) for name, value in msgspec.structs.asdict(result).items()}
    return values | {"names": None if result.success else names}


def _measured(con: duckdb.DuckDBPyConnection, how: Look) -> list[_Found]:
    wanted = [c for c in checks() if how.only in (None, c.name)]
    if not wanted:
        raise WarehouseError(
            f"There is no check {how.only!r}.",
            remedy=f"There is: {', '.join(c.name for c in checks())}.",
        )
    marts = targets(con)
    newest = run(con, "sql/quality/newest").fetchone()
    assert newest is not None
    looked = {} if how.whole else _looked(con, how.now)
    found = []
    for check in wanted:
        for target in check.on(marts):
            since = looked.get((check.name, target.table, check.definition))
            counted, names = _counted(
                con, check, target.values | _values(con, how, check, target, since), how.examples
            )
            result = Result(
                run=how.run,
                judged=how.now,
                check_name=check.name,
                table_name=target.table,
                severity=check.severity,
                success=False,
                most=check.most,
                since=since,
                upto=newest[0].replace(tzinfo=UTC),
                definition=check.definition,
                **counted,
            )
            found.append(_Found(result, names))
    return found


def _values(
    con: duckdb.DuckDBPyConnection, how: Look, check: Check, target: Target, since: datetime | None
) -> dict[str, Any]:
    dated = target.values.get("told") == "^(known_from)$"
    values: dict[str, Any] = {
        "now": how.now,
        "since": since or _WHOLE,
        "told_since": (since if dated else None) or _WHOLE,
        "most": check.most,
        "examples": max(how.examples, NAMED),
        "published": how.published,
    }
    if check.name == "landed_is_loaded":
        wanted = {"since": values["since"], "most": MOST_LANDED}
        batch_ids = [b for (b,) in run(con, "sql/quality/loads_since", wanted).fetchall()]
        values["landed"] = msgspec.json.encode(how.landed(batch_ids)).decode()
    return values


def _counted(
    con: duckdb.DuckDBPyConnection, check: Check, values: Mapping[str, Any], examples: int
) -> tuple[dict[str, Any], list[str]]:
    """Return what the check's statement counted, and the names of the first failing rows."""
    asked = run(con, f"quality/{check.name}", values)
    names = [column[0] for column in asked.description or []]
    row = asked.fetchone()
    assert row is not None
    counted = dict(zip(names, row, strict=True))
    failing = int(counted["failing"])
    observed = counted.get("observed", failing)
    names = [str(name) for name in counted["examples"] or []]
    return (
        {
            "failing": failing,
            "observed": 0.0
            if observed is None
            else float(observed),  # nothing there: nothing is off
            "examples": names[:examples],
        },
        names[:NAMED],
    )


def _looked(con: duckdb.DuckDBPyConnection, now: datetime) -> dict[tuple[str, str, str], datetime]:
    found = run(con, "sql/quality/looked", {"now": now}).fetchall()
    return {(c, table, text): upto.replace(tzinfo=UTC) for c, table, text, upto in found}


def _accepted(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], _Accepted]:
    found = run(con, "sql/quality/accepted").fetchall()
    return {(check, table): _Accepted(*rest) for check, table, *rest in found}


def _covers(accepted: _Accepted | None, found: _Found) -> str | None:
    """Return the reason of an acceptance that covers what was found: no more, and no other rows."""
    if accepted is None:
        return None
    result = found.result
    more = result.failing > accepted.failing or result.observed > accepted.observed
    return None if more or _others(accepted.names, found.names) else accepted.reason


def _others(accepted: list[str] | None, names: list[str]) -> set[str]:
    """Return the rows that were not accepted. Of more than NAMED the first by name are known."""
    if accepted is None:
        return set()
    last = accepted[-1] if len(accepted) >= NAMED else None
    return {name for name in names if last is None or name <= last}.difference(accepted)


def accept(
    con: duckdb.DuckDBPyConnection, results: Iterable[Result], *, reason: str, now: datetime
) -> list[Result]:
    """Record that the failed checks among ``results`` are accepted, and why; return the results."""
    after = []
    with transaction(con):
        for result in results:
            if result.stops:
                values = msgspec.structs.asdict(result) | {"reason": reason, "accepted": now}
                run(con, "sql/quality/add_acceptance", values)
                run(con, "sql/quality/accept", values)
                after.append(msgspec.structs.replace(result, accepted=reason))
            else:
                after.append(result)
    return after


def last(
    con: duckdb.DuckDBPyConnection, *, check: str | None = None, most: int = 1_000
) -> list[Result]:
    """Return the results of the last run, or of all runs of ``check``; the newest first."""
    asked = run(con, "sql/quality/results", {"check": check, "most": most})
    names = [column[0] for column in asked.description or []]
    found = []
    for row in asked.fetchall():
        values = dict(zip(names, row, strict=True))
        times = {name: aware(values[name]) for name in ("judged", "since", "upto")}
        found.append(Result(**{**values, **times}))
    return found


def told(results: Iterable[Result]) -> Iterator[str]:
    """Give a line for each failed check: which, how many rows of what, for example which."""
    for one in results:
        if not one.success:
            such = f", such as {'; '.join(one.examples[:3])}" if one.examples else ""
            what = f"{one.failing:,} rows of {one.table_name}"
            if one.observed != one.failing:
                what += f" (observed {one.observed:g}, at most {one.most:g})"
            accepted = f"; accepted: {one.accepted}" if one.accepted is not None else ""
            yield f"{one.check_name}: {what}{such}{accepted}"


def refuse(results: Iterable[Result]) -> None:
    """Raise QualityError where a failed check forbids to publish, with the way to go on."""
    stopping = [one for one in results if one.stops]
    if stopping:
        raise QualityError(
            "The snapshot was not published, since what it would tell is wrong; readers keep the "
            "last one. " + " | ".join(told(stopping)),
            remedy=_remedy(stopping),
        )


def _remedy(stopping: Sequence[Result]) -> str:
    """Say what the checks themselves know to do, else how to see more and how to go on."""
    names = {one.check_name for one in stopping}
    own = {check.name: check.remedy for check in checks() if check.name in names and check.remedy}
    if own.keys() == names:
        return " ".join(own.values())
    return (
        " ".join(own.values())
        + (" " if own else "")
        + (
            "See all with 'tidings quality', more rows of one with 'tidings quality --run "
            f"--check {stopping[0].check_name} --examples 100'; docs/quality.md says what each "
            "means. Mend the cause and load again, or publish all the same with 'tidings "
            "quality --publish-anyway REASON', which is recorded."
        )
    )
