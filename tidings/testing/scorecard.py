"""The scorecard: every connector on every behaviour of a hostile source, as a document."""

from __future__ import annotations

import importlib.util
import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TypeAlias

from tidings.errors import ConfigurationError
from tidings.testing.hostile import BEHAVIOURS, Behaviour
from tidings.testing.hostile_server import hostile_server
from tidings.testing.trial import Subject, Verdict, attempt, prepare

Results: TypeAlias = dict[str, dict[str, Verdict]]
"""Verdicts by the subject's name and the behaviour's key."""

AT_ONCE = 8
"""Trials at a time: most of their time is spent waiting as they were asked to."""

SHORT = {
    "complete": "ok",
    "next walk": "next",
    "quarantine": "quarantine",
    "SourceChanged": "changed",
    "BodyTooLarge": "too large",
    "TransientError": "transient",
    "RateLimited": "limited",
    "AuthError": "auth",
    "Disallowed": "robots",
    "FAILED": "**lost**",
    "-": "-",
}

HEAD = """\
# Scorecard

Every connector walks over a hostile source: a real HTTP server on the loopback that speaks the
source's language and misbehaves in {count} ways. It is collected with the real client into a real
landing area; then the source is mended, and the walk goes on from the last landed cursor. Nothing
may be lost in silence, nothing may hang.

This document is made by the run, and a test compares them:

    python -m tidings.testing scorecard tests/connectors/likes*.py > docs/scorecard.md

`--only NAME` tries one connector. One's own connectors are tried in the same way: a module with
`SUBJECTS = {{"name": (connector, origin)}}`, where the origin is a `tidings.testing.Simulated`.

## Outcomes

| outcome | meaning |
|---|---|
| ok | Every item is there once, without an error. |
| next | Every item is there once the next walk has been, which reads the newest ones again. |
| quarantine | Bad records were set apart with their reason; all others are there. |
| changed | `SourceChanged` ended the walk, as is right; going on brought everything. |
| too large, transient, limited, auth | The same with the error of such a name. |
| - | It can't be shown with this source; the reasons are below. |
| **lost** | Something was lost, or the wrong error told of it. |

## Behaviours

| | name | the source |
|---|---|---|
"""


def subjects(paths: Iterable[Path]) -> tuple[dict[str, Subject], dict[str, str]]:
    """Return the subjects of these modules, and why sources have none (``WITHOUT_HTTP``).

    ConfigurationError where a file is no such module, or a name comes twice.
    """
    found: dict[str, Subject] = {}
    without: dict[str, str] = {}
    for path in sorted(paths):
        module = _loaded(path)
        own: Mapping[str, Subject] = getattr(module, "SUBJECTS", {})
        twice = found.keys() & own.keys()
        if twice:
            raise ConfigurationError(
                f"{path}: {sorted(twice)[0]!r} names a subject of another module, too.",
                remedy="Give each a name of its own.",
            )
        found.update(own)
        without.update(getattr(module, "WITHOUT_HTTP", {}))
    return dict(sorted(found.items())), dict(sorted(without.items()))


def run(
    tried: Mapping[str, Subject],
    behaviours: Sequence[Behaviour] = BEHAVIOURS,
    *,
    on_done: Callable[[str], None] = lambda _: None,
) -> Results:
    """Try all subjects on all behaviours; ``on_done`` is called with the name of each."""
    results: Results = {}
    with hostile_server() as server, ThreadPoolExecutor(AT_ONCE) as pool, _quiet():
        for name, subject in tried.items():
            ready = prepare(subject)
            verdicts = pool.map(lambda b, r=ready: attempt(r, b, server), behaviours)
            results[name] = {b.key: v for b, v in zip(behaviours, verdicts, strict=True)}
            on_done(name)
    return results


def failures(results: Results) -> list[str]:
    """Return one line for each trial that failed."""
    return [
        f"{name}, {key}: {verdict.fault}"
        for name, verdicts in results.items()
        for key, verdict in verdicts.items()
        if verdict.failed
    ]


def document(results: Results, without: Mapping[str, str]) -> str:
    """Return the scorecard as Markdown; the same results give the same text."""
    legend = "".join(f"| {b.key} | {b.name} | {b.meaning} |\n" for b in BEHAVIOURS)
    keys = [b.key for b in BEHAVIOURS]
    lines = [
        "",
        "## Connectors",
        "",
        f"| | {' | '.join(keys)} |",
        f"|---|{'---|' * len(keys)}",
        *(_row(name, verdicts) for name, verdicts in results.items()),
    ]
    if without:
        lines += ["", "Not tried, since they are not led from page to page over HTTP:", ""]
        lines += [f"- {name}: {why}" for name, why in without.items()]
    lines += ["", "## What can't be shown, and why", "", *_reasons(results), ""]
    count = len({b.key.rstrip("ab") for b in BEHAVIOURS})
    return HEAD.format(count=count) + legend + "\n".join(lines)


def _row(name: str, verdicts: Mapping[str, Verdict]) -> str:
    return f"| {name} | {' | '.join(SHORT.get(v.outcome, v.outcome) for v in verdicts.values())} |"


def _reasons(results: Results) -> list[str]:
    lines = []
    for name, verdicts in results.items():
        whys: dict[str, list[str]] = {}
        for key, verdict in verdicts.items():
            if verdict.fault:
                whys.setdefault(verdict.fault, []).append(key)
        if whys:
            told = "; ".join(f"{', '.join(keys)}: {why}" for why, keys in whys.items())
            lines.append(f"- {name}: {told}")
    return lines


def _loaded(path: Path) -> ModuleType:
    """Import a file as a module; what lies beside it can be imported by it."""
    folder = str(path.resolve().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    if path.stem in sys.modules:
        return sys.modules[path.stem]
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ConfigurationError(f"{path} is no Python module.", remedy="Name files that are.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


@contextmanager
def _quiet() -> Iterator[None]:
    """Say nothing of retries and failures: they are what the run is about."""
    log = logging.getLogger("tidings")
    before = log.disabled, log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        log.disabled, log.level = before
