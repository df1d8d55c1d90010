"""Random histories of a warehouse, a load a day: late items, edits, copies, losses, new scores."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from staged_batches import NOON, Said, coverage, enriched, said, stage

from tidings.connector import Gone
from tidings.watch import Brand, Competitor, Source, Watch
from warehouse.brands import sync
from warehouse.marts import marts, refresh
from warehouse.merge import merge
from warehouse.rescore import merge_scores

if TYPE_CHECKING:
    import duckdb

WATCHED = (
    Watch(
        id="acme",
        brand=Brand(name="Acme", timezone="Asia/Kathmandu"),
        competitors=(Competitor(name="Zenith"),),
        sources=(
            Source(connector="forum"),
            Source(connector="shop", about="Acme"),
            Source(connector="shop", name="shop-z", about="Zenith"),
        ),
    ),
    Watch(
        id="zenith",
        brand=Brand(name="Zenith"),
        competitors=(Competitor(name="Acme"),),
        sources=(Source(connector="forum"),),
    ),
)
LABELS = ("positive", "neutral", "negative", "unscored")
DRIVERS = ("price", "quality", "service")


class History:
    """A warehouse to which one day after the other happens, by the seed's dice."""

    def __init__(self, con: duckdb.DuckDBPyConnection, folder: Path, seed: int) -> None:
        self.con = con
        self.folder = folder
        self.dice = random.Random(seed)
        self.known: dict[str, Said] = {}
        self.day = 0
        self.published: list[tuple[datetime, dict[str, list[tuple[Any, ...]]]]] = []
        sync(con, WATCHED, allows_answers=("shop",))

    def live(self) -> None:
        """Load a day's batch, perhaps score again, tell the marts, and note what was told."""
        self.day += 1
        now = NOON + timedelta(days=self.day)
        rows = [self._new(now) for _ in range(self.dice.randrange(4))]
        rows += [self._again(key, now) for key in self._some(3)]
        gone = [
            Gone(place="square", external_id=key, reason="deleted", noticed=now)
            for key in self._some(1)
            if self.dice.random() < 0.3
        ]
        watch = self.dice.choice(("acme", "acme", "zenith"))
        covered = coverage(now - timedelta(days=self.dice.randrange(1, 4)), now)
        batch = stage(
            self.folder, rows, run=f"day {self.day}", watch=watch, walk_id=f"forum:{watch}",
            collected=now, gone=tuple(gone), coverage=covered,
        )  # fmt: skip
        merge(self.con, batch, fence=0, now=now)
        if self.dice.random() < 0.1:
            self.rescore(now)
        self.publish(now + timedelta(hours=1))

    def rescore(self, now: datetime) -> None:
        """Score some of what is known again, otherwise."""
        some = [self._labelled(self.known[key]) for key in self._some(4)]
        if some:
            merge_scores(self.con, enriched(some), "acme", now=now + timedelta(minutes=1))

    def publish(self, now: datetime) -> None:
        """Tell the marts, and note all their rows with the time."""
        refresh(self.con, now=now)
        self.published.append((now.replace(tzinfo=None), self.told()))

    def told(self, at: datetime | None = None) -> dict[str, list[tuple[Any, ...]]]:
        """Return all marts' rows as they are told now, or were at a time, in a fixed order."""
        return {
            mart.name: self.con.execute(
                f"FROM marts.{mart.name}"
                + ("" if at is None else f"_as_of('{at}')")
                + " ORDER BY ALL"
            ).fetchall()
            for mart in marts()
        }

    def _some(self, most: int) -> list[str]:
        keys = sorted(self.known)
        return self.dice.sample(keys, min(len(keys), self.dice.randrange(most + 1)))

    def _new(self, now: datetime) -> Said:
        dice = self.dice
        key = f"m{len(self.known)}"
        late = dice.choice((0, 0, 0, 1, 5, 40, 120))
        kind = dice.choice(("post", "review", "review", "survey"))
        fields: dict[str, Any] = {
            "source": dice.choice(("forum", "shop")),
            "kind": kind,
            "published": now - timedelta(days=late, minutes=dice.randrange(1000)),
            "collected": now,
            "author": dice.choice(("a1", "a2", None)),
        }
        if kind != "post":
            top = dice.choice((5.0, 10.0) if kind == "survey" else (5.0,))
            fields |= {
                "rating_min": 0.0 if top == 10 else 1.0,
                "rating_max": top,
                "rating": float(dice.randrange(1, int(top) + 1)),
            }
        brands = dice.choice((("Acme",), ("Zenith",), ("Acme", "Zenith"), ("Acme",)))
        how = "place" if fields["source"] == "shop" else "text"
        made = said(
            key,
            f"text of {key}",
            voice=dice.choice((None, None, "copied one", "copied two")),
            brands=[(brand, how) for brand in brands],
            **fields,
        )
        return self._keep(key, self._labelled(made))

    def _labelled(self, row: Said) -> Said:
        dice = self.dice
        label = dice.choice(LABELS)
        return said(
            row.mention.external_id,
            label=label,
            compound={"positive": 0.5, "negative": -0.5}.get(label, 0.0),
            voice=row.voice,
            brands=row.brands,
            keywords=[("Acme", k, 1) for k in dice.sample(("late", "broken"), dice.randrange(3))],
            toward=(
                {dice.choice(("Acme", "Zenith")): (dice.choice(LABELS[:3]), 0.25)}
                if dice.random() < 0.3
                else {}
            ),
            drivers=[
                (d, dice.choice(LABELS[:3]), 0.5) for d in dice.sample(DRIVERS, dice.randrange(3))
            ],
            **{
                name: getattr(row.mention, name)
                for name in row.mention.__struct_fields__
                if name != "external_id" and getattr(row.mention, name) is not None
            },
        )

    def _again(self, key: str, now: datetime) -> Said:
        """Return what is known of ``key`` as it is seen again: the same, edited, or answered."""
        dice = self.dice
        old = self.known[key]
        fields: dict[str, Any] = {"collected": now}
        what = dice.random()
        if what < 0.3:
            fields |= {"text": f"{old.mention.text} again", "edited": now}
        elif what < 0.6 and old.mention.kind == "review":
            fields |= {"answer": "We are sorry", "answered": now - timedelta(hours=3)}
        elif what < 0.7 and old.mention.kind == "review":
            fields |= {"rating": float(dice.randrange(1, 6)), "edited": now}
        names = old.mention.__struct_fields__
        given = {n: getattr(old.mention, n) for n in names if n != "external_id"} | fields
        given = {n: value for n, value in given.items() if value is not None}
        made = said(
            key, voice=old.voice, brands=old.brands, label=old.label, keywords=old.keywords,
            compound=old.compound, toward=old.toward, drivers=old.drivers, **given,
        )  # fmt: skip
        return self._keep(key, self._labelled(made) if what < 0.3 else made)

    def _keep(self, key: str, row: Said) -> Said:
        self.known[key] = row
        return row
