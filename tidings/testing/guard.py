"""Surroundings of a walk in a test: no network but the client, another time zone."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

DOORS = ("connect", "connect_ex", "sendto", "bind")


@contextmanager
def no_network() -> Iterator[list[str]]:
    """Refuse every use of a socket and every look-up of a name with OSError; give those tried.

    What is written in C and opens sockets by itself is not seen.
    """
    tried: list[str] = []

    def refuse(*args: Any, **_: Any) -> Any:
        tried.append(", ".join(repr(a) for a in args if not isinstance(a, socket.socket)))
        raise OSError("no network but the client that the connector is handed")

    look_up = socket.getaddrinfo
    try:
        for door in DOORS:
            setattr(socket.socket, door, refuse)
        socket.getaddrinfo = refuse
        yield tried
    finally:
        socket.getaddrinfo = look_up
        for door in DOORS:
            delattr(socket.socket, door)  # they are the C base class's own again


@contextmanager
def time_zone(name: str) -> Iterator[None]:
    """Set the process's time zone, in POSIX form (``NST3:30NDT``), and set it back."""
    before = os.environ.get("TZ")
    try:
        os.environ["TZ"] = name
        time.tzset()
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()
