"""Hostile refusals: statuses that say wait, in every form, and a token that runs out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import ClassVar

import msgspec

from tidings.http import Answer
from tidings.testing.chain import Chain, place_of
from tidings.testing.hostile_server import Reply
from tidings.testing.origin import Origin
from tidings.testing.simulated import Simulated
from tidings.testing.tricks import PAUSE, Asked, Trick

SKEW = timedelta(hours=5)


class Once(Trick):
    """The target page is refused once."""

    waits: ClassVar[bool] = True
    status: ClassVar[int] = 429

    def reply(self, asked: Asked) -> Reply:
        if self.shown or asked.number != self.target:
            return self.good(asked)
        self.shown = True
        if self.waits:
            self._pause()
        return Reply(
            Answer(
                status=self.status,
                url=asked.request.url,
                headers={"content-type": "text/plain", **self.headers(_now())},
                body=b"Slow down.",
            )
        )

    def headers(self, now: datetime) -> dict[str, str]:  # noqa: ARG002 - for others to use
        """Return the headers that say when to come back; ``now`` is as the Date header says."""
        return {"retry-after": str(PAUSE)}


class WaitSeconds(Once):
    pass


class WaitDate(Once):
    def headers(self, now: datetime) -> dict[str, str]:
        return {"retry-after": _http_date(now + timedelta(seconds=PAUSE))}


class WaitEpoch(Once):
    def headers(self, now: datetime) -> dict[str, str]:
        return {"x-rate-limit-reset": str(int(now.timestamp()) + PAUSE)}


class WaitIso(Once):
    def headers(self, now: datetime) -> dict[str, str]:
        then = now + timedelta(seconds=PAUSE)
        return {"x-ratelimit-reset": then.strftime("%Y-%m-%dT%H:%M:%S.000Z")}


class WaitNoHint(Once):
    waits = False

    def headers(self, now: datetime) -> dict[str, str]:  # noqa: ARG002
        return {}


class Broken(Once):
    status = 500
    waits = False

    def headers(self, now: datetime) -> dict[str, str]:  # noqa: ARG002
        return {}


class Unavailable(Once):
    status = 503


class ClockSkew(Once):
    """The source's clock is ahead, and it asks for a pause by it."""

    def reply(self, asked: Asked) -> Reply:
        reply = super().reply(asked)
        return msgspec.structs.replace(reply, date=_http_date(_now() + SKEW))

    def headers(self, now: datetime) -> dict[str, str]:
        return {"retry-after": _http_date(now + SKEW + timedelta(seconds=PAUSE))}

    def after_walk(self) -> None:
        if isinstance(self.origin, Simulated):
            self.origin.grow()


class Expiry(Trick):
    """The token runs out: 401 until signed in anew, or once where nobody signs in."""

    def __init__(self, chain: Chain, origin: Origin, canary: str) -> None:
        super().__init__(chain, origin, canary)
        self._expired = False

    def reply(self, asked: Asked) -> Reply:
        if self._signs_in(asked):
            self._expired = False
            return self.good(asked)
        if asked.number == self.target and not self.shown:
            self.shown = self._expired = True
        if not self._expired:
            return self.good(asked)
        if not self.chain.signed:
            self._expired = False
        return Reply(
            Answer(
                status=401,
                url=asked.request.url,
                headers={"content-type": "application/json", "www-authenticate": "Bearer"},
                body=b'{"error": "invalid_token"}',
            )
        )

    def _signs_in(self, asked: Asked) -> bool:
        """Tell whether a request signs in, or renews what signing in gave."""
        posted = asked.request.method == "POST" and asked.number is None
        return bool(self.chain.signed) and (posted or place_of(asked.request) in self.chain.signed)


def _now() -> datetime:
    """Return the time as a Date header says it: in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def _http_date(time: datetime) -> str:
    return format_datetime(time, usegmt=True)
