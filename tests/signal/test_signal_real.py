"""The signal on the publishers' files of Vlaardingen and Rotterdam."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest
from signal_towns import town

from veerkracht_nb.areas.municipality import Municipality
from veerkracht_nb.signal import (
    Period,
    Signal,
    compute_signal,
    default_period,
    default_reference,
    national_reference,
)

pytestmark = pytest.mark.shared

RIVM = {
    "MoeiteMetRondkomen_38": "moeite_rondkomen",
    "HoogRisicoOpAngstOfDepressie_25": "hoog_risico_angst_depressie",
    "ErnstigZeerErnstigEenzaam_29": "ernstig_eenzaam",
}
TOWNS = {"vlaardingen": "BU0622", "rotterdam": "BU0599"}
PERIOD = Period(k0=2012, k1=2020, o0=2014, o1=2020)


@pytest.fixture(scope="module")
def rivm(shared_data: Path) -> pd.DataFrame:
    path = shared_data / "kwetsbaarheid" / "rivm_gezondheidsmonitor_18plus_2012_2016_2020_nl.parquet"
    raw = pd.read_parquet(path, columns=["gwb_code", "recs", "jaar", *RIVM])
    raw = raw[raw["recs"] == "Buurt"].rename(columns={**RIVM, "gwb_code": "code", "jaar": "year"})
    long = raw.melt(id_vars=["code", "year"], value_vars=list(RIVM.values()), var_name="indicator")
    return long.assign(code=long["code"].str.strip()).dropna(subset="value")


@pytest.fixture(scope="module")
def onv(shared_data: Path) -> pd.DataFrame:
    raw = pd.read_csv(shared_data / "ruw" / "leefbaarometer" / "Leefbaarometer-scores buurten 2002-2024.csv")
    raw = raw.rename(columns={"bu_code": "code", "jaar": "year", "onv": "value"})
    return raw[["code", "year", "value"]].assign(indicator="onv").dropna(subset="value")


def real(name: str, shared_data: Path, rivm: pd.DataFrame, onv: pd.DataFrame, *, sizes: bool) -> Municipality:
    """With `sizes` as published; without, every buurt with all figures counts and weighs the same."""
    figures = pd.concat([rivm, onv])
    figures = figures[figures["code"].str.startswith(TOWNS[name])]
    counts: dict[str, Mapping[str, int]] = {}
    if sizes:
        published = pd.read_csv(shared_data / "gemeenten" / name / "indicatoren.csv").set_index("buurtcode")
        for option, column in (("inwoners", "a_inw"), ("huishoudens", "aantal_huishoudens")):
            counts[option] = {code: int(n) for code, n in published[column].dropna().items() if n >= 0}
    else:
        years = [(i, y) for i in RIVM.values() for y in (2012, 2020)] + [("onv", 2014), ("onv", 2020)]
        wide = figures.pivot(index="code", columns=["indicator", "year"], values="value")[years]
        figures = figures[figures["code"].isin(wide.dropna().index)]
    rows = figures[["code", "indicator", "year", "value"]].itertuples(index=False, name=None)
    return town(sorted(figures["code"].unique()), rows, fictional=False, **counts)


def counts_of(signal: Signal) -> str:
    counts = signal.table["letter"].value_counts()
    return " ".join(f"{letter}{counts.get(letter, 0)}" for letter in "ABCDE")


# As printed in the method: every buurt with all figures counts, whatever its size, and weighs the same, both
# in the national reference and in the mean of the gemeente.
PRINTED = {
    ("vlaardingen", "absoluut"): "A2 B3 C7 D6 E14",
    ("vlaardingen", "relatief"): "A5 B8 C4 D5 E10",
    ("rotterdam", "absoluut"): "A4 B2 C25 D27 E25",
    ("rotterdam", "relatief"): "A11 B21 C16 D10 E25",
}


@pytest.mark.parametrize(("name", "view"), PRINTED)
def test_the_counts_printed_in_the_method_come_out_when_every_buurt_weighs_the_same(
    name: str, view: str, shared_data: Path, rivm: pd.DataFrame, onv: pd.DataFrame
) -> None:
    signal = compute_signal(
        real(name, shared_data, rivm, onv, sizes=False),
        profile="zelfredzaamheid",
        period=PERIOD,
        view=view,  # type: ignore[arg-type]
        reference=national_reference("zelfredzaamheid", 2020, rivm),
        dk_band=0.15,
        do_band=0.009,
    )
    assert counts_of(signal) == PRINTED[name, view]


# With the rules for size and weight of the method (150 inhabitants, 100 households, weighted by inhabitants)
# the same figures give these counts. They differ because small buurten drop out (Vlaardingen 32 to 26,
# Rotterdam 83 to 76), because large buurten pull the mean of the gemeente and the shipped national
# reference, and because that mean is over all buurten with figures of nuisance.
MEASURED = {
    ("vlaardingen", "absoluut"): "A1 B3 C6 D3 E13",
    ("vlaardingen", "relatief"): "A3 B4 C5 D2 E12",
    ("rotterdam", "absoluut"): "A3 B2 C23 D25 E23",
    ("rotterdam", "relatief"): "A13 B16 C19 D7 E21",
}


@pytest.mark.parametrize(("name", "view"), MEASURED)
def test_the_counts_by_the_rules_for_size_and_weight(
    name: str, view: str, shared_data: Path, rivm: pd.DataFrame, onv: pd.DataFrame
) -> None:
    municipality = real(name, shared_data, rivm, onv, sizes=True)
    assert default_period(municipality, "zelfredzaamheid") == PERIOD
    signal = compute_signal(municipality, view=view, dk_band=0.15, do_band=0.009)  # type: ignore[arg-type]
    assert counts_of(signal) == MEASURED[name, view]
    assert (signal.table["why_x"] != "").equals(signal.table["letter"] == "X")


def test_the_shipped_reference_is_what_the_national_tables_give(
    shared_data: Path, rivm: pd.DataFrame
) -> None:
    kwb = pd.read_parquet(shared_data / "kwb" / "kwb_2024_nl.parquet", columns=["gwb_code", "recs", "a_inw"])
    kwb = kwb[kwb["recs"].str.strip() == "Buurt"]
    weights = pd.DataFrame(
        {
            "code": kwb["gwb_code"].str.strip(),
            "indicator": "a_inw",
            "year": 2020,
            "value": kwb["a_inw"].astype(float),
        }
    )
    measured = national_reference("zelfredzaamheid", 2020, pd.concat([rivm, weights]))
    shipped = default_reference("zelfredzaamheid")
    for key, term in shipped.terms.items():
        assert measured.terms[key].mean == pytest.approx(term.mean, abs=5e-4)
        assert measured.terms[key].sd == pytest.approx(term.sd, abs=5e-4)
    assert dict(measured.k.percentiles) == pytest.approx(dict(shipped.k.percentiles), abs=2e-3)
    assert "9621 buurten" in measured.k.source and "9.621 buurten" in shipped.k.source
