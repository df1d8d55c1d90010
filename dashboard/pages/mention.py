"""One mention: its versions, why it was scored and matched so, and a person's own label."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response

from dashboard.changed import keep, unseen
from dashboard.figures import mention as figures
from dashboard.figures.mentions_text import cut, parts
from dashboard.look import Look, Looking
from tidings.errors import ConfigurationError
from tidings.journal import CorrectLabel
from transforms.explain import Explanation, Step, Verdict
from transforms.search_words import sought
from transforms.sentiment.score import Weight

router = APIRouter()

Id = Annotated[str, Query(alias="id", max_length=100)]
Typed = Annotated[str, Query(max_length=1_000)]

LISTED = 30
"""Words that are listed with their weights: the weightiest."""

SEEN = 0.1
"""Of the weightiest word's: words that weigh less are not coloured."""


@router.get("/mention")
def mention(look: Looking, one: Id, q: Typed = "") -> Response:
    """Show one mention."""
    look.unless_known()
    told = _told(look, one)
    found = sought(q) if q else None
    return look.page(
        "mention.html",
        told=told,
        now=told.now,
        said=told.said,
        q=q,
        text=parts(told.now["title"], told.now["text"], found, None),
    )


@router.get("/mention-explained")
def explained(look: Looking, one: Id) -> Response:
    """Show why a mention was scored and matched so: a part of its page, or a page for itself."""
    told = _told(look, one)
    found = figures.explained(told, look.setup.watches())
    part = "hx-request" in look.request.headers
    made = look.page(
        "_mention_explained.html" if part else "mention_explained.html",
        told=told,
        found=found,
        words=list(_coloured(found)),
        weights=sorted(found.weights, key=lambda weight: -abs(weight.used))[:LISTED],
        text=cut(found.text, _places(found.verdicts), None),
        verdicts=[v for v in found.verdicts if v.matched or v.step.holds],
        grown=_grown,
    )
    del made.headers["ETag"]  # watch files may change, and their words with them
    made.headers["Vary"] = "Cookie, HX-Request"
    return made


@router.post("/mention-label")
def label(
    look: Looking,
    one: Id,
    given: Annotated[
        Literal["positive", "neutral", "negative", "unclear", "taken_back"], Form(alias="label")
    ],
    content_hash: Annotated[str, Form(max_length=100)],
    why: Annotated[str, Form(max_length=4_000)] = "",
) -> Response:
    """Keep the label that an editor gives a mention as of the brand, and show it."""
    look.needs("editor")
    told = _told(look, one)
    if told.brand is None or told.brand != look.asked.brand:
        raise ConfigurationError(
            f"The mention is not about {look.asked.brand}.",
            remedy="Open it from the list of the brand that it is about.",
        )
    keep(
        look,
        CorrectLabel(
            mention_id=told.mention_id,
            brand=told.brand,
            label=None if given == "taken_back" else given,
            why=why.strip(),
            content_hash=content_hash or None,
        ),
    )
    if "hx-request" not in look.request.headers:
        return RedirectResponse(f"mention?{look.asked.query(id=one)}#label", status_code=303)
    told = _told(look, one)
    return look.page("_mention_label.html", told=told, said=told.said, kept=True)


def _told(look: Look, one: str) -> figures.Told:
    return figures.told(look.snapshot, figures.mention_id(one), look.asked.brand, unseen(look))


def _coloured(found: Explanation) -> Iterator[tuple[str, Weight | None]]:
    """Give the text in stretches, each with its weight where that is to be seen."""
    least = SEEN * max((abs(weight.used) for weight in found.weights), default=0.0)
    at = 0
    for weight in sorted(found.weights, key=lambda weight: weight.start):
        if weight.start < at or abs(weight.used) < least or not weight.used:
            continue
        yield found.text[at : weight.start], None
        yield found.text[weight.start : weight.end], weight
        at = weight.end
    yield found.text[at:], None


def _places(verdicts: tuple[Verdict, ...]) -> list[tuple[int, int]]:
    """Return where the hits stand of what matched: in order, none within another."""
    spans = sorted({span for v in verdicts if v.matched for span in _spans(v.step)})
    apart: list[tuple[int, int]] = []
    for start, end in spans:
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(apart[-1][1], end))
        else:
            apart.append((start, end))
    return apart


def _spans(step: Step) -> list[tuple[int, int]]:
    if not step.holds:
        return []
    deeper = [span for part in step.parts for span in _spans(part)]
    return deeper or [(hit.start, hit.end) for hit in step.hits]


def _grown(step: Step) -> list[Step]:
    """Return the parts of a query that are shown below it: those that make it hold, or not."""
    return [part for part in step.parts if part.holds or not step.holds]
