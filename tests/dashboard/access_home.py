"""An app of an empty installation that says who it takes a request to be from."""

from pathlib import Path
from typing import Annotated

from fastapi import Depends
from starlette.testclient import TestClient

from dashboard.access import Access, Person
from dashboard.app import create_app
from dashboard.guard import Guard
from dashboard.look import person
from dashboard.setup import Setup
from tidings.home import Home

OWN = {"Sec-Fetch-Site": "same-origin"}


def opened(
    home: Path | Home,
    access: Access | None = None,
    guard: Guard | None = None,
    *,
    url: str = "http://page.example",
    peer: str = "192.0.2.7",
) -> TestClient:
    """Return a client at the address ``peer``; ``/who`` says who it is, ``/break`` goes wrong."""
    at = home if isinstance(home, Home) else Home.at(home)
    app = create_app(Setup(at, access, guard))

    def who(known: Annotated[Person, Depends(person)]) -> str:
        return f"{known.name}: {known.role}"

    def broken() -> str:
        raise RuntimeError("a mistake of ours")

    app.add_api_route("/who", who, methods=["GET", "POST"], include_in_schema=False)
    app.add_api_route("/break", broken)
    return TestClient(
        app,
        base_url=url,
        client=(peer, 4711),
        follow_redirects=False,
        raise_server_exceptions=False,
    )


def said(client: TestClient, **headers: str) -> str | int:
    """Return who the page takes the client to be, else the status it was refused with."""
    answer = client.get("/who", headers={k.replace("_", "-"): v for k, v in headers.items()})
    return str(answer.json()) if answer.status_code == 200 else answer.status_code
