"""A facilitator's own table: own reports of nuisance, an extract of WoonZorgwijzer.

Three steps: :func:`read_own_table` looks what is in the file, :func:`check_own_table` says of every row whether
it can be used, and :func:`~veerkracht_nb.sources.own_keeping.import_own_table` keeps the figures with the
gemeente, all or nothing.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ..areas.indicators import Indicator
from ..areas.municipality import Municipality
from ..areas.own import OwnProfile, own_key
from ..errors import FileDamaged, ParameterError
from ._own_cells import Decimal, as_buurten, as_numbers, decimal_of, unclear
from ._own_reading import Cell, area_code, read_rows, split_header
from .own_model import Checked, OwnColumn, OwnTable, OwnTableChoice, RowError

__all__ = [
    "Checked",
    "OwnColumn",
    "OwnTable",
    "OwnTableChoice",
    "RowError",
    "check_own_table",
    "read_own_table",
]

MAX_ERRORS = 200
"""Errors that are kept in words; of the rest only the number."""


def read_own_table(path: Path, sheet: str | None = None) -> OwnTable:
    """Read a table and guess which column has the codes and which have figures.

    CSV with whatever separator, decimal mark and encoding (UTF-8, UTF-16, Windows-1252), or a spreadsheet
    (xlsx, xlsb, xls, ods). What kind of file it is, is told from its content.

    Parameters
    ----------
    path : pathlib.Path
    sheet : str, optional
        Name of the sheet; the first that is not empty unless given.

    Raises
    ------
    FileNotRecognised, FileDamaged
        If it is no table, protected, empty, damaged or too large.
    """
    raw = read_rows(path, sheet)
    rows = raw.rows
    names, first, notes = split_header(rows, forward=raw.sheets == ("",))
    body = [
        (number + 1, row) for number, row in enumerate(rows) if number >= first and any(c != "" for c in row)
    ]
    if not body:
        raise FileDamaged(
            f"{path.name} heeft geen rijen met gegevens.",
            expected="een kopregel en één rij per buurt",
            got=f"{len(rows)} rijen",
        )
    width = len(names)
    table = pd.DataFrame(
        [list(row[:width]) + [""] * (width - len(row)) for _, row in body],
        columns=names,
        index=pd.Index([line for line, _ in body], name="line"),
        dtype="object",
    )
    codes = _guess_codes(table)
    return OwnTable(
        path=path,
        sheets=raw.sheets,
        sheet=raw.sheet,
        columns=tuple(names),
        rows=table,
        code_column=codes,
        number_columns=tuple(name for name in names if name != codes and _mostly_numbers(table[name])),
        notes=(*notes, *raw.notes),
    )


def _guess_codes(table: pd.DataFrame) -> str | None:
    shares = {name: _share_codes(table[name]) for name in table.columns}
    best = max(shares, key=lambda name: shares[name], default=None)
    return best if best is not None and shares[best] >= 0.5 else None


def _share_codes(column: pd.Series) -> float:
    sample = column[column != ""].head(500)
    # Numbers of seven digits look like codes that lost their zero, but may be amounts: a half vote.
    votes = sum(1.0 if isinstance(c, str) and area_code(c) else 0.6 * bool(area_code(c)) for c in sample)
    return float(votes / max(1, len(sample)))


def _mostly_numbers(column: pd.Series) -> bool:
    filled = column[column != ""].head(500)
    mark = decimal_of(filled)
    values, _ = as_numbers(filled, "," if mark in (None, "auto") else mark)
    return len(filled) > 0 and bool(values.notna().mean() >= 0.5)


def check_own_table(table: OwnTable, municipality: Municipality, choice: OwnTableChoice) -> Checked:
    """Look at every row: which buurt it is, and whether its figures are figures.

    Rows of other gemeenten, and of wijken or the whole gemeente, are no errors; they are counted in `notes`.

    Raises
    ------
    ParameterError
        If the choice names a column that is not there, has no columns, or uses a label twice for one year.
    """
    _check_choice(table, choice)
    buurten = as_buurten(
        table.rows[choice.code_column], municipality.buurten.index, municipality.buurten["name"]
    )
    errors: list[tuple[int, RowError]] = []
    total = _code_errors(errors, table, choice, buurten, municipality)
    usable = buurten[buurten["code"] != ""]
    double = usable["code"].duplicated(keep=False)
    total += _double_errors(errors, table, choice, usable[double])
    usable = usable[~double]
    parts = []
    marks = _marks(table, choice)
    for item in choice.columns:
        mark = marks[item.column]
        values, wrong = as_numbers(table.rows.loc[usable.index, item.column], mark)
        total += _number_errors(errors, table, item.column, wrong, mark)
        year = item.year or choice.year
        parts.append(
            pd.DataFrame({"code": usable["code"], "indicator": item.key, "year": year, "value": values})
        )
    figures = pd.concat(parts).dropna(subset=["value"])
    figures = figures.astype({"code": "str", "indicator": "str", "year": "int64", "value": "float64"})
    figures = figures.sort_values(["code", "indicator", "year"], ignore_index=True)
    land = municipality.buurten.index[~municipality.buurten["water"].astype(bool)]
    indicators = _indicators(choice)
    return Checked(
        choice=choice,
        figures=figures,
        indicators=indicators,
        profile=OwnProfile(
            key=own_key(choice.title),
            title=choice.title.strip(),
            indicators=tuple(item.key for item in indicators),
            note=choice.note.strip(),
            source=choice.source.strip(),
        ),
        errors=tuple(error for _, error in sorted(errors, key=lambda pair: pair[0])[:MAX_ERRORS]),
        error_count=total,
        matched=tuple(sorted(set(usable["code"]))),
        unmatched=tuple(land[~land.isin(buurten["code"])]),
        preview=_preview(municipality, figures, choice),
        notes=_notes(buurten, municipality),
    )


def _marks(table: OwnTable, choice: OwnTableChoice) -> dict[str, Decimal]:
    """Return the decimal mark of each column; one that leaves it open follows the others of the table."""
    if choice.decimal != "auto":
        return {item.column: choice.decimal for item in choice.columns}
    told = {item.column: decimal_of(table.rows[item.column]) for item in choice.columns}
    sure = {mark for mark in told.values() if mark in (",", ".")}
    usual: Decimal = sure.pop() if len(sure) == 1 else "auto"
    return {column: usual if mark in (None, "auto") else mark for column, mark in told.items()}


def _check_choice(table: OwnTable, choice: OwnTableChoice) -> None:
    absent = {choice.code_column, *(item.column for item in choice.columns)} - set(table.columns)
    years = [item.year or choice.year for item in choice.columns]
    pairs = [(item.key, year) for item, year in zip(choice.columns, years, strict=True)]
    problems = (
        (bool(absent), "kolommen uit de tabel: " + ", ".join(table.columns)[:200], ", ".join(sorted(absent))),
        (not choice.columns, "ten minste één kolom met cijfers", "geen"),
        (not choice.title.strip() or not choice.source.strip(), "een naam en een bron", "een lege tekst"),
        (any(not item.label.strip() for item in choice.columns), "een naam bij elke kolom", "een lege naam"),
        (len(set(pairs)) < len(pairs), "elke naam één keer per jaar", "een naam die twee keer voorkomt"),
        (not all(1995 <= year <= 2100 for year in years), "een jaartal", ", ".join(map(str, years))),
    )
    for wrong, expected, got in problems:
        if wrong:
            raise ParameterError(
                "De keuze bij deze tabel klopt niet.",
                expected=expected,
                got=got,
                todo="Pas de keuze aan; er is nog niets bewaard.",
            )


_CODE_TODO: dict[str, tuple[str, str]] = {
    "oud": (
        "een buurt op de grenzen van {year}",
        "Deze code staat niet op de kaart: kies de kaart met de grenzen van de tabel, of pas de code aan.",
    ),
    "onbekend": (
        "een buurtcode zoals {example}, of de naam van een buurt",
        "Verbeter de code; haal totaalregels en voetnoten weg.",
    ),
    "dubbele naam": ("een buurtcode", "Er zijn meer buurten met deze naam: zet de code erbij."),
}


def _code_errors(
    errors: list[tuple[int, RowError]],
    table: OwnTable,
    choice: OwnTableChoice,
    buurten: pd.DataFrame,
    municipality: Municipality,
) -> int:
    wrong = buurten[buurten["how"].isin(list(_CODE_TODO))]
    for line, how in wrong["how"].head(MAX_ERRORS).items():
        expected, todo = _CODE_TODO[how]
        expected = expected.format(year=municipality.year, example=municipality.buurten.index[0])
        errors.append(_error(table, int(line), choice.code_column, expected, todo))
    return len(wrong)


def _double_errors(
    errors: list[tuple[int, RowError]], table: OwnTable, choice: OwnTableChoice, double: pd.DataFrame
) -> int:
    first = double.groupby("code").apply(lambda rows: int(rows.index[0])) if len(double) else {}
    for line, code in double["code"].head(MAX_ERRORS).items():
        others = f"één regel per buurt (ook regel {first[code]} is {code})"
        if first[code] == line:
            others = f"één regel per buurt ({code} komt vaker voor)"
        errors.append(
            _error(table, int(line), choice.code_column, others, "Tel de regels eerst bij elkaar op.")
        )
    return len(double)


_NUMBER_TODO: dict[bool, tuple[str, str]] = {
    False: (
        "een getal, of leeg als het cijfer er niet is",
        "Verbeter de cel of maak hem leeg; een formule moet eerst een waarde worden.",
    ),
    True: (
        "een getal waarvan duidelijk is of de punt of komma duizendtallen of decimalen scheidt",
        "Kies bij de tabel of de komma of de punt het decimaalteken is.",
    ),
}
"""By whether only the decimal mark is unclear."""


def _number_errors(
    errors: list[tuple[int, RowError]], table: OwnTable, column: str, wrong: pd.Series, mark: Decimal
) -> int:
    lines = wrong.index[wrong][:MAX_ERRORS]
    open_marks = unclear(table.rows.loc[lines, column]) & (mark == "auto")
    for line in lines:
        errors.append(_error(table, int(line), column, *_NUMBER_TODO[bool(open_marks[line])]))
    return int(wrong.sum())


def _error(table: OwnTable, line: int, column: str, expected: str, todo: str) -> tuple[int, RowError]:
    cell: Cell = table.rows.at[line, column]
    got = f"{cell:g}" if isinstance(cell, float) else repr(cell[:40]) if cell else "een lege cel"
    return line, RowError(line=line, column=column, expected=expected, got=got, todo=todo)


def _indicators(choice: OwnTableChoice) -> tuple[Indicator, ...]:
    unique = {
        item.key: Indicator(
            key=item.key,
            label=item.label.strip(),
            short_label=item.label.strip()[:16],
            unit=item.unit.strip(),
            decimals=item.decimals,
            higher_is=item.higher_is,
            source=choice.source.strip(),
        )
        for item in choice.columns
    }
    return tuple(unique.values())


def _preview(municipality: Municipality, figures: pd.DataFrame, choice: OwnTableChoice) -> pd.DataFrame:
    preview = pd.DataFrame({"name": municipality.buurten["name"]})
    for item in choice.columns:
        year = item.year or choice.year
        rows = figures[(figures["indicator"] == item.key) & (figures["year"] == year)]
        preview[f"{item.label.strip()} ({year})"] = rows.set_index("code")["value"]
    return preview


def _notes(buurten: pd.DataFrame, municipality: Municipality) -> tuple[str, ...]:
    counts = buurten["how"].value_counts()
    texts = {
        "nul": "{n} codes hadden de voorloopnul verloren (zoals 6220101); die is teruggezet.",
        "naam": "{n} regels zijn op naam gekoppeld, omdat er geen code stond.",
        "elders": "{n} regels gaan over buurten van andere gemeenten dan {name}; die tellen niet mee.",
        "niveau": "{n} regels gaan over een wijk, gemeente of het land; die tellen niet mee.",
    }
    return tuple(
        text.format(n=int(counts[how]), name=municipality.name)
        for how, text in texts.items()
        if counts.get(how, 0)
    )
