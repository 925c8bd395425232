"""What the small apps share: a hundred squares, three answers, and one file for everybody's answers."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

FILE = Path(os.environ.get("VEERKRACHT_SESSIONS", ".")) / "antwoorden.sqlite"
CENTRE, ZOOM = (52.0, 5.0), 12
ANSWERS = ("Herken ik", "Deels", "Herken ik niet")
PALE, DARK = "#d9d2c5", "#b2182b"


def squares() -> list[tuple[str, list[tuple[float, float]]]]:
    """Return name and corners (latitude, longitude in degrees) of a hundred buurten."""
    return [
        (f"Buurt {row * 10 + column}", _corners(51.96 + row * 0.008, 4.94 + column * 0.012))
        for row in range(10)
        for column in range(10)
    ]


def _corners(south: float, west: float) -> list[tuple[float, float]]:
    north, east = south + 0.0078, west + 0.0117
    return [(south, west), (south, east), (north, east), (north, west)]


def features() -> dict[str, object]:
    """Return the buurten as GeoJSON."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": name,
                "properties": {"name": name},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[x, y] for y, x in (*corners, corners[0])]],
                },
            }
            for name, corners in squares()
        ],
    }


def answer(name: str, given: str) -> int:
    """Keep an answer; return how many there are about this buurt."""
    with sqlite3.connect(FILE, timeout=10) as file:
        file.execute("create table if not exists answers (name text, given text)")
        file.execute("insert into answers values (?, ?)", (name, given))
    return count(name)


def count(name: str) -> int:
    """Return how many answers there are about a buurt."""
    with sqlite3.connect(FILE, timeout=10) as file:
        file.execute("create table if not exists answers (name text, given text)")
        return int(file.execute("select count(*) from answers where name = ?", (name,)).fetchone()[0])


def told(name: str) -> str:
    """Return the line under the buttons."""
    return f"{name}: {count(name)} antwoorden"
