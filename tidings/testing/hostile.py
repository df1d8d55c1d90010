"""The ways in which a source is hostile, each with its name and with what must come of it.

A walk over a hostile source may end in complete data, in complete data beside quarantined records,
or in the typed error that belongs to the behaviour; after an error, going on from the last landed
cursor once the source is mended must bring everything. Anything else is a silent loss, or a hang.
:mod:`tidings.testing.trial` tries a connector out, :mod:`tidings.testing.scorecard` tells of it.
"""

from __future__ import annotations

import msgspec

from tidings.errors import (
    AuthError,
    BodyTooLarge,
    RateLimited,
    SourceChanged,
    SourceError,
    TransientError,
)
from tidings.testing import tricks_living as living
from tidings.testing import tricks_pages as pages
from tidings.testing import tricks_refusals as refusals
from tidings.testing.tricks import Trick

Errors = tuple[type[SourceError], ...]


class Behaviour(msgspec.Struct, frozen=True):
    """One way to be hostile. ``errors`` are the typed errors that are right when it shows.

    ``trick`` plays it. ``waits``: the source asks for a pause, and must be given it. ``news``: what
    happened shows with the next walk at the latest.
    """

    key: str
    name: str
    meaning: str
    trick: type[Trick]
    errors: Errors = ()
    waits: bool = False
    news: bool = False


BEHAVIOURS: tuple[Behaviour, ...] = (
    Behaviour(
        "1",
        "loop",
        "from the third page on, the first ones come again: the way on leads back",
        pages.Loop,
        (SourceChanged,),
    ),
    Behaviour(
        "2",
        "repeated page",
        "the third page is the second one again",
        pages.RepeatedPage,
        (SourceChanged,),
    ),
    Behaviour(
        "3",
        "repeated cursor",
        "the second page has its own records, but its way on leads to itself",
        pages.RepeatedCursor,
        (SourceChanged,),
    ),
    Behaviour(
        "4",
        "empty page",
        "a page without records comes between two others, with a way on",
        pages.EmptyPage,
        (SourceChanged,),
    ),
    Behaviour("5", "HTML", "a page of HTML comes with status 200", pages.Html, (SourceChanged,)),
    Behaviour(
        "6a", "captcha, 200", "a captcha comes with status 200", pages.Captcha, (SourceChanged,)
    ),
    Behaviour(
        "6b",
        "captcha, 403",
        "a captcha comes with status 403",
        pages.CaptchaRefused,
        (AuthError, RateLimited, SourceChanged),
    ),
    Behaviour(
        "7", "429, seconds", "429 once, Retry-After in seconds", refusals.WaitSeconds, waits=True
    ),
    Behaviour(
        "8", "429, date", "429 once, Retry-After as an HTTP date", refusals.WaitDate, waits=True
    ),
    Behaviour(
        "9",
        "429, epoch",
        "429 once, only a reset header in Unix time",
        refusals.WaitEpoch,
        waits=True,
    ),
    Behaviour(
        "10", "429, ISO", "429 once, only a reset header in ISO 8601", refusals.WaitIso, waits=True
    ),
    Behaviour("11", "429, no hint", "429 once, nothing says until when", refusals.WaitNoHint),
    Behaviour(
        "12",
        "reset",
        "the connection is reset in the middle of a body, every time",
        pages.Reset,
        (TransientError,),
    ),
    Behaviour(
        "13",
        "cut gzip",
        "a packed body ends early, every time",
        pages.CutGzip,
        (TransientError,),
    ),
    Behaviour(
        "14",
        "wrong charset",
        "a body in UTF-8 is declared as ISO-8859-1; its words must come out right",
        pages.WrongCharset,
        (SourceChanged,),
    ),
    Behaviour(
        "15", "cut body", "JSON, XML or HTML stops in the middle", pages.CutBody, (SourceChanged,)
    ),
    Behaviour("16", "edited", "records are edited between two pages", living.Edited, news=True),
    Behaviour("17", "deleted", "a record is deleted between two pages", living.Deleted, news=True),
    Behaviour("18", "inserted", "newer records come between two pages", living.Inserted, news=True),
    Behaviour("19", "ties", "more records of one second than a page holds", living.Ties),
    Behaviour("20", "late", "a record of old time shows after the walk", living.Late, news=True),
    Behaviour(
        "21",
        "clock skew",
        "the source's clock is five hours ahead, in Date and in a 429's Retry-After",
        refusals.ClockSkew,
        waits=True,
        news=True,
    ),
    Behaviour(
        "22",
        "bomb",
        "a small packed body unfolds to 64 MB",
        pages.Bomb,
        (BodyTooLarge,),
    ),
    Behaviour(
        "23a",
        "redirect, metadata",
        "a redirect to http://169.254.169.254/, where clouds keep credentials",
        pages.RedirectToMetadata,
        (SourceChanged,),
    ),
    Behaviour(
        "23b",
        "redirect, loopback",
        "a redirect to another port of the loopback; it must not be asked",
        pages.RedirectToLoopback,
        (SourceChanged,),
    ),
    Behaviour(
        "24",
        "token expiry",
        "401 in the middle, until signed in anew; once where there is no sign-in",
        refusals.Expiry,
        (AuthError,),
    ),
    Behaviour("25", "page size", "pages become shorter, then longer", living.PageSize, news=True),
    Behaviour("26a", "500", "500 once, then a good answer", refusals.Broken),
    Behaviour("26b", "503", "503 with Retry-After once", refusals.Unavailable, waits=True),
)
"""All of them, in the order of the scorecard."""


def behaviour(key: str) -> Behaviour:
    """Return the behaviour that the scorecard numbers so; KeyError if there is none."""
    return {b.key: b for b in BEHAVIOURS}[key]
