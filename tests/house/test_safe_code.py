"""Nothing that strangers write is ever run, and nobody's own pattern is matched by backtracking."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from connectors.patterns import check_pattern, matching

ROOT = Path(__file__).parents[2]
CODE = ("tidings", "connectors", "transforms", "warehouse", "dashboard", "dags")
RUNS_WHAT_IT_READS = frozenset(
    (
        "pickle",
        "cPickle",
        "dill",
        "cloudpickle",
        "marshal",
        "shelve",
        "jsonpickle",
        "joblib",
        "code",
        "imp",
    )
)
NO_CALLS = frozenset(
    (
        "eval",
        "exec",
        "compile",
        "__import__",
        "os.system",
        "os.popen",
        "yaml.load",
        "yaml.unsafe_load",
        "yaml.full_load",
        "torch.load",
        "pandas.read_pickle",
        "pd.read_pickle",
        "tempfile.mktemp",
    )
)
EXTERNAL_XML = frozenset(
    ("xml.etree.ElementTree", "xml.dom.minidom", "xml.sax", "xml.dom.pulldom", "xmlrpc.client")
)
OF_OUR_OWN_WORDS = frozenset(
    (
        "connectors/dates.py",
        "connectors/discourse.py",
        "connectors/youtube.py",
        "tidings/cli/query_child.py",
        "tidings/testing/chain.py",
        "transforms/flags.py",
        "transforms/grammar.py",
        "transforms/scandinavian.py",
        "transforms/shingles.py",
        "warehouse/looking_back.py",
    )
)
"""Modules that put patterns together of lists and names that stand in the code."""
PATTERNS = frozenset(
    ("compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")
)


@cache
def trees() -> list[tuple[str, ast.Module]]:
    """Return the path and syntax tree of every module."""
    files = [path for folder in CODE for path in sorted((ROOT / folder).rglob("*.py"))]
    return [(str(p.relative_to(ROOT)), ast.parse(p.read_text("utf-8"))) for p in files]


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_no_module_imports_what_runs_what_it_reads() -> None:
    wrong = [
        (path, name)
        for path, tree in trees()
        for name in _imports(tree)
        if name.partition(".")[0] in RUNS_WHAT_IT_READS
    ]
    assert wrong == []


def test_nothing_is_evaluated_and_no_shell_is_asked() -> None:
    wrong = []
    for path, tree in trees():
        for name, call in _calls(tree):
            dangerous = ("shell", "allow_pickle", "trust_remote_code")
            shell = any(
                k.arg in dangerous and ast.unparse(k.value) != "False" for k in call.keywords
            )
            if name in NO_CALLS or shell:
                wrong.append(f"{path}:{call.lineno} {name}")
    assert wrong == []


def test_xml_is_read_by_parsers_that_look_nothing_up() -> None:
    """lxml with entities and network off, expat, feedparser: tests/security tries each of them."""
    wrong = [
        (path, name) for path, tree in trees() for name in _imports(tree) if name in EXTERNAL_XML
    ]
    assert [w for w in wrong if not w[0].startswith(("tidings/demo/", "tidings/testing/"))] == []
    for path, tree in trees():
        for name, call in _calls(tree):
            if name.endswith(("etree.iterparse", "etree.XMLParser")):
                given = {k.arg: ast.unparse(k.value) for k in call.keywords}
                assert given.get("resolve_entities") == "False", f"{path}:{call.lineno}"
                assert given.get("no_network") == "True", f"{path}:{call.lineno}"
            assert not name.endswith(("etree.parse", "etree.XML", "objectify.parse")), path


def _is_constant(pattern: ast.expr, names: set[str]) -> bool:
    """Tell whether a pattern is made of constants and of what is escaped."""
    for node in ast.walk(pattern):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.escape":
            return True
    free = {n.id for n in ast.walk(pattern) if isinstance(n, ast.Name)} - names - {"re", "rf"}
    return not free


def _module_names(tree: ast.Module) -> set[str]:
    return {
        name.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        for name in ast.walk(target)
        if isinstance(name, ast.Name)
    }


def test_no_pattern_comes_from_outside() -> None:
    """What people give as a pattern is matched by RE2 (connectors/patterns.py), never by ``re``.

    Those that are left are made of our own words; RE2 is also what DuckDB has.
    """
    wrong = []
    for path, tree in trees():
        names = _module_names(tree) | {n.rpartition(".")[2] for n in _imports(tree)}
        for name, call in _calls(tree):
            module, _, what = name.rpartition(".")
            pattern = module == "re" and what in PATTERNS and call.args
            if pattern and not _is_constant(call.args[0], names):
                wrong.append((path, ast.unparse(call.args[0])))
    assert [made for made in wrong if made[0] not in OF_OUR_OWN_WORDS] == []


def test_patterns_of_people_are_matched_in_linear_time() -> None:
    text = "https://a.example/" + "a" * 200_000 + "!"
    assert matching(r"(a+)+$", [text, "https://a.example/aa"]) == [False, True]
    with pytest.raises(ValueError, match=r"'only' is no regular expression \(RE2\)"):
        check_pattern("only", "(?=x)")


@pytest.mark.parametrize("name", ["regex", "re2", "google.re2"])
def test_no_other_engine_is_used(name: str) -> None:
    assert [p for p, tree in trees() if name in set(_imports(tree))] == []
