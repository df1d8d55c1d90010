"""``tidings doctor``: is all as it should be, and how is it mended."""

from __future__ import annotations

from typing import Annotated

import typer

from tidings.cli import steps
from tidings.cli.console import AsJson, err, out, table
from tidings.cli.doctoring.files import stale_drafts
from tidings.cli.doctoring.finding import Finding
from tidings.cli.doctoring.look import look
from tidings.cli.doctoring.mend import Mended, mend, shown
from tidings.home import Home


def doctor(
    mend_it: Annotated[
        bool,
        typer.Option(
            "--mend",
            help="Mend what can be mended: a damaged or older warehouse is set aside and refilled.",
        ),
    ] = False,
    anew: Annotated[
        bool,
        typer.Option(
            "--anew", help="With --mend: build the warehouse anew, whatever state it is in."
        ),
    ] = False,
    json: AsJson = False,
) -> None:
    """Look at the whole installation, and say of each part whether it is in order.

    Nothing is changed without --mend. With it, a warehouse that is damaged, gone, or older than
    what was acknowledged is replaced: by what is left of it or the newest good backup, and all that
    landing and the journal have. The old file is set aside, never deleted. Readers get all anew.

    Exit code 0: all is well, or was mended; 1: something is broken still.
    """
    home = Home.find()
    mended = _mend(home, anew=anew) if mend_it else None
    found = look(home)
    if json:
        out.print_json(steps.as_json({"checks": found, "mended": mended}))
    else:
        if mended is not None:
            tell(mended)
        _show(found)
    if any(one.state == "broken" for one in found):
        raise typer.Exit(1)


def _mend(home: Home, *, anew: bool) -> Mended:
    done = mend(home, anyway=anew)
    for path in stale_drafts(home):
        path.unlink(missing_ok=True)
    if not done.why and any(f.mends and f.state != "ok" for f in look(home)):
        steps.refresh()  # as after a kill between loading and telling
        shown(home, done)
    return done


def _show(found: list[Finding]) -> None:
    table(
        ["check", "state", "found", "way out"],
        [[one.check, one.state, one.found, one.remedy] for one in found],
    )
    wrong = [one for one in found if one.state == "broken"]
    if any(one.mends for one in wrong):
        err.print("'tidings doctor --mend' mends what is broken.", markup=False)


def tell(done: Mended) -> None:
    """Say what mending or restoring did, and what could not be brought back."""
    if not done.why:
        out.print("The warehouse needed no mending.", markup=False)
        if done.refused:
            out.print(f"  NOT published: {done.refused}", markup=False)
        return
    out.print(f"The warehouse was replaced: {done.why}.", markup=False)
    out.print(f"  begun with: {done.base}", markup=False)
    if done.aside:
        out.print(f"  set aside: {done.aside}", markup=False)
    out.print(
        f"  refilled from landing: {done.batches:,} batches, {done.new:,} mentions new, "
        f"{done.changed:,} changed",
        markup=False,
    )
    if done.salvaged:
        rows = sum(done.salvaged.values())
        out.print(f"  taken of the old file: {rows:,} rows of {len(done.salvaged)} tables")
    if done.changes:
        out.print(f"  changes of people done again: {done.changes:,}")
    for name, why in done.unreadable.items():
        out.print(f"  NOT brought back: table {name}: {why}", markup=False)
    for name, why in sorted(done.lost.items()):
        out.print(f"  NOT brought back: batch {name}: {why}", markup=False)
    if done.lost_changes:
        out.print(f"  NOT brought back: {done.lost_changes:,} changes of people")
    if done.refused:
        out.print(f"  NOT published: {done.refused}", markup=False)
