"""Walks over pages of reviews: a made-up site at the network's edge."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from likes import ShopLike

from connectors.reviews import Reviews
from tidings.connector import Cursor, Page, configure
from tidings.errors import ConfigurationError, Disallowed, SourceChanged
from tidings.http import Answer
from tidings.mention import Mention
from tidings.schema import to_arrow
from tidings.testing import ConnectorContract

START = "https://shop.example/anvil/reviews"


class Site:
    """Pages by address. What is no page of it is a mistake of the walk."""

    def __init__(self, pages: Mapping[str, str], **headers: str) -> None:
        self.pages = dict(pages)
        self.headers = {"content-type": "text/html"}
        self.links: dict[str, str] = {}
        self.redirects: dict[str, str] = {}
        self.robots = ""
        self.asked: list[str] = []

    def get(self, url: str, params: Any = None, **_: Any) -> Answer:
        if url.endswith("/robots.txt"):
            return Answer(status=200, url=url, body=self.robots.encode())
        self.asked.append(url)
        assert len(self.asked) < 50, "the walk does not end"
        url = self.redirects.get(url, url)
        link = {"link": self.links[url]} if url in self.links else {}
        body = self.pages[url].encode()
        return Answer(status=200, url=url, headers=self.headers | link, body=body)

    def post(self, url: str, **_: Any) -> Answer:
        raise AssertionError("pages are only read")

    def secret(self, name: str) -> str:
        raise AssertionError("pages need no secret")


def said(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "@type": "Review",
        "author": f"Author {number}",
        "datePublished": (date(2024, 5, 1) + timedelta(days=number)).isoformat(),
        "reviewBody": f"Body {number}",
        "reviewRating": {"ratingValue": 4},
    } | changes


def page(*reviews: dict[str, Any], onward: str = "", **more: Any) -> str:
    product = {"@type": "Product", "name": "Anvil", "review": list(reviews), **more}
    return (
        f'<html><head>{onward}</head><body><script type="application/ld+json">'
        f"{json.dumps(product)}</script></body></html>"
    )


def rel_next(url: str) -> str:
    return f'<a class="on" rel="nofollow NEXT" href="{url}">more</a>'


def three_pages(reviews: list[dict[str, Any]], per_page: int = 2) -> Site:
    pages = {}
    count = max(1, -(-len(reviews) // per_page))
    for n in range(count):
        onward = rel_next(f"?page={n + 1}") if n + 1 < count else ""
        held = reviews[n * per_page : (n + 1) * per_page]
        pages[START if n == 0 else f"{START}?page={n}"] = page(*held, onward=onward)
    return Site(pages)


def walk(site: Site, cursor: Cursor | None = None, **settings: Any) -> list[Page]:
    return list(Reviews(urls=(START,), **settings).pages(site, cursor))


def mentions(pages: list[Page]) -> list[Mention]:
    return [m for page in pages for m in page.mentions]


def bodies(pages: list[Page]) -> list[str | None]:
    return [m.text for m in mentions(pages)]


def one(**changes: Any) -> Mention:
    (found,) = mentions(walk(Site({START: page(said(1, **changes))})))
    return found


def rejected(**changes: Any) -> str:
    (told,) = walk(Site({START: page(said(1, **changes), said(2))}))
    assert [m.text for m in told.mentions] == ["Body 2"]
    return told.rejected[0].reason


class TestReviewsNewestFirst(ConnectorContract):
    connector: ClassVar[Reviews] = Reviews(url=START, newest_first=True)
    origin: ClassVar[ShopLike] = ShopLike()


# ---- the way from page to page


@pytest.mark.parametrize("way", ["a", "link", "header", "selector", "selector around", "base"])
def test_the_next_page_is_found(way: str) -> None:
    second = f"{START}?page=2"
    onward = {
        "a": rel_next("?page=2"),
        "link": '<link rel="next" href="/anvil/reviews?page=2#top">',
        "selector": '<a rel="next" href="/other"></a><a class="go" href="?page=2">on</a>',
        "selector around": '<li class="go"><a href="?page=2">on</a></li>',
        "base": '<base href="/anvil/"><link rel=next href="reviews?page=2">',
    }
    site = Site({START: page(said(1), onward=onward.get(way, "")), second: page(said(2))})
    if way == "header":
        site.links[START] = f'<{START}>; rel="first", <{second}>; rel="next"'
    pages = walk(site, next_selector=".go" if "selector" in way else None)
    assert bodies(pages) == ["Body 1", "Body 2"]
    assert [len(p.raw) for p in pages] == [1, 1]
    assert walk(site, follow=False)[0].cursor == {"newest": "2024-05-02T00:00:00+00:00"}


@pytest.mark.parametrize("onward", ['<a rel=next href="#">', "<a rel=next>", '<a rel=next href="">',
                                    '<a rel=next href="javascript:void(0)">',
                                    '<a rel=next href="http://[">'])  # fmt: skip
def test_a_link_that_leads_nowhere_is_the_end(onward: str) -> None:
    assert bodies(walk(Site({START: page(said(1), onward=onward)}))) == ["Body 1"]


def test_an_empty_page_is_the_end_though_it_leads_on() -> None:
    site = Site({START: page(said(1), onward=rel_next("?page=1")),
                 f"{START}?page=1": page(onward=rel_next("?page=2"))})  # fmt: skip
    pages = walk(site)
    assert [len(p.mentions) for p in pages] == [1, 0]
    assert pages[-1].cursor is not None


def test_a_page_of_bad_records_is_not_empty() -> None:
    site = Site({START: page(said(1, datePublished="?"), onward=rel_next("?page=1")),
                 f"{START}?page=1": page(said(2))})  # fmt: skip
    pages = walk(site)
    assert bodies(pages) == ["Body 2"]
    assert len(pages[0].rejected) == 1


@pytest.mark.parametrize("back", [START, f"{START}?page=1", "?page=1#again"])
def test_pages_in_a_circle_are_an_error_after_what_was_read(back: str) -> None:
    site = Site({START: page(said(1), onward=rel_next("?page=1")),
                 f"{START}?page=1": page(said(2), onward=rel_next(back))})  # fmt: skip
    walking = Reviews(url=START).pages(site, None)
    read = [next(walking), next(walking)]
    with pytest.raises(SourceChanged, match="circle"):
        next(walking)
    assert bodies(read) == ["Body 1", "Body 2"]
    assert [p.cursor for p in read] == [None, None]


def test_a_redirect_back_to_the_first_page_is_a_circle() -> None:
    site = Site({START: page(said(1), onward=rel_next("?page=2"))})
    site.redirects[f"{START}?page=2"] = START
    with pytest.raises(SourceChanged, match=r"circle|same reviews"):
        walk(site)
    assert len(site.asked) == 2


def test_a_site_that_shows_its_last_page_for_ever_is_a_circle() -> None:
    addresses = [START, *(f"{START}?page={n}" for n in range(1, 40))]
    site = Site({at: page(said(9), onward=rel_next(f"?page={n}"))
                 for n, at in enumerate(addresses, 1)})  # fmt: skip
    with pytest.raises(SourceChanged, match="same reviews"):
        walk(site)
    assert len(site.asked) == 2


def test_another_host_is_not_followed_silently() -> None:
    site = Site({START: page(said(1), onward=rel_next("https://elsewhere.example/2"))})
    with pytest.raises(SourceChanged, match=r"elsewhere\.example"):
        walk(site)
    www = Site({START: page(said(1), onward=rel_next("https://www.shop.example/2")),
                "https://www.shop.example/2": page(said(2))})  # fmt: skip
    assert len(bodies(walk(www))) == 2


def test_robots_txt_is_kept_to_unless_told_otherwise() -> None:
    site = Site({START: page(said(1), onward=rel_next("?page=2")),
                 f"{START}?page=2": page(said(2))})  # fmt: skip
    site.robots = "User-agent: tidings\nDisallow: /*?page=\n"
    walking = Reviews(url=START).pages(site, None)
    assert bodies([next(walking)]) == ["Body 1"]
    with pytest.raises(Disallowed, match=r"'Disallow: /\*\?page=' \(line 2\)"):
        next(walking)
    assert site.asked == [START]
    assert bodies(walk(site, robots=False)) == ["Body 1", "Body 2"]


# ---- cursors


def test_the_cursor_stays_the_old_one_until_the_walk_has_ended() -> None:
    old = {"newest": "2020-01-01T00:00:00+00:00"}
    pages = walk(three_pages([said(n) for n in range(5, 0, -1)]), old)
    assert [p.cursor for p in pages] == [old, old, {"newest": "2024-05-06T00:00:00+00:00"}]


@pytest.mark.parametrize("newest_first", [True, False])
def test_going_on_after_any_page_misses_nothing(newest_first: bool) -> None:
    reviews = [said(n) for n in range(9, 0, -1)]
    for stop in range(1, 6):
        walking = Reviews(url=START, newest_first=newest_first).pages(three_pages(reviews), None)
        first = [next(walking) for _ in range(stop)]
        cursor = json.loads(json.dumps(first[-1].cursor))
        rest = walk(three_pages([said(10), *reviews]), cursor, newest_first=newest_first)
        # a walk that had ended may leave out what it saw, never what came later
        assert {"Body 10", *bodies(first), *bodies(rest)} == {f"Body {n}" for n in range(1, 11)}
        assert "Body 10" in bodies(rest)


def test_newest_first_stops_behind_what_was_seen_and_else_all_is_read() -> None:
    reviews = [said(n) for n in range(20, 0, -1)]
    cursor = walk(three_pages(reviews), newest_first=True)[-1].cursor
    site = three_pages([said(21), *reviews])
    pages = walk(site, cursor, newest_first=True)
    assert "Body 21" in bodies(pages)
    assert len(site.asked) < 5
    assert len(bodies(walk(three_pages(reviews), cursor))) == 20


def test_a_review_of_the_day_of_the_watermark_that_came_late_is_seen() -> None:
    same = {"datePublished": "2024-05-09"}
    cursor = walk(three_pages([said(n, **same) for n in range(4)]), newest_first=True)[-1].cursor
    later = three_pages([said(n, **same) for n in range(9)])
    assert "Body 8" in bodies(walk(later, cursor, newest_first=True, overlap_hours=0))


# ---- identifiers


def test_an_identifier_that_the_page_states_is_kept() -> None:
    assert one(**{"@id": "#review-77"}).external_id == "review-77"
    assert one(**{"@id": f"{START}?page=3#review-77"}).external_id == "review-77"
    assert one(**{"@id": "/r/77"}).external_id == "/r/77"
    assert one(identifier=77).external_id == "77"
    assert one(identifier={"@type": "PropertyValue", "value": "x7"}).external_id == "x7"
    assert one(url=f"{START}#r7").external_id == "r7"
    assert len(one(identifier="7" * 501).external_id) == 32


@pytest.mark.parametrize("stated", [{"@id": "_:b0"}, {"@id": START}, {"url": START}, {}])
def test_what_is_not_the_reviews_own_is_no_identifier(stated: dict[str, Any]) -> None:
    assert one(**stated).external_id == one().external_id
    assert len(one(**stated).external_id) == 32


def test_an_edit_keeps_the_identifier_and_the_address() -> None:
    before, after = one(), one(reviewBody="Now it broke.", dateModified="2024-06-01")
    assert before.external_id == after.external_id
    assert before.url == after.url == START
    assert after.edited == datetime(2024, 6, 1, tzinfo=UTC)


def test_reviews_that_share_author_and_day_or_a_stated_id_are_not_merged() -> None:
    same = {"author": "Anonymous", "datePublished": "2024-05-01"}
    found = walk(Site({START: page(
        said(1, **same), said(2, **same), said(3, **same, **{"@id": "#review-1"}),
        said(4, **{"@id": "#review-1"}), said(1, **same),
    )}))  # fmt: skip
    assert sorted(m.text or "" for m in mentions(found)) == ["Body 1", "Body 2", "Body 3", "Body 4"]
    assert len({m.external_id for m in mentions(found)}) == 4


def test_identifiers_that_count_from_one_on_every_page_do_not_merge_reviews() -> None:
    first = {START: page(said(1, **{"@id": "#1"}), onward=rel_next("?page=2"))}
    site = Site(first | {f"{START}?page=2": page(said(2, **{"@id": "#1"}))})
    assert len({m.external_id for m in mentions(walk(site))}) == 2
    plain = walk(Site(first | {f"{START}?page=2": page()}), stated_ids=False)
    assert len(mentions(plain)[0].external_id) == 32


REVIEWS = st.lists(
    st.tuples(st.sampled_from(["A", "B", None]), st.integers(1, 2), st.sampled_from("xyz"),
              st.sampled_from(["", "#1", "#2"])), max_size=7, unique=True,
)  # fmt: skip


@settings(deadline=None)
@given(REVIEWS, st.integers(1, 3), st.randoms())
def test_no_two_reviews_ever_share_an_identifier_and_order_does_not_matter(
    drawn: list[tuple[str | None, int, str, str]], per_page: int, random: Any
) -> None:
    made = [
        said(0, author=a, datePublished=f"2024-05-0{d}", reviewBody=b, **({"@id": i} if i else {}))
        for a, d, b, i in drawn
    ]
    whole = mentions(walk(three_pages(made, per_page)))
    assert len({m.external_id for m in whole}) >= len({(a, d, b) for a, d, b, _ in drawn})
    random.shuffle(made)
    again = mentions(walk(three_pages(made, len(made) or 1)))
    random.shuffle(made)
    other = mentions(walk(three_pages(made, len(made) or 1)))
    assert {m.external_id: m.text for m in again} == {m.external_id: m.text for m in other}


# ---- fields


@pytest.mark.parametrize(
    ("rating", "expected"),
    [
        ({"ratingValue": "4"}, (4, 1, 5)),
        ({"ratingValue": 4.5, "bestRating": "10", "worstRating": 0}, (4.5, 0, 10)),
        ({"ratingValue": "4,5"}, (4.5, 1, 5)),
        ({"ratingValue": "8/10"}, (8, 1, 10)),
        ({"ratingValue": "4 out of 5 stars"}, (4, 1, 5)),
        ({"ratingValue": "4 von 5"}, (4, 1, 5)),
        ({"ratingValue": "4½"}, (4.5, 1, 5)),
        ({"ratingValue": "4 1/2"}, (4.5, 1, 5)),
        ({"ratingValue": "80 %"}, (80, 0, 100)),
        ({"ratingValue": 0.8, "bestRating": 1}, (0.8, 0, 1)),
        ({"ratingValue": "4 stars"}, (4, 1, 5)),
        ("4", (4, 1, 5)),
        (3, (3, 1, 5)),
        ({"ratingValue": "excellent"}, (None, None, None)),
        ({}, (None, None, None)),
        ([{"ratingValue": 1, "reviewAspect": "price"}, {"ratingValue": 5}], (5, 1, 5)),
    ],
)
def test_ratings_are_read_on_their_scale(rating: Any, expected: tuple[float, ...]) -> None:
    found = one(reviewRating=rating)
    assert (found.rating, found.rating_min, found.rating_max) == expected


def test_the_scale_of_a_site_that_states_none_can_be_told() -> None:
    site = Site({START: page(said(1, reviewRating={"ratingValue": 9}))})
    (found,) = mentions(walk(site, rating_min=0, rating_max=10))
    assert (found.rating_min, found.rating_max) == (0, 10)


@pytest.mark.parametrize("value", ["4.5.6", "3 of many 4 and 5", "1e", "--3"])
def test_a_rating_that_is_no_number_is_rejected_by_name(value: str) -> None:
    assert "ratingValue" in rejected(reviewRating={"ratingValue": value})


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2024-05-01", "2024-05-01T00:00:00+00:00"),
        ("2024-5-1", "2024-05-01T00:00:00+00:00"),
        ("2024-05-01T10:00:00+02:00", "2024-05-01T08:00:00+00:00"),
        ("2024-05-01T10:00:00", "2024-05-01T10:00:00+00:00"),
        ("2024-05-01 10:00:00 UTC", "2024-05-01T10:00:00+00:00"),
        ("Wed, 01 May 2024 10:00:00 GMT", "2024-05-01T10:00:00+00:00"),
    ],
)
def test_times_are_utc(stated: str, expected: str) -> None:
    assert one(datePublished=stated).published == datetime.fromisoformat(expected)


def test_a_time_without_zone_is_of_the_zone_that_is_set() -> None:
    site = Site({START: page(said(1, datePublished="2024-05-01T10:00:00"))})
    (found,) = mentions(walk(site, timezone="Europe/Berlin"))
    assert found.published == datetime(2024, 5, 1, 8, tzinfo=UTC)


def test_other_dates_are_rejected_by_name_unless_their_form_is_set() -> None:
    assert "datePublished" in rejected(datePublished="05/04/2024")
    site = Site({START: page(said(1, datePublished="05/04/2024"))})
    (found,) = mentions(walk(site, date_format="%d/%m/%Y"))
    assert found.published == datetime(2024, 4, 5, tzinfo=UTC)


def test_a_review_without_a_date_takes_another_one_or_is_rejected() -> None:
    assert one(datePublished=None, dateCreated="2024-05-01").published.day == 1
    assert one(datePublished="", dateModified="2024-05-02").published.day == 2
    assert "datePublished" in rejected(datePublished=None)
    site = Site({START: page(said(1, datePublished=None))})
    since = datetime(2024, 1, 1, tzinfo=UTC)
    first, second = mentions(walk(site, undated=since)), mentions(walk(site, undated=since))
    assert first == second
    assert first[0].published == since


@pytest.mark.parametrize(
    ("changes", "author"),
    [
        ({"author": "Ada"}, "Ada"),
        ({"author": {"@type": "Person", "name": "Ada &amp; Bo"}}, "Ada & Bo"),
        ({"author": [{"name": "Ada"}, {"name": "Bo"}]}, "Ada"),
        ({"author": {"givenName": "Ada", "familyName": "L."}}, "Ada L."),
        ({"author": None, "creator": "Ada"}, "Ada"),
        ({"author": None}, None),
        ({"author": {"@type": "Person"}}, None),
    ],
)
def test_authors_are_read(changes: dict[str, Any], author: str | None) -> None:
    assert one(**changes).author_handle == author


@pytest.mark.parametrize(
    ("stated", "language"),
    [("English", "en"), ("pt-BR", "pt-br"), ({"@type": "Language", "name": "Spanish"}, "es"),
     ({"alternateName": "fr", "name": "whatever"}, "fr"), ("Elvish of the woods", None)],
)  # fmt: skip
def test_languages_are_tags(stated: Any, language: str | None) -> None:
    assert one(inLanguage=stated).language == language


def test_text_is_plain_and_its_own_signs_stay() -> None:
    assert one(reviewBody="<p>One</p><p>a &lt; b</p>").text == "One\na < b"
    assert one(reviewBody="I <3 it, 4 < 5 & 6 > 5").text == "I <3 it, 4 < 5 & 6 > 5"


@pytest.mark.parametrize(
    "changes",
    [
        {"comment": {"author": {"@type": "Organization", "name": "Acme"}, "text": "Sorry!",
                     "datePublished": "2024-05-03"}},
        {"comment": [{"author": {"@type": "Person", "name": "Eve"}, "text": "So what"},
                     {"author": "anvil", "text": "Sorry!", "datePublished": "2024-05-03"}]},
        {"publisherResponse": {"text": "Sorry!", "dateCreated": "2024-05-03"}},
        {"publisher": {"name": "The Shop"},
         "comment": [{"author": {"name": "the shop"}, "text": "Again",
                      "datePublished": "2024-05-09"},
                     {"author": {"name": "The Shop"}, "text": "Sorry!",
                      "datePublished": "2024-05-03"}]},
    ],
)  # fmt: skip
def test_the_owners_first_answer_is_the_answer(changes: dict[str, Any]) -> None:
    found = one(**changes)
    assert found.answer == "Sorry!"
    assert found.answered == datetime(2024, 5, 3, tzinfo=UTC)


def test_what_others_comment_is_no_answer() -> None:
    found = one(comment={"author": {"@type": "Person", "name": "Eve"}, "text": "x"}, commentCount=1)
    assert (found.answer, found.answered, found.replies) == (None, None, 1)


def test_the_place_is_host_and_path_and_the_address_one_that_people_can_open() -> None:
    found = one(url="/r/1 2")
    assert (found.place, found.url) == (
        "shop.example/anvil/reviews",
        "https://shop.example/r/1%202",
    )
    assert to_arrow([found]).num_rows == 1
    local = Reviews(url="http://LOCALHOST:8080/p?id=3")
    assert local.label() == "reviews localhost/p?id=3"


# ---- settings


def test_each_address_is_a_walk_of_its_own() -> None:
    both = configure(Reviews, {"urls": [START, "http://b.example/", START]})
    assert [w.label() for w in both.split()] == ["reviews shop.example/anvil/reviews",
                                                 "reviews b.example/"]  # fmt: skip
    assert configure(Reviews, {"url": START}).split()[0].walk_id() == both.split()[0].walk_id()
    with pytest.raises(ConfigurationError, match="split"):
        next(both.pages(Site({}), None))


@pytest.mark.parametrize(
    "settings",
    [{}, {"urls": ["shop.example"]}, {"url": "ftp://x/"}, {"url": START, "next_selector": "a["},
     {"url": START, "timezone": "Mars/Base"}, {"urls": [START, "http://b/"], "place": "x"},
     {"url": START, "undated": "2024-01-01T00:00:00"}, {"url": START, "rating_min": 5}],
)  # fmt: skip
def test_settings_that_can_not_work_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        configure(Reviews, settings)


def test_the_example_is_valid() -> None:
    assert configure(Reviews, Reviews.about.example).split()


def test_a_page_that_leads_astray_is_kept_before_it_is_told() -> None:
    site = Site({START: page(said(1), onward=rel_next("https://other.example/p?page=2"))})
    walking = Reviews(url=START).pages(site, None)
    read = next(walking)
    assert bodies([read]) == ["Body 1"]
    assert read.cursor is None
    with pytest.raises(SourceChanged, match="another host"):
        next(walking)


def test_an_author_who_stands_elsewhere_on_the_page_has_a_name() -> None:
    person = {"@type": "Person", "@id": "#kim", "name": "Kim"}
    site = Site({START: page(said(1, author={"@id": "#kim"}), mentions=person)})
    (found,) = mentions(walk(site))
    assert found.author_handle == "Kim"


def test_a_secret_in_the_address_is_in_no_place_and_no_label() -> None:
    connector = Reviews(urls=("https://shop.example/item?id=7&api_key=hush-hush",))
    assert "hush" not in connector.label()
    assert "id=7" in connector.label()
