"""The picture of a mail: score and mentions by day, without a word: it is for all languages."""

from __future__ import annotations

import io
from collections.abc import Sequence

from dashboard.reader import Row

SCORE, MENTIONS, GRID = "#0b6e69", "#b9c6cc", "#d4dce0"


def picture(rows: Sequence[Row]) -> bytes | None:
    """Draw ``day``, ``score`` and ``mentions`` as a PNG; None where there are no days.

    Thread-safe: nothing is kept between two calls. Days are written as numbers.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    if not rows:
        return None
    figure = Figure(figsize=(6.4, 2.2), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    left = figure.add_subplot()
    right = left.twinx()
    places = range(len(rows))
    right.bar(places, [row["mentions"] or 0 for row in rows], color=MENTIONS, width=0.7)
    scores = [float("nan") if row["score"] is None else row["score"] for row in rows]
    left.plot(places, scores, color=SCORE, linewidth=2, marker="o", markersize=3)
    left.set_zorder(right.get_zorder() + 1)
    left.patch.set_visible(False)
    step = max(1, len(rows) // 8)
    at = list(places)[::step]
    left.set_xticks(at, [f"{rows[i]['day']:%d.%m.}" for i in at], fontsize=8)
    for axes in (left, right):
        axes.tick_params(labelsize=8, length=0)
        for spine in axes.spines.values():
            spine.set_color(GRID)
    left.tick_params(axis="y", labelcolor=SCORE)
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()
