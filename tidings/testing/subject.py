"""What all checks of the kit have in common: a connector, its source, and walks over it."""

from __future__ import annotations

from typing import Any, ClassVar
from unittest import SkipTest

import msgspec

from tidings.connector import Connector, Cursor
from tidings.http import Send
from tidings.testing.driving import Walk, walk
from tidings.testing.expecting import expect
from tidings.testing.origin import Growing, Origin


class Subject:
    """A connector and the source that it is tested on.

    ``connector``: what is tested, with its settings. Several places are walked one after the other.
    ``origin``: where answers come from; each check uses a fresh one.
    ``expected``: how many mentions one walk must bring; by default ``origin.total`` if it has one.
    ``bound``: requests (and pages) after which a walk is taken for endless.
    """

    connector: ClassVar[Connector]
    origin: ClassVar[Origin]
    expected: ClassVar[int | None] = None
    bound: ClassVar[int] = 2_000

    def _walk(self, send: Send, **how: Any) -> Walk:
        return walk(self.connector, send, bound=self.bound, **how)

    def _clean(self, origin: Origin | None = None) -> Walk:
        """Walk a fresh origin from nothing to its end."""
        return self._finished((origin or self.origin.fresh()).answer, {}, "from nothing")

    def _finished(self, send: Send, cursors: dict[str, Cursor | None], how: str) -> Walk:
        done = self._walk(send, cursors=cursors)
        expect(not done.endless, f"A walk {how} did not end within {self.bound} requests")
        expect(done.error is None, f"A walk {how} ended with {done.error!r}")
        return done

    def _copy(self) -> Connector:
        return msgspec.structs.replace(self.connector)

    def _growing(self) -> Growing:
        origin = self.origin.fresh()
        if not isinstance(origin, Growing):
            raise SkipTest("a recording has no news; use a Simulated source to show this")
        return origin
