"""Keeping a facilitator's own table with its gemeente, and removing it again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from ..areas.municipality import Municipality, Provenance
from ..areas.own import OWN_TITLE, OwnProfile
from ..areas.tables import check_indicators
from ..errors import DataError
from ..paths import data_folder
from ._files import provenance_of
from ._gpkg import read_municipality
from .own_model import Checked, OwnTable, OwnTableChoice
from .own_table import check_own_table
from .store import list_municipalities, municipality_path, save_municipality


def import_own_table(
    table: OwnTable,
    municipality: Municipality,
    choice: OwnTableChoice,
    *,
    only_good: bool = False,
    folder: Path | None = None,
) -> tuple[Path, Checked]:
    """Check a table and keep its figures with the gemeente.

    The same title again replaces the figures of the same years; other years are added.

    Parameters
    ----------
    table, municipality, choice
        As for :func:`check_own_table`. A gemeente that is only in the national files is prepared with it, in the same
        file and at once.
    only_good : bool
        Leave out rows with an error instead of refusing the table.
    folder : pathlib.Path, optional
        Data folder.

    Returns
    -------
    (pathlib.Path, Checked)
        File of the gemeente, and what was kept.

    Raises
    ------
    DataError
        If a row has an error (and not `only_good`), no row can be used, or a label already belongs to another
        own table; nothing is changed then.
    """
    checked = check_own_table(table, municipality, choice)
    if checked.error_count and not only_good:
        raise DataError(
            f"{table.path.name}: {checked.error_count} cellen kloppen niet; er is niets bewaard.",
            expected="alleen goede rijen",
            got=str(checked.errors[0]),
            todo="Verbeter de tabel, of kies ervoor de foute rijen weg te laten.",
        )
    if checked.figures.empty:
        raise DataError(
            f"{table.path.name} heeft geen cijfers van {municipality.name}.",
            expected=f"buurten zoals {municipality.buurten.index[0]}",
            got="; ".join(checked.notes)[:200] or "geen",
            todo="Kijk of de goede gemeente en de goede kolom met codes zijn gekozen.",
        )
    current = _current(municipality, folder)
    saved = _with_table(current, checked, table)
    return save_municipality(saved, folder), checked


def _current(municipality: Municipality, folder: Path | None) -> Municipality:
    """Return the gemeente as it is on disk now; one that is not there yet as it was given."""
    if municipality.fictional:
        raise DataError(
            f"Bij {municipality.name} kan geen eigen tabel worden bewaard.",
            expected="een echte gemeente",
            got="een verzonnen gemeente",
            todo="Haal eerst de gegevens van uw gemeente op.",
        )
    path = municipality_path(municipality, folder or data_folder())
    return read_municipality(path) if path.is_file() else municipality


def _with_table(current: Municipality, checked: Checked, table: OwnTable) -> Municipality:
    key, figures = checked.profile.key, checked.figures
    taken = {k for p in current.own_profiles if p.key != key for k in p.indicators}
    clash = taken & set(checked.profile.indicators)
    if clash:
        raise DataError(
            "Deze naam hoort al bij een andere eigen tabel.",
            expected="een naam die nog niet is gebruikt",
            got=", ".join(sorted(clash)),
            todo="Geef de kolom een andere naam, of verwijder eerst de andere tabel.",
        )
    before = next((p for p in current.own_profiles if p.key == key), None)
    known = tuple(k for k in before.indicators if k not in checked.profile.indicators) if before else ()
    profile = replace(checked.profile, indicators=known + checked.profile.indicators)
    fresh = {(item.key, item.year or checked.choice.year) for item in checked.choice.columns}
    rows = current.indicators
    old = [pair in fresh for pair in zip(rows["indicator"], rows["year"], strict=True)]
    own = {item.key: item for item in (*current.own, *checked.indicators)}
    merged = pd.concat([rows[[not value for value in old]], figures], ignore_index=True)
    return replace(
        current,
        indicators=check_indicators(
            merged.sort_values(["code", "indicator", "year"], ignore_index=True), table.path.name
        ),
        provenance=(*current.provenance, _provenance(table, checked)),
        own=tuple(own.values()),
        own_profiles=(*(p for p in current.own_profiles if p.key != key), profile),
    )


def _provenance(table: OwnTable, checked: Checked) -> Provenance:
    years = sorted({item.year or checked.choice.year for item in checked.choice.columns})
    left_out = f"{checked.error_count} cellen weggelaten. " if checked.error_count else ""
    return provenance_of(
        table.path,
        source=checked.profile.source,
        title=f"{OWN_TITLE}{checked.profile.title}",
        edition=", ".join(map(str, years)),
        licence="Eigen gegevens; voorwaarden niet bekend",
        note=f"{left_out}{' '.join(checked.notes)} {checked.profile.note}".strip(),
    )


def forget_own_table(
    key: str, municipality: str, year: int | None = None, *, folder: Path | None = None
) -> list[Path]:
    """Remove an own table with its figures, indicators and provenance.

    Parameters
    ----------
    key : str
        Key of its profile (``eigen_...``).
    municipality : str
        Code of the gemeente.
    year : int, optional
        Year of the borders; all years that are prepared unless given.

    Returns
    -------
    list of pathlib.Path
        Files that were changed.

    Raises
    ------
    DataError
        If no gemeente has such a table.
    """
    changed = []
    for info in list_municipalities(folder):
        if info.fictional or info.code != municipality or (year is not None and info.year != year):
            continue
        current = read_municipality(info.path)
        found = next((p for p in current.own_profiles if p.key == key), None)
        if found is not None:
            changed.append(save_municipality(_without_table(current, found), folder))
    if not changed:
        raise DataError(
            f"Er is geen eigen tabel {key!r} bij {municipality}.",
            expected="de sleutel van een eigen tabel",
            got=key,
            todo="Bekijk welke eigen tabellen er zijn met: veerkracht data own list.",
        )
    return changed


def _without_table(current: Municipality, profile: OwnProfile) -> Municipality:
    rows = current.indicators[~current.indicators["indicator"].isin(profile.indicators)]
    title = f"{OWN_TITLE}{profile.title}"
    return replace(
        current,
        indicators=rows.reset_index(drop=True),
        provenance=tuple(p for p in current.provenance if p.title != title),
        own=tuple(item for item in current.own if item.key not in profile.indicators),
        own_profiles=tuple(p for p in current.own_profiles if p.key != profile.key),
    )


def restore_own_table(key: str, before: Municipality, *, folder: Path | None = None) -> Path:
    """Put an own table back as it was; what was added to the gemeente since then stays.

    Parameters
    ----------
    key : str
        Key of its profile (``eigen_...``).
    before : Municipality
        The gemeente as it was before :func:`forget_own_table`.
    folder : pathlib.Path, optional
        Data folder.

    Raises
    ------
    DataError
        If `before` has no such table, or its name is in use again; nothing is changed then.
    """
    current = _current(before, folder)
    profile = next((p for p in before.own_profiles if p.key == key), None)
    taken = {k for p in current.own_profiles for k in p.indicators}
    in_use = any(p.key == key for p in current.own_profiles)
    if profile is None or in_use or taken & set(profile.indicators):
        raise DataError(
            "Deze tabel kan niet worden teruggezet.",
            expected="een verwijderde tabel waarvan de naam nog vrij is",
            got=key,
            todo="Lees het bestand opnieuw in.",
        )
    rows = before.indicators[before.indicators["indicator"].isin(profile.indicators)]
    merged = pd.concat([current.indicators, rows], ignore_index=True)
    title = f"{OWN_TITLE}{profile.title}"
    restored = replace(
        current,
        indicators=merged.sort_values(["code", "indicator", "year"], ignore_index=True),
        provenance=(*current.provenance, *(p for p in before.provenance if p.title == title)),
        own=(*current.own, *(item for item in before.own if item.key in profile.indicators)),
        own_profiles=(*current.own_profiles, profile),
    )
    return save_municipality(restored, folder)


def load_own_profiles(folder: Path | None = None) -> list[tuple[str, int, OwnProfile]]:
    """Return all own profiles with the code of their gemeente and the year of its borders."""
    found = []
    for info in list_municipalities(folder):
        if not info.fictional:
            found += [(info.code, info.year, p) for p in read_municipality(info.path).own_profiles]
    return found
