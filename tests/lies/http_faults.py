"""Faults of HTTP in the walks of real connectors, by the thousand; counts go to the documents.

python tests/lies/http_faults.py [--count 2000] [--seed 8] [--only NAME]
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import msgspec
from fault_answers import ANSWERS
from fault_framing import FRAMING
from fault_heads import HEADS
from fault_kind import Kind
from fault_line import FaultServer
from fault_trial import Verdict, judged
from result_file import write_result

from tidings.testing import scorecard
from tidings.testing.trial import Ready, prepare

KINDS: tuple[Kind, ...] = (*FRAMING, *HEADS, *ANSWERS)
HERE = Path(__file__).parent
AT_ONCE = 4


class Injection(msgspec.Struct, frozen=True):
    """One fault that came up: its kind, in whose walk, by which seed, and what became of it."""

    kind: str
    subject: str
    seed: int
    verdict: Verdict


def subjects(*chosen: str) -> dict[str, Ready]:
    """Return all connectors that ask over HTTP (or these), each walked once over a good source."""
    found, _ = scorecard.subjects((HERE.parent / "connectors").glob("likes*.py"))
    ready = {n: prepare(subject) for n, subject in found.items() if not chosen or n in chosen}
    return {name: r for name, r in ready.items() if r.chain is not None}


def inject(plan: Iterable[tuple[Kind, str, int]], ready: dict[str, Ready]) -> Iterator[Injection]:
    """Inject what is planned (kind, subject, seed), several at once; give what came up."""
    with serving() as server, ThreadPoolExecutor(AT_ONCE) as pool:

        def one(planned: tuple[Kind, str, int]) -> Injection | None:
            kind, name, seed = planned
            found = judged(ready[name], kind, server, seed)
            return None if found is None else Injection(kind.name, name, seed, found)

        yield from (found for found in pool.map(one, plan) if found is not None)
        for asked in filter(None, server.trespasses):  # an address is looked at once connected
            verdict = Verdict("SILENT", f"a private address was asked: {asked[:80]!r}")
            yield Injection("any", "any", 0, verdict)


@contextmanager
def serving() -> Iterator[FaultServer]:
    """Run the server; logs of retries and broken connectors are many and say nothing here."""
    server = FaultServer()
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield server
    finally:
        logging.disable(before)
        server.close()


def plan(
    count: int, seed: int, kinds: Iterable[Kind], names: list[str]
) -> Iterator[tuple[Kind, str, int]]:
    """Plan more than enough: each kind in turn, each time in the walk of another connector."""
    rng = random.Random(seed)
    order = list(kinds)
    for number in range(count):
        if number % len(order) == 0:
            rng.shuffle(names)
        kind, name = order[number % len(order)], names[number % len(names)]
        if name not in kind.not_of:
            yield kind, name, rng.randrange(1 << 30)


def main() -> int:
    """Run; the exit code is 1 if anything was silent."""
    asked = _parser().parse_args()
    ready = subjects()
    kinds = [k for k in KINDS if asked.only in k.name]
    done: list[Injection] = []
    for found in inject(plan(asked.count, asked.seed, kinds, list(ready)), ready):
        done.append(found)
        if found.verdict.fault:
            print(
                found.verdict.outcome,
                found.kind,
                "|",
                found.subject,
                found.seed,
                "|",
                found.verdict.fault,
            )
        if len(done) % 200 == 0:
            print(len(done), file=sys.stderr)
    counts = Counter(found.verdict.outcome for found in done)
    print(len(kinds), "kinds,", len(done), "injected:", dict(counts))
    if asked.write:
        _write(asked.write, asked.seed, kinds, done, len(ready))
    return int(counts["SILENT"] > 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2_600, help="some never come up in a walk")
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--only", default="", help="kinds whose names hold this")
    parser.add_argument("--write", type=Path, help="the JSON file for the counts")
    return parser


def _write(
    path: Path, seed: int, kinds: list[Kind], done: list[Injection], connectors: int
) -> None:
    """Write what was counted, as docs/reliability.md is made of it."""
    outcomes = Counter(found.verdict.outcome for found in done)
    silent = outcomes.pop("SILENT", 0)
    counts = {
        "kinds": len(kinds),
        "kinds injected": len({found.kind for found in done}),
        "injected": len(done),
        "walks of connectors": connectors,
        "silent": silent,
        **{f"ended in {name}": number for name, number in sorted(outcomes.items())},
    }
    write_result(path, "Faults of HTTP in walks of real connectors", counts, seed)


if __name__ == "__main__":
    sys.exit(main())
