"""Mentions handed out of the warehouse, to be scored where there are many processors.

What is handed out is a mention with three columns more (:func:`handed_out_schema`): how it came,
and the content that it had. What comes back is enriched (:func:`scored_schema`) and has ``held``
still, so that a mention that was edited meanwhile keeps the score of what it says now. It is one
Arrow batch in and one out, so it runs under anything that hands batches around, such as Spark's
``mapInArrow``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tidings.batch import VOICE_BANDS, enriched_schema
from tidings.schema import arrow_schema
from tidings.watch import Watch

if TYPE_CHECKING:
    import pyarrow as pa

    from transforms.enrich import Enricher

WATCH, ABOUT, HELD = "of_watch", "all_about", "held"
"""The columns added: the watch file and the brand by which a mention came (or null), and the
``content_hash`` that it had."""


def handed_out_schema() -> pa.Schema:
    """Return the Arrow schema of what is handed out: a mention and the three columns."""
    import pyarrow as pa

    return pa.schema([*arrow_schema(), *((name, pa.string()) for name in (WATCH, ABOUT, HELD))])


def scored_schema() -> pa.Schema:
    """Return the Arrow schema of what comes back: an enriched mention, its watch, what it held.

    Without the bands of near copies: they are numbers without a sign, which not every engine has,
    and no score hangs on them.
    """
    import pyarrow as pa

    kept = [field for field in enriched_schema() if field.name != VOICE_BANDS]
    return pa.schema([*kept, (WATCH, pa.string()), (HELD, pa.string())])


def score_batches(
    batches: Iterable[pa.RecordBatch], watches: Sequence[Watch]
) -> Iterator[pa.RecordBatch]:
    """Give each batch of mentions handed out as the same batch scored; what ``mapInArrow`` calls.

    What came by a watch file that has gone is left out. Raises what
    :class:`transforms.enrich.Enricher` does.
    """
    from transforms.enrich import Enricher

    enricher = Enricher(watches)
    known = {watch.id for watch in watches}
    for batch in batches:
        for watch, about, rows in _lots(batch):
            if watch in known:
                yield _scored(enricher, rows, watch, about)


def _lots(batch: pa.RecordBatch) -> Iterator[tuple[str, str | None, pa.Table]]:
    """Give the rows of a batch by how they came, in the order of their first."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = pa.Table.from_batches([batch])
    pairs = zip(table[WATCH].to_pylist(), table[ABOUT].to_pylist(), strict=True)
    for watch, about in dict.fromkeys(pairs):
        same: Any = pc.equal(table[WATCH], watch)
        of_brand = pc.is_null(table[ABOUT]) if about is None else pc.equal(table[ABOUT], about)
        yield watch, about, table.filter(pc.and_(same, pc.fill_null(of_brand, False)))


def _scored(enricher: Enricher, rows: pa.Table, watch: str, about: str | None) -> pa.RecordBatch:
    mentions = rows.select(arrow_schema().names).cast(arrow_schema())
    enriched = enricher.enrich(mentions, about=about, watch=watch).drop_columns([VOICE_BANDS])
    for name in (WATCH, HELD):
        enriched = enriched.append_column(name, rows[name])
    [batch] = enriched.cast(scored_schema()).combine_chunks().to_batches()
    return batch
