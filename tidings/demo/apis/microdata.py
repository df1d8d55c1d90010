"""A product's reviews as HTML with microdata."""

from __future__ import annotations

from datetime import datetime
from html import escape

from tidings.demo.brands import PARTNER_HOST, Product
from tidings.demo.item import Item


def body(product: Product, every: list[Item], shown: list[Item], now: datetime) -> str:
    """Return the product and the reviews ``shown`` of ``every`` one there is."""
    reviews = "\n".join(_review(product, item, now) for item in shown)
    return (
        '<div itemscope itemtype="https://schema.org/Product">'
        f'<h2 itemprop="name">{escape(product.name)}</h2>'
        f'<meta itemprop="brand" content="{product.brand}">'
        '<div itemprop="aggregateRating" itemscope itemtype="https://schema.org/AggregateRating">'
        f'<span itemprop="reviewCount">{len(every)}</span> reviews</div>\n{reviews}\n</div>'
    )


def _review(product: Product, item: Item, now: datetime) -> str:
    edit, owners = item.edit_at(now), item.answer_at(now)
    parts = ['<div itemprop="review" itemscope itemtype="https://schema.org/Review">']
    if product.ids:
        link = f"https://{product.host}/p/{product.slug}#{item.id}"
        parts.append(_meta("identifier", item.id) + f'<link itemprop="url" href="{link}">')
    if item.title:
        parts.append(f'<b itemprop="name">{escape(item.title)}</b>')
    parts += [
        '<span itemprop="author" itemscope itemtype="https://schema.org/Person">'
        f'<span itemprop="name">{escape(item.author.shown_as)}</span></span>',
        _published(product, item),
        _meta("dateModified", _time(product, edit.at)) if edit else "",
        _meta("inLanguage", item.language),
        _rating(item, now),
        f'<p itemprop="reviewBody">{escape(item.text_at(now))}</p>',
    ]
    if owners:
        parts.append(
            '<div itemprop="comment" itemscope itemtype="https://schema.org/Comment">'
            '<span itemprop="author" itemscope itemtype="https://schema.org/Organization">'
            f'<span itemprop="name">{product.brand}</span></span>'
            f"{_meta('datePublished', _time(product, owners.at))}"
            f'<p itemprop="text">{escape(owners.text)}</p></div>'
        )
    return "".join([*parts, "</div>"])


def _meta(name: str, content: str) -> str:
    return f'<meta itemprop="{name}" content="{content}">'


def _time(product: Product, when: datetime) -> str:
    """Return a time as this shop states it: some give the day only."""
    only_days = product.host == PARTNER_HOST or not product.ids
    return f"{when:%Y-%m-%d}" if only_days else when.isoformat()


def _published(product: Product, item: Item) -> str:
    if item.flaw == "no_date":
        return ""
    spoiled = {"bad_date": "31/02/2026", "future": "2061-05-04"}.get(item.flaw or "")
    when = spoiled or _time(product, item.published)
    return f'<time itemprop="datePublished" datetime="{when}">{when[:10]}</time>'


def _rating(item: Item, now: datetime) -> str:
    spoiled = {"rating_above": "9", "rating_no_number": "4-ish of 5"}.get(item.flaw or "")
    value = spoiled or str(item.rating_at(now))
    return (
        '<div itemprop="reviewRating" itemscope itemtype="https://schema.org/Rating">'
        f'<span itemprop="ratingValue">{value}</span>/<span itemprop="bestRating">5</span>'
        f"{_meta('worstRating', '1')}</div>"
    )
