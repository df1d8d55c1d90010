"""Write the data dictionary: ``python -m tidings.cli.dictionary > docs/data-dictionary.md``."""

from __future__ import annotations

from tidings.schema import dictionary_markdown
from warehouse.dictionary import markdown

HEAD = """\
# Data dictionary

Made from the declaration of a mention and from the comments that the tables carry; a test compares.
Times are UTC `TIMESTAMP`. Readers ask `marts`; `core` is for drilling down and may change.

## The mention

"""

TABLES = """
## The warehouse

"""


def text() -> str:
    """Return the whole document."""
    return HEAD + dictionary_markdown() + TABLES + markdown()


if __name__ == "__main__":
    print(text(), end="")
