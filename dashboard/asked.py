"""What an address asks for: a brand, a period, a language of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec

from tidings.errors import ConfigurationError

DAYS = 28
"""Days of a period that nobody named."""

MOST_DAYS = 3700

YEARS = range(1000, 9000)
"""Years that can be asked for: with room for the periods that one is compared with."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A brand that the snapshot tells of: its watch file, and its days (in its time zone)."""

    brand: str
    own: bool
    watch: str
    timezone: str
    first: date
    last: date


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A brand and a period of its days, both ends included. ``named``: the address names the brand.

    ``days`` is set where the period is so many days up to the last one told; such an address moves
    on with time.
    """

    brand: str
    first: date
    last: date
    known: Known
    days: int | None = None
    named: bool = False

    @property
    def length(self) -> int:
        """How many days the period has."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> date:
        """The day before the period: what changes over it is counted from there."""
        return self.first - timedelta(days=1)

    def values(self) -> dict[str, object]:
        """Return the values that statements ask for by these names.

        ``begins`` and ``ends`` are the period as naive UTC; ``newest`` is the brand's running day.
        """
        return {
            "brand": self.brand,
            "watch": self.known.watch,
            "first": self.first,
            "last": self.last,
            "before": self.before,
            "newest": self.known.last,
            "begins": self._midnight(self.first),
            "ends": self._midnight(self.last + timedelta(days=1)),
        }

    def _midnight(self, day: date) -> datetime:
        """Return when a day begins where the brand is, as naive UTC."""
        begins = datetime.combine(day, time(), ZoneInfo(self.known.timezone))
        return begins.astimezone(UTC).replace(tzinfo=None)

    def query(self, **other: object) -> str:
        """Return the address's query for the same brand and period; ``other`` replaces or adds.

        A value of None leaves the name out.
        """
        own: dict[str, object] = {"brand": self.brand}
        if self.days is not None:
            own["days"] = self.days
        else:
            own |= {"from": self.first.isoformat(), "to": self.last.isoformat()}
        if "from_" in other:
            own.pop("days", None)
            other = {"from": other["from_"]} | {k: v for k, v in other.items() if k != "from_"}
        elif "days" in other:
            own = {"brand": self.brand}
        merged = {k: v for k, v in (own | other).items() if v is not None}
        return urlencode(merged, doseq=True)


def asked(given: Mapping[str, str], brands: Sequence[Known]) -> Asked:
    """Read an address's ``brand``, ``from`` and ``to`` or ``days``, against the brands there are.

    Without a brand it is the first own one. Raises ConfigurationError where a value can't be used.
    """
    if not brands:
        raise ConfigurationError(
            "The snapshot tells of no brand yet.", remedy="Run 'tidings run' or 'tidings demo'."
        )
    known = _brand(given.get("brand"), brands)
    if "from" in given or "to" in given:
        first, last = _ends(given, known)
        days = None
    else:
        days = _days(given.get("days"))
        last = known.last
        first = last - timedelta(days=days - 1)
    return Asked(
        brand=known.brand,
        first=first,
        last=last,
        known=known,
        days=days,
        named="brand" in given,
    )


def _brand(name: str | None, brands: Sequence[Known]) -> Known:
    if not name:
        return next((b for b in brands if b.own), brands[0])
    for known in brands:
        if known.brand == name:
            return known
    raise ConfigurationError(
        f"There is no brand {name!r}.", remedy=f"There is: {', '.join(b.brand for b in brands)}."
    )


def _days(text: str | None) -> int:
    if not text:
        return DAYS
    plain = text.isascii() and text.isdecimal() and len(text) <= 30
    if not plain or not 1 <= int(text) <= MOST_DAYS:
        raise ConfigurationError(
            f"days={text[:30]} is no number from 1 to {MOST_DAYS}.", remedy=f"Try days={DAYS}."
        )
    return int(text)


def _ends(given: Mapping[str, str], known: Known) -> tuple[date, date]:
    last = day(given.get("to"), "to") or known.last
    first = day(given.get("from"), "from") or last - timedelta(days=DAYS - 1)
    if first > last:
        raise ConfigurationError(
            f"The period begins on {first} and ends before, on {last}.",
            remedy="'from' is its first day, 'to' its last.",
        )
    if (last - first).days >= MOST_DAYS:
        raise ConfigurationError(
            f"The period has more than {MOST_DAYS} days.", remedy="Ask for less at once."
        )
    return first, last


def day(text: str | None, name: str) -> date | None:
    """Read a day as 2026-10-31; None where there is none. Raises ConfigurationError."""
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
        if found.year not in YEARS:
            raise ValueError(text)
        return found
    except ValueError:
        raise ConfigurationError(
            f"{name}={text} is no day.", remedy="Write it as 2026-10-31."
        ) from None
