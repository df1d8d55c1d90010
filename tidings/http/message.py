"""A request, its answer, and what a connector may ask of the client: no library's types."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.message import Message
from typing import Any, Protocol, TypeVar

import msgspec

from tidings.errors import SourceChanged

T = TypeVar("T")

Params = Mapping[str, str | int | float | bool | None]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked. ``url`` is whole, query string included."""

    method: str
    url: str
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    body: bytes = b""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back: decompressed ``body``; header names in lower case; ``url`` after redirects."""

    status: int
    url: str
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    body: bytes = b""

    @property
    def unchanged(self) -> bool:
        """True for 304: the source says that nothing is new since the validators given."""
        return self.status == 304

    @property
    def validators(self) -> dict[str, str]:
        """What to give back next time (ETag, Last-Modified), fit for a cursor."""
        return {k: self.headers[k] for k in ("etag", "last-modified") if k in self.headers}

    @property
    def charset(self) -> str | None:
        """The charset that the Content-Type header states, if any."""
        message = Message()
        message["content-type"] = self.headers.get("content-type", "")
        return message.get_content_charset()

    @property
    def text(self) -> str:
        """The body as text, by the stated charset or UTF-8; bytes that don't fit are replaced."""
        try:
            return self.body.decode(self.charset or "utf-8", "replace")
        except LookupError:
            return self.body.decode("utf-8", "replace")

    def json(self, type: type[T] | Any = Any) -> T | Any:  # noqa: A002 - msgspec's own word
        """Decode the body as JSON of ``type``; SourceChanged, with this page kept, if it is not."""
        try:
            return msgspec.json.decode(self.body, type=type)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            found = self.headers.get("content-type", "no content type")
            raise SourceChanged(
                f"{self.url} did not answer with the JSON that was expected "
                f"({found}, {len(self.body)} bytes): {error}.",
                remedy="Look at the kept page: a sign-in page, a captcha or a new form?",
                url=self.url,
                answer=self,
            ) from error

    def link(self, rel: str) -> str | None:
        """Return the target of the Link header with this relation (RFC 8288), if there is one."""
        for part in re.split(r",\s*(?=<)", self.headers.get("link", "")):
            match = re.match(r"<([^>]*)>(.*)", part.strip())
            if match and re.search(rf';\s*rel="?(?:[^";]* )?{re.escape(rel)}[" ;]?', match[2] + ";"):
                return match[1]
        return None


class Http(Protocol):
    """The client that a connector is handed. Every call raises typed errors for 4xx and 5xx.

    TransientError (RateLimited) only after its own retries; AuthError, NotFound, SourceChanged at once.
    """

    def get(
        self,
        url: str,
        params: Params | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        validators: Mapping[str, str] | None = None,
    ) -> Answer:
        """GET ``url``; ``validators`` (of an earlier answer) make it conditional: 304 may come."""
        ...

    def post(
        self, url: str, *, json: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """POST ``json`` to ``url``, for sign-in and search by POST; retried only where safe."""
        ...

    def secret(self, name: str) -> str:
        """Return the secret called ``name``; ConfigurationError that tells where it was looked for."""
        ...
