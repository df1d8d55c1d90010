"""The page inside Airflow: an entry in its navigation, behind its own sign-in.

Airflow loads plugins in all its processes, so this module imports next to nothing. Only the API
server makes the app, at the first request for it; see :mod:`dashboard.in_airflow`.
"""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

from airflow.plugins_manager import AirflowPlugin

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

PREFIX = "/tidings"
"""Where the app is found under Airflow's address; its page frames it at ``plugin/ROUTE``."""

ROUTE = "reputation"


class Later:
    """An ASGI app that is made when it is first asked for something."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does."""
        app = self._app
        if app is None:
            app = await asyncio.to_thread(self._made)
        await app(scope, receive, send)

    def _made(self) -> ASGIApp:
        with self._lock:
            if self._app is None:
                from dashboard.in_airflow import guarded
                from tidings.home import Home

                self._app = guarded(Home.find())
            return self._app


class TidingsPlugin(AirflowPlugin):
    """Registers the app and its place in the navigation."""

    name = "tidings"
    fastapi_apps: list[Any] = [  # noqa: RUF012 - as the class above declares it
        {"app": Later(), "url_prefix": PREFIX, "name": "Tidings"},
    ]
    external_views: list[Any] = [  # noqa: RUF012
        {
            "name": "Reputation",
            "href": f"{PREFIX.strip('/')}/",  # relative: Airflow may lie under a path of its own
            "destination": "nav",
            "url_route": ROUTE,
            "icon": f"{PREFIX.strip('/')}/static/icon.svg",
            "nav_top_level": True,
        },
    ]
