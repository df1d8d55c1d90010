"""Whoever decodes JSON that strangers wrote expects all that decoding may raise."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOREIGN = ("connectors", "tidings/http")


def _caught(handler: ast.ExceptHandler) -> set[str]:
    named = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {ast.unparse(name).rpartition(".")[2] for name in named if name is not None}


def test_what_is_nested_too_deeply_is_expected_too() -> None:
    """It is a RecursionError, no DecodeError and no ValueError."""
    missed = []
    for path in (p for folder in FOREIGN for p in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Try):
                caught = set().union(*map(_caught, node.handlers))
                if "DecodeError" in caught and "RecursionError" not in caught:
                    missed.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert missed == []
