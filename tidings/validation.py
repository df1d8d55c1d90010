"""Great Expectations in memory: quiet, without a call home, imported where it is used."""

from __future__ import annotations

import logging
import os
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.data_context.data_context.abstract_data_context import (
        AbstractDataContext,
    )


def context() -> AbstractDataContext:
    """Return a new context that lives in memory only; importing takes 4 to 7 s the first time."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # it would call home; read when imported
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    for name in [n for n in logging.root.manager.loggerDict if n.startswith("great_expectations")]:
        logging.getLogger(name).setLevel(logging.WARNING)  # importing sets some anew
    made = gx.get_context(mode="ephemeral")
    made.variables.progress_bars = ProgressBarsConfig(globally=False)
    return made


def frames(made: AbstractDataContext, name: str) -> BatchDefinition[Any]:
    """Return the definition of a batch of ``made`` that is a whole data frame."""
    asset = made.data_sources.add_pandas(name).add_dataframe_asset("batch")
    return asset.add_batch_definition_whole_dataframe("rows")


@cache
def definition(name: str) -> BatchDefinition[Any]:
    """Return this process's definition of a batch called ``name``: making one takes a while."""
    return frames(context(), name)
