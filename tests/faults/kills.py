"""SIGKILL at random moments of every stage, with a ledger kept outside of the system.

    python -m tests.faults.kills --kills 1000 --seed 1 --out docs/reliability/kills.json

Each stage runs in a forked child that is killed at a moment drawn evenly over its usual duration
(the median of its last runs that came to their end). Then it is begun again, as a scheduler would,
and killed again, until it has had its share of kills in this round; then it may end. After a kill
that can reach the warehouse or what is published, both are opened and held against themselves and
against what was acknowledged. In the end all that was said is counted: it is there once.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from tests.faults.children import StepFailed, Warm
from tests.faults.final import counted
from tests.faults.results import told, write
from tests.faults.warm import Done
from tests.faults.world import World, installation, shown


class Stage(NamedTuple):
    """One stage: the step that is killed, how many of the kills it gets (a weight), what is looked
    at after a kill, and what begins it or, with ``before``, ends it (see ``Order.mark``)."""

    step: str
    weight: float
    after: str = ""
    mark: str | None = None
    before: bool = False


STAGES: dict[str, Stage] = {
    "collect": Stage("collect", 3.0, mark="open:/batch-", before=True),
    "land": Stage("collect", 3.0, mark="open:/batch-"),
    "check": Stage("score", 3.0, mark="open:/staging/", before=True),
    "score": Stage("score", 3.0, mark="open:/staging/"),
    "merge": Stage("merge", 3.0, "reckon"),
    "publish": Stage("publish", 1.2, "read"),
    "alert": Stage("alert", 1.1, "reckon", mark="socket.connect:", before=True),
    "tell": Stage("alert", 1.1, mark="socket.connect:"),
    "backup": Stage("backup", 1.2, "backups"),
    "erase": Stage("erase", 1.1, "reckon"),
}
MORE = 6
"""Rounds that may follow until every stage has its kills."""

KEPT = 5
"""Runs that came to their end of which the usual duration is the median."""


class Killing:
    """One run of the harness: what was killed, what was found, what was acknowledged."""

    def __init__(self, seed: int, kills: int) -> None:
        weights = sum(stage.weight for stage in STAGES.values())
        self.targets = {k: math.ceil(kills * s.weight / weights) for k, s in STAGES.items()}
        self.rounds = max(2, round(kills / weights / 2.5))
        self.dice = random.Random(seed)
        self.kills: Counter[str] = Counter()
        self.ended: Counter[str] = Counter()
        self.tenths = {name: [0] * 10 for name in STAGES}
        self.bags: dict[str, list[int]] = {name: [] for name in STAGES}
        self.usual: dict[str, list[tuple[float, float]]] = {s.step: [] for s in STAGES.values()}
        self.wrong: Counter[str] = Counter()
        self.gone: set[str] = set()
        self.acknowledged: list[str] = []
        self.looks: Counter[str] = Counter()
        self.attempts = 0
        self.forgotten = ""

    def run(self, world: World, home: Path, warm: Warm, tell: Callable[[str], None]) -> None:
        """Let the world go on and kill, round after round, until every stage has its kills."""
        number = 0
        while number <= self.rounds or (self._owed() and number < self.rounds + MORE):
            number += 1
            world.go_on(home / "in")
            self.attempts = 0
            self.forgotten = world.forget()
            order = _order(number)
            for name in order:
                stage = STAGES[name]
                owed = self._share(name, number - 1)
                for _ in range(owed + 2):
                    if owed <= 0:
                        break
                    owed -= self._kill(name, stage, warm, number)
                if stage.step not in [STAGES[n].step for n in order[order.index(name) + 1 :]]:
                    self._end(stage, warm, number)
            tell(f"round {number}: {sum(self.kills.values())} kills, wrong {dict(self.wrong)}")

    def _owed(self) -> bool:
        return any(self.kills[name] < target for name, target in self.targets.items())

    def _share(self, name: str, number: int) -> int:
        """Return how many kills a stage is due by this round; none before it was measured."""
        due = self.targets[name] * min(1.0, max(0, number) / self.rounds)
        return math.ceil(due) - self.kills[name]

    def _arguments(self, stage: Stage, number: int) -> dict[str, Any]:
        if stage.step == "collect":
            self.attempts += 1
            return {"run": f"round{number}", "attempt": self.attempts}
        if stage.step == "erase":
            return {"author": self.forgotten}
        return {"holder": f"round{number}"} if stage.step == "merge" else {}

    def _kill(self, name: str, stage: Stage, warm: Warm, number: int) -> int:
        """Begin a stage and kill it; return 1 where it was still at work, else 0."""
        first, last = self._window(stage)
        tenth = self._tenth(name)
        after = first + (last - first) * (tenth + self.dice.random()) / 10
        mark = None if stage.before else stage.mark
        arguments = self._arguments(stage, number)
        done = warm.do(stage.step, arguments=arguments, after=after, mark=mark)
        if not done.killed:
            self._ended(stage, done)
            return 0
        self.kills[name] += 1
        self.tenths[name][tenth] += 1
        if stage.after:
            self._look(stage.after, warm)
        return 1

    def _window(self, stage: Stage) -> tuple[float, float]:
        """Return between which seconds it is killed: from the start, or from its mark."""
        runs = self.usual[stage.step][-KEPT:]
        marked, whole = (median(run[n] for run in runs) for n in (0, 1))
        if stage.mark is None:
            return 0.0, whole
        return (0.0, marked) if stage.before else (0.0, whole - marked)

    def _tenth(self, name: str) -> int:
        """Draw a tenth of the duration: each once before any again."""
        if not self.bags[name]:
            self.bags[name] = self.dice.sample(range(10), 10)
        return self.bags[name].pop()

    def _end(self, stage: Stage, warm: Warm, number: int) -> None:
        """Let a stage come to its end, as it must after whatever was killed."""
        arguments = self._arguments(stage, number)
        self._ended(stage, warm.do(stage.step, arguments=arguments, mark=stage.mark))

    def _ended(self, stage: Stage, done: Done) -> None:
        if done.error is not None:
            raise StepFailed(f"{stage.step}: {done.error}: {done.message}")
        self.ended[stage.step] += 1
        if done.marked is not None or stage.mark is None:  # else there was nothing to do
            self.usual[stage.step].append((done.marked or 0.0, done.seconds))
        if stage.step == "score":
            self.staged = done.result
        if stage.step == "merge":
            self.acknowledged += self.staged

    def _look(self, step: str, warm: Warm) -> None:
        """Hold what there is against itself and against what was acknowledged."""
        arguments = {"acknowledged": self.acknowledged} if step == "reckon" else {}
        found = warm.whole(step, **arguments)
        self.looks[step] += 1
        self.wrong.update(found["wrong"])
        self.gone |= set(found.get("gone", ()))


def _order(number: int) -> list[str]:
    """Return the stages in the order of a round; what was told once is not told again, so every
    other round begins with the telling."""
    names = list(STAGES)
    if number % 2:
        first, second = names.index("alert"), names.index("tell")
        names[first], names[second] = names[second], names[first]
    return names


def kill_all(folder: Path, kills: int, seed: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Run the harness in an empty ``folder``; return what is to be told of it."""
    killing = Killing(seed, kills)
    world = World(seed, killing.rounds + MORE)
    home = folder / "home"
    with shown(world) as url, Warm(installation(home, url, world.brands), folder / "log") as warm:
        killing.run(world, home, warm, tell)
        warm.whole("collect", run="last", attempt=1)
        warm.whole("whole", holder="last")
        killing._look("reckon", warm)
        killing._look("read", warm)
        killing._look("backups", warm)
    return {
        "kills": dict(killing.kills) | {"all": sum(killing.kills.values())},
        "kills by tenth of the stage's usual duration": killing.tenths,
        "usual seconds": {
            name: round(b - a, 3) for name, s in STAGES.items() for a, b in [killing._window(s)]
        },
        "looks at the warehouse": killing.looks["reckon"],
        "opens of what is published": killing.looks["read"],
        "looks at backups": killing.looks["backups"],
        "found wrong on the way": dict(killing.wrong),
        "acknowledged batches": len(killing.acknowledged),
        "acknowledged and gone": len(killing.gone),
        **counted(world, home),
    }


def main() -> None:
    """Kill, print, write the result; end with 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tidings-kills-") as made:
        counts = kill_all(Path(made), asked.kills, asked.seed, lambda line: print(line, flush=True))
    print(told(counts))
    if asked.out:
        write(asked.out, "SIGKILL at random moments of every stage", counts, asked.seed)
    sys.exit(bool(failed(counts)))


def failed(counts: dict[str, Any]) -> list[str]:
    """Name what is not as it must be."""
    zero = ("lost", "doubled", "partial", "acknowledged and gone", "never told", "told as two")
    wrong = [f"{name}: {counts[name]}" for name in zero if counts[name]]
    wrong += [f"{name}: {n}" for name, n in counts["found wrong on the way"].items()]
    if counts["in"] != counts["loaded"] + counts["quarantined"] + counts["duplicate"]:
        wrong.append("in is not loaded + quarantined + duplicate")
    return wrong


if __name__ == "__main__":
    main()
