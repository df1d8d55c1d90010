"""Shops' pages of reviews, marked up in schema.org's words: ``/shop/<product>/reviews?page=N``."""

from __future__ import annotations

import html
import re
from datetime import datetime
from typing import Any

import msgspec

from tidings.demo.apis import microdata
from tidings.demo.apis.ask import Ask, Reply
from tidings.demo.brands import PRODUCTS, Product
from tidings.demo.item import Item

PER_PAGE = 20
_PATH = re.compile(r"/shop/([a-z0-9-]+)/reviews")


def answer(ask: Ask) -> Reply:
    """Serve a page of reviews, the newest first; 404 for no such product or page."""
    found = _PATH.fullmatch(ask.path)
    product = next((p for p in PRODUCTS if found and p.slug == found[1]), None)
    number = ask.number("page", 1, most=10**6)
    if product is None or number is None:
        return _page("Not found", "<p>There is no such page.</p>", status=404)
    every = [i for i in ask.shown("reviews") if i.place == product.slug]
    shown = every[(number - 1) * PER_PAGE : number * PER_PAGE]
    if not shown and number > 1:
        return _page("Not found", "<p>There is no such page.</p>", status=404)
    further = number + 1 if number * PER_PAGE < len(every) else None
    if product.markup == "microdata":
        body = microdata.body(product, every, shown, ask.now)
        if further:
            body += f'<p><a rel="next" href="?page={further}">Older reviews</a></p>'
        return _page(product.name, body)
    head = _canonical(product, number)
    if further:
        head += f'<link rel="next" href="/shop/{product.slug}/reviews?page={further}">'
    blocks = "".join(_script(block) for block in _blocks(product, every, shown, ask.now))
    listed = "".join(f"<li>{html.escape(i.text_at(ask.now))}</li>" for i in shown)
    return _page(product.name, f"<ul>{listed}</ul>{blocks}", head=head)


def address(product: Product, item: Item | None = None) -> str:
    """Return the public address of a product, or of one of its reviews."""
    return f"https://{product.host}/p/{product.slug}" + (f"#{item.id}" if item else "")


def average(every: list[Item], now: datetime) -> float:
    """Return the mean of the stars, one digit after the point; 0 where there are none."""
    stars = [stars for item in every if (stars := item.rating_at(now)) is not None]
    return round(sum(stars) / len(stars), 1) if stars else 0.0


def _canonical(product: Product, number: int) -> str:
    return f'<link rel="canonical" href="{address(product)}?page={number}">'


def _page(title: str, body: str, *, head: str = "", status: int = 200) -> Reply:
    whole = (
        f'<!DOCTYPE html>\n<html>\n<head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"{head}</head>\n<body>\n<h1>{html.escape(title)}</h1>\n{body}\n</body>\n</html>\n"
    )
    return Reply(body=whole.encode(), type="text/html; charset=utf-8", status=status)


def _encoded(document: Any) -> str:
    return msgspec.json.encode(document).decode().replace("</", "<\\/")


def _script(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>\n'


def _blocks(product: Product, every: list[Item], shown: list[Item], now: datetime) -> list[str]:
    """Return the page's JSON-LD: each shop nests its reviews in its own way."""
    good = [_review(product, item, now) for item in shown if item.flaw != "broken_block"]
    broken = [
        # cut off within the text: no way of mending it gives the review back
        _encoded({"@context": "https://schema.org", **_review(product, item, now)})[:-40]
        for item in shown
        if item.flaw == "broken_block"
    ]
    thing: dict[str, Any] = {
        "@type": "Product",
        "name": product.name,
        "brand": {"@type": "Brand", "name": product.brand},
        "url": address(product),
        "aggregateRating": {
            "@type": "AggregateRating",
            "ratingValue": str(average(every, now)),
            "reviewCount": len(every),
        },
    }
    context = {"@context": "https://schema.org"}
    if product.slug.endswith("mini"):
        about = {"itemReviewed": {"@type": "Product", "name": product.name}}
        document: Any = [{**context, **thing}, *({**context, **r, **about} for r in good)]
    elif product.slug.startswith("vantrosso"):
        document = {**context, "@graph": [{**thing, "review": good}]}
    else:
        document = {**context, **thing, "review": good}
    return [_encoded(document), *broken]


def _review(product: Product, item: Item, now: datetime) -> dict[str, Any]:
    edit, owners = item.edit_at(now), item.answer_at(now)
    review: dict[str, Any] = {
        "@type": "Review",
        "identifier": item.id,
        "url": address(product, item),
        "author": {"@type": "Person", "name": item.author.shown_as},
        "datePublished": item.published.isoformat(),
        "inLanguage": item.language,
        "reviewBody": item.text_at(now),
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": item.rating_at(now),
            "bestRating": 5,
            "worstRating": 1,
        },
    }
    if item.title:
        review["name"] = item.title
    if edit:
        review["dateModified"] = edit.at.isoformat()
    if owners:
        review["comment"] = {
            "@type": "Comment",
            "author": {"@type": "Organization", "name": product.brand},
            "datePublished": owners.at.isoformat(),
            "text": owners.text,
        }
    return _spoiled(review, item.flaw)


def _spoiled(review: dict[str, Any], flaw: str | None) -> dict[str, Any]:
    match flaw:
        case "rating_above":
            review["reviewRating"] |= {"ratingValue": 9}
        case "rating_no_number":
            review["reviewRating"] |= {"ratingValue": "4-ish of 5"}
        case "bad_date":
            review["datePublished"] = "31/02/2026"
        case "future":
            review["datePublished"] = "2061-05-04T03:02:01+00:00"
    return review
