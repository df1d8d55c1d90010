"""A request, its answer, and what a connector may ask of the client: no library's types."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Hashable, Mapping
from email.message import Message
from functools import lru_cache
from typing import Any, Protocol, TypeAlias, TypeVar
from urllib.parse import urljoin

import msgspec

from tidings.charsets import text_codec
from tidings.decoding import one_at_a_time
from tidings.errors import SourceChanged, SourceError
from tidings.http.address import shown

T = TypeVar("T")

Params = Mapping[str, str | int | float | bool | None]

# One entry of a Link header, quoted strings (which may hold commas and semicolons) taken whole.
_PARAMETER = r"""\s*;\s*([^\s"=;,<>]+)(?:\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s"=;,<>]*)))?"""
_LINK = re.compile(rf"<([^<>]*)>((?:{_PARAMETER})*)")

_ONE_BYTE = ("iso8859", "cp125")


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@lru_cache(maxsize=1024)
def _decoder(type: Any) -> msgspec.json.Decoder[Any]:  # noqa: A002 - msgspec's own word
    """Return what decodes JSON of ``type``."""
    with one_at_a_time:
        return msgspec.json.Decoder(type)


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked. ``url`` is whole, query string included.

    ``repeatable`` says of a method other than GET and HEAD that asking twice does no harm.
    ``judge`` reads an answer's body for the error that its status does not tell. ``found`` says
    that the address was read in an answer: whoever wrote it must not choose a private one.
    """

    method: str
    url: str
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    body: bytes = b""
    repeatable: bool = False
    judge: Judge | None = None
    found: bool = False


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back: ``body`` unpacked, header names in lower case, ``url`` after redirects."""

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
        """The body as text, by the stated charset or UTF-8; bytes that don't fit are replaced.

        A byte order mark is left out. A charset that nobody knows is taken for UTF-8, and so is one
        of single bytes where the body is UTF-8: what is in such a charset hardly ever is.
        """
        name = text_codec(self.charset) or "utf-8"
        wrong = name.startswith(_ONE_BYTE) and _is_utf8(self.body)
        text = self.body.decode("utf-8" if wrong else name, "replace")
        return text.removeprefix("\ufeff")

    def json(self, type: type[T] | Any = Any) -> T | Any:  # noqa: A002 - msgspec's own word
        """Decode the body as JSON of ``type``; SourceChanged, with this page kept, if it is not.

        Half of a surrogate pair, as a text cut in the middle of an emoji has, becomes U+FFFD.
        """
        body = self.body.removeprefix(codecs.BOM_UTF8)
        # few have any, and looking through all is slow; for a single byte it is not
        if b"\\" in body and (rb"\ud" in body or rb"\uD" in body):
            body = _LONE_SURROGATE.sub(_whole, body)
        try:
            hashable: Hashable = type  # type: ignore[assignment] # mypy doubts it of type[T]
            return _decoder(hashable).decode(body)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            found = self.headers.get("content-type", "no content type")
            raise SourceChanged(
                f"{shown(self.url)} did not answer with the JSON that was expected "
                f"({found}, {len(self.body)} bytes): {error}.",
                remedy="Look at the kept page: a sign-in page, a captcha or a new form?",
                url=shown(self.url),
                answer=self,
            ) from error

    def link(self, rel: str) -> str | None:
        """Return the target of the Link header with this relation (RFC 8288), if there is one.

        The target is whole: a relative one is resolved against ``url``.
        """
        for entry in _LINK.finditer(self.headers.get("link", "")):
            found: list[tuple[str, str, str]] = re.findall(_PARAMETER, entry[2])
            rels = [quoted or bare for name, quoted, bare in found if name.lower() == "rel"]
            if rels and rel.lower() in rels[0].lower().split():  # a second rel does not count
                return urljoin(self.url, str(entry[1]))
        return None


_LONE_SURROGATE = re.compile(
    rb"(?P<pair>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(?P<lone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
    rb"|\\[^u]"
)
"""Escapes in order: an escaped backslash before a ``u`` is not the start of one."""


def _whole(escape: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if escape["lone"] else escape[0]


Judge: TypeAlias = Callable[[Answer], SourceError | None]
"""Read an answer of any status and return the error that the source means by it, if any."""

Send: TypeAlias = Callable[[Request], Answer]
"""Ask and get the answer, or raise a typed error."""

Layer: TypeAlias = Callable[[Send], Send]
"""Wrap a :data:`Send` in another one that does something more."""


class Http(Protocol):
    """The client that a connector is handed. Every call raises typed errors for 4xx and 5xx.

    TransientError (RateLimited) only after its own retries; AuthError, NotFound and SourceChanged
    at once.
    """

    def get(
        self,
        url: str,
        params: Params | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        validators: Mapping[str, str] | None = None,
        judge: Judge | None = None,
        found: bool = False,
    ) -> Answer:
        """GET ``url``; ``validators`` (of an earlier answer) make it conditional: 304 may come.

        ``judge`` is asked about every answer before its status is: many sources say in the body
        what went wrong. An error that it returns is raised, or retried, as one of a status.
        ``found``: the address was read in an answer, so it must lead to a public address.
        """
        ...

    def post(
        self,
        url: str,
        *,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = False,
        judge: Judge | None = None,
    ) -> Answer:
        """POST ``json`` or the fields of a ``form`` to ``url``, for sign-in and search by POST.

        Retried only where ``repeatable`` says that asking twice does no harm. That is so for a
        search, and for a sign-in: one whose answer got lost leaves a session that nobody uses.
        """
        ...

    def hold(self, url: str, seconds: float) -> None:
        """Send nothing to the host of ``url`` for so long: the source asked for a pause.

        RateLimited where that is longer than anybody should wait for: ten minutes.
        """
        ...

    def secret(self, name: str) -> str:
        """Return the secret ``name``; ConfigurationError that tells where it was looked for."""
        ...
