"""The Great Expectations suite of the warehouse: which checks there are and what each allows.

What the checks' statements counted makes a frame of one row and a column a check; so judging
costs the same however much the warehouse holds. (Great Expectations' SQL does not work on DuckDB.)
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tidings.errors import QualityError
from tidings.validation import definition
from warehouse.checks import SUITE, Result, checks

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations import ExpectationSuite


def judge(found: Sequence[Result]) -> list[bool]:
    """Return for each of ``found`` whether what was observed is allowed.

    Raises QualityError where one could not be judged: a check that did not run lets nothing pass.
    """
    if not found:
        return []
    batch = definition("warehouse").get_batch({"dataframe": frame(found)})
    validated = batch.validate(suite(found), result_format="BASIC")
    verdicts: dict[str, bool] = {}
    for one in validated.results:
        config = one.expectation_config
        if config is None or one.exception_info.get("raised_exception", True):
            raise QualityError(
                f"Great Expectations could not judge {config}: {one.exception_info}.",
                remedy="Nothing was published; see what the check's statement gives.",
            )
        verdicts[config.meta["column"]] = bool(one.success)
    return [verdicts[column(one)] for one in found]


def column(found: Result) -> str:
    """Return the name by which the frame and the suite call a check at a table."""
    return f"{found.check_name} of {found.table_name}"


def frame(found: Sequence[Result]) -> pd.DataFrame:
    """Return one row: what was observed, a column for each check and table."""
    import pandas as pd

    return pd.DataFrame({column(one): [one.observed] for one in found}, dtype="float64")


def suite(found: Sequence[Result], *, with_examples: bool = False) -> ExpectationSuite:
    """Return the suite: each check with its limit, severity and meaning.

    ``with_examples``: say in it which rows were wrong, and what was accepted, for people to read.
    """
    import great_expectations as gx

    return gx.ExpectationSuite(
        name=SUITE, expectations=[_expectation(one, with_examples) for one in found]
    )


def _expectation(one: Result, with_examples: bool) -> dict[str, Any]:
    [meaning] = [c.meaning for c in checks() if c.name == one.check_name] or ["A former check."]
    said = f"{meaning} At most {one.most:g} is allowed."
    if with_examples and not one.success:
        said += f" {one.failing:,} rows are wrong, such as: {'; '.join(one.examples) or '-'}."
    if with_examples and one.accepted is not None:
        said += f" It was accepted: {one.accepted}"
    return {
        "type": "expect_column_max_to_be_between",
        "kwargs": {"column": column(one), "max_value": one.most},
        "severity": "critical" if one.severity == "fail" else "warning",
        # Its pages write this as it is, and read $ as the start of a name.
        "description": html.escape(said).replace("$", "&#36;"),
        "meta": {"column": column(one)},
    }
