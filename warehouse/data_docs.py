"""Great Expectations' pages on a run of the checks, made safe to open and to pass on.

As it makes them they write texts as they are, so that HTML in one is live, and load scripts, styles
and fonts from other hosts. Here texts are escaped before, and of the pages only plain elements are
kept, by an allowlist (nh3), in a page of our own that forbids everything else.
"""

from __future__ import annotations

import html
import tempfile
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from tidings.errors import WarehouseError
from tidings.validation import context, frames
from warehouse.checks import Result
from warehouse.expectations import frame, suite

if TYPE_CHECKING:
    from great_expectations.data_context.data_context.abstract_data_context import (
        AbstractDataContext,
    )

_LEFT_OUT = "script, style, nav img, footer, .modal, .btn-group, link, noscript, iframe"
_TAGS = {
    "a", "b", "br", "code", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "i", "li", "ol", "p",
    "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"*": {"class", "id"}, "a": {"href"}, "td": {"colspan"}, "th": {"colspan"}}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def build(results: Sequence[Result], folder: Path) -> Path:
    """Write the pages on one run into ``folder`` (made if need be); return the first page.

    The folder must be empty or hold pages written by this before, which are replaced. Raises
    WarehouseError where there is nothing to tell or the folder holds anything else.
    """
    if not results:
        raise WarehouseError("There are no results yet.", remedy="Run 'tidings quality --run'.")
    _prepare(folder)
    with tempfile.TemporaryDirectory() as made:
        _raw(results, Path(made))
        for page in sorted(Path(made).rglob("*.html")):
            safe = folder / page.relative_to(made)
            safe.parent.mkdir(parents=True, exist_ok=True)
            safe.write_text(sanitised(page.read_text("utf-8")), "utf-8")
    return folder / "index.html"


def sanitised(page: str) -> str:
    """Return a page with the text of ``page``, without scripts, styles or addresses elsewhere."""
    import nh3
    from bs4 import BeautifulSoup

    parsed = BeautifulSoup(page, "lxml")
    title = parsed.title.get_text() if parsed.title else "Data quality"
    for part in parsed.select(_LEFT_OUT):
        part.decompose()
    body = nh3.clean(
        parsed.body.decode_contents() if parsed.body else "",
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_within,
        url_schemes=set(),
        link_rel=None,
    )
    style = (files("warehouse") / "quality" / "page.css").read_text("utf-8")
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="referrer" content="no-referrer">\n'
        f"<title>{html.escape(title)}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _within(tag: str, attribute: str, value: str) -> str | None:
    """Keep an address only if it leads to a page beside this one or to a part of this one."""
    if (tag, attribute) != ("a", "href"):
        return value
    inside = value.startswith(("#", "../", "validations/", "expectations/", "index.html"))
    return value if inside and "\\" not in value else None


def _prepare(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    there = sorted(p for p in folder.rglob("*") if p.is_file())
    foreign = [
        p for p in there if p.suffix != ".html" or _POLICY not in p.read_text("utf-8", "replace")
    ]
    if foreign:
        raise WarehouseError(
            f"{folder} holds other files, such as {foreign[0].name}.",
            remedy="Name an empty or a new folder: what is in it would be replaced.",
        )
    for page in there:
        page.unlink()


def _raw(results: Sequence[Result], folder: Path) -> None:
    """Have Great Expectations judge the kept figures once more, and write its pages."""
    import great_expectations as gx

    made = context()
    checked = gx.ValidationDefinition(
        name="warehouse",
        data=frames(made, "warehouse"),
        suite=made.suites.add(suite(results, with_examples=True)),
    )
    checkpoint = gx.Checkpoint(
        name="warehouse",
        validation_definitions=[made.validation_definitions.add(checked)],
        result_format="BASIC",
    )
    _site(made, folder)
    made.checkpoints.add(checkpoint).run(
        batch_parameters={"dataframe": frame(results)},
        run_id=gx.RunIdentifier(run_name=results[0].run, run_time=results[0].judged),
    )
    made.build_data_docs(["pages"])


def _site(made: AbstractDataContext, folder: Path) -> None:
    for name in list(made.list_data_docs_sites()):
        made.delete_data_docs_site(name)
    made.add_data_docs_site(
        "pages",
        {
            "class_name": "SiteBuilder",
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(folder),
            },
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        },
    )
