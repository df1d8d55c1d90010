"""What a message tells, in each form, and how it shrinks; texts of strangers stay texts."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any, get_args
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from receiving import WHEN

from tidings.incident import Incident, Notice, Voice
from tidings.notify.message import TITLE_CHARS, Kind, message
from tidings.notify.sample import sample, sample_digest

KINDS: tuple[Kind, ...] = get_args(Kind)
OSLO = ZoneInfo("Europe/Oslo")


def changed(**fields: Any) -> Notice:
    notice = sample(WHEN, event="opened")
    [incident] = notice.incidents
    return msgspec.structs.replace(notice, incidents=(msgspec.structs.replace(incident, **fields),))


def words(body: str) -> str:
    """Return a body as somebody reads it: without tags and with the look-alikes undone."""
    text = html.unescape(re.sub(r"<[^>]*>", " ", body))
    return " ".join(text.translate(str.maketrans("‹›＠∗＿∼［］", "<>@*_~[]")).split())


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_tells_all_that_somebody_who_is_woken_asks(kind: Kind) -> None:
    told = message(sample(WHEN, event="opened"), kind, zone=OSLO)
    assert told.title == "Warning: Northwind Kettles: negative share"
    read = words(told.body)
    for part in (
        "41 of 96 (43 %) negative since 20:05 UTC, expected 17 (18 %); p = 2e-9.",
        "2026-05-01 22:05 CEST (20:05 UTC)",
        "lid, leaks, scalded",
        "The lid came off and it leaks from the spout.",
        "12 copies",
        "3 400 followers",
        "reviews, mastodon",
        "en, no",
        "quality",
        "kettle",
        "a lower bound",
        "Customer care",
    ):
        assert part in read
    for address in (
        "https://social.example/posts/1",
        "https://reviews.example/northwind/2",
        "https://tidings.example/incidents/sample-1",
    ):
        assert address in told.body
    assert "test" not in read


def test_each_event_says_what_it_is() -> None:
    notice = sample(WHEN, event="opened")
    titles = {
        event: message(msgspec.structs.replace(notice, event=event, severity="critical"), "text")
        for event in ("opened", "escalated", "resolved", "sample")
    }
    assert {event: told.title.partition(":")[0] for event, told in titles.items()} == {
        "opened": "Critical",
        "escalated": "Escalated to critical",
        "resolved": "Resolved",
        "sample": "Sample (critical)",
    }
    assert "This is a test" in titles["sample"].body


def test_an_end_says_when() -> None:
    closed = message(changed(closed=datetime(2026, 5, 2, 1, 30, tzinfo=UTC)), "text", zone=OSLO)
    assert "Resolved: 2026-05-02 03:30 CEST (01:30 UTC)" in closed.body


def test_a_day_that_differs_between_zone_and_utc_is_told() -> None:
    told = message(changed(opened=WHEN), "text", zone=ZoneInfo("Asia/Kolkata"))
    assert "Since: 2026-05-02 03:35 IST (2026-05-01 22:05 UTC)" in told.body


def test_a_zone_without_a_name_shows_its_offset() -> None:
    told = message(changed(opened=WHEN), "text", zone=ZoneInfo("America/Sao_Paulo"))
    assert "Since: 2026-05-01 19:05 UTC-0300 (22:05 UTC)" in told.body


def test_what_was_collected_whole_is_no_lower_bound() -> None:
    assert "Coverage: collected whole" in message(changed(lower_bound=False), "text").body


@pytest.mark.parametrize("kind", KINDS)
def test_a_digest_has_every_incident_and_says_how_many_it_leaves_out(kind: Kind) -> None:
    told = message(sample_digest(WHEN), kind)
    assert told.title == "Digest: Northwind Kettles: 5 findings"
    read = words(told.body)
    assert "warning: Northwind Kettles" in read
    assert "Ratings averaged 3.1 of 5" in read
    assert "and 3 more" in read
    assert "leaks from the spout" not in read, "quotes belong to incidents"


def many() -> Notice:
    voices = tuple(
        Voice(mention_id=f"m:{n}", text=f"Number {n}. " + "words " * 80, source="s", published=WHEN)
        for n in range(30)
    )
    return changed(voices=voices, words=tuple(f"word{n}" for n in range(40)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("most", [35_000, 4_000, 2_000, 1_024, 700])
def test_a_body_is_never_longer_than_it_may_be(kind: Kind, most: int) -> None:
    told = message(many(), kind, most=most)
    assert len(told.body) <= most
    assert "41 of 96 (43 %) negative" in told.body
    assert told.body.count("<li") == told.body.count("</li>")
    if most >= 2_000:
        assert re.search(r"and (25|27|28|29) more voices", told.body)
        assert re.search(r"word2.* and \d\d more", told.body)


@pytest.mark.parametrize("kind", ["text", "markdown"])
def test_a_text_message_of_160_characters_says_what_and_since_when(kind: Kind) -> None:
    told = message(many(), kind, most=160)
    assert len(told.body) <= 160
    for part in ("41 of 96 (43 %)", "2026-05-01 20:05 UTC", "a lower bound"):
        assert part in told.body


def test_a_channel_without_titles_has_room_for_one() -> None:
    told = message(many(), "text", most=160, titled=False)
    assert len(told.title) + len(told.body) <= 150
    assert "41 of 96" in told.body


def test_a_digest_of_very_many_fits_and_counts_the_rest() -> None:
    digest = sample_digest(WHEN)
    whole = msgspec.structs.replace(digest, incidents=digest.incidents * 100)
    told = message(whole, "markdown", most=3_000)
    assert len(told.body) <= 3_000
    shown = told.body.count("**") // 2
    assert f"and {200 - shown + 3} more" in told.body
    assert told.title.endswith("203 findings")


@pytest.mark.parametrize("kind", KINDS)
def test_a_digest_that_has_only_a_number_left_says_the_number(kind: Kind) -> None:
    told = message(msgspec.structs.replace(sample_digest(WHEN), incidents=()), kind)
    assert told.title == "Digest: 3 findings"
    assert "and 3 more" in told.body


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><a href="https://evil.example">x</a>',
    "[click](https://evil.example)",
    "[click](<https://evil.example>)",
    "![x](https://evil.example/p.png)",
    "<https://evil.example>",
    "https://evil.example/login",
    "www.evil.example",
    "evil.example",
    "javascript:alert(1)",
    "mailto:x@evil.example",
    "<!channel>",
    "<!here|here>",
    "<@U012AB>",
    "<@!123>",
    "<at>ops</at>",
    "@everyone",
    "@here",
    "@channel",
    "\\<!here>",
    "\\",
    "&lt;!here&gt;",
    "&#60;script&#62;",
    "`",
    "``` ",
    "**",
    "__",
    "~~",
    "||",
    "|",
    "\n# heading\n",
    "\n- list",
    "\n> quote",
    "\n\n    code",
    "\n---\n",
    "[ref]: https://evil.example",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "\u202egnp.exe",
    "]",
    "](",
    ")",
    "$x$",
]
hostile = st.lists(
    st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8), st.text("<>[]()!@#*_`\\&;:/.| \n")),
    max_size=6,
).map("".join)


class Page(HTMLParser):
    """The tags and addresses of an HTML body, as a browser sees them."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str | None] = []
        self.feed(body)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name in {"href", "src"}]


OURS = {
    "https://social.example/posts/1",
    "https://tidings.example/incidents/sample-1",
}


def told_by_a_stranger(text: str) -> Notice:
    [incident] = sample(WHEN).incidents
    voice = msgspec.structs.replace(incident.voices[0], text=text, source=text)
    fields = ("brand", "sentence", "owner", "rule", "measure")
    lists = ("words", "keywords", "drivers", "sources", "languages")
    return changed(
        voices=(voice,), **dict.fromkeys(fields, text), **dict.fromkeys(lists, (text, text))
    )


@given(hostile)
@example("".join(HOSTILE))
@settings(max_examples=150, deadline=None)
def test_no_markup_and_no_link_of_a_stranger_lives_in_html(text: str) -> None:
    page = Page(message(told_by_a_stranger(text), "html").body)
    ours = {"html", "head", "meta", "body", "h2", "p", "b", "table", "tr", "th", "td", "ul", "li"}
    assert page.tags <= ours | {"br", "small", "a"}
    assert page.attributes <= {"charset", "style", "dir", "align", "valign", "href", "rel"}
    assert set(page.links) <= OURS


@given(hostile)
@example("".join(HOSTILE))
@settings(max_examples=150, deadline=None)
def test_no_markup_and_no_link_of_a_stranger_lives_in_markdown(text: str) -> None:
    from markdown_it import MarkdownIt

    told = message(told_by_a_stranger(text), "markdown")
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(told.body)
    page = Page(rendered)
    assert page.tags <= {"p", "strong", "ul", "li", "a"}
    assert set(page.links) <= OURS
    for shown in (told.title, told.body):
        assert not re.search(r"[<>@`|\\]", shown), "what calls somebody, in one program or another"


@given(hostile)
@example("".join(HOSTILE))
@settings(max_examples=100, deadline=None)
def test_plain_text_calls_nobody_where_it_is_looked_through(text: str) -> None:
    told = message(told_by_a_stranger(text), "text")
    assert not re.search(r"[<>@]", told.title + told.body)


LIKE_A_LINK = re.compile(r"\w+://|\bwww\.|\w\.(?:com|example|net|no)\b|\b(?:javascript|mailto):\S")


@given(hostile)
@example("".join(HOSTILE))
@settings(max_examples=150, deadline=None)
def test_nothing_that_a_program_would_make_a_link_of_is_left_of_a_strangers_text(text: str) -> None:
    [incident] = sample(WHEN).incidents
    voice = msgspec.structs.replace(incident.voices[0], text=text)
    notice = changed(voices=(voice,), words=(text,), link=None)
    for kind in KINDS:
        body = message(notice, kind).body.replace("https://social.example/posts/1", "")
        if kind == "html":
            body = html.unescape(re.sub(r"<[^>]*>", " ", body))
        assert not LIKE_A_LINK.search(body)


@given(hostile)
@settings(max_examples=80, deadline=None)
def test_a_title_is_one_short_line(text: str) -> None:
    for kind in KINDS:
        title = message(told_by_a_stranger(text), kind).title
        assert len(title) <= TITLE_CHARS
        assert title.isprintable() or "\u200d" in title or "\u200c" in title


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://user:pass@evil.example/",
        "//evil.example",
        "https://",
        "file:///etc/passwd",
        "https://evil.example/\nSet-Cookie: a",
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_plain_web_address_is_no_link(kind: Kind, url: str) -> None:
    [incident] = sample(WHEN).incidents
    voice = msgspec.structs.replace(incident.voices[0], url=url)
    body = message(changed(voices=(voice,), link=None), kind).body
    assert "href" not in body
    assert "](" not in body
    assert url not in body


@pytest.mark.parametrize("kind", KINDS)
def test_an_address_can_not_end_its_own_link(kind: Kind) -> None:
    from markdown_it import MarkdownIt

    [incident] = sample(WHEN).incidents
    url = 'https://social.example/a)[x](https://evil.example)"><script>|`*_'
    voice = msgspec.structs.replace(incident.voices[0], url=url)
    body = message(changed(voices=(voice,), link=None), kind).body
    if kind == "markdown":
        body = MarkdownIt("commonmark").render(body)
    page = Page(body)
    assert "script" not in page.tags
    assert len(page.links) == (0 if kind == "text" else 1)


def test_the_dates_of_an_incident_may_be_naive_as_the_warehouse_has_them() -> None:
    opened = WHEN.replace(tzinfo=None)
    assert "2026-05-02 00:05 CEST" in message(changed(opened=opened), "text", zone=OSLO).body


def test_an_incident_of_which_little_is_known_is_told_too() -> None:
    bare = Incident(
        incident_id="i",
        watch="acme",
        brand="Acme",
        rule="silence",
        measure="silence",
        severity="info",
        opened=WHEN,
        baseline=3.0,
        observed=0.0,
        n=0,
        sentence="No data for 9 hours, where there always was.",
    )
    notice = msgspec.structs.replace(sample(WHEN, event="opened"), incidents=(bare,))
    for kind in KINDS:
        body = words(message(notice, kind).body)
        assert "No data for 9 hours" in body
        assert "Words" not in body
        assert "None" not in body
