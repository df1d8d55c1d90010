"""Gold labels: texts drawn for people to label, labels stored, and what scorers made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from tidings.errors import ConfigurationError
from tidings.times import utcnow
from warehouse.statements import aware, run
from warehouse.transaction import transaction

if TYPE_CHECKING:
    import duckdb


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A mention to be labelled; ``weight`` is how many of the brand's voices it stands for.

    ``label`` is the scorer's, toward the brand; ``whole_text`` says whether it is the text's, too.
    ``language`` is None where it is unknown; ``published`` is aware UTC.
    """

    mention_id: str
    content_hash: str
    brand: str
    language: str | None
    published: datetime
    title: str | None
    text: str | None
    label: str
    whole_text: bool
    confidence: float | None
    weight: float


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What a person says of a text: ``gold`` is positive, neutral, negative or unclear."""

    mention_id: str
    content_hash: str
    brand: str
    language: str | None
    gold: str
    weight: float
    labelled: date
    labeller: str | None = None


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What a scorer made of a labelled text; all None where the warehouse has no score of it."""

    label: str | None = None
    confidence: float | None = None
    scorer: str | None = None
    scorer_version: str | None = None
    score_language: str | None = None


class Stored(msgspec.Struct, frozen=True):
    """How many labels were new, and how many replaced another; the rest was known."""

    new: int
    changed: int


def draw(
    con: duckdb.DuckDBPyConnection,
    brand: str,
    *,
    n: int,
    language: str | None = None,
    seed: int = 0,
    only_new: bool = False,
) -> list[Drawn]:
    """Draw ``n`` voices about ``brand`` in each language, or all there are; in an order by chance.

    Each label has as many as any other, and each third of confidence within it, as far as there are
    as many. The same seed draws the same of the same snapshot. ``only_new`` leaves out voices that
    have a label, of whichever copy. Raises ConfigurationError where there is no such brand.
    """
    brands = [name for (name,) in run(con, "sql/gold/brands").fetchall()]
    if brand not in brands:
        raise ConfigurationError(
            f"There is no brand {brand!r} in the snapshot.",
            remedy=f"There is: {', '.join(brands) or 'none yet; tidings run collects'}.",
        )
    values = {"brand": brand, "n": n, "language": language, "seed": str(seed)}
    result = run(con, "sql/gold/drawable", values | {"only_new": only_new})
    names = [column[0] for column in result.description]
    rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    strata: dict[str | None, dict[tuple[str, int], list[dict[str, Any]]]] = defaultdict(dict)
    for row in rows:
        strata[row["language"]].setdefault((row["label"], row["band"]), []).append(row)
    return [
        one
        for language_strata in (strata[key] for key in sorted(strata, key=str))
        for one in _drawn(brand, n, language_strata)
    ]


def _drawn(brand: str, n: int, strata: dict[tuple[str, int], list[dict[str, Any]]]) -> list[Drawn]:
    sizes = {key: int(rows[0]["of_all"]) for key, rows in strata.items()}
    labels: dict[str, int] = defaultdict(int)
    for (label, _), size in sizes.items():
        labels[label] += size
    chosen: list[Drawn] = []
    for label, quota in _spread(n, labels).items():
        bands = {key: size for key, size in sizes.items() if key[0] == label}
        for key, wanted in _spread(quota, bands).items():
            taken = strata[key][:wanted]
            chosen += [_one(brand, row, sizes[key] / len(taken)) for row in taken]
    return sorted(chosen, key=lambda one: one.mention_id)  # a hash: tells nothing of the stratum


def _spread(n: int, sizes: dict[Any, int]) -> dict[Any, int]:
    """Divide ``n`` evenly among ``sizes``, none getting more than it has."""
    quotas: dict[Any, int] = {}
    for place, (key, size) in enumerate(sorted(sizes.items(), key=lambda pair: (pair[1], pair[0]))):
        quotas[key] = min(size, (n - sum(quotas.values())) // (len(sizes) - place))
    return quotas


def _one(brand: str, row: dict[str, Any], weight: float) -> Drawn:
    published = aware(row["published"])
    assert published is not None
    kept = {name: row[name] for name in Drawn.__struct_fields__ if name in row}
    return Drawn(**(kept | {"brand": brand, "published": published, "weight": weight}))


def given(con: duckdb.DuckDBPyConnection, texts: Sequence[tuple[str, str, str]]) -> list[Given]:
    """Return what the last score made of each (mention id, content hash, brand), in that order.

    Also of content that was edited since. ``con`` is a snapshot or the warehouse.
    """
    wanted = [
        {"place": place, "mention_id": mention, "content_hash": content, "brand": brand}
        for place, (mention, content, brand) in enumerate(texts)
    ]
    if not wanted:
        return []
    rows = run(con, "sql/gold/scores", {"wanted": wanted}).fetchall()
    return [Given(**dict(zip(Given.__struct_fields__, row[1:], strict=True))) for row in rows]


def store(
    con: duckdb.DuckDBPyConnection, labels: Sequence[Label], *, now: datetime | None = None
) -> Stored:
    """Store ``labels`` in one transaction; another label of the same text and brand is closed.

    Storing again what is known changes nothing.
    """
    values = {"now": now or utcnow(), "labels": [msgspec.structs.asdict(one) for one in labels]}
    if not labels:
        return Stored(0, 0)
    with transaction(con):
        [(known,)] = run(con, "sql/gold/known", values).fetchall()
        run(con, "sql/gold/labelled", values)
        [(new, changed)] = run(con, "sql/gold/stored").fetchall()
        for step in ("close_labels", "add_labels"):
            run(con, f"sql/gold/{step}", {"known": known})
        con.execute("DROP TABLE temp.labelled")
    return Stored(new, changed)


def teach(
    con: duckdb.DuckDBPyConnection,
    scorer: str,
    version: str,
    texts: Sequence[tuple[str, str]],
    *,
    now: datetime | None = None,
) -> None:
    """Note that ``version`` of a scorer was fitted on the labels of (mention id, content hash)."""
    if not texts:
        return
    values = {
        "scorer": scorer,
        "scorer_version": version,
        "texts": [{"mention_id": mention, "content_hash": content} for mention, content in texts],
        "now": now or utcnow(),
    }
    with transaction(con):
        run(con, "sql/gold/add_taught", values).fetchall()


def taught(con: duckdb.DuckDBPyConnection, scorer: str, version: str) -> set[tuple[str, str]]:
    """Return (mention id, content hash) of the labels that a version was fitted on."""
    values = {"scorer": scorer, "scorer_version": version}
    return {
        (mention, content) for mention, content in run(con, "sql/gold/taught", values).fetchall()
    }
