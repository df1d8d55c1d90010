"""Signing in with a real browser: only it knows what it does with cookies and policies."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from test_access_command import Page

from dashboard.token_file import TokenFile
from tidings.home import Home

CHROMIUM = Path("/usr/bin/chromium")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium"),
]


@pytest.fixture
def elsewhere() -> Iterator[Callable[[str], str]]:
    """A site of another name; the function gives it a page and returns where that is."""
    shown = [""]

    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(shown[0].encode())

        def log_message(self, *words: object) -> None:
            """Keep still."""

    def give(html: str) -> str:
        shown[0] = html
        return f"http://localhost:{server.server_port}/"  # another site than 127.0.0.1

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield give
        server.shutdown()


@pytest.fixture
def running(own_home: Home) -> Iterator[Page]:
    """The page of an installation that has something to show."""
    TokenFile(own_home).add("somebody else", "viewer")  # so that signing in is needed
    started = Page(own_home.root)
    yield started
    started.process.kill()
    started.process.wait()


def test_in_by_the_form_back_by_a_link_and_out(
    own_home: Home, running: Page, elsewhere: Callable[[str], str]
) -> None:
    from playwright.sync_api import expect, sync_playwright

    token = TokenFile(own_home).add("Anna", "editor")
    at = f"http://127.0.0.1:{running.port}"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        tab = browser.new_page()
        tab.set_default_timeout(60_000)
        told: list[str] = []
        tab.on("console", lambda m: told.append(m.text) if m.type == "error" else None)

        tab.goto(f"{at}/today?days=7")
        tab.get_by_label("Your token").fill("a guess")
        tab.get_by_role("button", name="Sign in").click()
        expect(tab.get_by_role("alert")).to_have_text("This is no token of this page.")
        assert [t for t in told if "401" not in t] == []
        told.clear()
        tab.get_by_label("Your token").fill(token)
        tab.get_by_role("button", name="Sign in").click()
        tab.wait_for_url(f"{at}/today?days=7")
        expect(tab.get_by_text("Anna", exact=True)).to_be_visible()
        assert tab.evaluate("document.cookie").find("tidings-session") == -1

        # a link in somebody's mail or chat leads to the page, not to the form
        tab.goto(elsewhere(f'<a href="{at}/today?days=90">look</a>'))
        tab.get_by_text("look").click()
        tab.wait_for_url(f"{at}/today?days=90")
        expect(tab.get_by_text("Anna", exact=True)).to_be_visible()
        assert told == []

        # but a form or a frame there gets nowhere
        tab.goto(elsewhere(f'<form method="post" action="{at}/signout"><button>go</button></form>'))
        tab.get_by_text("go").click()
        tab.wait_for_url(f"{at}/signout")
        expect(tab.get_by_text("A change has to be sent by this page itself")).to_be_visible()
        tab.goto(elsewhere(f'<iframe src="{at}/today"></iframe>'))
        assert "Anna" not in tab.frames[1].content()

        tab.goto(f"{at}/today")
        tab.get_by_role("button", name="Sign out").click()
        tab.wait_for_url(f"{at}/signin")
        tab.goto(f"{at}/today")
        expect(tab.get_by_label("Your token")).to_be_visible()
        browser.close()
