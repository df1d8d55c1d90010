"""The picture of an incident: what was observed, what was to be expected, and when it began."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tidings.incident import Incident, Point
from tidings.notify.escaping import cut
from tidings.notify.redaction import plain
from tidings.notify.routing import as_utc

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_POINTS = 2_000
"""Points that are drawn; a longer series shows its newest, and more could not be told apart."""

_SHARES = ("share", "rate")
_OBSERVED, _EXPECTED, _ONSET, _DECIDED = "#1f6f8b", "#8a8a8a", "#c0392b", "#333333"


def chart(incident: Incident, decided: datetime) -> bytes | None:
    """Draw an incident's series as a PNG of less than 100 kB; None where it has no series.

    Its onset and when it was ``decided`` on are marked; times are UTC. Letters for which there is
    no glyph are left out of the title. Thread-safe: nothing is kept between two calls.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    points = [p for p in incident.series[-MOST_POINTS:] if _is_finite(p)]
    if not points:
        return None
    figure = Figure(figsize=(8, 3.2), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    _draw(axes, points)
    if as_utc(incident.opened) >= as_utc(points[0].starts):  # else it is left of the picture
        _mark(axes, as_utc(incident.opened), "began", _ONSET)
    _mark(axes, as_utc(decided), "decided", _DECIDED)
    _label(axes, incident, points)
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def _draw(axes: Axes, points: Sequence[Point]) -> None:
    times = [as_utc(point.starts) for point in points]
    marker = "o" if len(points) < 40 else ""
    axes.plot(
        times,  # type: ignore[arg-type] # matplotlib's types know no dates
        [point.observed for point in points],
        color=_OBSERVED,
        marker=marker,
        markersize=3,
        linewidth=1.5,
        label="observed",
    )
    axes.plot(
        times,  # type: ignore[arg-type]
        [point.expected for point in points],
        color=_EXPECTED,
        linestyle="--",
        linewidth=1.2,
        label="expected",
    )


def _mark(axes: Axes, moment: datetime, label: str, color: str) -> None:
    axes.axvline(moment, color=color, linewidth=1, linestyle=":", label=label)  # type: ignore[arg-type]


def _label(axes: Axes, incident: Incident, points: Sequence[Point]) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
    from matplotlib.ticker import PercentFormatter

    measure = incident.measure.replace("_", " ")
    brand = _drawable(cut(plain(incident.brand), 60))
    title = f"{brand}: {_drawable(measure)}" if brand else _drawable(measure)
    axes.set_title(title, fontsize=11, loc="left", parse_math=False)
    locator = AutoDateLocator(tz=UTC, minticks=3)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    formatter = ConciseDateFormatter(locator, tz=UTC)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(formatter)
    axes.set_xlabel("UTC", fontsize=9)
    if incident.measure.endswith(_SHARES):
        axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0, decimals=None))
    if all(min(p.observed, p.expected) >= 0 for p in points):
        axes.set_ylim(bottom=0)
    axes.grid(visible=True, alpha=0.25)
    axes.tick_params(labelsize=8)
    # above the picture, where no line runs through it
    axes.legend(fontsize=8, loc="lower right", bbox_to_anchor=(1, 0.98), frameon=False, ncols=4)


def _drawable(text: str) -> str:
    """Return a text less the characters that the font has no glyph for."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    glyphs = get_font(findfont(FontProperties())).get_charmap()
    return " ".join("".join(char for char in text if ord(char) in glyphs).split())


def _is_finite(point: Point) -> bool:
    """A gap in what was collected is no point: nan and infinity have no place on a scale."""
    limit = float("inf")
    return -limit < point.observed < limit and -limit < point.expected < limit
