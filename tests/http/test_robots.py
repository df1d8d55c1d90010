"""robots.txt over loopback: what it forbids is never asked for, and what can't be read forbids."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from http_loopback import Exchange, Loopback

from tidings.errors import Disallowed, RateLimited, SourceError, TransientError
from tidings.http import Answer, Http
from tidings.http.client import Client, connect
from tidings.http.limits import Limits
from tidings.http.robots import KEPT_SECONDS, MOST_BYTES, Robots, obeying, robots

PAGE = "/anvil/reviews"


@pytest.fixture
def http(no_waits: None) -> Iterator[Client]:
    with connect(
        requests_per_second=1e6, user_agent="tidings-test/1", limits=Limits(attempts=2)
    ) as made:
        yield made


def site(server: Loopback, rules: str | bytes, status: int = 200, **headers: str) -> str:
    """Let ``server`` have a robots.txt and one page; return the page's address."""
    body = rules.encode() if isinstance(rules, str) else rules
    server.on("/robots.txt", lambda asked: asked.answer(body, status=status, **headers))
    return server.on(PAGE, lambda asked: asked.answer(b"here"))


def paths(server: Loopback) -> list[str]:
    return [asked.path for asked in server.asked]


@pytest.mark.parametrize(
    ("rules", "line"),
    [
        ("User-agent: *\nDisallow: /\n", "'Disallow: /' (line 2)"),
        ("\ufeffUser-agent: tidings\nDisallow: /anvil", "'Disallow: /anvil' (line 2)"),
        ("User-agent: *\nAllow: /anvil\nDisallow: /*/reviews$\n", "(line 3)"),
        (
            "User-agent: *\nAllow: /\n\nUser-agent: Tidings\nDisallow: /\nAllow: /b\n",
            "'Disallow: /' (line 5)",
        ),
        ("User-agent: x\nDisallow: /anvil/r\n\nUser-agent: *\nDisallow: /anvil\n", "(line 5)"),
        (b"User-agent: *\n# caf\xe9\nDisallow: /anvil/\n", "'Disallow: /anvil/' (line 3)"),
    ],
)
def test_what_is_forbidden_is_not_asked_for(
    server: Loopback, http: Client, rules: str | bytes, line: str
) -> None:
    page = site(server, rules)
    with pytest.raises(Disallowed) as caught:
        obeying(http).get(page)
    assert line in caught.value.message
    assert page in caught.value.message
    assert paths(server) == ["/robots.txt"]


@pytest.mark.parametrize(
    "rules",
    [
        "",
        "User-agent: other\nDisallow: /\n",
        "User-agent: *\nDisallow: /\n\nUser-agent: tidings\nDisallow:\n",
        "User-agent: *\nDisallow: /\nAllow: /anvil/\n",
        "<!DOCTYPE html><html><body>Not here.</body></html>",
    ],
)
def test_what_is_not_forbidden_is_read(server: Loopback, http: Client, rules: str) -> None:
    page = site(server, rules)
    assert obeying(http).get(page).body == b"here"
    assert obeying(http).get(page, {"page": 2}).url == f"{page}?page=2"
    assert paths(server) == ["/robots.txt", PAGE, f"{PAGE}?page=2"], "read once for both"


def test_a_rule_about_the_query_holds(server: Loopback, http: Client) -> None:
    page = site(server, "User-agent: *\nDisallow: /*?*page=\n")
    obeying(http).get(page)
    with pytest.raises(Disallowed):
        obeying(http).get(page, {"page": 2})


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_a_site_without_one_allows_everything(server: Loopback, http: Client, status: int) -> None:
    page = site(server, "User-agent: *\nDisallow: /", status)
    assert obeying(http).get(page).body == b"here"


@pytest.mark.parametrize(("status", "kind"), [(500, TransientError), (503, TransientError),
                                              (429, RateLimited)])  # fmt: skip
def test_one_that_cant_be_had_forbids_for_now(
    server: Loopback, http: Client, status: int, kind: type[SourceError]
) -> None:
    page = site(server, "", status)
    for _ in range(2):
        with pytest.raises(kind, match=r"robots\.txt can't be had"):
            obeying(http).get(page)
    assert set(paths(server)) == {"/robots.txt"}
    site(server, "")
    assert obeying(http).get(page).body == b"here", "a failure is not kept"


def test_no_connection_forbids_for_now(http: Client) -> None:
    with pytest.raises(TransientError, match=r"robots\.txt can't be had"):
        obeying(http).get("http://127.0.0.1:1/page")


def test_a_redirect_of_robots_txt_is_followed_and_an_endless_one_is_none(
    server: Loopback, http: Client
) -> None:
    page = site(server, "")
    server.on("/robots.txt", lambda asked: asked.answer(status=301, Location="/rules"))
    server.on("/rules", lambda asked: asked.answer(b"User-agent: *\nDisallow: /anvil"))
    with pytest.raises(Disallowed):
        obeying(http).get(page)
    server.on("/robots.txt", lambda asked: asked.answer(status=302, Location="/robots.txt"))
    Robots().check(http, page)


def test_a_page_that_redirects_to_a_forbidden_one_is_forbidden(
    server: Loopback, http: Client
) -> None:
    page = site(server, "User-agent: *\nDisallow: /private\n")
    server.on(PAGE, lambda asked: asked.answer(status=302, Location="/private"))
    server.on("/private", lambda asked: asked.answer(b"secret"))
    with pytest.raises(Disallowed, match="/private"):
        obeying(http).get(page)


def test_each_origin_has_its_own(new_server: Callable[[], Loopback], http: Client) -> None:
    strict, open_ = new_server(), new_server()
    site(strict, "User-agent: *\nDisallow: /")
    page = site(open_, "")
    assert obeying(http).get(page).body == b"here"
    with pytest.raises(Disallowed):
        obeying(http).get(strict.url(PAGE))


def test_only_the_first_part_of_a_long_one_is_read(server: Loopback, http: Client) -> None:
    first = "User-agent: *\nDisallow: /anvil\n"
    filler = "# a comment that is long enough\n" * (MOST_BYTES // 20)
    page = site(server, first + filler)
    with pytest.raises(Disallowed):
        Robots().check(http, page)
    start = "User-agent: *\n"
    padding = "#" * (MOST_BYTES - len(start) - len("\nDisallow: /"))
    site(server, f"{start}{padding}\nDisallow: /other\nDisallow: /anvil\n")
    Robots().check(http, page)  # half a line would have forbidden everything


def test_it_is_asked_for_again_after_a_day(server: Loopback, http: Client) -> None:
    now = [0.0]
    rules = Robots(clock=lambda: now[0])
    page = site(server, "")
    rules.check(http, page)
    site(server, "User-agent: *\nDisallow: /")
    now[0] = KEPT_SECONDS - 1
    rules.check(http, page)
    now[0] = KEPT_SECONDS
    with pytest.raises(Disallowed):
        rules.check(http, page)
    assert paths(server) == ["/robots.txt"] * 2


class Held:
    """A client that writes down what it is told to wait, and what it is asked."""

    def __init__(self, rules: str) -> None:
        self.rules = rules
        self.done: list[Any] = []
        self._lock = threading.Lock()

    def get(self, url: str, params: Any = None, **_: Any) -> Answer:
        path = "/" + url.split("/", 3)[3]
        with self._lock:
            self.done.append(path)
        return Answer(status=200, url=url, body=self.rules.encode())

    def post(self, url: str, **_: Any) -> Answer:
        raise AssertionError("pages are only read")

    def hold(self, url: str, seconds: float) -> None:
        with self._lock:
            self.done.append(seconds)

    def secret(self, name: str) -> str:
        return name


def test_a_crawl_delay_is_kept_after_every_request() -> None:
    http: Http
    http = held = Held("User-agent: *\nCrawl-delay: 7\nDisallow: /no\n")
    polite = obeying(http)
    polite.get("https://shop.example/a")
    threads = [
        threading.Thread(target=obeying(http).get, args=(f"https://shop.example/{n}",))
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert held.done[0::2][:2] == ["/robots.txt", "/a"]
    assert held.done[1::2] == [7.0] * 6, "no two requests without a pause between"


def test_a_delay_of_our_own_group_counts_and_one_without_end_is_refused() -> None:
    ours = Held("User-agent: *\nCrawl-delay: 99999999\n\nUser-agent: tidings\nCrawl-delay: 2\n")
    obeying(ours).get("https://shop.example/a")
    assert ours.done == ["/robots.txt", 2.0, "/a", 2.0]
    theirs = Held("User-agent: *\nCrawl-delay: 99999999\n")
    with pytest.raises(Disallowed, match="between two requests"):
        obeying(theirs).get("https://shop.example/a")
    assert theirs.done == ["/robots.txt"], "no wait that nobody would live to see"


def test_sitemaps_are_told(server: Loopback, http: Client) -> None:
    page = site(server, "Sitemap: https://shop.example/a.xml\nsitemap: /b.xml\n")
    assert robots(http).sitemaps(http, page) == ["https://shop.example/a.xml", "/b.xml"]


def test_threads_that_start_together_ask_once(server: Loopback, http: Client) -> None:
    def slow(asked: Exchange) -> None:
        server.over.wait(0.05)
        asked.answer(b"")

    page = site(server, "")
    server.on("/robots.txt", slow)
    threads = [threading.Thread(target=obeying(http).get, args=(page,)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert paths(server).count("/robots.txt") == 1
    assert paths(server).count(PAGE) == 5
