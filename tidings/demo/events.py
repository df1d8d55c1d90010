"""What happens in the world beyond its daily talk: an incident, a viral film, copies, lateness."""

from __future__ import annotations

from datetime import datetime, timedelta

from tidings.demo.brands import FEEDS, OWN, PRODUCTS, RECALLED, WIRE
from tidings.demo.item import Item, Mood
from tidings.demo.news import article
from tidings.demo.opinions import respond
from tidings.demo.scene import Scene
from tidings.demo.voices import finish

INCIDENT = {"mastodon": 90, "bluesky": 130, "reviews": 55, "rss": 12}
"""Items of the incident by source, in a world of scale 1."""

INCIDENT_DAYS = (0.12, 0.27, 0.25, 0.17, 0.11, 0.08)
INCIDENT_WORDS = ("leak", "water tank", "recall", "lekk", "vanntank", "læk", "نشت", "漏水")
VIRAL = {"mastodon": 45, "bluesky": 85}


def incident(scene: Scene, count: int) -> list[Item]:
    """Return the incident's items of this source, over the days that the scene says."""
    assert scene.incident is not None
    first = scene.incident[0]
    times = []
    for offset in scene.rng.choices(range(len(INCIDENT_DAYS)), INCIDENT_DAYS, k=count):
        when = scene.on_day(first + offset)
        if offset == 0:  # it starts in the morning of the first day, not before
            when = when.replace(hour=7 + when.hour * 17 // 24)
        times.append(when)
    return [_of_incident(scene, when) for when in sorted(times)]


def _of_incident(scene: Scene, when: datetime) -> Item:
    rng, writer = scene.rng, scene.writer
    if scene.source == "rss":
        feed = rng.choices(FEEDS, [f.share for f in FEEDS])[0]
        return article(scene, when, feed, OWN.name, RECALLED, incident=True)
    mood: Mood = "negative" if rng.random() < 0.88 else "neutral"
    language = scene.language()
    text = writer.event(language, "incident", mood, RECALLED)
    if scene.source == "reviews":
        item = scene.item(
            when,
            place=PRODUCTS[0].slug,
            kind="review",
            brand=OWN.name,
            product=RECALLED,
            language=language,
            author=scene.author(language),
            text=text,
            mood="negative",
            topic="incident",
            event="incident",
            rating=1 if rng.random() < 0.8 else 2,
        )
        respond(scene, item)
        return item
    return finish(
        scene, when, text, OWN.name, RECALLED, language, mood, topic="incident", event="incident"
    )


def viral(scene: Scene, day: int, count: int) -> list[Item]:
    """Return posts about a harmless film that many share, on ``day`` and a few on the next."""
    items = []
    for _ in range(count):
        when = scene.on_day(day + (scene.rng.random() < 0.15))
        mood: Mood = "positive" if scene.rng.random() < 0.8 else "neutral"
        language = scene.language()
        product = OWN.products[0]
        text = scene.writer.event(language, "viral", mood, product)
        item = finish(
            scene, when, text, OWN.name, product, language, mood, topic="viral", event="viral"
        )
        item.likes, item.shares = item.likes * 6 + 40, item.shares * 8 + 12
        items.append(item)
    return items


def copies(scene: Scene, items: dict[str, list[Item]]) -> list[Item]:
    """Return this source's copies of what was said before, here or elsewhere."""
    match scene.source:
        case "hackernews":
            return [_resubmitted(scene, i) for i in _some(scene, _stories(items), 0.05)]
        case "bluesky":
            crossposts = _some(scene, [i for i in items["mastodon"] if i.brand], 0.04)
            shared = [i for i in items["bluesky"] if i.event]
            return [
                *(_crosspost(scene, i) for i in crossposts),
                *(_quote(scene, i) for i in _some(scene, shared, 0.12)),
            ]
        case "steam":
            return [_pasted(scene, i) for i in _some(scene, items["steam"], 0.01)]
        case "reviews":
            own = [i for i in items["reviews"] if i.place == PRODUCTS[0].slug]
            return [_syndicated(scene, i) for i in _some(scene, own, 0.12)]
        case "rss":
            original = [i for i in items["rss"] if i.place == FEEDS[0].name]
            return [_wired(scene, i) for i in _some(scene, original, 0.15)]
    return []


def _stories(items: dict[str, list[Item]]) -> list[Item]:
    return [i for i in items["hackernews"] if i.kind == "post"]


def _some(scene: Scene, items: list[Item], share: float) -> list[Item]:
    whole = [i for i in items if i.copy_of is None]
    return scene.rng.sample(whole, round(len(whole) * share))


def _copy(scene: Scene, item: Item, hours: float, **fields: object) -> Item:
    when = item.published + timedelta(seconds=int(scene.rng.uniform(0.01, hours) * 3600))
    same = {
        "kind": item.kind,
        "brand": item.brand,
        "product": item.product,
        "language": item.language,
        "author": item.author,
        "title": item.title,
        "text": item.text,
        "rating": item.rating,
        "mood": item.mood,
        "topic": item.topic,
        "event": item.event,
        "copy_of": item,
    }
    return scene.item(when, **(same | fields))


def _resubmitted(scene: Scene, item: Item) -> Item:
    return _copy(scene, item, 70, author=scene.author("en"), link=item.link, likes=2)


def _crosspost(scene: Scene, item: Item) -> Item:
    author = scene.author(item.language)
    return _copy(
        scene, item, 0.2, author=author, kind="post", tags=item.tags, likes=item.likes // 3
    )


def _quote(scene: Scene, item: Item) -> Item:
    author = scene.author(item.language)
    return _copy(scene, item, 20, author=author, kind="post", text=f"RT: {item.text}")


def _pasted(scene: Scene, item: Item) -> Item:
    return _copy(scene, item, 200, place=item.place, author=scene.author(item.language))


def _syndicated(scene: Scene, item: Item) -> Item:
    return _copy(scene, item, 90, place="partner-halo")


def _wired(scene: Scene, item: Item) -> Item:
    return _copy(scene, item, 12, place=WIRE, author=scene.author("en"))


def repeat(scene: Scene, items: list[Item]) -> None:
    """Let the source list a few plain items twice: an entry in a feed, a row in an export."""
    if scene.source == "rss":
        plain = [i for i in items if i.place == FEEDS[0].name and i.flaw is None]
    else:
        plain = [i for i in items if i.flaw is None]
    for item in scene.rng.sample(plain, min(len(plain), max(1, len(plain) // 40))):
        item.repeated = True


def delay(scene: Scene, items: list[Item], share: float = 0.015) -> None:
    """Let some items be shown only a while after they were published."""
    for item in items:
        if scene.rng.random() < share:
            minutes = min(300.0, 3 + scene.rng.expovariate(1 / 40))
            item.shown = item.published + timedelta(seconds=int(minutes * 60))


def remove(scene: Scene, items: list[Item], needed: set[int], share: float = 0.01) -> None:
    """Let some items disappear from their source days later; none whose ``id()`` is ``needed``."""
    for item in items:
        plain = item.copy_of is None and item.event is None and id(item) not in needed
        if plain and scene.rng.random() < share:
            item.removed = item.published + timedelta(hours=int(scene.rng.uniform(5, 40) * 24))
