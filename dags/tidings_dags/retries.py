"""What happens after a failure, by the class of the error.

A source that is down or asks for patience is asked again, not before the time that it names. A
wrong setting, a refused credential, a source that has changed or a batch that breaks a rule stays
wrong: such a task fails at once. Everything else (a killed process, a full disk, a warehouse that
a person's command has open or mends) is retried as usual.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from airflow.sdk.definitions.retry_policy import RetryDecision, RetryPolicy

from tidings.errors import TidingsError, TransientError, WarehouseBusy
from tidings.times import utcnow

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

LONGEST_WAIT = timedelta(hours=6)
"""A source that asks for more is left to its next scheduled run; waiting would block that."""


class ByErrorClass(RetryPolicy):
    """Decide by the tree of :mod:`tidings.errors` whether and when a task is tried again."""

    def evaluate(
        self,
        exception: BaseException,
        try_number: int,  # noqa: ARG002 - the form is Airflow's
        max_tries: int,  # noqa: ARG002
        context: Context | None = None,  # noqa: ARG002
    ) -> RetryDecision:
        """Return the decision for ``exception``; it can't exceed the task's own ``retries``."""
        if isinstance(exception, TransientError):
            return _wait(exception)
        if isinstance(exception, TidingsError) and not isinstance(exception, WarehouseBusy):
            return RetryDecision.fail(f"{type(exception).__name__} stays wrong when tried again")
        return RetryDecision.default()


def _wait(error: TransientError) -> RetryDecision:
    if error.retry_at is None:
        return RetryDecision.default()
    wait = max(error.retry_at - utcnow(), timedelta(0))
    if wait > LONGEST_WAIT:
        return RetryDecision.fail(f"the source asks to wait until {error.retry_at:%Y-%m-%d %H:%M}Z")
    return RetryDecision.retry(wait, f"the source asks to wait until {error.retry_at:%H:%M:%S}Z")
