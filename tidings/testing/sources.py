"""The settings of all connectors, told for a command line's help."""

from __future__ import annotations

import inspect
import json
import textwrap
import typing

import msgspec

from tidings.connector import Connector, connector_class, registered
from tidings.errors import ConfigurationError

WIDTH = 78


def described() -> str:
    """Return what every registered connector collects and which settings it knows, for people."""
    return "sources and their settings:\n\n" + "\n".join(_described(name) for name in registered())


def _described(name: str) -> str:
    try:
        cls = connector_class(name)
    except (ImportError, ConfigurationError) as error:
        return f"{name}: can't be loaded: {error}\n"
    lines = textwrap.wrap(f"{name}: {cls.about.collects}", WIDTH)
    lines += [f"  {_setting(field, cls)}" for field in msgspec.structs.fields(cls)]
    doc = textwrap.indent(inspect.cleandoc(cls.__doc__ or ""), "  ")
    example = json.dumps(cls.about.example, ensure_ascii=False, default=str)
    return "\n".join([*lines, "", doc, "", f"  --settings '{example}'", ""])


def _setting(field: msgspec.structs.FieldInfo, cls: type[Connector]) -> str:
    hint = typing.get_type_hints(cls)[field.name]
    shown = (
        inspect.formatannotation(hint).replace("typing.", "").replace("datetime.datetime", "time")
    )
    return f"{field.encode_name}: {shown}{_default(field)}"


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return ", required"
    if field.default_factory is not msgspec.NODEFAULT:
        return f" = {field.default_factory()!r}"
    return f" = {field.default!r}"
