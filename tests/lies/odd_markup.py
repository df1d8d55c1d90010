"""Odd feeds, sitemaps and pages, generated; and the corpora by which parsers are tested."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

ITEM = (
    b"<item><guid>g%d</guid><title>Anvil %d</title><link>https://blog.example/%d</link>"
    b"<pubDate>Sun, 01 Mar 2026 12:%02d:00 GMT</pubDate><description>It &lt;b&gt;works&lt;/b&gt;"
    b"</description></item>"
)
RSS = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>Blog</title>'
    + b"".join(ITEM % (n, n, n, n) for n in range(3))
    + b"</channel></rss>"
)
SITEMAP = (
    b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    b"<url><loc>https://blog.example/1</loc><lastmod>2026-03-01</lastmod></url></urlset>"
)
_REVIEW = {
    "@type": "Review",
    "author": {"@type": "Person", "name": "Kari"},
    "datePublished": "2026-03-01",
    "reviewBody": "It works.",
    "reviewRating": {"@type": "Rating", "ratingValue": 4, "bestRating": 5, "worstRating": 1},
}
PAGE = (
    "<!DOCTYPE html><html><head><title>Anvil</title><script type='application/ld+json'>"
    + json.dumps(
        {
            "@context": "https://schema.org",
            "@type": "Product",
            "name": "Anvil",
            "review": [{**_REVIEW, "reviewBody": f"It works {n} times."} for n in range(3)],
        }
    )
    + "</script></head><body><article><p>It works.</p></article></body></html>"
).encode()

_LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
ENTITIES = (
    b'<!DOCTYPE r [<!ENTITY l0 "lol">' + _LAUGHS + b"]>",
    b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    b'<!DOCTYPE r [<!ENTITY x SYSTEM "http://127.0.0.1:9/">]>',
    b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd">',
    b'<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p">%p;]>',
    b'<!DOCTYPE r [<!ENTITY x "' + b"A" * 100_000 + b'">]>',
    b'<!DOCTYPE r [<!ENTITY a "&b;"><!ENTITY b "&a;">]>',
    b'<?xml-stylesheet href="file:///etc/passwd"?>',
)
"""Before the root; each has its use below: ``&x;`` many times, and ``&l11;``."""

USES = (
    b"&x;",
    b"&l11;",
    b"&a;",
    b"&x;" * 5_000,
    b'<xi:include href="file:///etc/passwd" '
    b'xmlns:xi="http://www.w3.org/2001/XInclude" parse="text"/>',
)
PIECES = (
    b"<",
    b">",
    b"&",
    b"&#0;",
    b"&#xD800;",
    b"&#1114112;",
    b"&nbsp;",
    b"&undefined;",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"-->",
    b"--!>",
    b"<?",
    b"<!DOCTYPE",
    b"</",
    b"<a " + b"x " * 3000 + b">",
    b"<b>" * 3000,
    b"</b>" * 3000,
    b"<script>",
    b"</script>",
    b"<style>",
    b"<title>",
    b"<textarea>",
    b"<plaintext>",
    b"<svg><![CDATA[",
    b"<math>",
    b"<template>",
    b"<table><td>",
    b"<select>",
    b"<frameset>",
    b"\0",
    b"\xff",
    b"\xed\xa0\x80",
    b"\x0c",
    b"<x:y xmlns:x='z'/>",
    b"<base href='//x'>",
    b"<meta charset=utf-7>",
    b"<meta charset=undefined>",
    b"<meta charset=idna>",
    b"<p" + b" a='1'" * 400 + b">",
    b"&amp" * 2000,
)
PROLOGS = (
    "undefined",
    "idna",
    "punycode",
    "utf-7",
    "utf-16",
    "x-nothing",
    "zip",
    "rot13",
    "ebcdic-cp-us",
    "",
)


def feeds(rng: random.Random) -> Iterator[bytes]:
    """Give odd feeds, without end."""
    yield from entities(RSS, b"It ")
    for name in PROLOGS:
        yield RSS.replace(b'"utf-8"', b'"' + name.encode() + b'"')
    while True:
        yield broken(RSS, rng)


def pages(rng: random.Random) -> Iterator[bytes]:
    """Give odd pages of HTML, without end."""
    while True:
        yield broken(PAGE, rng)


def sitemaps(rng: random.Random) -> Iterator[bytes]:
    """Give odd sitemaps, without end."""
    yield from entities(SITEMAP, b"https://blog.example/1")
    while True:
        yield broken(SITEMAP, rng)


def entities(good: bytes, where: bytes) -> Iterator[bytes]:
    """Give ``good`` with every entity that may not be resolved or grow, used where text stands."""
    head, end, rest = good.partition(b"?>")
    for declared in ENTITIES:
        for use in USES:
            yield head + end + declared + rest.replace(where, use + where)


def broken(good: bytes, rng: random.Random) -> bytes:
    """Return ``good`` cut, or with pieces put in that end or open something."""
    body = good
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(body) + 1)
        match rng.randrange(4):
            case 0:
                body = body[:at]
            case 1:
                body = body[:at] + body[at + rng.randrange(30) :]
            case _:
                body = body[:at] + rng.choice(PIECES) + body[at:]
    return body


def corpora(folder: Path) -> Iterator[bytes]:
    """Give what the source packages of feed and HTML parsers ship to test themselves by.

    They are fetched into ``folder`` by pip, read there, and kept nowhere; nothing where that fails.
    """
    wanted = {"feedparser==6.0.11": "tests/", "html5lib==1.1": "testdata"}
    for package in wanted:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--no-binary",
            ":all:",
            "-d",
            str(folder),
            package,
        ]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            print(f"{package} can't be had; its test corpus is left out", file=sys.stderr)
    for archive in sorted(folder.glob("*.tar.gz")):
        with tarfile.open(archive) as packed:
            for member in packed:
                if member.isfile() and any(part in member.name for part in wanted.values()):
                    file = packed.extractfile(member)
                    if file is not None and member.size < 1_000_000:
                        yield file.read()
