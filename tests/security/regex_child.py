"""Every pattern of a module of ours against long adversarial texts; prints those that explode.

    python regex_child.py MODULE...

Steps are counted in processor time of this thread, the best of several runs, and compared between a
text and one four times as long: a linear pattern takes 4 times as long, a quadratic one 16.
"""

from __future__ import annotations

import importlib
import inspect
import itertools
import re
import signal
import sys
import time
from collections.abc import Iterator

LENGTH = 3_000
TIMES = 4
RATIO = 10.0
MOST = 5.0
"""Seconds of processor time after which a pattern has been at one text for too long."""
SHORTEST = 0.02
"""Seconds below which a longer text takes too little time to be worth while, or to be measured."""


def patterns(module: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Give the compiled patterns of texts that a module has at its top, in lists and tables too."""
    for name, value in vars(importlib.import_module(module)).items():
        values = value if isinstance(value, list | tuple) else [value]
        values = value.values() if isinstance(value, dict) else values
        for found in itertools.islice(values, 50):
            if isinstance(found, re.Pattern):
                yield name, found


def pieces(pattern: re.Pattern[str]) -> set[str]:
    """Return what a text that hurts this pattern may be made of: its own letters, usual ones."""
    source = (
        pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    )
    literal = re.sub(r"\\.|[()\[\]{}?*+|^$]", " ", source).split()
    own = {word[:12] for word in sorted(literal, key=len, reverse=True)[:4]}
    usual = {
        "a",
        "0",
        " ",
        "\n",
        ".",
        "@",
        "-",
        "/",
        "<",
        "&",
        '"',
        "'",
        "=",
        "\t",
        "é",
        "&x",
        "a.",
        "a@",
        "- ",
        "\\",
        "#",
        "<a ",
        "1-",
        "(",
        "a ",
    }
    return own | usual


def ways(module: str, name: str) -> frozenset[str]:
    """Return how a pattern is used, as far as its module tells: found anywhere, or at the start."""
    source = inspect.getsource(importlib.import_module(module))
    used = set(re.findall(rf"\b{re.escape(name)}\.(\w+)\(", source))
    anchored = used and used <= {"match", "fullmatch"}
    return frozenset(used if anchored else {"finditer", "match", "fullmatch"})


def cost(pattern: re.Pattern[str], text: str, used: frozenset[str], runs: int = 3) -> float:
    """Return the seconds that searching takes, the least of some, and of one where it is long."""
    asked = text if isinstance(pattern.pattern, str) else text.encode()
    best = float("inf")
    for _ in range(runs):
        began = time.thread_time()
        for way in used:
            found = getattr(pattern, way)(asked)
            if way == "finditer":
                sum(1 for _ in found)
        best = min(best, time.thread_time() - began)
        if best > 0.3:
            break
    return best


def explodes(pattern: re.Pattern[str], used: frozenset[str]) -> str | None:
    """Return the piece by which a text makes the pattern take more than its length says."""
    for piece in sorted(pieces(pattern)):
        for end in ("", "\x00"):
            short = piece * (LENGTH // len(piece)) + end
            long = piece * (TIMES * LENGTH // len(piece)) + end
            try:
                signal.setitimer(signal.ITIMER_PROF, MOST)
                if cost(pattern, long, used, 1) < SHORTEST:
                    continue
                after = cost(pattern, long, used)
                before = cost(pattern, short, used)
            except TimeoutError:
                return f"{piece!r} * n + {end!r}: more than {MOST} s"
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
            if after > SHORTEST and after > RATIO * before:
                return f"{piece!r} * n + {end!r}: {after:.2f} s"
    return None


def _too_long(_signal: int, _frame: object) -> None:
    raise TimeoutError


def main() -> None:
    signal.signal(signal.SIGPROF, _too_long)
    for module in sys.argv[1:]:
        for name, pattern in patterns(module):
            if found := explodes(pattern, ways(module, name)):
                print(f"{module}.{name}: {found}", flush=True)


if __name__ == "__main__":
    main()
