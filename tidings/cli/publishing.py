"""``tidings publish``: the snapshot again, and the forms of it that other programs read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tidings.cli import erasing_files, steps
from tidings.cli.console import err
from tidings.cli.opening import opened
from tidings.errors import ConfigurationError, WarehouseError
from tidings.home import Home


def publish(
    private: Annotated[
        Path | None,
        typer.Option(help="Publish a snapshot with what names people to this file, mode 0600."),
    ] = None,
    parquet: Annotated[
        Path | None, typer.Option(help="Write the snapshot's marts to this folder as Parquet.")
    ] = None,
    ducklake: Annotated[
        str | None,
        typer.Option(help="Write them into a DuckLake: its catalogue file, or postgres:..."),
    ] = None,
    accept_older: Annotated[
        bool,
        typer.Option(help="After a backup was restored: go on from there, readers too."),
    ] = False,
    whole: Annotated[
        bool,
        typer.Option(help="Write files anew and leave no older one: after texts were erased."),
    ] = False,
) -> None:
    """Publish the snapshot that all read; or, where one is named, other forms of what is there.

    The snapshot without names (TIDINGS_SNAPSHOT) is published by every run; set
    TIDINGS_PRIVATE_SNAPSHOT to have a private one follow it. With --whole nothing of an older
    file is left in what is named; name every form that you publish, after texts were erased.
    """
    home = Home.find()
    if not home.warehouse.exists() and not home.snapshot.exists():
        raise WarehouseError(
            f"There is no warehouse {home.warehouse} yet.", remedy="Load first: 'tidings run'."
        )
    forms = (private, parquet, ducklake)
    if whole or accept_older or not any(form is not None for form in forms):
        for place in steps.publish(accept_older=accept_older, whole=whole).values():
            _tell(f"Published {place}")
    if private is not None:
        _private(home, private, whole=whole)
    if parquet is not None:
        from warehouse.parquet import publish_parquet

        erasing_files.remember(home, "parquet", str(parquet.absolute()))
        _tell(f"Marts in {publish_parquet(home.snapshot, parquet, whole=whole)}")
    if ducklake is not None:
        from warehouse.parquet import publish_ducklake

        erasing_files.remember(home, "ducklake", ducklake)
        rows = publish_ducklake(home.snapshot, ducklake, whole=whole)
        _tell(f"{len(rows)} marts, {sum(rows.values()):,} rows, in {ducklake}")


def _private(home: Home, path: Path, *, whole: bool) -> None:
    from tidings.cli.judging import look
    from warehouse.quality import refuse
    from warehouse.snapshot import is_snapshot
    from warehouse.snapshot import publish as write

    taken = {
        home.snapshot: "snapshot that all read",
        home.warehouse: "warehouse",
        home.ledger: "ledger",
    }
    for other, what in taken.items():
        if path.resolve() == other.resolve():  # whatever the way there: '..', links
            raise ConfigurationError(
                f"{path} is the {what}.", remedy="Name another file for the private one."
            )
    if path.exists() and not is_snapshot(path):
        raise ConfigurationError(
            f"{path} is there already, and is no snapshot.",
            remedy="Name a file that is not there yet; a snapshot there would be replaced.",
        )
    with opened(home) as con:
        refuse(look(con, home))
        erasing_files.remember(home, "private", str(path.absolute()))  # before it is there
        write(con, path, private=True, whole=whole)
    _tell(f"Published {path}, with what names people: mode 0600, for few.")


def _tell(text: str) -> None:
    err.print(text, markup=False, highlight=False)
