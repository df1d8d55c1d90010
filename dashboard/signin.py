"""The page for signing in with a token, and the way back to what was asked for."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from dashboard.access import NotAllowed, TooManyTries
from dashboard.setup import Setup
from dashboard.texts import LANGUAGES, RIGHT_TO_LEFT, Texts, spoken
from dashboard.tokens import Tokens
from tidings.errors import ConfigurationError

router = APIRouter()

START = "today"

MOST_BYTES = 8192
"""Of what the form sends: a token and an address."""

BODY_SECONDS = 20.0

_OWN = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*(\?[!-~]*)?")
"""An address within the app: no scheme, no host, no way up."""


def signin_address(request: Request) -> str:
    """Return the address of the page for signing in, from the page asked for, and back to it."""
    path = request.url.path.removeprefix(request.scope.get("root_path", "")).lstrip("/")
    asked = f"{path}?{request.url.query}" if request.url.query else path
    back = f"?next={quote(asked, safe='')}" if asked and request.method == "GET" else ""
    return "../" * path.count("/") + "signin" + back


@router.get("/signin")
def ask(request: Request) -> Response:
    """Ask for a token; go on where nobody has to give one."""
    access = _setup(request).access
    back = _own(request.query_params.get("next"))
    if request.headers.get("sec-fetch-site") == "cross-site":
        return _page(request, "signin_again.html", back)
    if access.person(request) is not None:
        return RedirectResponse(back, status_code=303)
    if not isinstance(access, Tokens):
        raise NotAllowed(
            "Nobody who may look at this page is signed in.",
            remedy="Sign in where this page's proxy does it, or ask whoever runs it for a role.",
        )
    return _page(request, "signin.html", back)


@router.post("/signin")
async def take(request: Request) -> Response:
    """Take a token; begin a session with it, or say that it isn't one."""
    access = _setup(request).access
    if not isinstance(access, Tokens):
        return RedirectResponse(START, status_code=303)
    sent = await _form(request)
    back = _own(sent.get("next"))
    try:
        found = access.known(sent.get("token", "").strip(), request)
    except TooManyTries as error:
        answer = _page(request, "signin.html", back, wrong="signin.wait", wait=error.seconds)
        answer.status_code = 429
        answer.headers["Retry-After"] = str(error.seconds)
        return answer
    if found is None:
        answer = _page(request, "signin.html", back, wrong="signin.wrong")
        answer.status_code = 401
        return answer
    going = RedirectResponse(back, status_code=303)
    access.begin(going, found, secure=request.url.scheme == "https")
    return going


@router.post("/signout")
def leave(request: Request) -> Response:
    """End the browser's session."""
    access = _setup(request).access
    going = RedirectResponse("signin", status_code=303)
    if isinstance(access, Tokens):
        access.end(going, secure=request.url.scheme == "https")
    return going


def _setup(request: Request) -> Setup:
    setup = request.app.state.setup
    assert isinstance(setup, Setup)
    return setup


def _own(address: str | None) -> str:
    """Return an address to go on to: one of our own, else where everybody starts."""
    own = address and len(address) <= 2000 and _OWN.fullmatch(address)
    return address if own and address else START


async def _form(request: Request) -> dict[str, str]:
    """Read what the form sent. ConfigurationError where it is too long, too slow or no form."""
    body = b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > MOST_BYTES:
                    raise ConfigurationError("More was sent than the form has.")
    except TimeoutError as error:
        raise ConfigurationError("What was sent did not come to its end.") from error
    try:
        fields = parse_qs(body.decode("utf-8"), max_num_fields=10)
    except ValueError as error:  # UnicodeDecodeError is one, too
        raise ConfigurationError("What was sent is no form.") from error
    return {name: values[-1] for name, values in fields.items()}


def _page(
    request: Request, template: str, back: str, *, wrong: str = "", wait: int = 0
) -> HTMLResponse:
    accepted = request.headers.get("accept-language")
    kept = request.cookies.get("tidings-language")
    language = spoken(request.query_params.get("lang"), kept, accepted)
    theme = request.cookies.get("tidings-theme", "")
    made = (
        _setup(request)
        .templates.get_template(template)
        .render(
            t=Texts(language),
            language=language,
            languages=LANGUAGES,
            direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
            theme=theme if theme in ("light", "dark") else "",
            back=back,
            wrong=wrong,
            wait=wait,
        )
    )
    return HTMLResponse(made, headers={"Cache-Control": "no-store"})
