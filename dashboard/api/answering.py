"""How the API answers: as JSON with a tag, or as a file of rows to take away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import Query, Response

from dashboard.exports import csv_bytes, excel_bytes
from dashboard.look import Look
from dashboard.reader import Row
from dashboard.templating import data

Form = Annotated[
    Literal["json", "csv", "xlsx"],
    Query(alias="format", description="csv and xlsx give the same rows as a file."),
]

AllOf = Annotated[
    int | None,
    Query(ge=1, le=5000, description="Rows a page; without it a file has all of them."),
]

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def answer(look: Look, value: Any) -> Response:
    """Answer with JSON, and the tag by which a browser asks whether it is still true."""
    return Response(str(data(value)), media_type="application/json", headers=_headers(look))


def table(
    look: Look, name: str, rows: Sequence[Row], form: str, *, more: int | None, **about: Any
) -> Response:
    """Answer with rows, as JSON or as a file called ``name``; ``more`` is the next page's offset.

    ``about`` is what else is told in the JSON form, beside the brand and the period.
    """
    if form == "json":
        asked = look.asked
        told = {"brand": asked.brand, "from": asked.first, "to": asked.last, **about}
        return answer(look, {**told, "rows": list(rows), "next": more})
    made = csv_bytes(rows) if form == "csv" else excel_bytes(rows)
    saved = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return Response(made, media_type=_TYPES[form], headers=_headers(look) | saved)


def paged(
    rows: Sequence[Row], form: str, limit: int | None, offset: int, usual: int
) -> tuple[Sequence[Row], int | None]:
    """Return one page of all rows, and the offset of the next page (None on the last).

    Where nobody said how many, JSON has ``usual`` of them and a file all: who takes one away can't
    see that there are more.
    """
    size = limit or (usual if form == "json" else len(rows))
    return rows[offset : offset + size], offset + size if len(rows) > offset + size else None


def _headers(look: Look) -> dict[str, str]:
    told = {"ETag": look.tag, "Cache-Control": "private, no-cache", "Vary": "Cookie"}
    if look.left_out is not None:  # the journal is broken; the figures are the snapshot's
        told["Tidings-Left-Out"] = "changes"
    return told
