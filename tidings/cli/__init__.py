"""The command line: the one part of the package that puts all the parts together."""

from __future__ import annotations

import sys


def main() -> None:
    """Run ``tidings``; errors raised on purpose become a sentence and an exit code.

    1: something failed. 2: a file, setting or argument is wrong. 3: some sources failed, the rest
    was loaded and published; or all was loaded, but a check kept it from being published.
    """
    from rich.console import Console

    from tidings.cli.app import app
    from tidings.errors import ConfigurationError, TidingsError

    try:
        app()
    except TidingsError as error:
        console = Console(stderr=True)
        console.print(f"[bold red]{type(error).__name__}[/]", end=" ")
        console.print(error.message, markup=False, highlight=False)
        if error.remedy:
            console.print(f"  {error.remedy}", style="yellow", markup=False, highlight=False)
        sys.exit(2 if isinstance(error, ConfigurationError) else 1)
