"""Takes the documents' pictures of the page: python tests/dashboard/take_pictures.py HOME

HOME is an installation that 'tidings demo' made. The pictures go to docs/pictures.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from browser import browser, served, settled

from tidings.home import Home

if TYPE_CHECKING:
    from playwright.sync_api import Page

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
PAGES = {
    "today": "today",
    "brand": "brand",
    "mentions": "mentions?q=leak*",
    "answers": "answers",
    "keywords": "keywords",
    "drivers": "drivers",
    "incidents": "incidents",
    "sources": "sources",
}
HEIGHT = 1250
"""Pictures end there: the rest of a page is more of the same."""


def main() -> None:
    """Take them all."""
    home = Home.at(Path(sys.argv[1]))
    PICTURES.mkdir(exist_ok=True)
    with served(home) as site, browser() as chromium:
        page = chromium.new_page(viewport={"width": 1280, "height": HEIGHT})
        for name, where in PAGES.items():
            _take(page, f"{site}/{where}", name)
        page.goto(f"{site}/incidents")
        found = page.locator("main tr", has_text="critical").locator('a[href^="incident?"]')
        where = found.first.get_attribute("href")
        _take(page, f"{site}/{where}", "incident")
        dark = chromium.new_page(
            viewport={"width": 390, "height": 844}, color_scheme="dark", locale="fa"
        )
        _take(dark, f"{site}/today", "today-phone-persian")


def _take(page: Page, address: str, name: str) -> None:
    page.goto(address)
    settled(page)
    page.wait_for_timeout(600)  # the charts' animation
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
