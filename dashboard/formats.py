"""Numbers, shares, times and spans as a language writes them (CLDR, through Babel)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers

NOTHING = "–"
"""What is shown for a figure that isn't there: too few to tell, or not told. Never 0."""

_PERSIAN = str.maketrans("0123456789.,%", "۰۱۲۳۴۵۶۷۸۹٫٬٪")

LOCALES = {"en": "en_GB", "nb": "nb_NO", "da": "da_DK", "fa": "fa_IR", "zh": "zh_CN"}


class Formats:
    """How one language writes figures. ``zone`` is the brand's: times are shown in it."""

    def __init__(self, language: str, zone: str = "UTC") -> None:
        self.locale = Locale.parse(LOCALES[language])
        self.zone = ZoneInfo(zone)
        self._latin = Locale.parse("en_GB") if language == "fa" else self.locale

    def number(self, value: float | None, digits: int = 0) -> str:
        """Write a number with so many decimals: 1,234.5."""
        if value is None:
            return NOTHING
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return self._digits(value, pattern)

    def signed(self, value: float | None, digits: int = 1) -> str:
        """Write a change with its sign: +1.2. What rounds to nothing has none."""
        if value is None:
            return NOTHING
        value = round(value, digits) or 0.0
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return self._digits(value, f"+{pattern};-{pattern}" if value else pattern)

    def percent(self, value: float | None, digits: int = 0) -> str:
        """Write a share of 0..1 in per cent."""
        if value is None:
            return NOTHING
        return self._digits(value, "#,##0" + ("." + "0" * digits if digits else "") + "%")

    def signed_percent(self, value: float | None) -> str:
        """Write a change of a share, or by a share, with its sign: +12%."""
        if value is None:
            return NOTHING
        return self._digits(value, "+#,##0%;-#,##0%" if round(value, 2) else "#,##0%")

    def small(self, value: float | None) -> str:
        """Write a probability: 0.03, or 2E-9 where it is tiny."""
        if value is None:
            return NOTHING
        if value >= 0.001:
            return self.number(value, 3)
        return self._own(numbers.format_scientific(value, format="0.#E0", locale=self._latin))

    def day(self, value: date | None, form: str = "medium") -> str:
        """Write a day."""
        if value is None:
            return NOTHING
        return self._own(dates.format_date(value, form, self.locale))

    def time(self, value: datetime | None, form: str = "medium") -> str:
        """Write a time (naive UTC, or aware) as it is in the brand's zone."""
        if value is None:
            return NOTHING
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value
        local = aware.astimezone(self.zone)
        day = dates.format_date(local, form, self.locale)
        return self._own(f"{day} {dates.format_time(local, 'short', locale=self.locale)}")

    def span(self, hours: float | None) -> str:
        """Write a span of time by its largest unit: 3 days, 5 hours."""
        if value_is_nothing(hours):
            return NOTHING
        assert hours is not None
        span = timedelta(hours=hours)
        return self._own(dates.format_timedelta(span, locale=self.locale, threshold=1.5))

    def language(self, code: str | None) -> str:
        """Write the name of a language by its code; the code where it has none."""
        if not code:
            return NOTHING
        return str(self.locale.languages.get(code, code))

    def _digits(self, value: float, pattern: str) -> str:
        if pattern.endswith("%"):
            return self._own(numbers.format_percent(value, format=pattern, locale=self._latin))
        return self._own(numbers.format_decimal(value, format=pattern, locale=self._latin))

    def _own(self, text: str) -> str:
        """Write digits in the language's own; Babel knows its marks, but leaves them Latin."""
        if self.locale.language != "fa":
            return text
        # without the mark a sign goes to the other side of its number
        return ("\u200e" if text[:1] in "+-" else "") + text.translate(_PERSIAN)


def value_is_nothing(value: float | None) -> bool:
    """Whether there is nothing to show: no value, or one that is no number."""
    return value is None or value != value
