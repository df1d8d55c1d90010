"""The scorers that are installed, and what those need that can't be had as they are."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution, requires

import msgspec

from tidings.cli.console import out, table
from tidings.errors import TidingsError

EXTRAS = {"accurate": "accurate", "encoder": "accurate", "transformers": "transformers"}
"""The extra of this package that each built-in scorer needs, beyond the default install."""

_EXTRA = re.compile(r"""^([\w.-]+).*;.*extra\s*==\s*['"]([\w-]+)['"]""")


class Installed(msgspec.Struct, frozen=True, kw_only=True):
    """One scorer. ``languages`` and ``version`` are None where ``missing`` says why.

    ``extra`` is what it needs installed, ``size`` the megabytes of that extra's packages (None: not
    installed, or it needs none).
    """

    name: str
    package: str
    languages: list[str] | None = None
    any_language: bool = False
    version: str | None = None
    extra: str | None = None
    extra_installed: bool = True
    size: float | None = None
    missing: str | None = None


def installed() -> list[Installed]:
    """Return all scorers by name; one that can't be had says why, and hides no other."""
    from transforms.sentiment.choose import installed as entry_points

    return [
        _one(name, point.dist.name if point.dist else "tidings")
        for name, point in sorted(entry_points().items())
    ]


def _one(name: str, package: str) -> Installed:
    from transforms.sentiment.choose import load

    extra = EXTRAS.get(name) if package == "tidings" else None
    sizes = [_size(p) for p in extra_packages(extra)] if extra else []
    told = Installed(
        name=name,
        package=package,
        extra=extra,
        extra_installed=None not in sizes,
        size=sum(s for s in sizes if s is not None) if sizes and None not in sizes else None,
    )
    try:
        scorer = load(name, {})
        return msgspec.structs.replace(
            told,
            languages=sorted(scorer.languages),
            any_language=scorer.any_language,
            version=scorer.version,
        )
    except (TidingsError, ImportError, OSError) as error:
        return msgspec.structs.replace(told, missing=str(error))


def extra_packages(extra: str) -> list[str]:
    """Return the names of the packages that ``tidings[extra]`` adds; none if there is no such."""
    found = [_EXTRA.match(line) for line in requires("tidings") or []]
    return [match[1] for match in found if match is not None and match[2] == extra]


def _size(package: str) -> float | None:
    """Return the megabytes of an installed package by its record, None where it is not there."""
    try:
        files = distribution(package).files or []
    except PackageNotFoundError:
        return None
    return sum(file.size or 0 for file in files) / 1e6


def show(found: list[Installed]) -> None:
    """Print the scorers as a table, and below it what is missing."""
    table(
        ("scorer", "languages", "version", "extra", "MB of the extra"),
        [
            (
                one.name,
                _languages(one),
                one.version,
                one.extra and f"{one.extra}{'' if one.extra_installed else ' (not installed)'}",
                one.size,
            )
            for one in found
        ],
        title="Scorers",
    )
    for one in found:
        if one.missing is not None:
            out.print(f"{one.name}: {one.missing}", style="yellow", markup=False, highlight=False)
        if not one.extra_installed:
            out.print(f"  pip install 'tidings[{one.extra}]'", markup=False, highlight=False)
    out.print("\nIn a watch file:", style="bold")
    out.print('[sentiment]\nmode = "default"', markup=False, highlight=False)


def _languages(one: Installed) -> str | None:
    if one.languages is None:
        return None
    return " ".join([*one.languages, *(["unknown"] if one.any_language else [])])
