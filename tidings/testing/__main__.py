"""``python -m tidings.testing``: replay recorded answers, serve them, or try connectors out."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from tidings.errors import ConfigurationError
from tidings.testing.recorded import Recorded
from tidings.testing.replay import Replay, replay
from tidings.testing.serving import serve
from tidings.testing.sources import described

OK, FOUND, WRONG_USE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0 if all is well, 1 if something was found, 2 for wrong use."""
    given = _parser().parse_args(arguments)
    try:
        if given.command == "serve":
            return _serve(given.mounts, given.port)
        if given.command == "scorecard":
            return _scorecard(given.modules, given.only)
        return _replay(given.source, _settings(given.settings), given.files)
    except ConfigurationError as error:
        print(f"error: {error}", file=sys.stderr)
        return WRONG_USE
    except BrokenPipeError:  # whoever read the lines has had enough, as head has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND


def _replay(source: str, settings: dict[str, Any], files: list[Path]) -> int:
    done = replay(source, settings, files, out=sys.stdout, log=sys.stderr)
    print(_summary(done), file=sys.stderr)
    if done.wrong_settings:
        return WRONG_USE
    return FOUND if done.faults else OK


def _summary(done: Replay) -> str:
    told = (
        f"{done.asked} of {done.pages} recorded pages asked for, "
        f"{done.mentions} mentions, {done.rejected} rejected"
    )
    return "\n".join([told, *done.faults])


def _serve(mounts: list[str], port: int) -> int:
    recordings: dict[str, list[str]] = {}
    for mount in mounts:
        prefix, equals, file = mount.partition("=")
        mounted = bool(equals) and not Path(mount).exists()
        recordings.setdefault(prefix if mounted else "", []).append(file if mounted else mount)
    origins = {prefix: Recorded(*files) for prefix, files in recordings.items()}
    try:
        with serve(origins, port=port) as server:
            for prefix in origins:
                print(server.at(prefix) or server.url, flush=True)
            threading.Event().wait()
    except OSError as error:
        raise ConfigurationError(
            f"Port {port} can't be had: {error.strerror}.", remedy="Give another --port, or none."
        ) from error
    except KeyboardInterrupt:
        return OK
    return OK


def _scorecard(modules: list[Path], only: str) -> int:
    from tidings.testing import scorecard  # imports the whole way into landing

    tried, without = scorecard.subjects(modules)
    chosen = {name: subject for name, subject in tried.items() if name.startswith(only)}
    if not chosen:
        raise ConfigurationError(
            f"No subject's name begins with {only!r}.", remedy=f"There is: {', '.join(tried)}."
        )
    results = scorecard.run(chosen, on_done=lambda name: print(name, file=sys.stderr))
    print(scorecard.document(results, without), end="")
    found = scorecard.failures(results)
    for line in found:
        print(line, file=sys.stderr)
    return FOUND if found else OK


def _settings(text: str) -> dict[str, Any]:
    try:
        settings = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise ConfigurationError(
            f"--settings is no JSON: {error}.", remedy="""Write it so: '{"app": 570}'."""
        ) from error
    if not isinstance(settings, dict):
        raise ConfigurationError("--settings is no object.", remedy="Write '{\"name\": value}'.")
    return settings


class _Parser(argparse.ArgumentParser):
    """A parser whose help ends with all sources, which takes loading every connector."""

    def format_help(self) -> str:
        """Return the help, with the settings of all sources where a source is asked for."""
        own = super().format_help()
        return own if self.prog.endswith((" serve", " scorecard")) else f"{own}\n{described()}"


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m tidings.testing",
        description="Recorded answers of sources: replay them to a connector, or serve them.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    _add_replay(commands.add_parser("replay", help="replay recordings to a connector"))
    _add_scorecard(commands.add_parser("scorecard", help="try connectors on a hostile source"))
    _add_serve(commands.add_parser("serve", help="serve recordings over HTTP on the loopback"))
    return parser


def _add_replay(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Serve recorded exchanges, or bare bodies in order, to a connector, and print its mentions "
        "as JSON Lines. Rejected records and a summary go to standard error. Exit 0: all is well; "
        "1: a recorded page was not asked for, something else was, or a walk ended with an error; "
        "2: wrong use."
    )
    parser.add_argument("source", help="name of a connector")
    parser.add_argument(
        "--settings",
        default="{}",
        metavar="JSON",
        help="settings of the connector; missing ones are taken from the recordings or its example",
    )
    parser.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="a list of exchanges, or the body of one answer; a dropped file for 'files'",
    )


def _add_scorecard(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Walk connectors over a hostile source and print the scorecard as Markdown. Exit 0: all is "
        "well; 1: something was lost; 2: wrong use."
    )
    parser.add_argument(
        "--only", default="", metavar="NAME", help="only subjects whose names begin so"
    )
    parser.add_argument(
        "modules",
        nargs="+",
        type=Path,
        metavar="MODULE.py",
        help="a file with SUBJECTS: by name, a connector and the simulated source it is tried on",
    )


def _add_serve(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Serve recordings on the loopback until interrupted, and print where. Asked again, they "
        "answer the same again."
    )
    parser.add_argument("--port", type=int, default=0, help="port; any free one by default")
    parser.add_argument(
        "mounts",
        nargs="+",
        metavar="[PREFIX=]FILE",
        help="a recording, and the path prefix to serve it under (by default the root)",
    )


if __name__ == "__main__":
    sys.exit(main())
