"""Checking and enriching landed batches, here or, where many rows wait, in other processes.

Great Expectations is imported by the process that checks and by no other: it takes seconds and
150 MB. What is good goes to the processes that enrich, a batch at a time and few at once, so that
memory stays the same however many wait.
"""

from __future__ import annotations

import gc
import logging
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import msgspec

from tidings.batch import Batch
from tidings.cli import staging
from tidings.errors import QualityError, TidingsError
from tidings.home import Home
from tidings.watch import Quality, Watch, load_watches

if TYPE_CHECKING:
    import pyarrow as pa

    from tidings.cli.staging import Folder
    from tidings.landing import Landing
    from transforms.check import Broken, Checked
    from transforms.enrich import Enricher

log = logging.getLogger("tidings")

APART_FROM = 20_000
"""Rows waiting from which processes of their own pay: starting one takes two seconds."""

AT_ONCE = 20_000
"""Rows checked together where others enrich meanwhile."""

MOST_PROCESSES = 4


def enrich_here(home: Home, watches: Sequence[Watch], batches: Sequence[Batch]) -> list[str]:
    """Check, enrich and stage batches in this process; return the ids of those staged.

    QualityError names all that were refused, after the others were staged.
    """
    from transforms.enrich import Enricher

    enricher = Enricher(watches)
    refused: list[QualityError] = []
    staged: list[str] = []
    for batch, checked in checked_batches(home, watches, batches, refused):
        _put(enricher, home.staging, batch, checked.good, checked.quarantine)
        staged.append(batch.batch_id)
    if refused:
        raise together(refused)
    return staged


def processes() -> int:
    """Return how many processes may enrich beside this one: the other processors, at most four."""
    try:
        usable = len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        usable = os.cpu_count() or 1
    return max(0, min(MOST_PROCESSES, usable - 1))


def enrich_apart(
    home: Home,
    watches: Sequence[Watch],
    batches: Sequence[Batch],
    refused: list[QualityError],
    count: int,
) -> Iterator[str]:
    """Check batches here, enrich and stage them in ``count`` processes; give ids once staged.

    They come in the order of ``batches``, while later ones are still being worked on; what breaks
    a rule is added to ``refused``. TidingsError where a process was killed.
    """
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_end_with_parent)
    under_way: deque[Future[str]] = deque()
    try:
        pool.submit(_warm, home.watch_dir)  # reads its models while this one imports the checks
        for group in in_groups(batches, AT_ONCE):
            for batch, checked in checked_batches(home, watches, group, refused):
                under_way.append(
                    pool.submit(
                        _enrich_there,
                        home.watch_dir,
                        home.staging,
                        batch,
                        checked.good,
                        checked.quarantine,
                    )
                )
                while under_way and (under_way[0].done() or len(under_way) > 3 * count):
                    yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    except BrokenProcessPool as error:
        raise TidingsError(
            "A process that enriched batches has ended without a word; it was killed, perhaps for "
            "want of memory.",
            remedy="Nothing is lost: run it again, it goes on with what waits.",
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def in_groups(batches: Iterable[Batch], rows: int) -> Iterator[list[Batch]]:
    """Give batches in groups of up to ``rows`` mentions, in their order; one at least in each."""
    group: list[Batch] = []
    held = 0
    for batch in batches:
        if group and held + batch.rows > rows:
            yield group
            group, held = [], 0
        group.append(batch)
        held += batch.rows
    if group:
        yield group


def checked_batches(
    home: Home, watches: Sequence[Watch], batches: Sequence[Batch], refused: list[QualityError]
) -> Iterator[tuple[Batch, Checked]]:
    """Check batches, all rows at once; give each with its good rows, or add to ``refused`` why not.

    Refused is a batch that breaks a rule whose policy is ``fail``, or whose watch file is gone.
    """
    from tidings.landing import Landing
    from transforms.check import broken_in_each

    landing = Landing(home.landing)
    known = {watch.id: watch for watch in watches}
    read = [
        (batch, rows) for batch in batches if (rows := _read(landing, batch, refused)) is not None
    ]
    batches, mentions = [batch for batch, _ in read], [rows for _, rows in read]
    broken = broken_in_each([(b.batch_id, m) for b, m in zip(batches, mentions, strict=True)])
    for batch, rows, rules in zip(batches, mentions, broken, strict=True):
        try:
            checked = _checked(known, batch, rows, landing.rejected(batch), rules)
        except QualityError as error:
            refused.append(error)
        else:
            yield batch, checked


def _read(landing: Landing, batch: Batch, refused: list[QualityError]) -> pa.Table | None:
    """Read a batch's mentions; where its file is damaged or gone, add to ``refused``."""
    import pyarrow as pa

    try:
        return landing.mentions(batch)
    except (pa.ArrowInvalid, FileNotFoundError) as error:
        refused.append(
            QualityError(
                f"The file {batch.mentions_path} of a landed batch can't be read: {error}.",
                remedy="Restore it, or move its marker away: what it had is collected again.",
            )
        )
    return None


def _checked(
    known: dict[str, Watch],
    batch: Batch,
    mentions: pa.Table,
    rejected: pa.Table | None,
    broken: Broken,
) -> Checked:
    from transforms.check import check

    watch = known.get(batch.watch)
    if watch is None:
        raise QualityError(
            f"Batch {batch.batch_id} was collected for watch/{batch.watch}.toml, which is gone.",
            remedy="Put the file back, or move the batch out of the landing area.",
        )
    checked = check(
        mentions,
        rejected,
        batch_id=batch.batch_id,
        quality=_quality(watch, batch),
        now=batch.collected,
        waived=batch.waived,
        broken=broken,
    )
    for finding in checked.findings:
        log.warning("%s", finding.message)
    return checked


def _quality(watch: Watch, batch: Batch) -> Quality:
    """Return the rules for this batch: a walk that goes on may bring nothing new."""
    if batch.continued:
        return msgspec.structs.replace(watch.quality, empty="off")
    return watch.quality


def together(refused: Sequence[QualityError]) -> QualityError:
    """Return one error that tells of all."""
    return QualityError(
        "\n".join(error.message for error in refused),
        remedy=" ".join(dict.fromkeys(error.remedy for error in refused)),
    )


def _put(
    enricher: Enricher, folder: Folder, batch: Batch, good: pa.Table, quarantine: pa.Table
) -> None:
    table = enricher.enrich(good, about=batch.about, watch=batch.watch)
    staging.stage(folder, batch, table, quarantine)


def _end_with_parent() -> None:
    """End this process once the one that started it has ended, killed or not."""
    parent = parent_process()
    assert parent is not None

    def wait() -> None:
        parent.join()
        os._exit(1)

    Thread(target=wait, daemon=True).start()


def _warm(watch_dir: Path) -> None:
    """Read models; what was made can't be handed to another process."""
    _enricher(watch_dir)


@cache
def _enricher(watch_dir: Path) -> Enricher:
    """Return what enriches in a process of its own, which lives for one run."""
    from transforms.enrich import Enricher
    from transforms.language_classifier import model

    model()
    enricher = Enricher(load_watches(watch_dir))
    gc.freeze()  # what is here stays: looking through it for garbage again and again takes time
    return enricher


def _enrich_there(
    watch_dir: Path, folder: Folder, batch: Batch, good: pa.Table, quarantine: pa.Table
) -> str:
    _put(_enricher(watch_dir), folder, batch, good, quarantine)
    return batch.batch_id
