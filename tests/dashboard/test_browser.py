"""Every page in a real browser: nothing fails, nothing leaves, everybody can read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from browser import CHROMIUM, Watched, browser, served, settled

from tidings.home import Home

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium (apt install chromium)"),
]

NAV = ("today", "brand", "mentions", "answers", "keywords", "drivers", "incidents", "sources")
SIZES = {"desktop": (1280, 900), "phone": (390, 800)}


@pytest.fixture(scope="module")
def site(told_home: Home) -> Iterator[str]:
    with served(told_home) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as found:
        yield found


def _details(site: str, page: Page) -> list[str]:
    """Find one address each of the pages that others link to."""
    found = []
    for listed, wanted in (("mentions", "mention?"), ("incidents?days=90", "incident?")):
        page.goto(f"{site}/{listed}")
        where = page.locator(f'main a[href^="{wanted}"]').first.get_attribute("href")
        assert where is not None
        found.append(where)
    return found


@pytest.mark.parametrize("language", ["en", "fa"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_every_page_is_sound(
    site: str, chromium: Browser, size: str, theme: Any, language: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    width, height = SIZES[size]
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,
        locale=language,
        reduced_motion="reduce",
    )
    watched = Watched(context, site)
    page = context.new_page()
    found: list[str] = []
    for where in [*NAV, *_details(site, page)]:
        page.goto(f"{site}/{where}")
        settled(page)
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("h1").count() == 1, where
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            found.append(f"{where}: {wide} pixels wider than the window")
        for violation in Axe().run(page).response["violations"]:
            if violation["impact"] in ("serious", "critical"):
                nodes = [node["html"][:160] for node in violation["nodes"][:3]]
                found.append(f"{where}: {violation['id']} {nodes}")
    context.close()
    assert found == []
    assert watched.wrong == []


def test_three_clicks_from_page_one_to_the_cause_and_the_reviews_to_answer(
    site: str, chromium: Browser
) -> None:
    context = chromium.new_context()
    watched = Watched(context, site)
    page = context.new_page()
    page.goto(f"{site}/today")
    page.locator('main a[href^="incident?"]').first.click()
    page.wait_for_url("**/incident?*")
    assert page.locator("h1").inner_text()
    page.go_back()
    page.locator('main a[href^="answers?"]').first.click()
    page.wait_for_url("**/answers?*")
    assert page.locator("main .mention, main tbody tr").count() > 0
    context.close()
    assert watched.wrong == []


def test_it_is_used_by_keyboard_alone(site: str, chromium: Browser) -> None:
    page = chromium.new_page()
    page.goto(f"{site}/today")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('what')"):
            break
    page.keyboard.press("Enter")
    assert page.locator(".definition:popover-open").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".definition:popover-open").count() == 0
    page.close()


def test_dark_is_kept_and_the_language_too(site: str, chromium: Browser) -> None:
    context = chromium.new_context(locale="en")
    page = context.new_page()
    page.goto(f"{site}/today")
    page.locator("[data-theme-switch]").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.locator("#lang").select_option("fa")
    page.wait_for_url("**lang=fa*")
    page.goto(f"{site}/brand")
    html = page.locator("html")
    assert html.get_attribute("data-theme") == "dark"
    assert html.get_attribute("dir") == "rtl"
    context.close()


def test_a_chart_is_saved_as_a_picture(site: str, chromium: Browser) -> None:
    page = chromium.new_page()
    page.goto(f"{site}/today")
    settled(page)
    with page.expect_download() as saved:
        page.locator("[data-saves]").first.click()
    with saved.value.path().open("rb") as file:
        assert file.read(8) == b"\x89PNG\r\n\x1a\n"
    page.close()
