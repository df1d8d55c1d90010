"""The layer that tries again where trying again may help, and waits as long as the source asks."""

from __future__ import annotations

import logging
from threading import Event

import stamina
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from tidings.errors import TransientError
from tidings.http.limits import Limits
from tidings.http.message import Answer, Layer, Request, Send
from tidings.times import utcnow

log = logging.getLogger(__name__)

SAFE = {"GET", "HEAD"}
"""Methods that may be sent again; others only where the request says that it is repeatable."""


def retry(limits: Limits, cancelled: Event | None = None) -> Layer:
    """Try a TransientError again, at most ``limits.attempts`` times in all.

    The wait is what the error's ``retry_at`` asks for, else 1, 2, 4 ... seconds and up to one more
    by chance, never more than ``limits.max_wait_seconds``. Where the source asks for a longer one,
    the error is raised at once, so that a scheduler can use its ``retry_at``. After the last try
    the last error is raised, and so it is once ``cancelled`` is set.
    """
    # The default hooks may print to standard output, which belongs to the command's result.
    set_on_retry_hooks([_tell])

    def may_help(error: Exception) -> bool | float:
        if not isinstance(error, TransientError) or (cancelled and cancelled.is_set()):
            return False
        if error.retry_at is None:
            return True
        wait = (error.retry_at - utcnow()).total_seconds()
        # "Again at once" is no advice: then wait as if nothing had been said.
        return wait <= limits.max_wait_seconds and (wait if wait > 0 else True)

    def layer(send: Send) -> Send:
        def ask(request: Request) -> Answer:
            if request.method not in SAFE and not request.repeatable:
                return send(request)
            for attempt in stamina.retry_context(
                on=may_help,
                attempts=limits.attempts,
                timeout=None,
                wait_initial=min(1.0, limits.max_wait_seconds),
                wait_max=limits.max_wait_seconds,
            ):
                with attempt:
                    return send(request)
            raise AssertionError("stamina returned neither an answer nor an error")

        return ask

    return layer


def _tell(details: RetryDetails) -> None:
    log.warning(
        "Try %d failed, again in %.1f s: %s",
        details.retry_num,
        details.wait_for,
        details.caused_by,
    )
