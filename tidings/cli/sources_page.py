"""Write the page of all connectors: ``python -m tidings.cli.sources_page > docs/sources.md``."""

from __future__ import annotations

import inspect
import re

from tidings.cli.watching import source_text
from tidings.connector import Connector, connector_class, registered

HEAD = """\
# Sources

Made from what each connector says of itself, as `tidings sources NAME` shows it; a test compares.

What a connector was tried against is told as it is:

- **recorded**: real answers of the source, recorded by others, are read to the last item in a test;
- **local server**: it was run against a real server program on this machine;
- **documentation only**: it stands the conformance kit and the hostile source, over a made-up
  source that follows the documentation. Nobody here has seen it read a real answer yet: try it with
  `tidings check --connect`, which reads the first page and keeps nothing.

[The scorecard](scorecard.md) says what each makes of a source that misbehaves in 25 ways.

"""

_SETTING = re.compile(r"^((?:``)?[a-z]\w*(?:``)?(?:, (?:``)?[a-z]\w*(?:``)?)*): (.*)$")


def text() -> str:
    """Return the whole document."""
    classes = [connector_class(name) for name in registered()]
    return HEAD + _overview(classes) + "\n" + "\n".join(_section(cls) for cls in classes)


def _overview(classes: list[type[Connector]]) -> str:
    lines = [
        "| source | tried against | needs | goes back | owner's answers |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| [`{c.source}`](#{c.source}) | {c.about.state} | "
        f"{'nothing' if c.about.needs.startswith('nothing') else 'a credential or set-up'} | "
        f"{'yes' if c.about.goes_back else 'no'} | {'yes' if c.about.allows_answers else 'no'} |"
        for c in classes
    ]
    return "\n".join(lines) + "\n"


def _section(cls: type[Connector]) -> str:
    about = cls.about
    told = [
        ("Collects", about.collects),
        ("Needs", about.needs),
        ("Limits", about.limits or "none known"),
        ("Terms to mind", about.terms or "none known"),
        ("Tried against", about.state),
    ]
    lines = [f"## `{cls.source}`", "", *(f"- **{name}:** {words}" for name, words in told), ""]
    lines += ["```toml", source_text(cls).rstrip(), "```", "", *_described(cls), ""]
    return "\n".join(lines)


def _described(cls: type[Connector]) -> list[str]:
    """Return the class's description, its settings as a list."""
    lines: list[str] = []
    for line in inspect.cleandoc(cls.__doc__ or "").splitlines():
        setting = _SETTING.match(line)
        if setting:
            names = ", ".join(f"`{name.strip('`')}`" for name in setting[1].split(", "))
            lines.append(f"- {names}: {_code(setting[2])}")
        elif lines and lines[-1].startswith(("- ", "  ")) and line:
            lines.append(f"  {_code(line)}")
        else:
            lines.append(_code(line))
    return lines


def _code(words: str) -> str:
    return words.replace("``", "`")


if __name__ == "__main__":
    print(text(), end="")
