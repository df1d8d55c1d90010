"""Page one as a mail: which days it tells, and how the brand stands after them."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from dashboard.asked import asked
from dashboard.figures.brands import brands
from dashboard.figures.today import Standing, standing
from dashboard.formats import Formats
from dashboard.reader import Snapshot
from dashboard.texts import LANGUAGES
from tidings.errors import ConfigurationError
from tidings.times import utcnow
from tidings.watch import Watch

SPOKEN = {"no": "nb", "nn": "nb"}
"""Languages of texts by another name than the pages have for them."""


def language_of(watch: Watch) -> str:
    """Return the first of the brand's languages that the pages speak, else English."""
    spoken = (SPOKEN.get(code, code) for code in watch.brand.languages)
    return next((code for code in spoken if code in LANGUAGES), "en")


def last_days(snapshot: Snapshot, brand: str, days: int) -> Standing:
    """Return how a brand stands after its last whole days: the running one is left out.

    Raises ConfigurationError where nothing is told of it yet.
    """
    known = brands(snapshot)
    wanted = asked({"brand": brand, "days": str(days)}, known)
    today = utcnow().astimezone(Formats("en", wanted.known.timezone).zone).date()
    last = min(wanted.last, today - timedelta(days=1))
    whole = msgspec.structs.replace(
        wanted, first=last - timedelta(days=days - 1), last=last, days=None
    )
    found = standing(snapshot, whole)
    if found is None:
        raise ConfigurationError(
            f"Nothing is told of {brand!r} before today.", remedy="Try again tomorrow."
        )
    return found
