"""The demo's watch file and the folder of its survey files."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from tidings.demo.brands import (
    APPS,
    BRANDS,
    CAPPED_QUERY,
    COMPETITORS,
    FEEDS,
    GENERAL_TAG,
    HASHTAGS,
    OWN,
    PRODUCTS,
    QUERIES,
)
from tidings.demo.item import LANGUAGES
from tidings.demo.surveys import drop
from tidings.demo.truth import walks
from tidings.demo.world import World

SURVEYS = "surveys"
"""The folder of the survey files, within the installation."""

GENERAL = f"mastodon-{GENERAL_TAG}"
"""The source of the hashtag that no single brand has, whose walk is capped."""

CAPPED = f"bluesky-{CAPPED_QUERY.lower()}"
"""The source of the search of which one page is asked for."""

PAGE = 40
"""Statuses on a page of a Mastodon timeline."""

KEYWORDS = {
    "delivery": "deliver* OR courier OR parcel OR shipping OR levering* OR pakke* OR forsinket "
    "OR budet OR buddet OR ارسال OR بسته OR پیک OR 快递 OR 发货 OR 物流 OR 包裹 OR 送货",
    "late-delivery": '(deliver* NEAR/5 late) OR "days late" OR (levering* NEAR/5 forsinket) '
    "OR (ارسال NEAR/5 دیر) OR 快递晚了",
    "leak": "leak* OR puddle OR lekk* OR lækker OR lækage* OR نشت* OR 漏水",
    "recall": "recall* OR tilbakekall* OR tilbagekald* OR فراخوان* OR 召回",
    "price": "(price* NOT priceless) OR expensive OR bargain OR value OR cheap* OR paid OR pris* "
    "OR dyrt OR pengene OR billigere OR kupp OR kup OR betalte OR reservedel* OR قیمت OR گران "
    "OR تخفیف OR خرید OR 涨价 OR 太贵 OR 贵得 OR 划算 OR 性价比 OR 活动价",
    "app": "app OR appen OR login OR pairing OR paring* OR parring* OR برنامه OR 应用",
    "support": 'support OR "customer service" OR warranty OR refund OR replaced OR kundeservice '
    'OR garanti* OR service OR "uten svar" OR "uden svar" OR پشتیبانی OR گارانتی OR خدمات '
    "OR 客服 OR 保修 OR 退款",
    "switching": "(switch* OR byttet OR skiftede) AND (vantrosso OR kettlewyn OR brummelhof)",
}
"""Boolean queries by name, over all languages of the world."""


def write(
    folder: Path,
    base_url: str,
    *,
    world: World,
    now: datetime | None = None,
    schedule: str = "@daily",
) -> Path:
    """Write ``watch/nordkvern.toml`` and the survey files to ``folder``; return the watch file.

    ``base_url`` is that of the server, ``now`` (aware UTC, default the world's end) decides which
    surveys there are. Written again later, it adds to the survey files and leaves the rest alone.
    """
    drop(world, now or world.until, folder / SURVEYS)
    path = folder / "watch" / f"{OWN.tag}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = watch_text(
        base_url.rstrip("/"),
        folder / SURVEYS,
        schedule=schedule,
        caps=_caps(world, now or world.until) if world.faults else {},
    )
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")
    return path


def _caps(world: World, now: datetime) -> dict[str, int]:
    """Return the most pages of the sources that are not read to their end, which leaves gaps.

    The general hashtag is read as far as its archive is not broken.
    """
    pages = math.ceil(len(walks(world, "mastodon", now)[GENERAL_TAG]) / PAGE)
    return {GENERAL: max(1, pages), CAPPED: 1}


def watch_text(base_url: str, surveys: Path, *, schedule: str, caps: Mapping[str, int]) -> str:
    """Return the text of the watch file; ``caps`` are the most pages of sources by name."""
    blocks = [_HEAD, _brand(), *map(_competitor, range(len(COMPETITORS))), _keywords()]
    for name, connector, about, settings in _sources(base_url, surveys):
        blocks.append(_source(name, connector, about, settings, schedule, caps.get(name)))
    return "\n".join([*blocks, _TAIL])


_HEAD = """\
# A made-up brand, watched at made-up sources that a server on this machine stands for.
# 'tidings demo' wrote this file and may write over it.
version = 1
contact = "demo@nordkvern.example"
"""

_TAIL = """\
[quality]
# the made-up world ends on a fixed day, so its newest mention grows old
stale = "off"
max_bad_share = 0.2
min_rows_for_share = 50

[alerts.unanswered]
threshold = 10

[alerts.silence]
enabled = false  # the made-up world ends one day, and then all is silent
"""

Settings = dict[str, object]


def _brand() -> str:
    return "\n".join(
        [
            "[brand]",
            f"name = {_value(OWN.name)}",
            f"aliases = {_value(list(OWN.aliases))}",
            f"languages = {_value(list(LANGUAGES))}",
            "answer_target_hours = 24",
            "",
        ]
    )


def _competitor(number: int) -> str:
    return f"[[competitors]]\nname = {_value(COMPETITORS[number].name)}\n"


def _keywords() -> str:
    lines = [f"{name} = {_value(query)}" for name, query in KEYWORDS.items()]
    return "\n".join(["[queries]", *lines, ""])


def _sources(base_url: str, surveys: Path) -> Iterator[tuple[str, str, str | None, Settings]]:
    """Yield name, connector, whom everything there is about, and settings of each source."""
    searched: Settings = {"queries": list(QUERIES), "base_url": base_url}
    uncapped = [query for query in QUERIES if query != CAPPED_QUERY]
    yield "hackernews", "hackernews", None, searched
    named = [tag for tag in HASHTAGS if tag != GENERAL_TAG]
    yield "mastodon", "mastodon", None, {"instance": base_url, "hashtags": named}
    yield GENERAL, "mastodon", None, {"instance": base_url, "hashtags": [GENERAL_TAG]}
    yield "bluesky", "bluesky", None, searched | {"queries": uncapped}
    yield CAPPED, "bluesky", None, searched | {"queries": [CAPPED_QUERY]}
    yield "news", "rss", None, {"urls": [f"{base_url}/feeds/{feed.name}.xml" for feed in FEEDS]}
    for brand in BRANDS:
        apps = [app.id for app in APPS if app.brand == brand.name]
        if apps:
            yield f"app-{brand.tag}", "steam", brand.name, {"apps": apps, "base_url": base_url}
    for brand in BRANDS:
        pages = [page.slug for page in PRODUCTS if page.brand == brand.name]
        urls = [f"{base_url}/shop/{slug}/reviews" for slug in pages]
        yield f"shop-{brand.tag}", "reviews", brand.name, {"urls": urls}
    yield "surveys", "files", OWN.name, _survey_settings(surveys)


def _survey_settings(surveys: Path) -> Settings:
    return {
        "folder": str(surveys),
        "pattern": "nps-*.csv",
        "place": "nps",
        "kind": "survey",
        "columns": {
            "external_id": "response_id",
            "published": "answered_at",
            "rating": "score",
            "text": "why",
            "language": "language",
            "product": "product",
            "country": "country",
        },
        "constants": {"rating_min": 0, "rating_max": 10},
    }


def _source(
    name: str,
    connector: str,
    about: str | None,
    settings: Settings,
    schedule: str,
    max_pages: int | None = None,
) -> str:
    lines = ["[[sources]]", f"connector = {_value(connector)}", f"name = {_value(name)}"]
    if about is not None:
        lines.append(f"about = {_value(about)}")
    if max_pages is not None:
        lines.append(f"max_pages = {max_pages}  # what lies further back is left as a gap")
    lines += [f"schedule = {_value(schedule)}", "requests_per_second = 500", "[sources.settings]"]
    lines += [f"{key} = {_value(value)}" for key, value in settings.items()]
    return "\n".join([*lines, ""])


def _value(value: object) -> str:
    """Return a value in TOML: JSON's strings, numbers and lists are TOML's too."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_value(v)}' for key, v in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False)
