"""A small line of a figure through the years, with the gemeente beside it."""

from __future__ import annotations

from collections.abc import Sequence

from ..colours import ACCENT

WIDTH, HEIGHT = 34.0, 9.0


def spark_svg(series: Sequence[tuple[int, float]], other: Sequence[tuple[int, float]]) -> str:
    """Return a drawing of `series` (full line) and `other` (dashes), or "" with fewer than two years."""
    if len(series) < 2:
        return ""
    points = [*series, *other]
    years, values = [year for year, _value in points], [value for _year, value in points]
    first, span = min(years), max(max(years) - min(years), 1)
    low, high = min(values), max(values)
    room = (high - low) or 1.0

    def at(year: int, value: float) -> str:
        x = 1.5 + (WIDTH - 3) * (year - first) / span
        y = HEIGHT - 1.5 - (HEIGHT - 3) * (value - low) / room
        return f"{x:.2f},{y:.2f}"

    own = " ".join(at(*point) for point in series)
    beside = " ".join(at(*point) for point in other)
    x, y = at(*series[-1]).split(",")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}mm" height="{HEIGHT}mm" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}"><polyline points="{beside}" fill="none" stroke="#6b7680" '
        f'stroke-width="0.5" stroke-dasharray="1.2 0.8"/><polyline points="{own}" fill="none" '
        f'stroke="#{ACCENT}" stroke-width="0.8" stroke-linejoin="round"/>'
        f'<circle cx="{x}" cy="{y}" r="1" fill="#{ACCENT}"/></svg>'
    )
