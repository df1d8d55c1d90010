"""Posts and comments: the forum and the two social networks."""

from __future__ import annotations

from datetime import datetime, timedelta

from tidings.demo.brands import BY_NAME, GENERAL_TAG
from tidings.demo.item import Edit, Item, Mood
from tidings.demo.scene import Scene
from tidings.demo.writer import join

STORIES = 0.2
REPLIES = 0.22
CHATTER = 0.05
EDITED = 0.02


def forum(scene: Scene, count: int) -> list[Item]:
    """Return stories and comments of the forum, each comment in a thread of its own story."""
    stories = [_story(scene, when) for when in scene.moments(max(2, int(count * STORIES)))]
    threads: list[list[Item]] = [[story] for story in stories]
    popularity = [scene.rng.paretovariate(1.2) for _ in stories]
    comments: list[Item] = []
    while len(comments) < count - len(stories):
        thread = scene.rng.choices(threads, popularity)[0]
        parent = scene.rng.choice(thread if scene.rng.random() < 0.4 else thread[:1])
        when = _after(scene, parent.published, hours=4)
        if when < scene.end:
            comments.append(_comment(scene, parent, when))
            thread.append(comments[-1])
    return stories + comments


def _story(scene: Scene, when: datetime) -> Item:
    brand = scene.brand()
    product = scene.rng.choice(brand.products)
    mood = scene.mood(brand.name, when)
    title = scene.writer.headline(brand.name, product)
    asks = title.startswith("Ask")
    text = scene.writer.say("en", scene.topics(2), "neutral", brand.name, product) if asks else ""
    return scene.item(
        when,
        kind="post",
        brand=brand.name,
        product=product,
        language="en",
        author=scene.author("en"),
        title=title,
        text=text,
        link=None if asks else f"https://blog{scene.rng.randrange(90)}.example/{when:%Y/%m/%d}",
        mood=mood,
        topic="tech",
        likes=int(scene.rng.paretovariate(0.9) * 3),
    )


def _comment(scene: Scene, parent: Item, when: datetime) -> Item:
    brand, product = parent.brand, parent.product or ""
    mood = scene.mood(brand, when)
    topics = scene.topics(scene.rng.randint(2, 3))
    if scene.rng.random() < 0.2:
        text = scene.writer.reply("en", mood, brand, product)
    else:
        text = scene.writer.say("en", topics, mood, brand, product)
    return scene.item(
        when,
        kind="comment",
        brand=brand,
        product=product,
        language="en",
        author=scene.author("en"),
        text=text,
        mood=mood,
        topic=topics[0],
        parent=parent,
    )


def social(scene: Scene, count: int) -> list[Item]:
    """Return posts and replies of a social network, with chatter about nobody among them."""
    items: list[Item] = []
    for when in scene.moments(count):
        recent = [i for i in items[-25:] if i.brand and i.published > when - timedelta(hours=30)]
        if recent and scene.rng.random() < REPLIES:
            items.append(_reply(scene, scene.rng.choice(recent), when))
        else:
            items.append(_post(scene, when))
    return items


def _post(scene: Scene, when: datetime) -> Item:
    chatter = scene.rng.random() < CHATTER
    brand = scene.brand()
    name = "" if chatter else brand.name
    product = None if chatter else scene.rng.choice(brand.products)
    language, mood = scene.language(), scene.mood(name, when)
    topics = ["product", "shop"] if chatter else scene.topics(scene.rng.choice((2, 2, 2, 3)))
    text = scene.writer.say(language, topics, mood, name, product)
    return finish(scene, when, text, name, product, language, mood, topic=topics[0])


def _reply(scene: Scene, parent: Item, when: datetime) -> Item:
    mood = scene.mood(parent.brand, when)
    product = parent.product or BY_NAME[parent.brand].products[0]
    text = scene.writer.reply(parent.language, mood, parent.brand, product)
    return finish(
        scene,
        when,
        text,
        parent.brand,
        product,
        parent.language,
        mood,
        parent=parent,
        topic="reply",
    )


def finish(
    scene: Scene,
    when: datetime,
    text: str,
    brand: str,
    product: str | None,
    language: str,
    mood: Mood,
    **fields: object,
) -> Item:
    """Return the post with author, hashtags, applause and, now and then, an edit."""
    author = scene.author(language)
    tags = _tags(scene, brand)
    likes, shares = scene.applause(author, mood)
    item = scene.item(
        when,
        kind="comment" if fields.get("parent") else "post",
        brand=brand,
        product=product,
        language=language,
        author=author,
        text=" ".join([text, *(f"#{tag}" for tag in tags)]),
        mood=mood,
        tags=tags,
        likes=likes,
        shares=shares,
        **fields,
    )
    if scene.source == "mastodon" and scene.rng.random() < EDITED:
        note = scene.writer.one_of("updates", language, "neutral", brand, product)
        item.edit = Edit(at=_after(scene, when, 1), text=join("en", [item.text, note]), rating=None)
    return item


def _tags(scene: Scene, brand: str) -> tuple[str, ...]:
    if not brand:
        return (GENERAL_TAG,) if scene.rng.random() < 0.7 else ()
    if scene.source == "bluesky":
        return (BY_NAME[brand].tag,) if scene.rng.random() < 0.2 else ()
    if scene.rng.random() < 0.25:
        return (GENERAL_TAG,)
    return (BY_NAME[brand].tag, *((GENERAL_TAG,) if scene.rng.random() < 0.25 else ()))


def _after(scene: Scene, when: datetime, hours: float) -> datetime:
    return when + timedelta(seconds=60 + int(scene.rng.expovariate(1 / hours) * 3600))
