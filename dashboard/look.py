"""One look at the page: who looks, at what, in which language; and how it is answered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from dashboard.access import NotAllowed, Person, Role, SignInNeeded
from dashboard.asked import Asked, Known, asked
from dashboard.figures.brands import brands
from dashboard.formats import Formats
from dashboard.reader import Snapshot
from dashboard.texts import LANGUAGES, RIGHT_TO_LEFT, Texts, spoken
from tidings.errors import TidingsError
from tidings.times import utcnow

if TYPE_CHECKING:
    from dashboard.setup import Setup


class NotModified(Exception):
    """The browser has what it would be sent; it is answered 304."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag


class Look:
    """What a request is answered from: the snapshot, the person, what the address asks for."""

    def __init__(self, request: Request, setup: Setup, snapshot: Snapshot, person: Person) -> None:
        self.request, self.setup, self.snapshot, self.person = request, setup, snapshot, person
        query = request.query_params
        kept = request.cookies.get("tidings-language")
        accepted = request.headers.get("accept-language")
        self.language = spoken(query.get("lang"), kept, accepted)
        self.texts = Texts(self.language)
        self.left_out: TidingsError | None = None
        """Why changes that people made are not in the answer; None: they are."""

    @cached_property
    def brands(self) -> list[Known]:
        """All brands that the snapshot tells of."""
        return brands(self.snapshot)

    @cached_property
    def asked(self) -> Asked:
        """The brand and period that the address asks for. Raises ConfigurationError."""
        return asked(self.request.query_params, self.brands)

    @cached_property
    def formats(self) -> Formats:
        """How figures are written: by the language, times in the brand's zone."""
        return Formats(self.language, self.asked.known.timezone)

    @cached_property
    def tag(self) -> str:
        """ETag: another where the snapshot, the address, the language or the changes are others.

        Told once, before anything is read: a change that comes while the page is made is not in it.
        """
        changes = self.setup.changes_stamp()
        theme = self.request.cookies.get("tidings-theme", "")
        told = (
            self.snapshot.stamp,
            str(self.request.url.path),
            str(self.request.url.query),
            self.language,
            theme,
            self.person.name,
            self.person.role,
            changes,
            self.setup.version,
            f"{utcnow():%Y-%m-%dT%H}",  # how long ago something was is told by the clock
        )
        return f'W/"{hashlib.sha256(chr(0).join(told).encode()).hexdigest()[:32]}"'

    def unless_known(self) -> None:
        """Raise NotModified where the browser has this already."""
        if self.tag in (self.request.headers.get("if-none-match") or ""):
            raise NotModified(self.tag)

    def needs(self, role: Role) -> None:
        """Raise NotAllowed unless the person's role is at least ``role``."""
        if not self.person.may(role):
            raise NotAllowed(
                f"This needs the role {role}; yours is {self.person.role}.",
                remedy="Ask whoever runs this page for it.",
            )

    def page(self, template: str, status: int = 200, **data: Any) -> HTMLResponse:
        """Answer with a page made from ``templates/TEMPLATE``."""
        made = self.setup.templates.get_template(template).render(self.about() | data)
        headers = {"ETag": self.tag, "Cache-Control": "private, no-cache", "Vary": "Cookie"}
        answer = HTMLResponse(made, status_code=status, headers=headers if status == 200 else None)
        if self.request.query_params.get("lang") in LANGUAGES:
            answer.set_cookie("tidings-language", self.language, max_age=31_536_000, samesite="lax")
        return answer

    def about(self) -> dict[str, Any]:
        """Return what every template may use."""
        theme = self.request.cookies.get("tidings-theme", "")
        return {
            "look": self,
            "t": self.texts,
            "f": self.formats,
            "asked": self.asked,
            "person": self.person,
            "languages": LANGUAGES,
            "direction": "rtl" if self.language in RIGHT_TO_LEFT else "ltr",
            "theme": theme if theme in ("light", "dark") else "",
            "here": self.request.url.path.rsplit("/", 1)[-1],
        }


def person(request: Request) -> Person:
    """Return who sends the request. Raises SignInNeeded."""
    setup: Setup = request.app.state.setup
    who = setup.access.person(request)
    if who is None:
        raise SignInNeeded("Nobody is signed in.", remedy="Sign in first.")
    return who


def look(request: Request, who: Annotated[Person, Depends(person)]) -> Iterator[Look]:
    """Give the look of a request; its snapshot is the same until the answer is made."""
    setup: Setup = request.app.state.setup
    with setup.reader.snapshot() as snapshot:
        yield Look(request, setup, snapshot, who)


Looking = Annotated[Look, Depends(look, scope="function")]
