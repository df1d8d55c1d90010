"""One tree of errors. The class says what happens next, the text names the way out.

==================== ======================================= ====================
class                means                                   what happens next
==================== ======================================= ====================
ConfigurationError   a file or setting is wrong              stop, tell, no retry
TransientError       the source is down, slow or throttles   retry, when it says
AuthError            a credential is missing or refused      stop, tell, no retry
Disallowed           robots.txt does not allow the page      stop, tell, no retry
SourceChanged        the answer is not what was agreed on    stop, keep the page
QualityError         a batch broke a rule that fails         stop, keep the batch
WarehouseError       the warehouse can't be used as asked    stop, tell
==================== ======================================= ====================
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tidings.http import Answer


class TidingsError(Exception):
    """Root of every error raised on purpose. ``remedy`` is the way out, one sentence."""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class ConfigurationError(TidingsError):
    """A watch file, setting or argument is wrong; retrying can't help."""


class SourceError(TidingsError):
    """A source did not give what was asked. ``answer`` is the page, kept in landing, if any."""

    def __init__(
        self, message: str, *, remedy: str = "", url: str = "", answer: Answer | None = None
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.url = url
        self.answer = answer


class TransientError(SourceError):
    """Worth another try, not before ``retry_at`` (aware UTC) where the source says when."""

    def __init__(
        self,
        message: str,
        *,
        remedy: str = "",
        url: str = "",
        answer: Answer | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        super().__init__(message, remedy=remedy, url=url, answer=answer)
        self.retry_at = retry_at


class RateLimited(TransientError):
    """The source asks for fewer requests (429, or 503 with Retry-After)."""


class AuthError(SourceError):
    """The credential is missing, expired or not allowed (401, 403)."""


class Disallowed(SourceError):
    """The site's robots.txt does not allow the page; nobody asked for it."""


class NotFound(SourceError):
    """The place is not there (404, 410): a wrong setting or a place that has gone."""


class SourceChanged(SourceError):
    """The answer has another form than the connector knows: parse error, HTML for JSON, a loop."""


class BodyTooLarge(SourceChanged):
    """The body is larger than the limit; it was not read to its end."""


class QualityError(TidingsError):
    """A batch broke a rule whose policy is ``fail``. Nothing of it was loaded."""


class WarehouseError(TidingsError):
    """The warehouse can't do what was asked."""


class FenceLost(WarehouseError):
    """A newer attempt has taken over the load; this one must stop and changed nothing."""
