"""Quarantined rows on their way back: land them again as a batch of their own, then load it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

import msgspec

from tidings.batch import Batch
from tidings.cli import steps, whole_run
from tidings.cli.opening import opened
from tidings.errors import ConfigurationError, WarehouseError
from tidings.home import Home
from tidings.journal import Change, Release
from tidings.landing import BatchAbout, Landing, WalkFolder
from tidings.mention import Mention
from tidings.times import utcnow

if TYPE_CHECKING:
    import duckdb

    from warehouse.quarantine import Origin


def listed(*, source: str | None, released: bool, limit: int) -> list[dict[str, Any]]:
    """Return quarantined rows from the snapshot, newest first."""
    from warehouse.quarantine import listing
    from warehouse.snapshot import open_snapshot

    with open_snapshot(_snapshot()) as con:
        return listing(con, source=source, released=released, limit=limit)


def whole(quarantine_ids: Iterable[str]) -> list[dict[str, Any]]:
    """Return quarantined rows whole, with the raw row; WarehouseError for an id there is not.

    Read from the warehouse itself: what names a person is not in the snapshot.
    """
    from warehouse.quarantine import show

    _snapshot()  # says what to do where nothing was ever loaded
    with opened(Home.find()) as con:
        return [show(con, quarantine_id) for quarantine_id in quarantine_ids]


def release_rows(quarantine_ids: Iterable[str], mended: dict[str, Any]) -> dict[str, int]:
    """Land the rows, mended, in batches for which the rules they broke are waived; load them.

    Rules are waived only where nothing was mended: a mended row must keep them all. Raises
    ConfigurationError, and releases none, where a row could not go in.
    """
    rows = whole(quarantine_ids)
    home = Home.find()
    origins = _origins(home, rows)
    landing = Landing(home.landing)
    run = steps.new_run("release")
    for row in rows:
        _check(row, mended)
    batches = [
        _land(_folder(landing, run, number, origin), run, 1, row, origin, mended)
        for number, (row, origin) in enumerate(zip(rows, origins, strict=True), 1)
    ]
    totals = whole_run.check_and_load([b.batch_id for b in batches], holder=run)
    _mark(home, rows, batches)
    steps.publish()
    return totals


def land_row(con: duckdb.DuckDBPyConnection, home: Home, change: Change, what: Release) -> Batch:
    """Land the row that a change releases, once; return its batch, which waits to be loaded.

    ConfigurationError and WarehouseError say why the row can't go in, as :func:`release_rows` does.
    """
    from warehouse.quarantine import origin, show

    row = show(con, what.quarantine_id)
    came = origin(con, what.quarantine_id)
    if came.watch not in {watch.id for watch in steps.watches(home)}:
        raise ConfigurationError(
            f"The watch file {came.watch!r}, by which the row came, is gone.",
            remedy="Put it back, or leave the row.",
        )
    mended = dict(what.mended)
    _check(row, mended)
    landing = Landing(home.landing)
    run = f"change-{change.change_id}"
    for attempt in count(1):  # after one that was killed, and left half of its files
        folder = _folder(landing, run, 1, came, attempt=attempt, started=change.made)
        if (landing.root / f"{folder.path}/batch-0001.json").exists():
            return landing.batch(f"{folder.path}/batch-0001")
        if not (landing.root / folder.path).exists():
            break
    return _land(folder, run, attempt, row, came, mended)


def _check(row: dict[str, Any], mended: dict[str, Any]) -> None:
    """Raise ConfigurationError, with the reason, where the row can't go in or would come back."""
    from tidings.schema import to_arrow
    from tidings.watch import Quality
    from transforms.check import check

    if row["rules"] == "unreadable":
        raise ConfigurationError(
            f"Row {row['quarantine_id']} could not be read as a mention: {row['reason']}",
            remedy="Repair the connector or the source, then collect again.",
        )
    if row["released"] is not None:
        raise ConfigurationError(
            f"Row {row['quarantine_id']} was released at {row['released']}.",
            remedy="Nothing is left to do.",
        )
    checked = check(
        to_arrow([_mention(row, mended)]),
        None,
        batch_id=row["batch_id"],
        quality=Quality(empty="off", stale="off", bad_rows="off"),
        now=utcnow(),
        waived=_waived(row, mended),
    )
    for left in checked.quarantine.to_pylist():
        raise ConfigurationError(
            f"Row {row['quarantine_id']} still can't go in: {left['reason']}.",
            remedy="Mend it with --set NAME=VALUE; a value that every mention has can't be waived.",
        )


def _waived(row: dict[str, Any], mended: dict[str, Any]) -> tuple[str, ...]:
    return ("stale", *(() if mended else row["rules"].split(",")))


def _origins(home: Home, rows: list[dict[str, Any]]) -> list[Origin]:
    """Return where the rows came from; the warehouse knows even if the batch was pruned."""
    from warehouse.quarantine import origin

    with opened(home) as con:
        return [origin(con, row["quarantine_id"]) for row in rows]


def _folder(
    landing: Landing,
    run: str,
    number: int,
    origin: Origin,
    *,
    attempt: int = 1,
    started: datetime | None = None,
) -> WalkFolder:
    return landing.walk(
        source=origin.source,
        walk_id=f"release-{number}",
        run=run,
        attempt=attempt,
        started=started or utcnow(),
    )


def _land(
    folder: WalkFolder,
    run: str,
    attempt: int,
    row: dict[str, Any],
    origin: Origin,
    mended: dict[str, Any],
) -> Batch:
    mention = _mention(row, mended)
    about = BatchAbout(
        source=origin.source,
        walk_id=f"{origin.source}:release",
        label=f"release of {row['quarantine_id']}",
        watch=origin.watch,
        about=origin.about,
        run=run,
        attempt=attempt,
        waived=_waived(row, mended),
    )
    return folder.write_batch(
        [mention], [], about=about, cursor=None, coverage=None, collected=utcnow()
    )


def _mention(row: dict[str, Any], mended: dict[str, Any]) -> Mention:
    fields = msgspec.json.decode(row["raw"])
    for name in mended:
        if name not in Mention.__struct_fields__:
            raise ConfigurationError(
                f"--set {name}: a mention has no such field.",
                remedy=f"Fields: {', '.join(Mention.__struct_fields__)}.",
            )
    try:
        mention = msgspec.convert(fields | mended, Mention, strict=not mended)
        return msgspec.structs.replace(mention, **_in_utc(mention))
    except msgspec.ValidationError as error:
        raise ConfigurationError(
            f"Row {row['quarantine_id']} does not become a mention: {error}.",
            remedy="Mend the field with --set NAME=VALUE.",
        ) from error


def _in_utc(mention: Mention) -> dict[str, datetime]:
    """Return the times that lack a zone as UTC: that is how the warehouse writes them."""
    values = msgspec.structs.asdict(mention)
    return {
        name: value.replace(tzinfo=UTC)
        for name, value in values.items()
        if isinstance(value, datetime) and value.tzinfo is None
    }


def _mark(home: Home, rows: list[dict[str, Any]], batches: list[Batch]) -> None:
    from warehouse.quarantine import mark_released

    with opened(home) as con:
        for row, batch in zip(rows, batches, strict=True):
            mark_released(con, row["quarantine_id"], batch.batch_id)


def _snapshot() -> Any:
    home = Home.find()
    if not home.snapshot.exists():
        raise WarehouseError(
            f"There is no snapshot {home.snapshot} yet.", remedy="Run 'tidings run' first."
        )
    return home.snapshot
