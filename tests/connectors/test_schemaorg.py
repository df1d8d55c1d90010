"""Finding schema.org reviews in pages: mistakes of real pages, and pages made up at random."""

import html
import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.jsonld import read_jsonld
from connectors.reviews import Reviews
from tidings.connector import Page
from tidings.errors import SourceChanged
from tidings.http import Answer
from tidings.mention import Mention

RECORDINGS = Path(__file__).parents[3] / "shared/recordings/schemaorg"
URL = "https://shop.example/anvil"


class OnePage:
    """A site with one page."""

    def __init__(self, body: str | bytes, headers: Mapping[str, str] | None = None) -> None:
        raw = body.encode() if isinstance(body, str) else body
        kind = {"content-type": "text/html; charset=utf-8"} if headers is None else dict(headers)
        self.answer = Answer(status=200, url=URL, headers=kind, body=raw)

    def get(self, url: str, params: Any = None, **_: Any) -> Answer:
        return self.answer

    def post(self, url: str, **_: Any) -> Answer:
        raise AssertionError("pages are only read")

    def secret(self, name: str) -> str:
        raise AssertionError("pages need no secret")


def read(body: str | bytes, headers: Mapping[str, str] | None = None, **settings: Any) -> Page:
    (page,) = Reviews(url=URL, **settings).pages(OnePage(body, headers), None)
    return page


def only(body: str | bytes, **settings: Any) -> Mention:
    page = read(body, **settings)
    assert page.rejected == []
    (mention,) = page.mentions
    return mention


def script(document: Any) -> str:
    text = document if isinstance(document, str) else json.dumps(document)
    return f'<html><body><script type="application/ld+json">{text}</script></body></html>'


def said(**changes: Any) -> dict[str, Any]:
    return {
        "@type": "Review",
        "author": {"@type": "Person", "name": "Ada"},
        "datePublished": "2024-05-01",
        "reviewBody": "Fell on my foot.",
        **changes,
    }


PRODUCT = {"@context": "https://schema.org", "@type": "Product", "name": "Anvil"}


# ---- where reviews stand in JSON-LD


@pytest.mark.parametrize(
    "document",
    [
        {**PRODUCT, "review": said()},
        {**PRODUCT, "review": [said()]},
        {**PRODUCT, "reviews": [said()]},
        [{"@type": "BreadcrumbList"}, {**PRODUCT, "review": said()}],
        {"@graph": [{"@type": "WebSite"}, {**PRODUCT, "review": [said()]}]},
        {"@type": "WebPage", "mainEntity": {**PRODUCT, "review": [said()]}},
        {"@context": "https://schema.org", **said(itemReviewed=PRODUCT)},
        {**said(itemReviewed=PRODUCT), "@type": ["Thing", "Review"]},
        {**said(itemReviewed=PRODUCT), "@type": "http://schema.org/UserReview"},
        {**PRODUCT, "review": {k: v for k, v in said().items() if k != "@type"}},
        {"@graph": [{**PRODUCT, "review": {"@id": "#r"}}, {"@id": "#r", **said()}]},
        {"@graph": [{"@id": "#p", **PRODUCT}, said(itemReviewed={"@id": "#p"})]},
        {"schema:name": "Anvil", "schema:review": {f"schema:{k}": v for k, v in said().items()}},
        {"type": "Product", "name": "Anvil", "review": {"type": "Review", **said()}},
        {**PRODUCT, "review": {"@list": [said(reviewBody={"@value": "Fell on my foot."})]}},
    ],
)
def test_a_review_is_found_wherever_it_stands(document: Any) -> None:
    mention = only(script(document))
    assert mention.text == "Fell on my foot."
    assert mention.product == "Anvil"
    assert mention.kind == "review"


@pytest.mark.parametrize(
    "document",
    [
        {**PRODUCT, "aggregateRating": {"@type": "AggregateRating", "ratingValue": 4}},
        {**said(), "@type": "ClaimReview"},
        {"@type": "Answer", "text": "Yes"},
        {**PRODUCT, "review": "/reviews"},
        {**PRODUCT, "review": {"@id": "#elsewhere"}},
        [],
        None,
        '"Review"',
    ],
)
def test_what_is_no_review_is_none(document: Any) -> None:
    page = read(script(document))
    assert (page.mentions, page.rejected) == ([], [])


def test_all_scripts_of_a_page_are_read_and_the_number_it_states_is_kept() -> None:
    total = {"@type": "AggregateRating", "reviewCount": "3,077"}
    first = script({**PRODUCT, "aggregateRating": total, "review": said()})
    second = script(said(author="Bo", reviewBody="Rings.")).replace("ld+json", "LD+JSON; x=y")
    page = read(first + second)
    assert [m.author_handle for m in page.mentions] == ["Ada", "Bo"]
    assert page.declared_total == 3077


# ---- broken JSON-LD


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, // a comment, with "quotes" and }\n "b": "x"}',
        '{"a": 1, /* a\ncomment */ "b": "x",}',
        '{"a": 1, "b": "x", // last, \n }',
        '{"a": [1, 2, ], "b": "x"}',
        '<!-- {"a": 1, "b": "x"} -->',
        '//<![CDATA[\n{"a": 1, "b": "x"}\n//]]>',
        '/*<![CDATA[*/ {"a": 1, "b": "x"} /*]]>*/',
        '{"a": 1, "b": "x"};',
        r'{"a": 1, "b": "x", "c": "it\'s \\ \" \u00e4"}',
        "{&quot;a&quot;: 1, &quot;b&quot;: &quot;x&quot;}",
        '\ufeff{"a": 1, "b": "x"}',
    ],
)
def test_usual_mistakes_are_mended(text: str) -> None:
    found = read_jsonld(text)
    assert found["b"] == "x"
    assert found["a"] in (1, [1, 2])


def test_control_characters_in_a_string_are_kept_as_they_are() -> None:
    assert read_jsonld('{"a": "one\ntwo\tthree"}') == {"a": "one\ntwo\tthree"}


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.text(alphabet='/*,}]"\\ &;lt#x-<>!\n'),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(alphabet="/*,]\\&"), inner),
    )
)
def test_what_is_valid_is_never_mended(document: Any) -> None:
    assert read_jsonld(json.dumps(document)) == document
    # mending must leave strings alone, too: a comma too many makes the text go through it
    assert read_jsonld(f"[{json.dumps(document)},]") == [document]


@pytest.mark.parametrize("text", ["", "{", '{"a": }', "[" * 100_000, '{"a": "b', "undefined"])
def test_what_can_not_be_mended_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_jsonld(text)


@pytest.mark.parametrize("evil", ["/" * 50_000, "/*" * 50_000, ",/*" * 50_000, ", " * 50_000,
                                  '"' * 50_001, ",//" * 50_000, "\\" * 50_000])  # fmt: skip
def test_hostile_text_does_not_hold_up_the_walk(evil: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_jsonld("{" + evil)


def test_a_script_beyond_mending_is_rejected_and_the_others_are_read() -> None:
    broken = '{"@type": "Product", "review": [{"@type": "Review", "reviewBody": "say "no""}]}'
    page = read(script(broken) + script(said()) + script('{"@type": "Broken", "x": }'))
    assert len(page.mentions) == 1
    assert len(page.rejected) == 1
    assert "JSON-LD" in page.rejected[0].reason
    assert page.rejected[0].raw == broken


# ---- microdata


def test_microdata_is_read_with_its_scopes_and_attributes() -> None:
    mention = only("""
      <html lang="de-DE"><body>
      <div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Amboss</h1>
       <div itemprop="review" itemscope itemtype="https://schema.org/Review" itemid="#r7">
        <a itemprop="author" itemscope itemtype="https://schema.org/Person" href="/u/1">
          <span itemprop="name">Ada&nbsp;L.</span></a>
        <time itemprop="datePublished" datetime="2024-05-01T10:00:00+02:00">gestern</time>
        <span itemprop="reviewRating" itemscope itemtype="https://schema.org/Rating">
          <meta itemprop="worstRating" content="0"><b itemprop="ratingValue" content="7,5">***</b>
          von <span itemprop="bestRating">10</span></span>
        <h3 itemprop="name">Schwer</h3>
        <div itemprop="reviewBody"><p>Fiel mir auf<br>den Fuß.</p><p>&lt;3</p></div>
       </div></div></body></html>""")
    assert mention.product == "Amboss"
    assert mention.author_handle == "Ada L."
    assert mention.published == datetime.fromisoformat("2024-05-01T08:00:00+00:00")
    assert (mention.rating, mention.rating_min, mention.rating_max) == (7.5, 0, 10)
    assert (mention.title, mention.text) == ("Schwer", "Fiel mir auf\nden Fuß.\n<3")
    assert (mention.language, mention.external_id, mention.url) == ("de-de", "r7", f"{URL}#r7")


def test_properties_that_stand_elsewhere_are_found_by_itemref() -> None:
    mention = only("""
      <div itemscope itemtype="http://schema.org/Review" itemref="who when missing who"></div>
      <div id="who"><p>by <a itemprop="author" href="/u/ada">Ada</a></p></div>
      <meta id="when" itemprop="datePublished" content="2024-05-01">
      <p itemprop="reviewBody">of no item</p>""")
    assert mention.author_handle == "Ada"
    assert mention.text is None


def test_items_that_hold_one_another_do_not_loop() -> None:
    page = read("""
      <div id="a" itemprop="review" itemscope itemtype="http://schema.org/Review" itemref="b">
        <meta itemprop="datePublished" content="2024-05-01"><p itemprop="reviewBody">One</p></div>
      <div id="b" itemprop="itemReviewed" itemscope itemtype="http://schema.org/Product"
        itemref="a b"><span itemprop="name">Anvil</span></div>
      <div itemscope itemtype="http://schema.org/Product" itemref="a"></div>""")
    assert [(m.text, m.product) for m in page.mentions] == [("One", "Anvil")]


def test_a_review_marked_as_a_property_of_nothing_is_found() -> None:
    mention = only("""<div class="late" itemprop="review" itemscope
      itemtype="http://schema.org/Review"><meta itemprop="datePublished" content="2024-05-01">
      <span itemprop="description">Loaded late</span></div>""")
    assert mention.text == "Loaded late"


# ---- one review, two forms


def test_a_review_in_both_forms_counts_once_and_one_in_either_form_counts() -> None:
    page = read(
        script([said(), said(author="Bo", reviewBody="Rings.")])
        + """<div itemscope itemtype="http://schema.org/Review">
          <span itemprop="author">ADA</span><meta itemprop="datePublished" content="2024-05-01">
          <p itemprop="reviewBody">Fell on
            my foot.</p></div>
        <div itemscope itemtype="http://schema.org/Review">
          <span itemprop="author">Cy</span><meta itemprop="datePublished" content="2024-05-01">
          <p itemprop="reviewBody">Fell on my foot.</p></div>"""
    )
    assert [m.author_handle for m in page.mentions] == ["Ada", "Bo", "Cy"]


# ---- bodies and encodings


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", {"content-type": "text/html"}),
        (b"\x89PNG\r\n\x1a\n\0\0", {}),
        (b"%PDF-1.4", {"content-type": "application/pdf"}),
        (b"{}", {}),
        (b'{"error": "sign in"}', {"content-type": "application/json"}),
        (b"Not here.", {"content-type": "text/plain"}),
        (b'<?xml version="1.0"?><rss><channel><title>x</title></channel></rss>', {}),
    ],
)
def test_what_is_neither_html_nor_markup_is_an_error_with_the_page(
    body: bytes, headers: dict[str, str]
) -> None:
    with pytest.raises(SourceChanged, match=r"no schema\.org markup") as caught:
        read(body, headers)
    assert caught.value.answer is not None


def test_a_page_without_markup_is_empty() -> None:
    page = read("<!DOCTYPE html><title>Sign in</title>")
    assert (page.mentions, page.rejected, page.declared_total) == ([], [], None)


@pytest.mark.parametrize(
    ("encoding", "headers", "meta"),
    [
        ("latin-1", {"content-type": "text/html; charset=iso-8859-1"}, ""),
        ("latin-1", {}, '<meta charset="iso-8859-1">'),
        ("utf-8", {}, ""),
        ("utf-16", {}, ""),
        ("cp1252", {}, ""),
        ("utf-8", {"content-type": "text/html; charset=nonsense"}, ""),
        ("utf-8", {}, '<meta charset="nonsense">'),
    ],
)
def test_the_body_is_decoded_as_the_page_says(
    encoding: str, headers: dict[str, str], meta: str
) -> None:
    text = json.dumps(said(reviewBody="Fiel auf den Fuß"), ensure_ascii=False)
    page = read(f"<html><head>{meta}</head>{script(text)}".encode(encoding), headers)
    assert [m.text for m in page.mentions] == ["Fiel auf den Fuß"]


# ---- pages made up at random

LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"])
TEXTS = (
    st.text(LETTERS.filter(lambda c: c not in "&<"), min_size=1, max_size=40)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)

REVIEWS = st.lists(
    st.fixed_dictionaries(
        {
            "author": TEXTS,
            "date": st.dates(date(1990, 1, 1), date(2030, 1, 1)),
            "body": TEXTS,
            "rating": st.integers(2, 10).map(lambda n: n / 2),
        }
    ),
    max_size=6,
    unique_by=lambda r: (str(r["author"]).casefold(), r["date"]),
)
FORMS = st.sampled_from(["array", "graph", "bare", "main", "single"])


def as_jsonld(reviews: list[dict[str, Any]], form: str) -> str:
    made = [
        said(
            author=r["author"] if form == "bare" else {"@type": "Person", "name": r["author"]},
            datePublished=r["date"].isoformat(),
            reviewBody=r["body"],
            reviewRating={"@type": "Rating", "ratingValue": str(r["rating"]).replace(".", ",")},
        )
        for r in reviews
    ]
    forms: dict[str, Any] = {
        "array": {**PRODUCT, "review": made},
        "graph": {"@graph": [PRODUCT, *[{**m, "itemReviewed": PRODUCT} for m in made]]},
        "bare": [{**m, "itemReviewed": {"name": "Anvil"}} for m in made],
        "main": {"@type": "WebPage", "mainEntity": {**PRODUCT, "reviews": made}},
    }
    if form == "single":
        return "".join(script({**PRODUCT, "review": m}) for m in made)
    return script(json.dumps(forms[form]).replace("</", "<\\/"))


def as_microdata(reviews: list[dict[str, Any]], nested: bool) -> str:
    parts = []
    for number, r in enumerate(reviews):
        who = html.escape(r["author"])
        author = (
            f'<div itemprop="author" itemscope><b itemprop="name">{who}</b></div>'
            if nested
            else f'<meta itemprop="author" content="{who}">'
        )
        refer = "" if nested else f' itemref="body{number}"'
        body = f'<p id="body{number}" itemprop="reviewBody">{html.escape(r["body"])}</p>'
        parts.append(
            f'<div itemprop="review" itemscope itemtype="http://schema.org/Review"{refer}>{author}'
            f'<time itemprop="datePublished" datetime="{r["date"]}"></time>'
            f'<i itemprop="reviewRating" itemscope><data itemprop="ratingValue" '
            f'value="{r["rating"]}"></data></i>{body if nested else ""}</div>'
            f"{'' if nested else f'</section>{body}<section>'}"
        )
    scope = 'itemscope itemtype="http://schema.org/Product"' if nested else ""
    return (
        f'<main {scope}><meta itemprop="name" content="Anvil"><section>{"".join(parts)}</section>'
    )


def found(page: Page) -> set[tuple[Any, ...]]:
    assert page.rejected == []
    return {(m.author_handle, m.published.date(), m.text, m.rating) for m in page.mentions}


def expected(reviews: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    return {(r["author"], r["date"], r["body"], r["rating"]) for r in reviews}


@settings(deadline=None, max_examples=60)
@given(REVIEWS, FORMS)
def test_jsonld_gives_back_what_went_in(reviews: list[dict[str, Any]], form: str) -> None:
    page = read(as_jsonld(reviews, form) + "<p>a page</p>")
    assert found(page) == expected(reviews)
    assert len(page.mentions) == len(reviews)
    assert {m.product for m in page.mentions} <= {"Anvil"}


@settings(deadline=None, max_examples=60)
@given(REVIEWS, st.booleans())
def test_microdata_gives_back_what_went_in(reviews: list[dict[str, Any]], nested: bool) -> None:
    page = read(as_microdata(reviews, nested))
    assert found(page) == expected(reviews)
    assert len(page.mentions) == len(reviews)


@settings(deadline=None, max_examples=40)
@given(REVIEWS, REVIEWS, FORMS, st.booleans())
def test_both_forms_together_give_each_review_once_with_one_id(
    here: list[dict[str, Any]], there: list[dict[str, Any]], form: str, nested: bool
) -> None:
    both = [*here, *there]
    page = read(as_jsonld(here, form) + as_microdata(both, nested))
    assert found(page) == expected(both)
    assert len(page.mentions) == len(expected(both))
    assert len({m.external_id for m in page.mentions}) == len(page.mentions)


# ---- recordings


@pytest.mark.parametrize(
    "path", sorted(p for p in RECORDINGS.glob("*") if p.suffix in (".html", ".jsonld")),
    ids=lambda p: p.name,
)  # fmt: skip
def test_recorded_pages_hold_exactly_the_reviews_they_hold(path: Path) -> None:
    page = read(path.read_bytes(), {})
    assert page.rejected == []
    if "CreativeWork.001" not in path.name:
        assert page.mentions == []
        return
    assert [(m.author_handle, m.published.date(), m.rating, m.title) for m in page.mentions] == [
        ("John Doe", date(2006, 5, 4), 5, "A masterpiece of literature"),
        ("Bob Smith", date(2006, 6, 15), 4, "A good read."),
    ]
    assert {m.product for m in page.mentions} == {"The Catcher in the Rye"}
    assert page.declared_total == 3077


def test_the_recordings_are_there() -> None:
    if not RECORDINGS.exists():
        pytest.skip("the recordings are not here")
    assert len(list(RECORDINGS.glob("*.html"))) > 9
