"""Google News and feeds of news sites: made-up ones at the network's edge."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from edge import RECORDINGS, SIGN_IN_PAGE, Edge, at, ids, read, recording, stopped_everywhere
from likes import AtomLike
from likes_open2 import SUBJECTS, NewsLike

from connectors.news import News
from tidings.connector import configure
from tidings.errors import ConfigurationError, SourceChanged
from tidings.http import Answer
from tidings.testing import ConnectorContract, walk

SINCE = datetime(2024, 4, 1, tzinfo=UTC)
SEARCH = News(queries=("anvil",), since=SINCE, overlap_hours=0)
FEED = "https://blog.example/feed.xml"


class TestNewsSearch(ConnectorContract):
    connector, origin = SUBJECTS["news search"]


class TestNewsFeed(ConnectorContract):
    connector, origin = SUBJECTS["news feed"]


def served(body: bytes) -> Edge:
    headers = {"content-type": "application/xml"}
    return Edge(lambda _: Answer(status=200, url="", headers=headers, body=body))


def test_an_article_becomes_a_mention() -> None:
    pages = read(SEARCH, Edge(NewsLike(records=1).answer))
    [mention] = [m for page in pages for m in page.mentions]
    assert (mention.kind, mention.place) == ("article", "news.google.com")
    assert (mention.title, mention.author_handle) == ("Anvils ring again", "The Smithy")
    assert mention.text is None, "Google's summary is the headline once more"
    assert mention.published == at("2024-05-01T10:00:00Z")
    assert mention.external_id.startswith("CBM")
    assert mention.url == f"https://news.google.com/rss/articles/{mention.external_id}?oc=5"
    assert mention.language == "en-gb"


def test_a_period_with_too_many_is_asked_for_in_halves() -> None:
    source = NewsLike(records=500)
    pages = read(SEARCH, Edge(source.answer))
    assert len(ids(pages)) == len(set(ids(pages))) == 500
    assert len(pages) < 60


def test_stopped_anywhere_nothing_is_missing() -> None:
    wanted = {f"CBM{n.id}" for n in NewsLike(records=250).notes}
    for found in stopped_everywhere(SEARCH, lambda: Edge(NewsLike(records=250).answer)):
        assert found == wanted


def test_the_cursor_waits_for_the_older_half() -> None:
    pages = read(SEARCH, Edge(NewsLike(records=250).answer))
    newest = [page.cursor["newest"] for page in pages if page.cursor]
    assert pages[0].cursor is None, "the newest were seen, the oldest were not"
    assert newest == sorted(newest)


def test_a_day_with_too_many_is_told_of_after_the_rest_was_read() -> None:
    source = NewsLike(records=300)
    source.tie(150)
    done = walk(SEARCH, Edge(source.answer))
    assert isinstance(done.error, ConfigurationError)
    assert "narrower" in done.error.remedy
    crowded = source.notes[150].at
    others = {f"CBM{n.id}" for n in source.notes if abs(n.at - crowded) > timedelta(days=2)}
    assert others <= {m.external_id for m in done.mentions}
    assert done.pages[-1].cursor is not None


@pytest.mark.parametrize("closed", ["after", "before", "both"])
def test_a_full_day_is_not_crowded_if_the_days_beside_it_fill_its_answer(closed: str) -> None:
    """A day is asked for with more on either side, and 60 a day are 120 in two days."""

    class Counted(NewsLike):
        def visible(self, params: dict[str, str]) -> list[Any]:
            first, last = (b.partition(":")[2] for b in params["q"].split()[1:])
            notes = super().visible({"q": "after:0000 before:9999"})
            days = [(n, n.at.date().isoformat()) for n in notes]
            return [
                n
                for n, day in days
                if first < day < last
                or (day == first and closed != "before")
                or (day == last and closed != "after")
            ]

    source = Counted(records=1, start=SINCE)
    a_day = 60 if closed != "both" else 45
    source.restock([SINCE + timedelta(days=n // a_day, seconds=n % a_day) for n in range(400)])
    done = walk(SEARCH, Edge(source.answer))
    assert done.error is None
    assert {m.external_id for m in done.mentions} == {f"CBM{n.id}" for n in source.notes}


@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_days_may_be_counted_in_any_way(shift: int) -> None:
    """Whether a bound counts itself, and where a day begins, is nowhere said."""

    class Otherwise(NewsLike):
        def visible(self, params: dict[str, str]) -> list[Any]:
            bounds = params["q"].split()[1:]
            first, last = (datetime.fromisoformat(b.partition(":")[2]) for b in bounds)
            notes = super().visible({"q": "after:0000 before:9999"})
            hours = timedelta(hours=12 * shift)
            first, last = first.replace(tzinfo=UTC) + hours, last.replace(tzinfo=UTC) + hours
            return [n for n in notes if first + timedelta(days=1) <= n.at < last]

    source = Otherwise(records=200, start=datetime(2024, 5, 1, 10, tzinfo=UTC))
    assert len(set(ids(read(SEARCH, Edge(source.answer))))) == 200


def test_a_window_is_kept_to() -> None:
    window = {"since": at("2024-05-02T12:00:00Z"), "until": at("2024-05-04T15:00:00Z")}
    source = NewsLike(records=100)
    wanted = {f"CBM{n.id}" for n in source.notes if window["since"] <= n.at < window["until"]}
    asked = Edge(source.answer)
    assert set(ids(read(News(queries=("anvil",), **window), asked))) == wanted
    assert asked.asked("q") == ["anvil after:2024-05-01 before:2024-05-05"]


def test_the_first_walk_goes_back_so_many_days_and_the_next_to_the_overlap() -> None:
    asked = Edge(NewsLike().answer)
    read(News(queries=("anvil",), first_days=7), asked)
    first = asked.asked("q")[0] or ""
    day = datetime.now(UTC).date() - timedelta(days=8)
    assert f"after:{day}" in first
    cursor = {"newest": (datetime.now(UTC) - timedelta(days=3)).isoformat()}
    read(News(queries=("anvil",)), asked, cursor)
    assert f"after:{datetime.now(UTC).date() - timedelta(days=6)}" in (asked.asked("q")[1] or "")


def test_editions() -> None:
    asked = Edge(NewsLike().answer)
    read(News(queries=("anvil",), language="de", country="AT"), asked)
    read(News(queries=("anvil",), language="pt-BR", country="BR", edition="BR:pt-419"), asked)
    assert asked.asked("ceid") == ["AT:de", "BR:pt-419"]
    assert asked.asked("hl") == ["de", "pt-BR"]
    assert asked.asked("gl") == ["AT", "BR"]


@pytest.mark.parametrize(
    "body", [SIGN_IN_PAGE, b"", b"{}", b"<rss version='2.0'><channel><item><title>Anv"]
)
def test_a_consent_page_is_no_empty_feed(body: bytes) -> None:
    with pytest.raises(SourceChanged):
        read(SEARCH, served(body))


@pytest.mark.parametrize("field", ["guid", "pubDate", "title"])
def test_a_bad_article_is_rejected_alone(field: str) -> None:
    import re

    [note, *_] = NewsLike().notes
    whole = NewsLike().body([note], {}, {}).decode()
    item = whole[whole.index("<item>") : whole.index("</item>") + 7]
    bad = re.sub(rf"<{field}.*?</{field}>", "", item).replace(str(note.id), "777")
    [page] = read(SEARCH, served(whole.replace(item, item + bad).encode()))
    assert ids([page]) == [f"CBM{note.id}"]
    assert field in page.rejected[0].reason


def test_feeds_of_news_sites_are_read_too() -> None:
    connector = News(urls=(FEED,), since=at("2024-05-01T12:00:00Z"))
    pages = read(connector, Edge(AtomLike().answer))
    mentions = [m for page in pages for m in page.mentions]
    assert {m.source for m in mentions} == {"news"}
    assert {m.place for m in mentions} == {"blog.example/feed.xml"}
    wanted = [n for n in AtomLike().notes if n.at >= at("2024-05-01T12:00:00Z")]
    assert len(mentions) == len(wanted)


def test_recorded_feeds_are_read_whole() -> None:
    counts = {}
    for path in sorted((RECORDINGS / "feeds").glob("*")):
        edge = served(recording(f"feeds/{path.name}"))
        counts[path.name] = len(ids(read(News(urls=(FEED,)), edge)))
    if not counts:
        pytest.skip(f"no recordings: {RECORDINGS / 'feeds'} is not there")
    assert sum(counts.values()) == 109


def test_settings() -> None:
    given = {"queries": ["anvil", '"Acme Rockets"', "anvil"], "urls": [FEED, FEED]}
    labels = [c.label() for c in configure(News, given).split()]
    assert labels == ["news anvil (US)", 'news "Acme Rockets" (US)', "news blog.example/feed.xml"]
    for wrong in ({"country": "us"}, {"language": "English"}, {"urls": ["x"]}, {"first_days": 0}):
        with pytest.raises(ConfigurationError):
            configure(News, {"queries": ["a"], **wrong})
    for connector in (News(), configure(News, given)):
        with pytest.raises(ConfigurationError, match="split"):
            list(connector.pages(None, None))  # type: ignore[arg-type]
    url = "https://news.google.com/rss/search?q=anvil+after:2024-01-01+before:2024-02-01&hl=en"
    assert News.settings_from([url]) == {"queries": ["anvil"], "urls": []}
    assert json.dumps(read(SEARCH, Edge(NewsLike().answer))[-1].cursor)
