"""A source that does not stand still: things are written, edited and deleted between two pages."""

from __future__ import annotations

from collections.abc import Callable
from operator import methodcaller
from typing import ClassVar

from tidings.testing.hostile_server import Reply
from tidings.testing.simulated import Simulated
from tidings.testing.tricks import Asked, Trick


class Living(Trick):
    """A simulated source in which something happens after a page was given."""

    after: ClassVar[dict[int, Callable[[Simulated], None]]] = {}

    def unfit(self) -> str | None:
        known = isinstance(self.origin, Simulated)
        return super().unfit() if known else "a recording does not live"

    def reply(self, asked: Asked) -> Reply:
        reply = self.good(asked)
        event = type(self).after.get(-1 if asked.number is None else asked.number)
        if event and asked.times == 0 and isinstance(self.origin, Simulated):
            self.shown = True
            event(self.origin)
        return reply


class Edited(Living):
    changes_words = True
    after: ClassVar = {0: methodcaller("edit")}
    least_pages = 2


class Deleted(Living):
    after: ClassVar = {0: methodcaller("delete"), 1: methodcaller("delete")}
    least_pages = 2


class Inserted(Living):
    after: ClassVar = {0: methodcaller("insert", 2)}
    least_pages = 2


class PageSize(Living):
    after: ClassVar = {0: methodcaller("resize", -1), 1: methodcaller("resize", 3)}
    least_pages = 2


class Ties(Living):
    least_pages = 2

    def before_walk(self) -> None:
        if isinstance(self.origin, Simulated):
            self.shown = True
            self.origin.tie(self.origin.page_size + 1)


class Late(Living):
    def after_walk(self) -> None:
        if isinstance(self.origin, Simulated):
            self.shown = True
            self.origin.late()
