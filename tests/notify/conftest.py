from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from receiving import Mailbox, Receiver, certificate, free_port

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def started() -> Iterator[Callable[[Receiver], Receiver]]:
    running: list[Receiver] = []

    def start(receiver: Receiver) -> Receiver:
        threading.Thread(target=receiver.serve_forever, args=(0.02,), daemon=True).start()
        running.append(receiver)
        return receiver

    yield start
    for receiver in running:
        if receiver.stall is not None:
            receiver.stall.set()
        receiver.shutdown()
        receiver.server_close()


@pytest.fixture
def receiver(started: Callable[[Receiver], Receiver]) -> Receiver:
    return started(Receiver())


@pytest.fixture
def services(
    started: Callable[[Receiver], Receiver], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Receiver:
    """Whoever is asked for over HTTPS: a proxy on loopback answers in the name of each."""
    hosts = (
        "hooks.slack.com",
        "discord.com",
        "events.pagerduty.com",
        "api.opsgenie.com",
        "teams.example",
    )
    trusted, context = certificate(tmp_path, *hosts)
    proxy = started(Receiver(context))
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.server_port}")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    return proxy


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    from aiosmtpd.controller import Controller

    box = Mailbox()
    port = free_port()
    # a mail server that is strict about lines, as the real ones are
    sink: Any = Controller(box, hostname="127.0.0.1", port=port)
    sink.start()
    yield box, port
    sink.stop()
