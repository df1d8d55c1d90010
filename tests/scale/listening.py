"""A listener for StatsD on the loopback interface."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class Heard:
    """Counters summed up and the last value of each gauge, by name."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.counts: Counter[str] = Counter()
        self.levels: dict[str, float] = {}

    def take(self, packet: str) -> None:
        """Take what one packet tells."""
        for line in packet.splitlines():
            name, _, rest = line.partition(":")
            value, _, kind = rest.partition("|")
            if kind.startswith("c"):
                self.counts[name] += int(float(value))
            elif kind.startswith("g"):
                self.levels[name] = float(value)


@contextmanager
def statsd() -> Iterator[Heard]:
    """Listen until the end of the block."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(0.2)
        heard = Heard(listener.getsockname()[1])
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                try:
                    heard.take(listener.recv(65_535).decode("utf-8", "replace"))
                except TimeoutError:
                    continue

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield heard
        finally:
            over.set()
            thread.join()
