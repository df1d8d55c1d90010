"""A client of the page, without a socket between."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from starlette.testclient import TestClient

from tidings.home import Home

Changed: TypeAlias = Callable[..., TestClient]
"""Gives a client of a snapshot that statements (SQL) have changed."""


def client_of(home: Home) -> TestClient:
    """Return a client of an app over an installation, as a browser on this machine is."""
    from dashboard.app import create_app
    from dashboard.setup import Setup

    client = TestClient(create_app(Setup(home)), base_url="http://127.0.0.1")
    client.headers["sec-fetch-site"] = "same-origin"
    return client
