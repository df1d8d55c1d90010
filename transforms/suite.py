"""The Great Expectations suite of a batch of mentions, derived from the declaration of a mention.

No field is named here: required, choices, pattern, length and least value come from
``tidings.schema.columns()``, the rest from ``PAIR_RULES`` and ``SAYS_SOMETHING`` of
``tidings.mention``. A rule that Great Expectations can't state of the columns as they are is stated
of a column derived for it: times with their slack added, and whether a row says anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from tidings.errors import QualityError
from tidings.mention import PAIR_RULES, SAYS_SOMETHING, PairRule
from tidings.schema import Column, columns
from tidings.validation import definition

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from great_expectations import ExpectationSuite

Kind = Literal["required", "choices", "pattern", "length", "at_least", "pair", "says_something"]

ROWS_AT_ONCE = 50_000
"""Rows validated together: Great Expectations holds a million at once in 2.5 GB."""


class RowRule(msgspec.Struct, frozen=True):
    """One rule that every mention keeps: its name, the columns it is about, what it allows."""

    name: str
    kind: Kind
    columns: tuple[str, ...]
    allowed: str

    @property
    def waivable(self) -> bool:
        """Whether a person may release a row that breaks it; no table takes a missing value."""
        return self.kind != "required"


@cache
def row_rules() -> tuple[RowRule, ...]:
    """Return all rules on rows: those of each column as declared, then those between columns."""
    between = [
        RowRule(pair.name, "pair", (pair.smaller, pair.larger), pair.meaning) for pair in PAIR_RULES
    ]
    says = RowRule("says_something", "says_something", SAYS_SOMETHING, "at least one of them")
    return (*(rule for c in columns() for rule in _rules_of(c)), *between, says)


def _rules_of(column: Column) -> Iterator[RowRule]:
    name, meta = column.name, column.meta
    if column.required:
        yield RowRule(f"{name}_required", "required", (name,), "every mention has one")
    if column.choices:
        yield RowRule(f"{name}_choices", "choices", (name,), ", ".join(column.choices))
    if meta.pattern is not None:
        yield RowRule(f"{name}_pattern", "pattern", (name,), f"the form {meta.pattern}")
    if meta.min_length is not None or meta.max_length is not None:
        least = f"at least {meta.min_length:,}" if meta.min_length else ""
        most = f"at most {meta.max_length:,}" if meta.max_length is not None else ""
        allowed = f"{' and '.join(filter(None, (least, most)))} characters"
        yield RowRule(f"{name}_length", "length", (name,), allowed)
    if meta.ge is not None:
        yield RowRule(f"{name}_at_least", "at_least", (name,), f"{meta.ge:g} or more")


def broken_rows(mentions: pa.Table) -> dict[int, list[RowRule]]:
    """Validate ``mentions`` (the mention's columns) and return the broken rules by row number.

    Rows that keep all rules are not in it; rules are in the order of :func:`row_rules`.
    QualityError where a rule could not be evaluated: one that did not run has let nothing pass.
    """
    broken: dict[int, set[str]] = {}
    for start in range(0, mentions.num_rows, ROWS_AT_ONCE):
        part = mentions.slice(start, ROWS_AT_ONCE)
        for name, rows in _unexpected_rows(to_frame(part), _applicable(part)):
            for row in rows:
                broken.setdefault(start + row, set()).add(name)
    return {
        row: [rule for rule in row_rules() if rule.name in names]
        for row, names in sorted(broken.items())
    }


def _applicable(mentions: pa.Table) -> frozenset[str]:
    """Return the names of the rules that ``mentions`` could break at all.

    Most columns of most sources are null throughout, and a rule on what is there can't be broken
    there; leaving such rules out halves what a small batch costs, nearly all of it per rule.
    """
    there = {n for n in mentions.column_names if mentions.column(n).null_count < mentions.num_rows}
    return frozenset(
        rule.name
        for rule in row_rules()
        if rule.kind in ("required", "says_something") or there.issuperset(rule.columns)
    )


def _unexpected_rows(frame: pd.DataFrame, names: frozenset[str]) -> Iterator[tuple[str, list[int]]]:
    batch = definition("mentions").get_batch({"dataframe": frame})
    result = batch.validate(_suite(names), result_format="COMPLETE")
    for one in result.results:
        config = one.expectation_config
        if config is None or one.exception_info.get("raised_exception", True):
            raise QualityError(
                f"Great Expectations could not evaluate {config}: {one.exception_info}.",
                remedy="No row was let pass; see whether a declared limit fits its column's type.",
            )
        if not one.success:
            # By position, since row numbers by column values melt duplicates and nulls together.
            yield config.meta["rule"], [int(row) for row in one.result["unexpected_index_list"]]


def to_frame(mentions: pa.Table) -> pd.DataFrame:
    """Return the rows as a frame that the suite can be validated on, with its derived columns."""
    import pandas as pd

    frame: pd.DataFrame = mentions.to_pandas()
    for pair in PAIR_RULES:
        if pair.slack_seconds:
            slack = pd.Timedelta(seconds=pair.slack_seconds)
            frame[_larger(pair)] = frame[pair.larger] + slack
    frame["says_something"] = _says_something(mentions).to_pandas()
    return frame


def _says_something(mentions: pa.Table) -> pa.ChunkedArray:
    """Tell of each row whether any of SAYS_SOMETHING is there; a blank text and NaN are not."""
    import pyarrow as pa
    import pyarrow.compute as pc

    says = pa.chunked_array([pa.array([False] * mentions.num_rows, pa.bool_())])
    for name in SAYS_SOMETHING:
        column = mentions.column(name)
        if pa.types.is_string(column.type):
            there = pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(column)), 0)
        else:
            there = pc.is_valid(column)
            if pa.types.is_floating(column.type):
                there = pc.and_(there, pc.invert(pc.is_nan(column)))
        says = pc.or_(says, pc.fill_null(there, False))
    return says


def _larger(pair: PairRule) -> str:
    return f"{pair.larger}_with_slack_for_{pair.name}" if pair.slack_seconds else pair.larger


def expectations() -> list[dict[str, Any]]:
    """Return the suite as Great Expectations' configurations: one a rule, its name in ``meta``."""
    declared = {c.name: c for c in columns()}
    pairs = {p.name: p for p in PAIR_RULES}
    stated = [
        _between(rule, pairs) if rule.kind in ("pair", "says_something") else _of(rule, declared)
        for rule in row_rules()
    ]
    return [
        {"type": kind, "kwargs": values, "meta": {"rule": rule.name}}
        for rule, (kind, values) in zip(row_rules(), stated, strict=True)
    ]


def _of(rule: RowRule, declared: dict[str, Column]) -> tuple[str, dict[str, Any]]:
    column = declared[rule.columns[0]]
    meta = column.meta
    known: dict[str, tuple[str, dict[str, Any]]] = {
        "required": ("expect_column_values_to_not_be_null", {}),
        "choices": ("expect_column_values_to_be_in_set", {"value_set": list(column.choices)}),
        # Python's $ would let a line break at the end pass.
        "pattern": (
            "expect_column_values_to_match_regex",
            {"regex": (meta.pattern or "").removesuffix("$") + r"\Z"},
        ),
        "length": (
            "expect_column_value_lengths_to_be_between",
            {"min_value": meta.min_length, "max_value": meta.max_length},
        ),
        "at_least": ("expect_column_values_to_be_between", {"min_value": meta.ge}),
    }
    kind, limits = known[rule.kind]
    return kind, {"column": column.name, **limits}


def _between(rule: RowRule, pairs: dict[str, PairRule]) -> tuple[str, dict[str, Any]]:
    if rule.kind == "says_something":
        return "expect_column_values_to_be_in_set", {"column": rule.name, "value_set": [True]}
    pair = pairs[rule.name]
    return "expect_column_pair_values_a_to_be_greater_than_b", {
        "column_A": _larger(pair),
        "column_B": pair.smaller,
        "or_equal": True,
        "ignore_row_if": "either_value_is_missing",
    }


@lru_cache(maxsize=64)
def _suite(names: frozenset[str]) -> ExpectationSuite:
    import great_expectations as gx

    chosen = [e for e in expectations() if e["meta"]["rule"] in names]
    return gx.ExpectationSuite(name="mention", expectations=chosen)
