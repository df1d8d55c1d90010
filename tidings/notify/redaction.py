"""What must not leave: control characters, and in quoted texts what names or reaches a person.

Simple patterns on purpose: docs/alert-channels.md says what they catch and what they don't.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

import msgspec

from tidings import personal
from tidings.incident import Incident, Notice, Voice
from tidings.notify.escaping import link
from tidings.notify.routing import as_utc

E_MAIL = "[e-mail]"
NUMBER = "[number]"
HANDLE = "[handle]"

LONGEST = 4_000
"""Characters of one text that are looked at; no channel shows as many of a quote."""

MOST_IDS = 1_000
"""Ids of mentions that leave with an incident; all of them stand in ``marts.incidents``."""

_MARKS = 4
"""Combining marks on one letter: no script needs more, and a hundred paint over the lines above."""

_JOINERS = "\u200c\u200d"  # Persian and Indic spelling and composed emoji need them

# First handles, which may look like the end of an address (@someone@social.example).
_HANDLE = re.compile(r"(?<![\w@])@\w[\w.-]*\w?(?:@[\w-]+(?:\.[\w-]+)*)?|(?<![\w/])/?u/[\w-]{3,20}")
_E_MAIL = re.compile(r"[\w.+%'-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}")
_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
_DATE = rf"{_YEAR}-{_MONTH}-{_DAY}|{_DAY}[./]{_MONTH}[./]{_YEAR}"
_DIGITS = re.compile(
    rf"(?<!\w)(?:(?P<date>{_DATE})(?![.\-/]?\d)"
    r"|[+(]{0,2}\d(?:[ \u00a0().\-/\u2010-\u2015]{0,3}\d){6,})"
)


def redacted(notice: Notice) -> Notice:
    """Return the notice as it may leave.

    Every text is :func:`plain`, quotes and words are :func:`masked`, too; times are aware UTC; an
    address that is no web address is left out.
    """
    incidents = tuple(_incident(incident) for incident in notice.incidents)
    return msgspec.structs.replace(notice, decided=as_utc(notice.decided), incidents=incidents)


def plain(text: str) -> str:
    """Return a text as one line without control, bidi-override and other invisible characters."""
    kept: list[str] = []
    marks = 0
    for char in text[:LONGEST]:
        kind = unicodedata.category(char)
        marks = marks + 1 if kind in {"Mn", "Me"} else 0
        if kind in {"Zs", "Zl", "Zp"} or char in "\t\n\r\v\f\x85":
            kept.append(" ")
        elif (kind[0] != "C" or char in _JOINERS) and marks <= _MARKS:
            kept.append(char)
    return " ".join("".join(kept).split())


def masked(text: str) -> str:
    """Return a plain text with addresses, accounts, long numbers and handles masked."""
    text = personal.redacted(text, ("iban",))
    text = _HANDLE.sub(HANDLE, text)
    text = _E_MAIL.sub(E_MAIL, text)
    return _DIGITS.sub(_number, text)


def _number(found: re.Match[str]) -> str:
    """Mask a run of seven or more digits, save a date."""
    return found[0] if found["date"] else NUMBER


def _incident(incident: Incident) -> Incident:
    changed: dict[str, object] = {}
    for name in incident.__struct_fields__:
        value = getattr(incident, name)
        if isinstance(value, str):
            changed[name] = plain(value)
        elif isinstance(value, datetime):
            changed[name] = as_utc(value)
    for name in ("keywords", "drivers", "sources", "languages"):
        changed[name] = tuple(plain(text) for text in getattr(incident, name))
    changed["link"] = link(incident.link)
    changed["mention_ids"] = tuple(plain(text) for text in incident.mention_ids[:MOST_IDS])
    changed["words"] = tuple(masked(plain(word)) for word in incident.words)
    changed["voices"] = tuple(_voice(voice) for voice in incident.voices)
    changed["series"] = tuple(
        msgspec.structs.replace(point, starts=as_utc(point.starts)) for point in incident.series
    )
    return msgspec.structs.replace(incident, **changed)


def _voice(voice: Voice) -> Voice:
    return msgspec.structs.replace(
        voice,
        mention_id=plain(voice.mention_id),
        text=masked(plain(voice.text)),
        source=plain(voice.source),
        published=as_utc(voice.published),
        language=plain(voice.language) if voice.language else None,
        url=link(voice.url),
    )
