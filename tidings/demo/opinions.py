"""Reviews with the owner's answers, and survey responses: ratings that agree with the words."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from tidings.demo.brands import APPS, BY_NAME, PRODUCTS
from tidings.demo.item import Answer, Edit, Item, Mood
from tidings.demo.scene import Scene
from tidings.demo.writer import join

STARS: dict[Mood, tuple[int, ...]] = {
    "positive": (5, 5, 5, 4, 4),
    "neutral": (3, 3, 4, 3, 2),
    "negative": (1, 1, 2, 2, 1),
}
NPS: dict[Mood, tuple[int, ...]] = {
    "positive": (9, 9, 10, 10, 8),
    "neutral": (7, 8, 7, 8, 6),
    "negative": (0, 2, 3, 4, 5, 6, 1),
}
ANSWERED: dict[Mood, float] = {"positive": 0.4, "neutral": 0.5, "negative": 0.85}
LATE_ANSWERS = 0.12
MENDED = 0.2
"""Share of the answered unhappy reviews whose writer gives more stars afterwards."""
SILENT = 0.28
"""Share of survey responses without a word."""

SEGMENTS: dict[str, dict[str, float]] = {
    "plan": {"home": 0.6, "office": 0.25, "club": 0.15},
    "channel": {"web shop": 0.55, "shop": 0.25, "app": 0.2},
    "persona": {"newcomer": 0.4, "enthusiast": 0.35, "host": 0.25},
}


def app_reviews(scene: Scene, count: int) -> list[Item]:
    """Return thumbs up or down for the two apps; ``rating`` is 1 or 0."""
    items = []
    for when in scene.moments(count):
        app = scene.rng.choices(APPS, (0.62, 0.38))[0]
        mood = scene.mood(app.brand, when)
        language = scene.language()
        topics = ["app", scene.rng.choice(("product", "service"))]
        text = scene.writer.say(language, topics, mood, app.brand, app.name, named=False)
        up = mood == "positive" or (mood == "neutral" and scene.rng.random() < 0.6)
        item = _review(scene, when, app.id, app.brand, app.name, language, mood, text, "app")
        item.rating = int(up)
        respond(scene, item)
        items.append(item)
    return items


def shop_reviews(scene: Scene, count: int) -> list[Item]:
    """Return reviews of 1 to 5 stars on the products' pages."""
    items = []
    for when in scene.moments(count):
        page = scene.rng.choices(PRODUCTS, [p.share for p in PRODUCTS])[0]
        mood, language = scene.mood(page.brand, when), scene.language()
        topics = scene.topics(scene.rng.choice((2, 2, 3)))
        text = scene.writer.say(language, topics, mood, page.brand, page.name, named=False)
        item = _review(
            scene, when, page.slug, page.brand, page.name, language, mood, text, topics[0]
        )
        item.rating = scene.rng.choice(STARS[mood])
        if scene.rng.random() < 0.5:
            spoken = scene.writer.one_of("closings", language, mood, page.brand, page.name)
            item.title = spoken.rstrip(".。")
        if page.ids:
            respond(scene, item)
        items.append(item)
    return items


def _review(
    scene: Scene,
    when: datetime,
    place: str,
    brand: str,
    product: str,
    language: str,
    mood: Mood,
    text: str,
    topic: str,
) -> Item:
    return scene.item(
        when,
        place=place,
        kind="review",
        brand=brand,
        product=product,
        language=language,
        author=scene.author(language),
        text=text,
        mood=mood,
        topic=topic,
        likes=int(scene.rng.paretovariate(1.1)) - 1,
    )


def respond(scene: Scene, item: Item) -> None:
    """Let the owner answer, soon, late or never, and let some unhappy writers be won over."""
    rng, eager = scene.rng, BY_NAME[item.brand].answers
    incident = item.event == "incident"
    chance = (0.7 if incident else ANSWERED[item.mood]) * eager
    if rng.random() < chance:
        late = rng.random() < LATE_ANSWERS
        hours = rng.lognormvariate(2.0, 0.8) + (rng.uniform(72, 300) if late else 0)
        hours += rng.uniform(20, 60) if incident else 0
        table = "incident" if incident else item.mood
        text = scene.writer.one_of("answers", item.language, table, item.brand, item.product)
        item.answer = Answer(at=_later(item.published, hours), text=text)
    if item.answer and item.mood == "negative" and rng.random() < MENDED:
        item.edit = _edit(scene, item, item.answer.at, "positive")
    elif rng.random() < 0.015:
        item.edit = _edit(scene, item, item.published, "neutral")


def _edit(scene: Scene, item: Item, after: datetime, mood: Mood) -> Edit:
    note = scene.writer.one_of("updates", item.language, mood, item.brand, item.product)
    rating = item.rating
    if mood == "positive" and rating is not None:
        best = 1 if item.source == "steam" else 5
        rating = min(best, rating + scene.rng.randint(1, 3))
    hours = scene.rng.uniform(5, 400)
    return Edit(at=_later(after, hours), text=join(item.language, [item.text, note]), rating=rating)


def survey(scene: Scene, count: int) -> list[Item]:
    """Return responses: how likely to recommend, 0 to 10, and at times why."""
    items = []
    own = PRODUCTS[:3]
    for when in scene.moments(count):
        brand = own[0].brand
        mood, language = scene.mood(brand, when), scene.language()
        product = scene.rng.choices(own, [p.share for p in own])[0].name
        topics = scene.topics(scene.rng.choice((1, 1, 2)))
        words = scene.writer.say(language, topics, mood, brand, product, named=False)
        author = scene.author(language)
        items.append(
            scene.item(
                when,
                place="nps",
                kind="survey",
                brand=brand,
                product=product,
                language=language,
                author=author,
                text="" if scene.rng.random() < SILENT else words,
                mood=mood,
                topic=topics[0],
                rating=scene.rng.choice(NPS[mood]),
                segments=_segments(scene.rng) | {"country": author.country},
            )
        )
    return items


def _segments(rng: random.Random) -> dict[str, str]:
    return {n: rng.choices(list(s), list(s.values()))[0] for n, s in SEGMENTS.items()}


def _later(when: datetime, hours: float) -> datetime:
    return when + timedelta(seconds=int(hours * 3600))
