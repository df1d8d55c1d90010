"""A real browser (Debian's Chromium, by Playwright) and a real server of the page on loopback."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import uvicorn

from tidings.home import Home

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
"""None where there is no browser: its tests are skipped, and say so."""

_QUIET = (
    "--no-sandbox",  # tests may run as root, where Chromium has no sandbox
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def served(home: Home) -> Iterator[str]:
    """Serve the page of an installation on a free port; give its address, without a slash."""
    from dashboard.app import create_app
    from dashboard.setup import Setup

    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(Setup(home)), log_config=None, ws="none", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()


@contextmanager
def browser() -> Iterator[Browser]:
    """Give a browser that is closed in the end."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_QUIET))
        try:
            yield found
        finally:
            found.close()


class Watched:
    """What went wrong on a page: console errors, exceptions, requests that left or failed."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.wrong: list[str] = []
        self._origin = urlsplit(origin).netloc
        context.on("request", lambda request: self._asked(request.url))
        context.on("requestfailed", lambda r: self._failed(r.url, str(r.failure)))
        context.on("weberror", lambda error: self.wrong.append(f"exception: {error.error}"))
        context.on("console", lambda message: self._said(message.type, message.text))
        context.on("response", lambda answer: self._answered(answer.url, answer.status))

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self._origin:
            self.wrong.append(f"left the origin: {url}")

    def _failed(self, url: str, why: str) -> None:
        if "ERR_ABORTED" not in why:  # what the page itself gave up, by going elsewhere
            self.wrong.append(f"failed: {url} {why}")

    def _said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.wrong.append(f"console {kind}: {text}")

    def _answered(self, url: str, status: int) -> None:
        if status >= 400:
            self.wrong.append(f"{status}: {url}")


def settled(page: Page) -> None:
    """Wait until the charts of a page are drawn and it asks for nothing more."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function(
        "() => [...document.querySelectorAll('figure.chart')]"
        ".every(f => f.querySelector('.drawn canvas'))"
    )
