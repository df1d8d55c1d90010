"""``tidings receive``: take in signed pushes; the connector ``webhook`` reads them later."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from tidings.cli import steps
from tidings.cli.console import out
from tidings.cli.serving import impatient, listening
from tidings.connector import configure
from tidings.credentials import secret
from tidings.errors import ConfigurationError
from tidings.home import Home
from tidings.watch import Watch

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

    from connectors.webhook import Webhook
    from connectors.webhook_inbox import Form, Inbox

log = logging.getLogger("tidings")

FORMS: dict[str, Form] = {
    "application/json": "json",
    "application/x-ndjson": "ndjson",
    "application/ndjson": "ndjson",
    "application/jsonl": "ndjson",
}

BODY_SECONDS = 30.0
"""A body that takes longer to arrive is given up (408)."""

AT_ONCE = 64
"""Requests at a time; more are answered 503, and a sender tries again."""


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """One path that is pushed to: the settings of its source, its secret, its inbox."""

    settings: Webhook
    key: str
    inbox: Inbox

    def __repr__(self) -> str:
        """Leave the secret out of whatever shows this."""
        return f"Door({self.settings.inbox!r})"


def receive(
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port; 0 for any free one.")] = 8787,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
) -> None:
    """Receive signed pushes for all sources of the connector 'webhook', until it is stopped.

    A push to /WATCH/SOURCE is answered 202 once it lies on disk; 'tidings run' collects it. TLS and
    the public address are a reverse proxy's business. Start it anew after a change of watch files.
    """
    import uvicorn
    from filelock import FileLock, Timeout

    home = Home.find()
    root = home.warehouse.parent / "inbox"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with FileLock(root / ".receive.lock", timeout=0), listening(host, port) as listener:
            doors = doors_of(steps.watches(home), home)
            config = uvicorn.Config(
                application(doors),
                http=impatient(),
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                limit_concurrency=AT_ONCE,
                timeout_graceful_shutdown=10,
            )
            at, bound = listener.getsockname()[:2]
            shown = f"[{at}]" if ":" in at else at
            for path in doors:
                out.print(f"POST http://{shown}:{bound}/{path}", highlight=False, markup=False)
            uvicorn.Server(config).run(sockets=[listener])
    except Timeout:
        raise ConfigurationError(
            f"Another 'tidings receive' of {home.root} is running.",
            remedy="One serves all its sources; stop it first, e.g. to read changed watch files.",
        ) from None


def doors_of(watches: Iterable[Watch], home: Home) -> dict[str, Door]:
    """Return the doors of all sources of the connector ``webhook`` by path, ``watch/source``.

    ConfigurationError where there is none, a secret is missing, or an inbox is not the source's.
    """
    from connectors.webhook import Webhook
    from connectors.webhook_inbox import Inbox, inbox_folder

    doors: dict[str, Door] = {}
    for watch in watches:
        for source in watch.sources:
            if source.connector != Webhook.source:
                continue
            path = f"{watch.id}/{source.id}"
            where = f"watch/{watch.id}.toml: key 'sources.{source.id}.settings'"
            settings = configure(Webhook, source.settings, where)
            assert isinstance(settings, Webhook)
            if settings.inbox != path:
                raise ConfigurationError(
                    f"{where}: inbox is {settings.inbox!r}, but this source is {path!r}.",
                    remedy=f"Write inbox = {path!r}: each source has an inbox of its own.",
                )
            timed = settings.scheme != "github"
            # a push may be signed a window ahead and is good for a window after that
            memory = 2 * settings.window_seconds if timed else None
            doors[path] = Door(
                settings=settings,
                key=secret(settings.credential),
                inbox=Inbox(inbox_folder(path, home), memory_seconds=memory),
            )
    if not doors:
        raise ConfigurationError(
            f"No watch file in {home.watch_dir} has a source of the connector 'webhook'.",
            remedy="Add one; 'tidings sources webhook' shows how.",
        )
    return doors


def application(doors: dict[str, Door]) -> Starlette:
    """Return the receiver as an ASGI application; it logs paths, statuses and reasons only."""
    from starlette.applications import Starlette
    from starlette.requests import ClientDisconnect
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    async def push(request: Request) -> Response:
        path = f"{request.path_params['watch']}/{request.path_params['source']}"
        door = doors.get(path)
        if door is None:
            return PlainTextResponse("There is nothing here.\n", 404)
        try:
            status, told = await asyncio.wait_for(_take(door, request), BODY_SECONDS)
        except TimeoutError:
            status, told = 408, "the body did not come to its end"
        except ClientDisconnect:
            status, told = 400, "the sender hung up"
        log.log(logging.INFO if status == 202 else logging.WARNING, "%s %d: %s", path, status, told)
        return PlainTextResponse(f"{told}\n", status)

    return Starlette(routes=[Route("/{watch}/{source}", push, methods=["POST"])])


async def _take(door: Door, request: Request) -> tuple[int, str]:
    """Take in one push; return the status to answer and a line that says why."""
    from connectors import webhook_signature as signature
    from connectors.webhook_inbox import Replayed

    form = _form(request)
    if form is None:
        return 415, f"send one of {', '.join(FORMS)}, in UTF-8 and not packed"
    settings = door.settings
    try:
        stated = signature.stated(settings.scheme, request.headers)
        signature.check_time(stated, now=time.time(), window_seconds=settings.window_seconds)
        body = await _body(request, settings.max_bytes)
        if body is None:
            return 413, f"the body is larger than {settings.max_bytes} bytes"
        mark = signature.check(stated, door.key, body)
    except signature.Refused as refused:
        return 401, str(refused)
    try:
        number = await asyncio.shield(asyncio.to_thread(door.inbox.put, body, mark=mark, form=form))
    except Replayed:
        return 409, "this push is here already"
    except OSError as error:
        log.error("%s: a push can't be stored: %s", settings.inbox, error.strerror)
        return 503, "it can't be stored now; send it again"
    return 202, f"taken in as {number}"


def _form(request: Request) -> Form | None:
    kind, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    packed = request.headers.get("content-encoding", "identity").strip().lower() != "identity"
    charset = parameters.replace(" ", "").replace('"', "").partition("charset=")[2]
    if packed or charset not in ("", "utf-8", "utf8"):
        return None
    return FORMS.get(kind.strip())


async def _body(request: Request, most: int) -> bytes | None:
    """Read the body; None once it is larger than ``most`` bytes, whatever its header says."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most:
        return None
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            return None
        parts.append(part)
    return b"".join(parts)
