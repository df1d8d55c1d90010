"""The app behind Airflow's sign-in: nothing of it is answered to who isn't signed in there.

Imports Airflow's API server; :mod:`dashboard.plugin` imports this when it is needed.
"""

from __future__ import annotations

from typing import Any

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import AccessView, DagAccessEntity
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import FastAPI, Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.access import Person, Role
from dashboard.app import create_app
from dashboard.headers import Headers
from dashboard.setup import Setup
from tidings.home import Home

USER = "tidings.user"
"""Where in a request's scope Airflow's user is kept."""

PASSED_ON = (
    "type", "asgi", "http_version", "server", "client", "scheme", "method", "path", "raw_path",
    "query_string", "headers", "root_path", "extensions",
)  # fmt: skip
"""What the app is told of a request: nothing of Airflow's own routes, user and state."""

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


class OfAirflow:
    """Who looks is who is signed in to Airflow; what they may do follows from what they may there.

    Who may change connections is an admin, who may change DAG runs an editor, who may open
    Airflow's page a viewer.
    """

    def person(self, request: Request) -> Person | None:
        """Return who it is; None for who may not even open Airflow's page."""
        user = request.scope[USER]
        role = _role(user)
        return None if role is None else Person(name=user.get_name(), role=role)


def guarded(home: Home) -> ASGIApp:
    """Return the app of one installation; each request needs a user that Airflow knows."""
    app = create_app(Setup(home, OfAirflow()))

    def pass_on(request: Request, user: GetUserDep) -> Response:
        del request
        return _PassedOn(app, user)

    outer = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    outer.add_api_route("/{path:path}", pass_on, methods=METHODS, response_model=None)
    return Headers(outer)


class _PassedOn(Response):
    """An answer that another app gives, told who asks."""

    def __init__(self, app: ASGIApp, user: Any) -> None:
        super().__init__()
        self._app, self._user = app, user

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fresh = {name: scope[name] for name in PASSED_ON if name in scope}
        await self._app({**fresh, USER: self._user}, receive, send)


def _role(user: Any) -> Role | None:
    manager = get_auth_manager()
    if manager.is_authorized_connection(method="PUT", user=user):
        return "admin"
    if manager.is_authorized_dag(method="PUT", access_entity=DagAccessEntity.RUN, user=user):
        return "editor"
    if manager.is_authorized_view(access_view=AccessView.WEBSITE, user=user):
        return "viewer"
    return None
