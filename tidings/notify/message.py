"""A notice in words: title and body, as plain text, Markdown or HTML, not longer than it may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from tidings.incident import Event, Incident, Notice, Severity, Voice
from tidings.notify.escaping import as_markdown, as_text, cut, defanged, link
from tidings.notify.redaction import redacted
from tidings.notify.routing import as_utc

if TYPE_CHECKING:
    from jinja2 import Environment

Kind = Literal["text", "markdown", "html"]

TITLE_CHARS = 150
"""Characters of a title at most; many programs show fewer."""

LOWER_BOUND = "a lower bound: the time was not collected whole, so there may be more"

_MARKUP = 16
"""Characters that a service may put around a title that it writes into a body."""

_LINKED = 40
"""Characters of the name of a source at most."""


class Message(NamedTuple):
    """What one channel shows. The title is one line of plain text and has no markup."""

    title: str
    body: str


class Amount(NamedTuple):
    """How much of a notice a body tells: counts, and characters of a quote and of a sentence."""

    voices: int
    quote: int
    items: int
    sentence: int
    incidents: int
    facts: bool = True


_AMOUNTS = (
    Amount(voices=5, quote=400, items=12, sentence=1_000, incidents=25),
    Amount(voices=5, quote=200, items=8, sentence=600, incidents=15),
    Amount(voices=3, quote=140, items=5, sentence=400, incidents=10),
    Amount(voices=2, quote=100, items=4, sentence=300, incidents=5),
    Amount(voices=1, quote=80, items=3, sentence=250, incidents=3),
    Amount(voices=0, quote=0, items=3, sentence=200, incidents=2),
    Amount(voices=0, quote=0, items=0, sentence=200, incidents=1, facts=False),
    Amount(voices=0, quote=0, items=0, sentence=80, incidents=1, facts=False),
)
"""From the whole to the least; the first that fits is taken."""


def message(
    notice: Notice,
    kind: Kind,
    *,
    zone: ZoneInfo | None = None,
    most: int | None = None,
    titled: bool = True,
) -> Message:
    """Write a notice. Times are shown in ``zone`` and in UTC.

    ``most`` is how many characters the channel takes in a body: the more there are, the fewer
    voices and words, each with how many more there are. A body of plain text or Markdown that is
    too long even so is cut; one of HTML is not, since half a tag would be left. ``titled`` False:
    the channel has no title and puts it before the body, so the body leaves room for it.
    """
    notice = redacted(notice)
    title = _title(notice, kind)
    if most is not None and not titled:
        most = max(most - len(title) - _MARKUP, most // 4)
    template = _templates(kind).get_template(f"{kind}.j2")
    body = ""
    for amount in _AMOUNTS:
        body = template.render(_view(notice, kind, zone or ZoneInfo("UTC"), amount)).strip() + "\n"
        if most is None or len(body) <= most:
            break
    else:
        body = body if kind == "html" else cut(body, most or len(body))
    return Message(title=title, body=body)


def _title(notice: Notice, kind: Kind) -> str:
    brands = list(dict.fromkeys(incident.brand for incident in notice.incidents))
    about = f"{', '.join(brands[:3])}{_more(len(brands) - 3)}"
    if notice.event == "digest":
        count = len(notice.incidents) + notice.left_out
        findings = f"{count} {'finding' if count == 1 else 'findings'}"
        whole = ": ".join(filter(None, ["Digest", about, findings]))
    else:
        about = f"{about}: {', '.join(_words(i.measure) for i in notice.incidents[:1])}"
        whole = f"{_headline(notice.event, notice.severity)}: {about}"
    # Some channels put a title into their markup as it is, others show it as it is.
    return cut(as_text(whole) if kind == "text" else as_markdown(whole), TITLE_CHARS)


def _headline(event: Event, severity: Severity) -> str:
    match event:
        case "opened":
            return severity.capitalize()
        case "escalated":
            return f"Escalated to {severity}"
        case "resolved":
            return "Resolved"
    return f"{event.capitalize()} ({severity})"


def _view(notice: Notice, kind: Kind, zone: ZoneInfo, amount: Amount) -> dict[str, Any]:
    """Return what the templates show; they escape, but know no incident."""
    shown = notice.incidents[: amount.incidents]
    decided = _moment(notice.decided, zone)
    return {
        "event": notice.event,
        "title": _title(notice, "text"),
        "incidents": [_told(i, notice, zone, amount) for i in shown],
        "more": len(notice.incidents) - len(shown) + notice.left_out,
        "decided": decided,
        "kind": kind,
    }


def _told(incident: Incident, notice: Notice, zone: ZoneInfo, amount: Amount) -> dict[str, Any]:
    voices = incident.voices[: amount.voices] if notice.event != "digest" else ()
    unseen = len(incident.voices) - len(voices) if voices else 0
    facts = _facts(incident, zone, amount) if amount.facts else _since(incident, zone)
    return {
        "brand": incident.brand,
        "severity": incident.severity,
        "sentence": cut(incident.sentence, amount.sentence),
        "facts": list(facts),
        "voices": [_quoted(voice, zone, amount) for voice in voices],
        "more_voices": unseen,
        "link": link(incident.link),
    }


def _since(incident: Incident, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """Yield the two facts that are always told."""
    yield "Since", _moment(incident.opened, zone)
    if incident.lower_bound:
        yield "Coverage", LOWER_BOUND.partition(":")[0]


def _facts(incident: Incident, zone: ZoneInfo, amount: Amount) -> Iterator[tuple[str, str]]:
    """Yield what is known of an incident as label and value; what is empty is left out."""
    yield "Since", _moment(incident.opened, zone)
    if incident.escalated:
        yield "Escalated", _moment(incident.escalated, zone)
    if incident.closed:
        yield "Resolved", _moment(incident.closed, zone)
    listed = {
        "Words": tuple(defanged(word) for word in incident.words),
        "Keywords": incident.keywords,
        "Drivers": incident.drivers,
        "Sources": incident.sources,
        "Languages": incident.languages,
    }
    for label, values in listed.items():
        if values and amount.items:
            shown = ", ".join(cut(value, _LINKED) for value in values[: amount.items])
            yield label, f"{shown}{_more(len(values) - amount.items)}"
    yield "Coverage", LOWER_BOUND if incident.lower_bound else "collected whole"
    yield "Rule", _words(incident.rule)
    if incident.owner:
        yield "Owner", incident.owner


def _quoted(voice: Voice, zone: ZoneInfo, amount: Amount) -> dict[str, Any]:
    told = [cut(voice.source, _LINKED), _moment(voice.published, zone)]
    if voice.copies > 1:
        told.append(f"{voice.copies} copies")
    if voice.followers is not None:
        told.append(f"{voice.followers:,} followers".replace(",", " "))
    if voice.language:
        told.append(cut(voice.language, 10))
    return {
        "text": cut(defanged(voice.text), amount.quote),
        "about": ", ".join(told),
        "link": link(voice.url),
    }


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    """Write a time in the zone, and in UTC where that is another."""
    utc = as_utc(moment)
    local = utc.astimezone(zone)
    if local.utcoffset() == utc.utcoffset():
        return f"{utc:%Y-%m-%d %H:%M} UTC"
    day = "%Y-%m-%d " if local.date() != utc.date() else ""
    name = local.tzname() or ""
    shown = name if name.isalpha() else f"UTC{local:%z}"
    return f"{local:%Y-%m-%d %H:%M} {shown} ({utc.astimezone(UTC):{day}%H:%M} UTC)"


def _more(count: int) -> str:
    return f" and {count} more" if count > 0 else ""


def _words(name: str) -> str:
    return name.replace("_", " ")


@cache
def _templates(kind: Kind) -> Environment:
    """Return the templates of a kind, in which every value is escaped unless it says otherwise."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    escapes: dict[Kind, Callable[[str], str]] = {"markdown": as_markdown, "text": as_text}
    escape = escapes.get(kind)

    def finalize(value: Any) -> Any:
        return value if escape is None or isinstance(value, _Target) else escape(str(value))

    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=kind == "html",  # noqa: S701 - the other two are no HTML
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["target"] = _Target
    return made


class _Target(str):
    """An address made by :func:`~tidings.notify.escaping.link`, which is markup already."""

    __slots__ = ()
