"""Labelled rows beside what a scorer makes of them: out of the snapshot, or scored afresh."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from tidings.cli import steps
from tidings.cli.opening import opened
from tidings.cli.sentiment_csv import Labelled
from tidings.errors import ConfigurationError
from tidings.home import Home
from tidings.times import utcnow

if TYPE_CHECKING:
    from transforms.evaluation import Judged
    from transforms.sentiment.score import Scorer
    from warehouse.gold import Stored


class Comparison(msgspec.Struct, frozen=True):
    """Rows that a scorer was held against, and those that it could not be.

    ``scorers`` counts the rows by name and version; ``unclear`` are what people could not label,
    ``unknown`` what the snapshot has no score of, ``clauses`` what was labelled for clauses alone,
    ``taught`` what the scorer was fitted on.
    """

    judged: list[Judged]
    scorers: dict[str, int]
    unclear: int = 0
    unknown: int = 0
    clauses: int = 0
    taught: int = 0


def from_snapshot(rows: Sequence[Labelled]) -> Comparison:
    """Compare labels with the published snapshot's scores of the content that was labelled.

    WarehouseError, with the way out, where there is no snapshot, or an older program's.
    """
    from warehouse.gold import given, taught
    from warehouse.snapshot import open_current

    clear = [row for row in rows if row.gold != "unclear"]
    with open_current(Home.find().snapshot) as con:
        scores = given(con, [row.key for row in clear])
        used = {(s.scorer, s.scorer_version) for s in scores}
        lessons = {(n, v): taught(con, n, v) for n, v in used if n is not None and v is not None}
    judged: list[Judged] = []
    scorers: Counter[str] = Counter()
    pupils = 0
    for row, score in zip(clear, scores, strict=True):
        if score.label is None:
            continue
        if row.key[:2] in lessons.get((score.scorer or "", score.scorer_version or ""), ()):
            pupils += 1
            continue
        judged.append(_judged(row, score.label, score.confidence, score.score_language))
        if score.scorer is not None:
            scorers[f"{score.scorer} {score.scorer_version}"] += 1
    return Comparison(
        judged=judged,
        scorers=dict(scorers),
        unclear=len(rows) - len(clear),
        unknown=len(clear) - len(judged) - pupils,
        taught=pupils,
    )


def afresh(rows: Sequence[Labelled], scorer: Scorer) -> Comparison:
    """Compare labels with what ``scorer`` makes of the texts now, in the languages of the files.

    Left out is what was labelled for the clauses about a brand: the texts say more than those.
    """
    clear = [row for row in rows if row.gold != "unclear"]
    whole = [row for row in clear if row.toward == "text"]
    lessons = _lessons(scorer)
    fair = [row for row in whole if row.key[:2] not in lessons]
    return Comparison(
        judged=scored(fair, scorer),
        scorers={f"{scorer.name} {scorer.version}": len(fair)},
        unclear=len(rows) - len(clear),
        clauses=len(clear) - len(whole),
        taught=len(whole) - len(fair),
    )


def _lessons(scorer: Scorer) -> set[tuple[str, str]]:
    """Return what ``scorer`` was fitted on, as far as the snapshot tells; nothing without one."""
    from warehouse.gold import taught
    from warehouse.snapshot import open_current

    path = Home.find().snapshot
    if not path.exists():
        return set()
    with open_current(path) as con:
        return taught(con, scorer.name, scorer.version)


def scored(rows: Sequence[Labelled], scorer: Scorer) -> list[Judged]:
    """Return each row beside the label that ``scorer`` gives its text: ``unscored`` if it can't."""
    from transforms.sentiment.choose import unscorable

    able = [unscorable(row.text, row.language, scorer) is None for row in rows]
    asked = [row for row, can in zip(rows, able, strict=True) if can]
    scores = iter(scorer.score([r.text for r in asked], [r.language for r in asked]))
    judged: list[Judged] = []
    for row, can in zip(rows, able, strict=True):
        score = next(scores) if can else None
        judged.append(
            _judged(row, "unscored", None, row.language)
            if score is None
            else _judged(row, score.label, score.confidence, row.language)
        )
    return judged


def _judged(row: Labelled, label: str, confidence: float | None, language: str | None) -> Judged:
    from transforms.evaluation import Judged

    return Judged(
        gold=row.gold,
        given=label,
        language=language,
        confidence=confidence,
        weight=row.weight,
        stratum=f"{row.brand}\0{row.language}\0{row.weight}",
    )


def scorer_named(name: str) -> Scorer:
    """Return an installed scorer, with the settings of the first watch file that has any for it."""
    from transforms.sentiment.choose import load

    told = [watch.sentiment.settings for watch in steps.watches()]
    settings = next((found[name] for found in told if name in found), {})
    return load(name, settings)


def store(rows: Sequence[Labelled]) -> Stored:
    """Store labels in the warehouse, and have marts and snapshot follow."""
    from warehouse.gold import Label
    from warehouse.gold import store as keep

    today = utcnow().date()
    labels = [
        Label(
            mention_id=row.mention_id,
            content_hash=row.content_hash,
            brand=row.brand,
            language=row.language,
            gold=row.gold,
            weight=row.weight,
            labelled=row.labelled or today,
            labeller=row.labeller,
        )
        for row in rows
    ]
    with opened(Home.find()) as con:
        stored = keep(con, labels)
    steps.refresh()
    steps.publish()
    return stored


def labelled(rows: Sequence[Labelled], empty: int) -> None:
    """Raise ConfigurationError unless there is a label."""
    if not rows:
        raise ConfigurationError(
            f"No row has a label; {empty} wait for one.",
            remedy="Write positive, neutral, negative or unclear in the column 'gold'.",
        )
