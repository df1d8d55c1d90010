import math

import pytest

from tidings.schedule import hours_between


@pytest.mark.parametrize(
    ("schedule", "hours"),
    [
        ("@hourly", 1),
        ("@weekly", 168),
        ("*/15 * * * *", 1),
        ("7 */6 * * *", 1),
        ("17 3 * * *", 24),
        ("0 6 * * 1", 168),
        ("0 6 * * mon-fri", 168),
        ("0 6 1 * *", 744),
        ("0 6 1 1 *", 8784),
        ("", math.inf),
        (None, math.inf),
        ("@once", math.inf),
    ],
)
def test_a_schedule_leaves_a_source_alone_for_so_long_at_most(
    schedule: str | None, hours: float
) -> None:
    assert hours_between(schedule) == hours
