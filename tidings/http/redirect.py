"""The layer that follows redirects, one exchange each, and shows no credential to a stranger."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit, urlunsplit

import msgspec

from tidings.errors import ConfigurationError, SourceChanged
from tidings.http.address import checked, same_origin, shown
from tidings.http.message import Answer, Layer, Request, Send

MOVED = {301, 302, 303, 307, 308}

FOR_ANYONE = {
    "accept",
    "accept-language",
    "content-type",
    "if-modified-since",
    "if-none-match",
    "user-agent",
}
"""Headers that go along to another origin; any other may carry a credential."""


def redirect(limit: int) -> Layer:
    """Follow at most ``limit`` redirects; the answer's ``url`` is the last one asked for.

    SourceChanged where there are more (a loop), where the target is no URL, and where a request
    with a body would have to be sent on to another origin. Another origin counts as ``found``: the
    source chose it, so it must be at a public address. An answer without Location passes as it is,
    and so does every redirect where ``limit`` is 0.
    """

    def layer(send: Send) -> Send:
        def ask(request: Request) -> Answer:
            answer = send(request)
            for _ in range(limit):
                if not _is_redirect(answer):
                    return answer
                request = _onward(request, answer)
                answer = send(request)
            if limit and _is_redirect(answer):
                raise _lost(request, answer, f"redirects more than {limit} times")
            return answer

        return ask

    return layer


def _is_redirect(answer: Answer) -> bool:
    return answer.status in MOVED and "location" in answer.headers


def _onward(request: Request, answer: Answer) -> Request:
    """Return the request that ``answer`` asks for instead of ``request``."""
    target = _target(request, answer)
    headers = request.headers
    stays = same_origin(request.url, target)
    if not stays:
        headers = {k: v for k, v in headers.items() if k.lower() in FOR_ANYONE}
    onward = msgspec.structs.replace(request, url=target, found=request.found or not stays)
    if _becomes_get(request.method, answer.status):
        headers = {k: v for k, v in headers.items() if k.lower() != "content-type"}
        return msgspec.structs.replace(onward, method="GET", headers=headers, body=b"")
    if request.body and not stays:
        raise _lost(request, answer, f"redirects a request with a body to {shown(target)}")
    return msgspec.structs.replace(onward, headers=headers)


def _becomes_get(method: str, status: int) -> bool:
    """Do as browsers do: only 307 and 308 keep the method of a POST."""
    return (status == 303 and method != "HEAD") or (status in {301, 302} and method == "POST")


def _target(request: Request, answer: Answer) -> str:
    try:
        parts = urlsplit(urljoin(request.url, answer.headers["location"].strip()))
        # A user name in a redirect is never one of ours.
        bare = parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="")
        return checked(urlunsplit(bare).replace(" ", "%20"))
    except (ConfigurationError, ValueError) as error:
        raise _lost(request, answer, "redirects to something that is no URL") from error


def _lost(request: Request, answer: Answer, what: str) -> SourceChanged:
    return SourceChanged(
        f"{shown(request.url)} {what} ({answer.status}).",
        remedy="Open the address in a browser: the place has moved, or wants a sign-in or consent.",
        url=shown(request.url),
        answer=answer,
    )
