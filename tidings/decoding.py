"""Decoding by one thread at a time, where a form may be met for the first time.

msgspec 0.22 works out what a struct holds when it is first decoded, and crashes the process where
two threads do so at once. Walks of one source run in threads, so that what reads records or builds
a decoder holds this lock. It is pure computing, which threads of Python don't share anyway.
"""

from __future__ import annotations

from threading import RLock

one_at_a_time = RLock()
"""May be taken again by who holds it: reading one record may read those within it."""
