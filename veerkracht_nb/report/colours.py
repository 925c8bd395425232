"""The few colours of a document."""

from __future__ import annotations

ACCENT = "1B4F72"
MUTED = "52606D"


def on_colour(background: str) -> str:
    """Return black or white (``RRGGBB``), whichever has more contrast on `background` (``#rrggbb``)."""
    channels = [int(background.removeprefix("#")[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "FFFFFF" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "000000"
