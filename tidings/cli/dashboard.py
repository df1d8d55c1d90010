"""``tidings dashboard``: the page, on its own; and the tokens that open it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tidings.cli.console import AsJson, out, table
from tidings.cli.serving import impatient, listening
from tidings.errors import ConfigurationError
from tidings.home import Home

AT_ONCE = 256
"""Requests and idle connections at a time, of people and programs; more are answered 503."""

app = typer.Typer(help="Show the page on its own; see also 'tidings up'.")
token = typer.Typer(help="Who may sign in: make, list and remove tokens.", no_args_is_help=True)
app.add_typer(token, name="token")


@app.callback(invoke_without_command=True)
def dashboard(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port; 0 for any free one.")] = 8790,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    sign_in: Annotated[
        bool | None,
        typer.Option(
            "--sign-in/--no-sign-in",
            help="Whether people sign in; by default unless only this machine reaches the page.",
        ),
    ] = None,
    proxy_header: Annotated[
        str | None, typer.Option(help="Header by which a reverse proxy says who looks.")
    ] = None,
    trusted_proxy: Annotated[
        list[str] | None, typer.Option(help="Address or network of the proxy; may be repeated.")
    ] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(help="NAME=viewer|editor|admin of who comes by the proxy; may be repeated."),
    ] = None,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="Name the page is known by; may be repeated.")
    ] = None,
) -> None:
    """Show the page to whoever opens it in a browser, until Ctrl-C.

    On this machine's own address nobody has to sign in; elsewhere by a token or a reverse proxy.
    TLS is the proxy's business. 'dashboard.toml' in the installation's folder may say the same.
    """
    if context.invoked_subcommand is not None:
        return
    from dashboard.entry import wishes, with_more

    home = Home.find()
    wished = with_more(
        wishes(home),
        proxy_header=proxy_header,
        trusted_proxies=trusted_proxy or (),
        hosts=allow_host or (),
        roles=role or (),
    )
    _serve(home, wished, host=host, port=port, sign_in=sign_in)


def _serve(home: Home, wished: Any, *, host: str, port: int, sign_in: bool | None) -> None:
    import uvicorn

    from dashboard.app import create_app
    from dashboard.entry import entry
    from dashboard.setup import Setup

    with listening(host, port) as listener:
        at, bound = listener.getsockname()[:2]
        found = entry(home, wished, at=at, sign_in=sign_in)
        setup = Setup(home, found.access, found.guard)
        config = uvicorn.Config(
            create_app(setup),
            http=impatient(),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # the app believes those it is told to
            limit_concurrency=AT_ONCE,
            timeout_graceful_shutdown=5,
        )
        shown = f"[{at}]" if ":" in at else at
        out.print(f"http://{shown}:{bound}/", highlight=False, markup=False)
        out.print(f"{found.told} Ctrl-C stops it.", highlight=False, markup=False)
        uvicorn.Server(config).run(sockets=[listener])
        setup.reader.close()


@token.command("add")
def add(
    name: Annotated[str, typer.Argument(help="Whose it is; changes are noted under this name.")],
    role: Annotated[
        str, typer.Option(help="viewer reads; editor marks and corrects; admin does everything.")
    ] = "viewer",
) -> None:
    """Make a token and print it, this once: only its hash is kept."""
    from dashboard.access import RANK
    from dashboard.token_file import TokenFile

    found = next((known for known in RANK if known == role), None)
    if found is None:
        raise ConfigurationError(
            f"There is no role {role!r}.", remedy=f"There is: {', '.join(RANK)}."
        )
    made = TokenFile(Home.find()).add(name, found)
    out.print(made, highlight=False, markup=False)


@token.command("list")
def listed(json: AsJson = False) -> None:
    """List whose tokens there are; never the tokens."""
    from dashboard.token_file import TokenFile

    rows = [(t.name, t.role, t.made) for t in TokenFile(Home.find()).tokens()]
    columns = ("name", "role", "made")
    if json:
        from tidings.cli.steps import as_json

        out.print_json(as_json([dict(zip(columns, row, strict=True)) for row in rows]))
    else:
        table(columns, rows, title="Tokens")


@token.command("remove")
def remove(name: Annotated[str, typer.Argument(help="Whose token.")]) -> None:
    """Remove a token; who signed in with it is signed out at the next request."""
    from dashboard.token_file import TokenFile

    TokenFile(Home.find()).remove(name)
    out.print(f"{name}: removed.", highlight=False, markup=False)
