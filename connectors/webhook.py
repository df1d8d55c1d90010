"""Pushes that ``tidings receive`` took in: signed bodies of JSON, read in the order they came."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import Meta

from connectors.mapped import Mapped, kept
from connectors.rows import Row
from connectors.webhook_inbox import Body, bodies, inbox_folder, prune
from connectors.webhook_signature import Scheme
from tidings.connector import About, Cursor, Page, read_records
from tidings.errors import ConfigurationError, SourceChanged
from tidings.http import Answer, Http

ROWS_PER_PAGE = 1_000
"""Records after which a page ends, once it has the whole of the last push."""

NUMBER = "number"


class Webhook(Mapped, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Records that other systems push, each a mention by the column map.

    inbox: ``watch/source``: the name of the watch file and of this source in it. It is the path
        that is pushed to, and the folder in which pushes wait.
    credential: name of the secret with which the sender signs.
    scheme: how it signs (HMAC-SHA256): ``tidings`` (header ``X-Tidings-Signature:
        t=UNIX_SECONDS,v1=HEX`` over ``t.body``), ``stripe`` (the same in ``Stripe-Signature``) or
        ``github`` (``X-Hub-Signature-256: sha256=HEX`` over the body alone).
    window_seconds: a push that was signed longer ago, or that came before, is refused. A push by
        ``github`` states no time: it is refused as long as the same one lies in the inbox.
    max_bytes: a larger body is refused.
    keep_days: a push is removed so long after it came, never before it was loaded; the newest
        stays.
    records: where in a body the list of records is, as a dotted path; the body itself if empty.
    only: column -> value: records that say something else there are left out, such as other events.
    place: name of the place; the inbox's if empty.

    Besides its own columns a record has ``_received`` (when it came) and ``_id`` (unlike any other
    record's, so a push that is sent twice is two).

    The column map:

    columns, constants, optional, id_columns, kind, timezone, date_format, decimal, missing, markup:
        as ``files`` has them; a record that lacks a mapped column is rejected unless its field is
        ``optional``.
    """

    source: ClassVar[str] = "webhook"
    about: ClassVar[About] = About(
        collects="Records that other systems push to 'tidings receive', such as survey answers "
        "and new reviews.",
        needs="'tidings receive' running where the sender reaches it, and a secret that both know",
        limits="Bodies up to max_bytes; JSON objects, arrays and JSON Lines. What was pushed while "
        "the receiver was not running is lost, unless the sender tries again.",
        terms="The sender's; mind what the people in the records agreed to.",
        state="local server",
        example={
            "inbox": "acme/survey",
            "credential": "survey_push",
            "columns": {
                "external_id": "answer_id",
                "published": "answered_at",
                "rating": "score",
                "text": "comment",
            },
            "optional": ["text"],
            "constants": {"kind": "survey", "rating_min": 0, "rating_max": 10},
        },
        order="any",
    )

    inbox: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}/[a-z0-9][a-z0-9_-]{0,63}$")]
    credential: Annotated[str, Meta(min_length=1)]
    scheme: Scheme = "tidings"
    window_seconds: Annotated[float, Meta(ge=10, le=3_600)] = 300.0
    max_bytes: Annotated[int, Meta(ge=1, le=64_000_000)] = 1_000_000
    keep_days: Annotated[float, Meta(ge=0)] = 30.0
    records: str = ""
    only: dict[str, str | int | bool] = msgspec.field(default_factory=dict)

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:  # noqa: ARG002
        """Read the pushes that came after the cursor, and remove old ones that lie before it.

        The cursor given is one that was loaded, so what lies before it is in the warehouse.
        """
        folder = inbox_folder(self.inbox)
        read_to = _number(cursor)
        if cursor is not None:
            prune(folder, read_to=read_to, before=time.time() - self.keep_days * 86_400)
        rows: list[Row] = []
        first = None
        for body in bodies(folder):
            if body.number <= read_to:
                continue
            first = first or body.number
            rows += _rows(body, self.records)
            if len(rows) >= ROWS_PER_PAGE:
                yield self._page(rows, first, body.number)
                rows, first = [], None
            read_to = body.number
        if first is not None:
            yield self._page(rows, first, read_to)

    def label(self) -> str:
        """Name the walk by its inbox."""
        return f"webhook {self.inbox}"

    def _page(self, rows: list[Row], first: int, last: int) -> Page:
        wanted = [row for row in rows if row.values is None or self._wants(row.values)]
        read = partial(
            self.read, self.mapping(), name=f"inbox {self.inbox}", place=self.place or self.inbox
        )
        mentions, rejected = read_records(wanted, read)
        return Page(
            mentions=mentions,
            rejected=rejected,
            cursor={NUMBER: last},
            raw=[kept(f"{self.inbox}#pushes={first}-{last}", rows)],
        )

    def _wants(self, values: Mapping[str, Any]) -> bool:
        return all(_within(values, path) == value for path, value in self.only.items())


def _number(cursor: Cursor | None) -> int:
    number = 0 if cursor is None else cursor.get(NUMBER)
    if not isinstance(number, int) or isinstance(number, bool):
        raise ConfigurationError(
            f"The cursor {cursor!r} can't be gone on from: it is not one of an inbox.",
            remedy="It was made by another connector or version; start this walk from nothing.",
        )
    return number


def _rows(body: Body, records: str) -> list[Row]:
    """Return the records of one body, numbered in it; what can't be read is a row with a fault."""
    try:
        content = body.path.read_bytes()
    except FileNotFoundError:
        return [Row(1, fault=f"push {body.number} was removed before it was read", text="")]
    parts = content.splitlines() if body.form == "ndjson" else [content]
    found = [value for part in parts if part.strip() for value in _values(part, records)]
    if not found and not content.strip():
        found = [Row(1, fault="the body is empty", text="")]
    received = datetime.fromtimestamp(body.number // 1_000_000, UTC).isoformat()
    for number, row in enumerate(found, 1):
        row.number = number
        if row.values is not None:
            row.values = {
                **row.values, "_received": received, "_id": f"{body.number}-{number}",
            }  # fmt: skip
        else:
            row.fault = f"push {body.number}: {row.fault}"
    return found


def _values(part: bytes, records: str) -> list[Row]:
    """Return the records of one JSON value, an object or an array of them."""
    text = part.decode("utf-8", "replace")
    try:
        value = Answer(status=200, url="push", body=part).json()
    except SourceChanged as error:
        return [Row(0, fault=error.message, text=text)]
    value = _within(value, records) if records else value
    if isinstance(value, dict):
        return [Row(0, value)]
    if not isinstance(value, list):
        where = f"at {records!r} there is" if records else "it is"
        return [Row(0, fault=f"{where} no object and no array", text=text)]
    return [
        Row(0, item) if isinstance(item, dict) else Row(0, fault="no object", text=str(item))
        for item in value
    ]


def _within(value: Any, path: str) -> Any:
    for step in path.split("."):
        if not isinstance(value, dict) or step not in value:
            return None
        value = value[step]
    return value
