"""Articles in the news feeds."""

from __future__ import annotations

from datetime import datetime, timedelta

from tidings.demo.brands import FEEDS, Feed
from tidings.demo.item import Edit, Item
from tidings.demo.scene import Scene
from tidings.demo.writer import join

CORRECTED = 0.06


def articles(scene: Scene, count: int) -> list[Item]:
    """Return articles of all feeds; in the Atom feeds some are corrected later."""
    items = []
    for when in scene.moments(count):
        feed = scene.rng.choices(FEEDS, [f.share for f in FEEDS])[0]
        brand = scene.brand()
        items.append(article(scene, when, feed, brand.name, scene.rng.choice(brand.products)))
    return items


def article(
    scene: Scene, when: datetime, feed: Feed, brand: str, product: str, *, incident: bool = False
) -> Item:
    """Return one article of ``feed``; of the incident, if it is told to."""
    title, body = scene.writer.article(feed.language, brand, product, incident=incident)
    item = scene.item(
        when,
        place=feed.name,
        kind="article",
        brand=brand,
        product=product,
        language=feed.language,
        author=scene.author(feed.language),
        title=title,
        text=body,
        mood="negative" if incident else "neutral",
        topic="incident" if incident else "news",
        event="incident" if incident else None,
    )
    if feed.form == "atom" and scene.rng.random() < CORRECTED:
        note = scene.writer.one_of("updates", feed.language, "neutral", brand, product)
        at = when + timedelta(seconds=int(scene.rng.uniform(1, 30) * 3600))
        item.edit = Edit(at=at, text=join(feed.language, [body, note]), rating=None)
    return item
