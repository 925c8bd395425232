"""The table of the quick scan: every figure of every buurt, and in words what must be known with it."""

from __future__ import annotations

import pandas as pd

from ..areas import Municipality
from ..i18n import _
from ..signal import Projection, Robustness, Signal
from ..widgets import Column

OWNERSHIP = "p_wcorpw"
Cell = str | float | None

NOW_WORDS = {
    "beide": "beide hoog",
    "kwetsbaarheid": "kwetsbaarheid hoog",
    "overlast": "overlast hoog",
    "geen": "geen van beide hoog",
    "onbekend": "niet te bepalen",
}
"""Classes of the focuskaart, short enough for a column."""


def columns(ahead: Projection | None) -> list[Column]:
    """Return the headings of :func:`rows`."""
    shown = [
        Column(label=_("Buurt")),
        Column(label=_("Wijk")),
        Column(label=_("Klasse")),
        Column(label=_("Steun (%)"), number=True),
        Column(label=_("Kwetsbaarheid"), number=True, decimals=2),
        Column(label=_("verandering K"), number=True, decimals=2),
        Column(label=_("Overlast"), number=True, decimals=3),
        Column(label=_("verandering O"), number=True, decimals=3),
        Column(label=_("Situatie nu")),
        Column(label=_("Corporatie (%)"), number=True),
    ]
    if ahead is not None:
        label = _("Beide hoog in {year} (% kans)").format(year=ahead.year)
        shown.append(Column(label=label, number=True))
    return [*shown, Column(label=_("Bij deze cijfers"))]


def rows(
    municipality: Municipality, signal: Signal, firmness: Robustness, ahead: Projection | None
) -> dict[str, tuple[Cell, ...]]:
    """Return the cells of each buurt that is not water only, by its code; None is a figure that is not there."""
    buurten = municipality.buurten
    land = buurten.loc[~buurten["water"], ["name", "wijk_name"]].sort_values(["wijk_name", "name"])
    table = land.join(signal.table).join(firmness.table["support"]).join(ownership(municipality)[1])
    if ahead is not None:
        table = table.join(ahead.table["p_beide"])
    found: dict[str, tuple[Cell, ...]] = {}
    # Plain dictionaries: a cell of a table at a time is what would make a choice on the page slow.
    for code, row in table.to_dict("index").items():
        cells: list[Cell] = [row["name"], row["wijk_name"], row["letter"], _number(100 * row["support"])]
        cells += [_number(row[name]) for name in ("k1", "dk", "o1", "do")]
        cells += [_(NOW_WORDS[row["focus"]]), _number(row[OWNERSHIP])]
        if ahead is not None:
            cells.append(_number(100 * row["p_beide"]))
        borders = (note.text for note in signal.borders.get(str(code), ()))
        found[str(code)] = (*cells, " ".join(filter(None, (_sentence(row["why_x"]), *borders))))
    return found


def ownership(municipality: Municipality) -> tuple[int | None, pd.Series]:
    """Return the latest year with a share of corporation ownership, and that share (%) of every buurt."""
    years = municipality.years(OWNERSHIP)
    if not years:
        return None, pd.Series(float("nan"), index=municipality.buurten.index, name=OWNERSHIP)
    return years[-1], municipality.table(years[-1])[OWNERSHIP]


def _sentence(reason: str) -> str:
    return _("Niet te bepalen: {why}.").format(why=reason) if reason else ""


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
