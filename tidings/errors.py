"""One tree of errors. The class says what happens next, the text names the way out.

==================== ======================================= ====================
class                means                                   what happens next
==================== ======================================= ====================
ConfigurationError   a file or setting is wrong              stop, tell, no retry
TransientError       the source is down, slow or throttles   retry, when it says
AuthError            a credential is missing or refused      stop, tell, no retry
Disallowed           robots.txt does not allow the page      stop, tell, no retry
SourceChanged        the answer is not what was agreed on    stop, keep the page
QualityError         a batch or the warehouse broke a rule   stop, keep the batch
                     that fails                              or the last snapshot
WarehouseError       the warehouse can't be used as asked    stop, tell
WarehouseBusy        another has it open, or is mending it   retry
DeliveryError        alerts could not be sent                stop, tell, keep them
==================== ======================================= ====================
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from tidings.masking import lines

if TYPE_CHECKING:
    from tidings.http import Answer


class TidingsError(Exception):
    """Root of every error raised on purpose. ``remedy`` is the way out, one sentence.

    Secrets that this process was given are masked in both, whoever has put them there, and control
    characters are written out.
    """

    def __init__(self, message: str, *, remedy: str = "") -> None:
        self.message = lines(message)
        self.remedy = lines(remedy)
        super().__init__(self.message)

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
    """A batch broke a rule whose policy is ``fail``: nothing of it was loaded.

    Or a check of the warehouse failed: nothing was published.
    """


class DeliveryError(TidingsError):
    """Alerts that were decided on could not be sent; they are kept, and can be sent again."""


class WarehouseError(TidingsError):
    """The warehouse can't do what was asked."""


class WarehouseBusy(WarehouseError):
    """Another process has the warehouse now, to write or to mend it; worth another try."""


class FenceLost(WarehouseError):
    """A newer attempt has taken over the load; this one must stop and changed nothing."""
