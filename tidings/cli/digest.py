"""``tidings digest``: page one of the dashboard as a mail, shown, kept as a file, or sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tidings.cli import steps
from tidings.cli.console import out
from tidings.errors import ConfigurationError
from tidings.home import Home
from tidings.watch import Channel, Watch, load_watch

if TYPE_CHECKING:
    from dashboard.digest import Mail

DAYS = 7


def digest(
    brand: Annotated[
        str | None, typer.Option(help="Own brand of a watch file; left out: of each.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=365, help="Whole days that are told.")] = DAYS,
    to: Annotated[
        list[str] | None,
        typer.Option("--to", help="WATCH/CHANNEL that gets it; may be repeated."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write it into this file, its pictures within it.")
    ] = None,
    lang: Annotated[
        str | None, typer.Option(help="en, nb, da, fa or zh; left out: the brand's own.")
    ] = None,
) -> None:
    """Write page one as a mail: how a brand stands after its last days. Shows it, or sends it."""
    wanted = _watches(brand)
    targets = [_target(name, wanted) for name in to or []]
    if html is not None and len(wanted) != 1:
        raise ConfigurationError(
            "One file holds one brand.",
            remedy=f"Choose by --brand: {', '.join(w.brand.name for w in wanted)}.",
        )
    if not targets and html is None:
        for watch in wanted:
            out.print(_mail(watch, days, lang).text, markup=False, highlight=False)
        return
    if html is not None:
        html.write_text(_mail(wanted[0], days, lang).alone(), "utf-8")
        out.print(f"Page one is in {html}.", markup=False, highlight=False)
    for watch, channel in targets:
        _send(_mail(watch, days, lang), watch, channel)
        out.print(f"Page one was sent to {watch.id}/{channel.name}.", markup=False, highlight=False)


def tell(watch: str, channel: str) -> dict[str, str]:
    """Send page one of a watch file to one of its channels; return which, and the title.

    What the DAG calls. TransientError: to be tried again; ConfigurationError: not before somebody
    has mended it.
    """
    known = load_watch(Home.find().watch_dir / f"{watch}.toml")
    [(found, target)] = [_target(f"{watch}/{channel}", [known])]
    mail = _mail(found, DAYS, None)
    _send(mail, found, target)
    return {"channel": f"{watch}/{channel}", "title": mail.title}


def _mail(watch: Watch, days: int, language: str | None) -> Mail:
    from dashboard.digest import mail
    from dashboard.reader import Reader

    home = Home.find()
    reader = Reader(home.snapshot)
    try:
        with reader.snapshot() as snapshot:
            return mail(snapshot, watch, days=days, language=language, link=home.dashboard)
    finally:
        reader.close()


def _send(mail: Mail, watch: Watch, channel: Channel) -> None:
    from tidings.notify.digest import send

    key = f"overview:{watch.id}:{channel.name}:{mail.title}"
    send(mail.title, mail.text, mail.html, mail.pictures, channel, key=key)


def _watches(brand: str | None) -> list[Watch]:
    known = steps.watches()
    found = [watch for watch in known if brand in (None, watch.brand.name)]
    if not found:
        names = ", ".join(watch.brand.name for watch in known)
        raise ConfigurationError(
            f"No watch file's own brand is {brand!r}.", remedy=f"There is: {names}."
        )
    return found


def _target(name: str, watches: list[Watch]) -> tuple[Watch, Channel]:
    found = {f"{w.id}/{c.name}": (w, c) for w in watches for c in w.notify}
    if name not in found:
        raise ConfigurationError(
            f"There is no channel {name!r}.",
            remedy=f"There is: {', '.join(found) or 'none; add a [[notify]] to a watch file'}.",
        )
    return found[name]
