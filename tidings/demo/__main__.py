"""``python -m tidings.demo serve``: the made-up world's server as a process of its own."""

from __future__ import annotations

import argparse
import signal
import sys
from datetime import UTC, datetime

from tidings.demo.server import DemoServer
from tidings.demo.world import World


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted or terminated; print the address as the only line of output."""
    parser = argparse.ArgumentParser(prog="python -m tidings.demo", description=__doc__)
    commands = parser.add_subparsers(required=True)
    serve = commands.add_parser("serve", help="serve the made-up world on 127.0.0.1")
    serve.add_argument("--port", type=int, default=0, help="default: any free one")
    serve.add_argument("--seed", type=int, default=7)
    serve.add_argument("--days", type=int, default=120)
    serve.add_argument("--scale", type=float, default=1.0, help="of the number of items")
    serve.add_argument("--now", type=_time, help="the world's clock; default: its end")
    given = parser.parse_args(arguments)
    world = World(given.seed, days=given.days, scale=given.scale)
    server = DemoServer(world, given.port, given.now)
    signal.signal(signal.SIGTERM, _interrupt)
    print(server.url, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
    return 0


def _time(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _interrupt(*_signal: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
