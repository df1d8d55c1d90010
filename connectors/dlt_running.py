"""Running a resource of the library dlt: found by its name, its state given and taken, its errors.

Everything of dlt is imported inside functions: it is an extra that need not be installed.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.masks import masked
from tidings.errors import (
    AuthError,
    ConfigurationError,
    NotFound,
    RateLimited,
    TidingsError,
    TransientError,
)
from tidings.home import Home


class Running:
    """A resource that is read. ``state`` is dlt's own; it is whole once the items have ended."""

    def __init__(self, resource: Any, state: Mapping[str, Any] | None) -> None:
        """Begin to read ``resource`` from a state that an earlier :meth:`state` gave."""
        from dlt.common.configuration.container import Container
        from dlt.common.json import json as dlt_json
        from dlt.common.pipeline import StateInjectableContext

        self._state: Any = dlt_json.typed_loads(json.dumps(state or {}))
        # the iterator keeps the state that it finds when it is made; later the context may be gone
        with Container().injectable_context(StateInjectableContext(state=self._state)):
            self.items: Iterator[Any] = iter(resource)

    def state(self) -> dict[str, Any]:
        """Return the state as JSON values, times and the like in dlt's own spelling."""
        from dlt.common.json import json as dlt_json

        told: dict[str, Any] = json.loads(dlt_json.typed_dumps(self._state))
        return told


def require_dlt() -> None:
    """Make sure that dlt is installed, and that it reports to nobody."""
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    try:
        importlib.import_module("dlt")
    except ImportError as error:
        raise ConfigurationError(
            f"The library dlt can't be imported: {error}.",
            remedy="Install it: pip install 'tidings[dlt]'.",
        ) from error


def resource_of(
    reference: str, select: str | None, arguments: Mapping[str, Any], hidden: Sequence[str]
) -> Any:
    """Return the resource that the function ``module:function`` makes of the arguments.

    A source, which has several, is told by ``select`` which is meant. ConfigurationError where
    there is none; whatever the function raises.
    """
    from dlt.extract import DltResource, DltSource

    made = _function(reference)
    if callable(made):  # a resource without arguments is one, too
        try:
            made = made(**arguments)
        except TypeError as error:
            raise ConfigurationError(
                f"{reference} can't be called so: {masked(str(error), hidden)}.",
                remedy="Mend 'arguments' and 'secrets'.",
            ) from None  # its text may show a secret
    if isinstance(made, DltSource):
        known = ", ".join(made.resources) or "none"
        if select is None or select not in made.resources:
            raise ConfigurationError(
                f"{reference} is a source; it has no resource {select!r}.",
                remedy=f"Name one of its resources in 'select': {known}.",
            )
        return made.resources[select]
    if not isinstance(made, DltResource):
        raise ConfigurationError(
            f"{reference} gives {type(made).__name__}, no dlt resource.",
            remedy="Decorate the function with @dlt.resource.",
        )
    return made


def typed(error: Exception, name: str, hidden: Sequence[str]) -> TidingsError:
    """Return the typed error for what a resource raised; secrets masked.

    By the status where it is one of HTTP, as dlt's own client and requests raise it.
    """
    from dlt.common.configuration.exceptions import ConfigurationException

    chain = list(_chain(error))
    deepest = chain[-1]
    told = masked(f"{type(deepest).__name__}: {deepest}", hidden)
    what = f"The dlt resource {name!r} failed: {' '.join(told.split())[:1000]}."
    if isinstance(error, TidingsError):
        return error
    if any(isinstance(each, ConfigurationException) for each in chain):
        return ConfigurationError(
            what, remedy="Give what it lacks in 'arguments', or a secret's name in 'secrets'."
        )
    status = next((s for each in chain if (s := _status(each)) is not None), None)
    if status in (401, 403):
        return AuthError(what, remedy="Look at what 'secrets' names.")
    if status == 404:
        return NotFound(what, remedy="Look at 'arguments'.")
    kind = RateLimited if status == 429 else TransientError
    return kind(what, remedy="It is tried again; if it stays so, run the resource by itself.")


def _function(reference: str) -> Any:
    module_name, _, path = reference.partition(":")
    root = str(Home.find().root)
    if root not in sys.path:  # modules may lie in the installation, behind all that is installed
        sys.path.append(root)
    try:
        found: Any = importlib.import_module(module_name)
        for step in path.split("."):
            found = getattr(found, step)
    except (ImportError, AttributeError, SyntaxError) as error:
        raise ConfigurationError(
            f"There is no {reference!r}: {type(error).__name__}: {error}.",
            remedy="'resource' is module:function; the module is installed, or lies in the "
            "installation's folder.",
        ) from error
    return found


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it was raised from, outermost first."""
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__


def _status(error: BaseException) -> int | None:
    status = getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) else None
