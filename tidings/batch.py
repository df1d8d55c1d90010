"""What passes between the parts: a landed batch, an enriched batch, quarantined rows.

Collecting leaves a :class:`Batch` and its Parquet files in landing; checking and enriching make of
it one Parquet file of :func:`enriched_schema` and one of :func:`quarantine_schema`; loading merges
both together with the batch's cursor and coverage in one transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from tidings.connector import Gone

if TYPE_CHECKING:
    import pyarrow as pa


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """What one walk covered: from which time to which, and what stopped it. Times are aware UTC.

    ``covered_from`` None means from the source's beginning. ``gap_from`` .. ``gap_to`` is what the
    walk should have covered and did not; both None where there is no gap. ``stopped_by`` begins
    with ``cap:``, ``suspect:``, ``interrupted`` or the class of an error.

    ``series`` is the walk that it counts for, of the same settings without a window (None: its
    own). ``goes_back`` and ``only_newest`` are what the connector said of its source. ``newest`` is
    when the newest mention read was published. ``unchanged``: the source said that nothing has
    changed. ``missing`` is how many fewer came than the source declares, where everything was
    asked for.
    """

    started: datetime
    ended: datetime
    pages: int
    items: int
    end_reached: bool
    stopped_by: str | None = None
    declared_total: int | None = None
    covered_from: datetime | None = None
    covered_to: datetime | None = None
    gap_from: datetime | None = None
    gap_to: datetime | None = None
    series: str | None = None
    goes_back: bool = False
    only_newest: bool = False
    newest: datetime | None = None
    unchanged: bool = False
    missing: int | None = None


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """The marker of one landed batch, written last: without it the batch's files do not exist.

    ``cursor`` is where the walk goes on once this batch is loaded. ``coverage`` is set on the last
    batch of a walk. ``about`` names the brand that everything at this source is about (its own shop
    page), or None. Paths are relative to the landing area.
    """

    batch_id: str
    source: str
    walk_id: str
    label: str
    watch: str
    about: str | None
    run: str
    attempt: int
    part: int
    rows: int
    rejected: int
    mentions_path: str
    rejected_path: str | None
    collected: datetime
    cursor: dict[str, Any] | None
    coverage: Coverage | None = None
    waived: tuple[str, ...] = ()
    """Rules that do not apply: a person released the rows, or old ones were asked for."""
    continued: bool = False
    """The walk went on from a cursor or an earlier part: having nothing new is usual then."""
    gone: tuple[Gone, ...] = ()
    """Mentions that the source shows no more, each with the time when that was noticed."""
    erased: int = 0
    """Rows and unreadable records that were taken out since it landed; not in ``rows`` any more."""


class Staged(msgspec.Struct, frozen=True, kw_only=True):
    """One batch that was checked and enriched, ready to be merged. Paths are local files."""

    batch: Batch
    enriched_path: str
    quarantine_path: str


LABELS = ("positive", "neutral", "negative", "unscored")

ENRICHED_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("mention_id", "VARCHAR", "32 hex digits standing for source, place and external_id."),
    ("content_hash", "VARCHAR", "32 hex digits of the columns whose change is a new version."),
    ("voice_key", "VARCHAR", "Equal for copies of one text: one voice, many exposures."),
    ("score_language", "VARCHAR", "Language that the scorer relied on; NULL where it is unknown."),
    ("language_confidence", "DOUBLE", "0..1, of score_language."),
    ("label", "VARCHAR", "positive, neutral, negative or unscored."),
    ("compound", "DOUBLE", "-1..1, the score of the text; NULL where unscored."),
    (
        "positive",
        "DOUBLE",
        "0..1, VADER: share of positive words as it weighs them; others: probability.",
    ),
    ("neutral", "DOUBLE", "0..1, likewise neutral."),
    ("negative", "DOUBLE", "0..1, likewise negative."),
    (
        "unscored_reason",
        "VARCHAR",
        "Why there is no score: empty, only_links, language, unknown_language, too_long, "
        "low_confidence.",
    ),
    ("scorer", "VARCHAR", "Which scorer; NULL where unscored."),
    ("scorer_version", "VARCHAR", "Version of the scorer and its lexicon."),
    (
        "confidence",
        "DOUBLE",
        "0..1, calibrated probability that label is right; NULL where the scorer can't tell.",
    ),
)
"""(name, DuckDB type, meaning) of the flat columns that enriching adds to a mention."""

BRAND_FIELDS = ("brand", "how", "matched", "label", "compound")
"""One entry of ``brands``: the brand, ``place`` or ``text``, the words that matched, and the
sentiment toward it (null: the whole text's), -1..1 in ``compound``."""

KEYWORD_FIELDS = ("brand", "keyword", "matched", "hits")
"""One entry of ``keywords``: whose watch, the query's name, the words, how many hits (an int)."""

DRIVER_FIELDS = ("driver", "matched", "label", "compound")
"""One entry of ``drivers``: the perception driver, the words that name it, and the sentiment of the
clauses that do."""

VOICE_BANDS = "voice_bands"
"""Name of the list of numbers by which near copies of a text are found; null where it is too short
to be copied. See ``transforms.voices``."""

QUARANTINE_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("quarantine_id", "VARCHAR", "16 hex digits: batch and row, the same on every try."),
    ("batch_id", "VARCHAR", "The landed batch it came in."),
    ("source", "VARCHAR", "Name of the connector."),
    ("place", "VARCHAR", "The place, where it could be read."),
    ("external_id", "VARCHAR", "The source's identifier, where it could be read."),
    ("rules", "VARCHAR", "Names of the broken rules, comma separated; 'unreadable' if no mention."),
    ("reason", "VARCHAR", "What is wrong, for a person."),
    ("raw", "VARCHAR", "The row as JSON; for an unreadable record, the record as it came."),
    ("raw_page", "VARCHAR", "Landing path of the raw page."),
    ("quarantined", "TIMESTAMP", "When (UTC)."),
)
"""(name, DuckDB type, meaning) of a quarantined row."""


def enriched_schema() -> pa.Schema:
    """Return the Arrow schema of an enriched batch: the mention, the added columns, the matches."""
    import pyarrow as pa

    from tidings.schema import arrow_schema

    added = [
        pa.field(n, pa.string() if t == "VARCHAR" else pa.float64()) for n, t, _ in ENRICHED_COLUMNS
    ]

    def entries(fields: tuple[str, ...]) -> pa.DataType:
        types = {"hits": pa.int64(), "compound": pa.float64()}
        return pa.list_(pa.struct([(n, types.get(n, pa.string())) for n in fields]))

    lists = [
        pa.field("flags", pa.list_(pa.string())),
        pa.field("brands", entries(BRAND_FIELDS)),
        pa.field("keywords", entries(KEYWORD_FIELDS)),
        pa.field("drivers", entries(DRIVER_FIELDS)),
        pa.field(VOICE_BANDS, pa.list_(pa.uint64())),
    ]
    return pa.schema([*arrow_schema(), *added, *lists])


def quarantine_schema() -> pa.Schema:
    """Return the Arrow schema of quarantined rows."""
    import pyarrow as pa

    return pa.schema(
        [
            pa.field(n, pa.timestamp("us") if t == "TIMESTAMP" else pa.string())
            for n, t, _ in QUARANTINE_COLUMNS
        ]
    )


def rejected_schema() -> pa.Schema:
    """Return the Arrow schema of a batch's records that could not be read as mentions."""
    import pyarrow as pa

    return pa.schema([(n, pa.string()) for n in ("source", "reason", "raw", "raw_page")])


class WalkState(msgspec.Struct, frozen=True, kw_only=True):
    """Where a walk stands in the warehouse: its cursor, and until when (UTC) it has covered.

    ``newest`` is when the newest mention that complete walks have read was published.
    ``resume_from`` is set where the ledger knows more than the cursor: all before it is covered, or
    a gap that repair closes by asking for windows. ``with_items`` is how many of the last complete
    walks, without a break, brought items.
    """

    cursor: dict[str, Any] | None = None
    covered_to: datetime | None = None
    newest: datetime | None = None
    resume_from: datetime | None = None
    with_items: int = 0
