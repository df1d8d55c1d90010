"""Write the ER diagrams: ``python -m tidings.cli.diagram > docs/er-diagram.md``."""

from __future__ import annotations

from warehouse.diagram import diagrams

HEAD = """\
# ER diagrams

Made from the schema; a test compares. Each box has the columns that its rows are told apart by;
the [data dictionary](data-dictionary.md) has all columns with their meaning. A line joins the
tables that share the column named on it. Readers ask `marts`; `core` is for drilling down and may
change.
"""


def text() -> str:
    """Return the whole document."""
    parts = [f"\n## {title}\n\n```mermaid\n{diagram}```\n" for title, diagram in diagrams().items()]
    return HEAD + "".join(parts)


if __name__ == "__main__":
    print(text(), end="")
