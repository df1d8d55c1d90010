"""Wrong tokens are slowed down: an address that sends many has to wait, longer each time."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from dashboard.access import TooManyTries

FREE = 5
"""Wrong tokens from one address that cost nothing: people mistype."""

LONGEST = 300.0
"""Seconds that an address waits at most."""

FORGOTTEN = 3600.0
"""Seconds after which an address's wrong tokens are forgotten."""

MOST = 4096
"""Addresses that are remembered; beyond it the one that was quiet longest is forgotten."""


class Tries:
    """Counts wrong tokens by address, in bounded memory; ``clock`` gives seconds. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failed: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def check(self, address: str | None) -> None:
        """Raise TooManyTries while the address has to wait."""
        with self._lock:
            count, at = self._failed.get(_key(address), (0, 0.0))
        if count > FREE:
            left = at + min(2.0 ** (count - FREE), LONGEST) - self._clock()
            if left > 0:
                raise TooManyTries(int(left) + 1)

    def failed(self, address: str | None) -> None:
        """Note one more wrong token."""
        key, now = _key(address), self._clock()
        with self._lock:
            count, at = self._failed.pop(key, (0, now))
            again = 0 if now - at > FORGOTTEN else count
            self._failed[key] = (min(again + 1, 64), now)
            while len(self._failed) > MOST:
                self._failed.popitem(last=False)

    def __len__(self) -> int:
        return len(self._failed)


def _key(address: str | None) -> str:
    """Return the address; of IPv6 the network that one customer has (/64)."""
    try:
        ip = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
