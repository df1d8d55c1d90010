"""Importing a survey's export: read it, show what is in it, land it, load it."""

from __future__ import annotations

import glob
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tidings.cli import steps, whole_run
from tidings.cli.rehearsal import DryHttp
from tidings.collect import BATCH_MENTIONS
from tidings.connector import Connector, Page, Rejected, configure, connector_class
from tidings.errors import ConfigurationError, QualityError
from tidings.home import Home
from tidings.landing import BatchAbout, Landing
from tidings.mention import Mention
from tidings.times import utcnow
from tidings.watch import Watch

if TYPE_CHECKING:
    from transforms.check import Checked

WHERE = "tidings surveys import"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The answers to one question: how many ratings and open answers, on which scale."""

    survey: str | None
    measure: str | None
    question: str | None
    scale: str | None
    direction: str | None
    ratings: int
    open_answers: int


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What an export holds: its rows, answers by question, segments, and what is refused.

    ``without_answer`` are rows that hold none: nothing was answered, or it is no answer (offered
    only, a test). ``refused`` maps a reason to how many answers it sets apart. ``problem`` says why
    the whole would not be loaded.
    """

    rows: int
    answers: int
    without_answer: int
    respondents: int
    asked: list[Asked]
    segments: dict[str, dict[str, int]]
    refused: dict[str, int]
    problem: str = ""


class Export(msgspec.Struct, frozen=True):
    """An export that was read: the connector that read it, its pages, and when (aware UTC)."""

    connector: Connector
    watch: Watch
    about: str
    pages: list[Page]


def read(file: Path, brand: str | None, settings: dict[str, Any]) -> Export:
    """Read a file as the connector ``surveys`` does, with ``settings`` of its own.

    Raises ConfigurationError for a brand that no watch file has, for settings that are wrong and
    for columns that the file lacks; SourceChanged for a file that can't be read.
    """
    watch, about = _watch_of(brand)
    place = {"folder": str(file.absolute().parent), "pattern": glob.escape(file.name)}
    connector = configure(connector_class("surveys"), place | settings, WHERE)
    pages = list(connector.pages(DryHttp(), None))
    if not pages:
        raise ConfigurationError(
            f"{file} is left alone: its name is that of a hidden or unfinished file.",
            remedy="Give it another name once it is whole.",
        )
    collected = utcnow()
    for page in pages:
        page.mentions = [msgspec.structs.replace(m, collected=collected) for m in page.mentions]
    return Export(connector, watch, about, pages)


def preview(export: Export) -> Preview:
    """Say what is in an export, by the checks that loading makes; nothing is written."""
    mentions = [mention for page in export.pages for mention in page.mentions]
    rejected = [r for page in export.pages for r in page.rejected]
    rows = sum(answer.body.count(b"\n") for page in export.pages for answer in page.raw)
    problem, refused = "", Counter(_short(r.reason) for r in rejected)
    for part in _parts(export):
        checked, why = _checked(part, export.watch)
        problem = problem or why
        refused.update(
            row["reason"] for row in checked.quarantine.to_pylist() if row["rules"] != "unreadable"
        )
    told = {(m.place, m.external_id.rpartition("/")[0]) for m in mentions}
    unread = {_row_of(r.reason) for r in rejected}
    return Preview(
        rows=rows,
        answers=len(mentions),
        without_answer=max(0, rows - len(told) - len(unread)),
        respondents=len({m.author_handle for m in mentions if m.author_handle}),
        asked=_asked(mentions),
        segments=_segments(mentions),
        refused=dict(refused),
        problem=problem,
    )


def land_and_load(export: Export) -> dict[str, int]:
    """Land what was read in batches of its own, and load them; return the counts of rows.

    Answers that are known already count as unchanged. Raises QualityError where the whole breaks a
    rule of the watch file, before anything is landed.
    """
    shown = preview(export)
    if shown.problem:
        raise QualityError(
            shown.problem,
            remedy="Mend the column map: 'tidings surveys import --dry-run' shows it.",
        )
    run = steps.new_run("survey")
    batch_ids = _land(export, run)
    return whole_run.check_and_load(batch_ids, holder=run)


def _watch_of(brand: str | None) -> tuple[Watch, str]:
    """Return the watch file of a brand and the brand: its own one before a competitor's."""
    known = steps.watches()
    if brand is None and len(known) == 1:
        return known[0], known[0].brand.name
    own = [w for w in known if w.brand.name == brand]
    found = own or [w for w in known if brand in w.brand_names()]
    if not found or brand is None:
        names = ", ".join(dict.fromkeys(n for w in known for n in w.brand_names()))
        said = f"{brand!r} is no brand of a watch file" if brand else "It is not said whose it is"
        raise ConfigurationError(f"{said}.", remedy=f"Use --brand with one of: {names}.")
    return found[0], brand


class _Part(msgspec.Struct):
    """What becomes one batch: mentions, and records that could not be read, with their pages."""

    pages: list[Page]

    def mentions(self) -> list[Mention]:
        return [mention for page in self.pages for mention in page.mentions]

    def rejected(self) -> list[Rejected]:
        return [rejected for page in self.pages for rejected in page.rejected]


def _parts(export: Export) -> Iterator[_Part]:
    part = _Part([])
    for page in export.pages:
        part.pages.append(page)
        if len(part.mentions()) >= BATCH_MENTIONS:
            yield part
            part = _Part([])
    if part.pages:
        yield part


def _checked(part: _Part, watch: Watch) -> tuple[Checked, str]:
    """Return what the checks make of a part, and why they refuse it; answers may be old."""
    import pyarrow as pa

    from tidings.batch import rejected_schema
    from tidings.schema import to_arrow
    from transforms.check import BatchRefused, check

    unread = [{"source": "surveys", "reason": r.reason, "raw": r.raw} for r in part.rejected()]
    try:
        checked = check(
            to_arrow(part.mentions()),
            pa.Table.from_pylist(unread, schema=rejected_schema()),
            batch_id=WHERE,
            quality=watch.quality,
            now=utcnow(),
            waived=("stale", "empty"),
        )
    except BatchRefused as refused:
        return refused.checked, refused.message.removeprefix(f"Batch {WHERE}: ")
    return checked, ""


def _land(export: Export, run: str) -> list[str]:
    from tidings.kept_out import KeptOut
    from tidings.privacy import key_of

    home = Home.find()
    kept_out = KeptOut(key_of(home), home.tombstones)
    connector = export.connector
    folder = Landing(home.landing).walk(
        source=connector.source,
        walk_id=connector.walk_id(),
        run=run,
        attempt=1,
        started=utcnow(),
    )
    about = BatchAbout(
        source=connector.source,
        walk_id=connector.walk_id(),
        label=connector.label(),
        watch=export.watch.id,
        about=export.about,
        run=run,
        attempt=1,
        waived=("stale",),  # answers are imported whenever somebody comes to it
        continued=True,
    )
    batch_ids = []
    for part in _parts(export):
        mentions: list[Mention] = []
        rejected: list[tuple[Rejected, str | None]] = []
        for page in part.pages:
            kept = kept_out.take(page, folder, connector.source, collected=None, keep_handles=False)
            mentions += kept.mentions
            rejected += kept.rejected
        batch = folder.write_batch(
            mentions, rejected, about=about, cursor=None, coverage=None, collected=utcnow()
        )
        batch_ids.append(batch.batch_id)
    return batch_ids


def _asked(mentions: list[Mention]) -> list[Asked]:
    ratings: Counter[tuple[str | None, ...]] = Counter()
    said: Counter[tuple[str | None, ...]] = Counter()
    for m in mentions:
        low, high = m.rating_min, m.rating_max
        scale = None if low is None or high is None else f"{low:g} to {high:g}"
        key = (m.survey, m.measure, m.question, scale, m.direction)
        ratings[key] += m.rating is not None
        said[key] += m.text is not None
    return [
        Asked(
            survey=survey,
            measure=measure,
            question=question,
            scale=scale,
            direction=direction,
            ratings=ratings[survey, measure, question, scale, direction],
            open_answers=said[survey, measure, question, scale, direction],
        )
        for survey, measure, question, scale, direction in ratings
    ]


def _segments(mentions: list[Mention]) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {}
    for mention in mentions:
        values = msgspec.json.decode(mention.segments or "{}", type=dict[str, str])
        for name, value in values.items():
            found.setdefault(name, Counter())[value] += 1
    return {name: dict(counts.most_common()) for name, counts in found.items()}


def _short(reason: str) -> str:
    """Leave the class of the error and the row out of a reason, so that alike ones are one."""
    return reason.partition(": ")[2].partition(": ")[2] or reason


def _row_of(reason: str) -> str:
    """Return the part of a reason that names the row."""
    return reason.partition(": ")[2].partition(": ")[0]
