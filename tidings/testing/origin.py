"""What a test asks of the place that answers come from, be it a recording or a simulated source."""

from __future__ import annotations

from typing import Protocol, Self, runtime_checkable

from tidings.http.message import Answer, Request


@runtime_checkable
class Origin(Protocol):
    """Where answers come from in a test."""

    unexpected: list[str]
    """Requests that the source knows nothing of, as ``METHOD url``."""

    def answer(self, request: Request) -> Answer:
        """Answer one request as the network would; a TransientError stands for its failure."""
        ...

    def fresh(self) -> Self:
        """Return the same source as it was before anything was asked."""
        ...

    def unasked(self) -> list[str]:
        """Name what a complete walk should have asked for and did not."""
        ...


@runtime_checkable
class Growing(Origin, Protocol):
    """A source that has something new to tell once it is told so."""

    def grow(self) -> None:
        """Let new records arrive; the next walk must bring all of them."""
        ...
