"""The app: pages, JSON API, static files, and what becomes of errors."""

from __future__ import annotations

from importlib.resources import files

from fastapi import FastAPI, Request
from fastapi.exception_handlers import request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles

from dashboard import signin
from dashboard.access import NotAllowed, SignInNeeded, TooManyTries
from dashboard.api import answers as answers_api
from dashboard.api import backtest as backtest_api
from dashboard.api import brand as brand_api
from dashboard.api import drivers as drivers_api
from dashboard.api import incidents as incidents_api
from dashboard.api import keywords as keywords_api
from dashboard.api import marts
from dashboard.api import mentions as mentions_api
from dashboard.api import sources as sources_api
from dashboard.api import today as today_api
from dashboard.formats import Formats
from dashboard.guard import Guarded
from dashboard.look import NotModified
from dashboard.pages import (
    answers,
    backtest,
    brand,
    drivers,
    incident,
    incidents,
    keywords,
    mention,
    mentions,
    sources,
    today,
)
from dashboard.setup import Setup
from dashboard.texts import LANGUAGES, RIGHT_TO_LEFT, Texts, spoken
from tidings.errors import ConfigurationError, TidingsError, WarehouseError

PAGES = (
    today,
    incidents,
    incident,
    brand,
    mentions,
    backtest,
    keywords,
    mention,
    sources,
    drivers,
    answers,
)
APIS = (
    marts,
    incidents_api,
    backtest_api,
    mentions_api,
    sources_api,
    answers_api,
    brand_api,
    keywords_api,
    drivers_api,
    today_api,
)


def create_app(setup: Setup) -> FastAPI:
    """Return the app over one installation; it can be mounted anywhere, all its links are relative.

    Its OpenAPI description is at ``api/v1/openapi.json``.
    """
    app = FastAPI(
        title="Tidings",
        version=setup.version,
        description="What people say about a brand: the figures of the pages, as JSON.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.setup = setup
    for page in PAGES:
        app.include_router(page.router, include_in_schema=False)
    app.include_router(signin.router, include_in_schema=False)
    for api in APIS:
        app.include_router(api.router, prefix="/api/v1")
    app.mount("/static", StaticFiles(directory=str(files("dashboard") / "static")), name="static")
    app.add_exception_handler(TidingsError, _failed)
    app.add_exception_handler(NotModified, _known)
    app.add_exception_handler(RequestValidationError, _refused)
    app.add_middleware(Guarded, guard=setup.guard)
    return app


def _known(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, NotModified)
    return Response(status_code=304, headers={"ETag": error.tag, "Vary": "Cookie"})


async def _refused(request: Request, error: Exception) -> Response:
    """Tell of a value that can't be used: programs as FastAPI does, people on a page."""
    assert isinstance(error, RequestValidationError)
    if _machine(request):
        return await request_validation_exception_handler(request, error)
    first = error.errors()[0]
    named = ".".join(str(part) for part in first["loc"][1:])
    told = ConfigurationError(f"{named}: {first['msg']}.", remedy="Go back, and choose another.")
    return _page(request, told, 422)


def _failed(request: Request, error: Exception) -> Response:
    assert isinstance(error, TidingsError)
    if isinstance(error, SignInNeeded) and not _machine(request):
        if "hx-request" in request.headers:  # a part of a page: the page as a whole asks anew
            return Response(status_code=401, headers={"HX-Refresh": "true"})
        return RedirectResponse(signin.signin_address(request), status_code=303)
    status = _status(error)
    if _machine(request):
        told = {"error": type(error).__name__, "message": error.message, "remedy": error.remedy}
        answer: Response = JSONResponse(told, status_code=status)
    else:
        answer = _page(request, error, status)
    if isinstance(error, TooManyTries):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _machine(request: Request) -> bool:
    return "/api/" in request.url.path


def _status(error: TidingsError) -> int:
    if isinstance(error, SignInNeeded):
        return 401
    if isinstance(error, NotAllowed):
        return 403
    if isinstance(error, TooManyTries):
        return 429
    if isinstance(error, ConfigurationError):
        return 400
    return 503 if isinstance(error, WarehouseError) else 500


def _page(request: Request, error: TidingsError, status: int) -> HTMLResponse:
    """Tell an error on a page that needs no snapshot: there may be none."""
    setup: Setup = request.app.state.setup
    accepted = request.headers.get("accept-language")
    language = spoken(
        request.query_params.get("lang"), request.cookies.get("tidings-language"), accepted
    )
    made = setup.templates.get_template("error.html").render(
        t=Texts(language),
        f=Formats(language),
        error=error,
        language=language,
        languages=LANGUAGES,
        direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
        theme="",
    )
    return HTMLResponse(made, status_code=status)
