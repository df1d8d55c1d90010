"""How long a schedule leaves a source alone, roughly: what tells a late source from one at rest."""

from __future__ import annotations

from math import inf

PRESETS = {
    "@continuous": 1.0,
    "@hourly": 1.0,
    "@daily": 24.0,
    "@midnight": 24.0,
    "@weekly": 7 * 24.0,
    "@monthly": 31 * 24.0,
    "@quarterly": 92 * 24.0,
    "@yearly": 366 * 24.0,
    "@annually": 366 * 24.0,
}


def hours_between(schedule: str | None) -> float:
    """Return the hours between two runs at most, by the coarsest field that a cron line sets.

    A line that names days of the week counts as weekly, days of the month as monthly, months as
    yearly, though it may name several. Infinity where nothing is planned: an empty schedule, or
    ``@once``. What is no cron line counts as hourly: Airflow has judged it before.
    """
    if not schedule or schedule == "@once":
        return inf
    if schedule in PRESETS:
        return PRESETS[schedule]
    fields = schedule.split()
    if len(fields) < 5:
        return 1.0
    _, hour, day, month, weekday = fields[:5]
    for field, hours in ((month, 366 * 24.0), (day, 31 * 24.0), (weekday, 7 * 24.0), (hour, 24.0)):
        if not field.startswith(("*", "?")):
            return hours
    return 1.0
