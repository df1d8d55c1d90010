"""The page inside Airflow's own page, behind Airflow's own sign-in, by its real API server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from airflow_page import PEOPLE, Served, api_server

from tidings.home import Home

pytestmark = [pytest.mark.slow, pytest.mark.airflow]

CHROMIUM = Path("/usr/bin/chromium")
ROLES = {"viewer": "May read", "user": "May read, correct", "op": "May do", "admin": "May do"}


def installed() -> list[str]:
    return [found.value for found in entry_points(group="airflow.plugins")]


@pytest.fixture(scope="module")
def served(told_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One Airflow for all of it: starting one is what costs."""
    import shutil

    assert "dashboard.plugin:TidingsPlugin" in installed(), "install the project anew"
    root = tmp_path_factory.mktemp("airflow") / "home"
    shutil.copytree(told_home.root, root)
    with api_server(Home.at(root)) as server:
        yield server


@pytest.mark.parametrize(
    "path", ["", "/", "/today", "/static/icon.svg", "/api/v1/brands", "/api/v1/openapi.json", "/x"]
)
def test_nothing_of_it_is_for_who_is_not_signed_in(served: Served, path: str) -> None:
    if path == "":  # Airflow's own page, which signs people in
        assert "<title>Airflow</title>" in served.ask("/tidings")[1]
        return
    for headers in ({}, {"Cookie": "_token=made.up.token"}, {"Authorization": "Bearer made.up.x"}):
        status, told, _ = served.ask(f"/tidings{path}", **headers)
        assert status in (401, 403), headers
        assert "Nordkvern" not in told
    assert served.ask(f"/tidings{path}", method="POST")[0] in (401, 403)


def test_who_is_signed_in_sees_it_and_may_what_they_may_in_airflow(served: Served) -> None:
    for name, role in PEOPLE.items():
        token = served.session(name)
        for headers in ({"Cookie": f"_token={token}"}, {"Authorization": f"Bearer {token}"}):
            status, page, _ = served.ask("/tidings/today", **headers)
            assert status == 200
            [shown] = re.findall(r'class="person" title="([^"]*)">' + name, page)
            assert shown.startswith(ROLES[role])


def test_its_addresses_are_relative(served: Served) -> None:
    cookie = f"_token={served.session('vera')}"
    status, page, _ = served.ask("/tidings/today", Cookie=cookie)
    assert status == 200
    assert re.findall(r'(?:href|src|action)="/[^"]*"', page) == []
    assert served.ask("/tidings/", Cookie=cookie)[2] == "today"
    assert served.ask("/tidings/static/tidings.css", Cookie=cookie)[0] == 200


def test_a_page_of_another_site_changes_nothing(served: Served) -> None:
    cookie = f"_token={served.session('adam')}"
    for site, status in (("cross-site", 403), ("same-origin", 303)):
        answer = served.ask("/tidings/signout", method="POST", Cookie=cookie, Sec_Fetch_Site=site)
        assert answer[0] == status


def test_airflow_lists_it(served: Served) -> None:
    token = {"Authorization": f"Bearer {served.session('vera')}"}
    listed = json.loads(served.ask("/api/v2/plugins", **token)[1])["plugins"]
    [plugin] = [p for p in listed if p["name"] == "tidings"]
    [view] = plugin["external_views"]
    assert (view["name"], view["href"]) == ("Reputation", "tidings/")
    errors = json.loads(served.ask("/api/v2/plugins/importErrors", **token)[1])
    assert errors["import_errors"] == []


@pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium")
def test_it_works_in_the_frame_of_airflows_page(served: Served) -> None:
    """Sandbox and policies of both pages together: only a browser tells."""
    from playwright.sync_api import expect, sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        context = browser.new_context()
        context.set_default_timeout(60_000)
        context.add_cookies(
            [{"name": "_token", "value": served.session("adam"), "url": served.url}]
        )
        page = context.new_page()
        told: list[str] = []
        page.on("console", lambda m: told.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: told.append(str(error)))
        page.goto(f"{served.url}/")
        page.get_by_role("link", name="Reputation").click()
        frame = page.frame_locator("iframe")
        expect(frame.locator("h1")).to_have_text("Today", timeout=60_000)
        expect(frame.locator("canvas, svg").first).to_be_visible(timeout=60_000)
        # what is chosen in the frame is in Airflow's address, which can be shared
        frame.get_by_role("link", name="7 days", exact=True).click()
        page.wait_for_url("**/plugin/reputation/tidings/today?*days=7*", timeout=60_000)
        page.reload()
        expect(frame.get_by_role("link", name="7 days", exact=True)).to_have_attribute(
            "aria-current", "true"
        )
        # a link that leads elsewhere opens, though the frame's sandbox opens no windows
        frame.locator("main").evaluate(
            "m => { const a = document.createElement('a'); a.href = 'static/icon.svg';"
            " a.target = '_blank'; a.textContent = 'elsewhere'; m.prepend(a) }"
        )
        with context.expect_page() as opened:
            frame.get_by_text("elsewhere", exact=True).click()
        assert opened.value.url.endswith("/tidings/static/icon.svg")
        assert told == []
        browser.close()
