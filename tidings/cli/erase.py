"""``tidings erase``: forget an author, a mention or a source, everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tidings.cli import erasing, erasure_request, erasure_telling, steps
from tidings.cli.console import AsJson, err, out
from tidings.cli.erasure_receipt import Receipt
from tidings.cli.opening import opened
from tidings.errors import ConfigurationError
from tidings.home import Home
from tidings.tombstones import Reason


def erase(
    author: Annotated[
        list[str] | None,
        typer.Option(help="SOURCE:HANDLE, or SOURCE:PSEUDONYM; may be given again."),
    ] = None,
    mention: Annotated[
        list[str] | None, typer.Option(help="A mention's id or address; may be given again.")
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option(help="All of a source, by its connector's name.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(help="A list: 'author SOURCE:HANDLE', 'mention ID', 'source NAME' a line."),
    ] = None,
    why: Annotated[str, typer.Option(help="request, law, mistake or policy.")] = "request",
    dry_run: Annotated[bool, typer.Option(help="Tell how much it is; change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask again.")] = False,
    resume: Annotated[
        bool, typer.Option(help="End one that was killed; after a restore, erase anew.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Erase people's mentions from every layer, so that nothing brings them back.

    Nothing can be taken back. What is erased: docs/privacy.md.
    """
    home = Home.find()
    waiting = erasure_request.pending(home)
    if resume:
        receipt = erasing.apply_again(home)
        if receipt is None:
            err.print("Nothing was ever erased here.")
            return
        _show(receipt, json=json)
        return
    if waiting is not None:
        raise ConfigurationError(
            f"{waiting.erasure} has not ended.", remedy="End it first: 'tidings erase --resume'."
        )
    request = _request(home, author or [], mention or [], source or [], file, why)
    counts = erasure_telling.dry_run(home, request)
    if not counts["mentions"] and not counts["landed_rows"]:
        err.print("Nothing of it is here. Is a handle written as its source does, capitals, too?")
    if dry_run:
        out.print_json(steps.as_json(counts))
        return
    if not yes:
        err.print("  ".join(f"{name}: {count:,}" for name, count in counts.items()))
        typer.confirm("Erase all of it, for good?", abort=True, err=True)
    with err.status("Erasing ..."):
        receipt = erasing.carry_out(home, request)
    _show(receipt, json=json)


def export(
    dest: Annotated[Path, typer.Argument(help="The JSON file to write, mode 0600.")],
    author: Annotated[list[str], typer.Option(help="SOURCE:HANDLE, or SOURCE:PSEUDONYM.")],
) -> None:
    """Write all that is held about an author to a file: what a person may ask to see."""
    home = Home.find()
    request = erasure_request.new_request(
        [erasure_request.author(text) for text in author], "request"
    )
    counts = erasure_telling.tell(home, request, dest)
    rows = sum(counts.values())
    err.print(f"{rows:,} rows of {len(counts)} tables in {dest}", markup=False, highlight=False)


def _request(
    home: Home,
    authors: list[str],
    mentions: list[str],
    sources: list[str],
    file: Path | None,
    why: str,
) -> erasure_request.Request:
    subjects = [erasure_request.author(text) for text in authors]
    subjects += [erasure_request.Subject("source", name) for name in sources]
    if mentions or file is not None:
        with opened(home) as con:
            for text in mentions:
                subjects += erasure_request.mention(con, text)
            if file is not None:
                subjects += erasure_request.listed(con, file)
    if not subjects:
        raise ConfigurationError(
            "Nothing is named to be erased.", remedy="Give --author, --mention, --source or --file."
        )
    return erasure_request.new_request(subjects, _reason(why))


def _reason(why: str) -> Reason:
    reasons: tuple[Reason, ...] = ("request", "law", "mistake", "policy")
    for reason in reasons:
        if why == reason:
            return reason
    raise ConfigurationError(f"--why {why!r} is no reason.", remedy=f"Give {', '.join(reasons)}.")


def _show(receipt: Receipt, *, json: bool) -> None:
    if json:
        out.print_json(steps.as_json(receipt))
        return
    out.print(f"Receipt {receipt.erasure}: {receipt.subjects} subjects", highlight=False)
    for name, count in receipt.counts.items():
        out.print(f"  {name}: {count:,}", highlight=False, markup=False)
    for text in receipt.left_out:
        out.print(f"  not reached: {text}", highlight=False, markup=False)
