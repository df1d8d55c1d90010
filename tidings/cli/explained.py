"""Print an explanation: the text with its hits, what made its score, whom and what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from rich.tree import Tree

from tidings.cli.console import out, table

if TYPE_CHECKING:
    from transforms.explain import Explanation, Step


def show(found: Explanation, *, everything: bool = False) -> None:
    """Print ``found`` for people; what does not match in one line, unless ``everything``."""
    out.print(_highlighted(found))
    out.print()
    _score(found)
    rest: list[str] = []
    for verdict in found.verdicts:
        name = f"{verdict.brand} / {verdict.keyword}" if verdict.keyword else verdict.brand
        if not (everything or verdict.matched or verdict.step.holds):
            rest.append(name)
            continue
        sign = "matches" if verdict.matched else "does not match"
        note = f" ({verdict.note})" if verdict.note else ""
        tree = Tree(Text(f"{name}: {sign}{note}", style="bold green" if verdict.matched else "dim"))
        _grow(tree, verdict.step, everything=everything)
        out.print(tree)
    if rest:
        out.print(f"No match: {', '.join(rest)} (--all shows why)", style="dim", markup=False)


def _score(found: Explanation) -> None:
    language = found.language or "unknown"
    confidence = found.language_confidence
    told = f"language: {language}" + (f" ({confidence:.2f})" if confidence is not None else "")
    score = found.score
    if score.label == "unscored":
        told += f"   unscored: {score.reason}"
    else:
        told += f"   {score.label}, compound {score.compound:.4f}"
        told += f"   by {found.scorer} {found.scorer_version}"
        sure = score.confidence
        told += f"   sure: {sure:.2f}" if sure is not None else ""
    if found.flags:
        told += f"   flagged: {', '.join(found.flags)}"
    out.print(told, highlight=False, markup=False)
    if found.weights:
        table(
            ("word", "by itself", "as used here", "because"),
            [(w.text, w.known, w.used, ", ".join(w.rules) or None) for w in found.weights],
        )
    toward = [*(("brand", b) for b in found.brands), *(("driver", d) for d in found.drivers)]
    if toward:
        table(
            ("what", "name", "by the words", "sentiment", "compound"),
            [(what, t.name, t.matched or None, t.label, t.compound) for what, t in toward],
        )


def _highlighted(found: Explanation) -> Text:
    shown = Text(found.text)
    for verdict in found.verdicts:
        if verdict.matched:
            for start, end in _spans(verdict.step):
                shown.stylize("black on yellow", start, end)
    return shown


def _spans(step: Step) -> list[tuple[int, int]]:
    if not step.holds:
        return []
    deeper = [span for part in step.parts for span in _spans(part)]
    return deeper or [(hit.start, hit.end) for hit in step.hits]


def _grow(tree: Tree, step: Step, *, everything: bool) -> None:
    hits = ", ".join(f"'{hit.text}' at {hit.start}" for hit in step.hits) if not step.parts else ""
    mark = "yes" if step.holds else "no"
    branch = tree.add(Text(f"{mark}  {step.query}" + (f"   {hits}" if hits else "")))
    for part in step.parts:
        if everything or part.holds or not step.holds:
            _grow(branch, part, everything=everything)
