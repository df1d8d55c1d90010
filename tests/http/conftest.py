from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
import stamina
from http_loopback import Loopback

from tidings.http.wire import Wire, wire


@pytest.fixture
def new_server() -> Iterator[Callable[[], Loopback]]:
    """Start as many servers as the test wants."""
    started: list[Loopback] = []

    def start() -> Loopback:
        server = Loopback()
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.over.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def server(new_server: Callable[[], Loopback]) -> Loopback:
    return new_server()


@pytest.fixture
def network() -> Iterator[Wire]:
    made = wire(user_agent="tidings-test/1")
    yield made
    made.close()


@pytest.fixture
def no_waits() -> Iterator[None]:
    """Retry as often as configured, without waiting."""
    with stamina.set_testing(True, attempts=1000, cap=True):
        yield
