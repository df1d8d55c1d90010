"""Whatever people write shows as text: on every page, in exports, in the digest."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from app_client import client_of
from browser import CHROMIUM, Watched, browser, served, settled
from bs4 import BeautifulSoup
from hostile import naughty, payloads
from hostile_home import OWN, RIVAL, hostile_home
from starlette.testclient import TestClient

from tidings.home import Home

if TYPE_CHECKING:
    import duckdb

pytestmark = pytest.mark.slow

NAV = ("today", "brand", "mentions", "answers", "keywords", "drivers", "incidents", "sources")
OURS = re.compile(r"^(https?://|[a-z_-]+([?#]|$)|\?|#|static/|api/v1/)")
"""Addresses that a page may hold: of the originals, of our own pages and files."""
FORMULA = re.compile(r"^[\s\u00a0\"]*[=+\-@＝＋－＠]")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return hostile_home(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def hostile_client(hostile: Home) -> TestClient:
    return client_of(hostile)


@pytest.fixture(scope="module")
def stored(hostile: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    from warehouse.snapshot import open_snapshot

    with open_snapshot(hostile.snapshot) as con:
        yield con


def _sound(page: str) -> BeautifulSoup:
    """Parse a page, and check that it has nothing but what we wrote into it."""
    soup = BeautifulSoup(page, "lxml")
    for element in soup.find_all(True):
        where = str(element)[:300]
        assert element.name not in ("iframe", "object", "embed", "base", "marquee", "math"), where
        if element.name == "script":
            data = element.get("type") == "application/json"
            assert data or str(element["src"]).startswith("static/"), where
        if element.name in ("img", "link"):
            assert str(element.get("src") or element.get("href")).startswith("static/"), where
        for name, value in element.attrs.items():
            assert not name.startswith(("on", "hx-on", "data-hx")), where
            assert name not in ("style", "srcdoc"), where
            if name in ("href", "src", "action", "hx-get", "hx-post", "formaction"):
                assert OURS.match(str(value)), where
    return soup


def _addresses(client: TestClient) -> list[str]:
    """Return all pages and, of those that others lead to, some of each."""
    found = [f"{name}?{query}" for name in NAV for query in ("", "days=90")]
    for listed in ("mentions", "answers", "incidents?days=90", "sources", "keywords"):
        soup = BeautifulSoup(client.get(f"/{listed}").text, "lxml")
        links = [str(a["href"]) for a in soup.select("main a[href]")]
        inside = [a for a in links if re.match(r"^[a-z]+\?", a) and "api/" not in a]
        found += inside[:: max(1, len(inside) // 12)]
    return list(dict.fromkeys(found))


_FOREIGN = """() => [...document.querySelectorAll('*')].filter(e =>
  ['IFRAME', 'OBJECT', 'EMBED', 'BASE', 'MARQUEE', 'VIDEO', 'AUDIO'].includes(e.tagName) ||
  [...e.attributes].some(a =>
    /^(on|hx-on|data-hx)/.test(a.name) || /^\\s*javascript:/i.test(a.value))
).map(e => e.outerHTML.slice(0, 200))"""
"""What a browser's own parser found that no template has."""


def test_there_is_enough_of_it() -> None:
    assert len(set(payloads())) >= 223
    assert len(set(naughty())) >= 515


def test_every_page_has_only_what_we_wrote(hostile_client: TestClient) -> None:
    addresses = _addresses(hostile_client)
    assert len(addresses) > 40
    for where in addresses:
        answer = hostile_client.get(f"/{where}")
        assert answer.status_code == 200, (where, answer.text[:400])
        _sound(answer.text)


@pytest.mark.parametrize("brand", [OWN, RIVAL])
def test_every_text_is_shown_as_it_was_said(
    hostile_client: TestClient, stored: duckdb.DuckDBPyConnection, brand: str
) -> None:
    wanted = {
        (str(mention), _plain(text))
        for mention, text in stored.execute(
            "SELECT m.mention_id, m.text FROM core.mention AS m JOIN core.brand_match AS b "
            "ON b.mention_id = m.mention_id AND b.known_to IS NULL WHERE b.brand = ?",
            [brand],
        ).fetchall()
        if text
    }
    assert len(wanted) > 500
    shown = set()
    offset = 0
    while True:
        asked: dict[str, Any] = {"brand": brand, "days": 60, "offset": offset}
        soup = _sound(hostile_client.get("/mentions", params=asked).text)
        cards = soup.select("article.mention")
        for card in cards:
            said = card.select_one(".said")
            assert said is not None
            shown.add((str(card["aria-labelledby"])[1:], _plain(said.get_text())))
        if not cards:
            break
        offset += 25
    missing = wanted - shown
    # copies are folded into the voice that said it first, long texts may be cut
    assert len(missing) < 0.1 * len(wanted), list(missing)[:5]
    whole = dict(wanted)
    for mention, text in shown - wanted:  # said nothing, or was cut where it is long
        assert mention not in whole or whole[mention].startswith(text[:300]), text[:400]


def _plain(text: str) -> str:
    """Return a text as it can be compared: HTML knows no NUL, and one kind of line end."""
    return " ".join(text.replace("\0", "").replace("\r", "\n").split())


@pytest.mark.parametrize("what", ["mentions", "answers", "marts/answer_queue", "marts/incidents"])
def test_no_cell_of_a_file_starts_a_formula(hostile_client: TestClient, what: str) -> None:
    from openpyxl import load_workbook

    asked = {"days": "60", "format": "csv"}
    text = hostile_client.get(f"/api/v1/{what}", params=asked).content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    wrong = [c for c in cells if FORMULA.match(c) and not re.fullmatch(r"-?[\d.e+-]+", c)]
    assert wrong == []
    made = hostile_client.get(f"/api/v1/{what}", params=asked | {"format": "xlsx"}).content
    sheet = load_workbook(io.BytesIO(made)).active
    assert sheet is not None
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.data_type != "f", cell.value
    if what == "mentions":
        assert len(cells) > 1000


def test_the_api_says_it_as_data(hostile_client: TestClient) -> None:
    answer = hostile_client.get("/api/v1/mentions", params={"days": "60"})
    assert answer.headers["content-type"].startswith("application/json")
    assert "<" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium (apt install chromium)")
def test_nothing_runs_and_nothing_is_asked_of_others(
    hostile: Home, hostile_client: TestClient
) -> None:
    with served(hostile) as site, browser() as chromium:
        context = chromium.new_context()
        watched = Watched(context, site)
        context.add_init_script("window.hits = 0; window.hit = () => { window.hits += 1; };")
        page = context.new_page()
        page.on("dialog", lambda dialog: watched.wrong.append(f"dialog: {dialog.message}"))
        for where in _addresses(hostile_client)[:60]:
            page.goto(f"{site}/{where}")
            settled(page)
            assert page.evaluate("window.hits") == 0, where
            assert page.evaluate(_FOREIGN) == [], where
        context.close()
    assert watched.wrong == []
