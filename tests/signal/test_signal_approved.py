"""Outcomes that somebody has looked at and approved: the publishers' files of three gemeenten, and the embedded one.

``approved_signal.csv`` holds our own outcomes and no figure of a publisher. When one changes on purpose the test
writes the new table to its folder for temporary files and says where; look at every difference before it is copied.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from veerkracht_nb.areas.municipality import Municipality
from veerkracht_nb.signal import (
    CLASSES,
    FOCUS,
    PROFILES,
    available_periods,
    compute_signal,
    robustness,
)
from veerkracht_nb.sources.importing import import_files
from veerkracht_nb.sources.store import load_municipality

APPROVED = Path(__file__).with_name("approved_signal.csv")
KEYS = ["gemeente", "profiel", "weergave"]
NAMES = ("Vlaardingen", "Rotterdam", "Maassluis")


def outcome(municipality: Municipality, profile: str, view: str) -> dict[str, object]:
    signal = compute_signal(municipality, profile=profile, view=view)  # type: ignore[arg-type]
    table, firmness = signal.table, robustness(signal).table
    counted = table[table["in_u"]]
    period = signal.period
    row: dict[str, object] = {
        "gemeente": municipality.code,
        "profiel": profile,
        "weergave": signal.view,
        "k0": period.k0,
        "k1": period.k1,
        "o0": period.o0,
        "o1": period.o1,
        "buurten": len(table),
        "meegeteld": len(counted),
    }
    row |= {letter: int((table["letter"] == letter).sum()) for letter in CLASSES}
    row |= {f"focus_{key}": int((table["focus"] == key).sum()) for key in FOCUS}
    row |= {"onzeker": int(firmness["uncertain"].sum()), "steun": round(float(firmness["support"].mean()), 4)}
    row |= {"mean_dk": round(signal.mean_dk, 4), "mean_do": round(signal.mean_do, 4)}
    for column in ("k1", "o1"):
        row[f"mean_{column}"] = round(float(counted[column].mean()), 4)
    return row


def outcomes(municipalities: list[Municipality]) -> pd.DataFrame:
    rows = [
        outcome(municipality, profile, view)
        for municipality in municipalities
        for profile in PROFILES
        if available_periods(municipality, profile)
        for view in ("relatief", "absoluut")
    ]
    return pd.DataFrame(rows).set_index(KEYS).sort_index()


def approved() -> pd.DataFrame:
    return pd.read_csv(APPROVED, comment="#").set_index(KEYS).sort_index()


def compare(found: pd.DataFrame, wanted: pd.DataFrame, folder: Path) -> None:
    path = folder / "found.csv"
    found.to_csv(path)
    pd.testing.assert_frame_equal(
        found, wanted, check_dtype=False, atol=2e-4, rtol=0, obj=f"outcome (all of it in {path})"
    )


@pytest.fixture(scope="module")
def prepared(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("approved")
    import_files(
        [
            shared_data / "ruw" / "pdok" / "wijkenbuurten_2024_rijnmond.gpkg",
            shared_data / "ruw" / "leefbaarometer" / "Leefbaarometer-scores buurten 2002-2024.csv",
            shared_data / "kwetsbaarheid" / "rivm_gezondheidsmonitor_18plus_2012_2016_2020_nl.parquet",
        ],
        gemeenten=NAMES,
        folder=folder,
    )
    return folder


@pytest.fixture
def real(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Municipality]:
    monkeypatch.setenv("VEERKRACHT_DATA", str(prepared))
    return load_municipality


@pytest.mark.shared
def test_vlaardingen_rotterdam_and_maassluis_come_out_as_approved(
    real: Callable[[str], Municipality], tmp_path: Path
) -> None:
    found = outcomes([real(name) for name in NAMES])
    wanted = approved()
    compare(found, wanted[wanted.index.get_level_values("gemeente") != "GM9901"], tmp_path)


def test_the_embedded_gemeente_comes_out_as_approved(tmp_path: Path) -> None:
    wanted = approved()
    found = outcomes([load_municipality("voorbeeldstad")])
    compare(found, wanted[wanted.index.get_level_values("gemeente") == "GM9901"], tmp_path)


def test_the_approved_table_holds_numbers_and_names_its_sources() -> None:
    comments = [line for line in APPROVED.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    assert all(name in " ".join(comments) for name in ("CBS", "RIVM", "Leefbaarometer"))
    assert all(kind.kind in "iuf" for kind in approved().dtypes)


# --- the identities and rows of the method, as far as these files have them ---


@pytest.mark.shared
def test_liveability_is_its_deviation_plus_one_number_in_every_year(shared_data: Path) -> None:
    scores = pd.read_csv(
        shared_data / "ruw" / "leefbaarometer" / "Leefbaarometer-scores buurten 2002-2024.csv"
    )
    difference = (scores["lbm"] - scores["afw"]).dropna()
    # 4.1022648511 in the release; these copies have four decimals.
    assert set(difference.round(4)) == {round(4.1022648511, 4)}
    assert scores.loc[difference.index, "jaar"].nunique() >= 5


@pytest.mark.shared
def test_nuisance_on_the_map_is_minus_the_published_score(
    shared_data: Path, real: Callable[[str], Municipality]
) -> None:
    scores = pd.read_csv(
        shared_data / "ruw" / "leefbaarometer" / "Leefbaarometer-scores buurten 2002-2024.csv"
    )
    signal = compute_signal(real("Vlaardingen"))
    published = scores.set_index(["jaar", "bu_code"])["onv"]
    shown = signal.table["o1"].dropna()
    assert len(shown) > 20
    assert shown.to_numpy() == pytest.approx(-published[signal.period.o1].loc[shown.index].to_numpy())


@pytest.mark.shared
@pytest.mark.parametrize(("column", "people"), [("a_inw", 931_298), ("a_65_oo", 126_480)])
def test_amsterdam_in_the_core_figures_of_2024_is_as_published(
    shared_data: Path, column: str, people: int
) -> None:
    kwb = pd.read_parquet(shared_data / "kwb" / "kwb_2024_nl.parquet", columns=["gwb_code", "recs", column])
    codes = kwb["gwb_code"].str.strip()
    assert kwb.loc[codes == "GM0363", column].astype(int).to_list() == [people]


@pytest.mark.shared
def test_the_share_of_corporation_homes_in_vlaardingen_is_between_its_two_published_shares(
    shared_data: Path,
) -> None:
    columns = ["gemeentecode", "perc_huurwoningen_in_bezit_woningcorporaties"]
    table = pd.read_csv(shared_data / "kwb" / "kwb_2024_gemeenten_nl_volledig.csv", usecols=columns)
    share = table.loc[table["gemeentecode"].str.strip() == "GM0622", columns[1]]
    assert len(share) == 1 and share.between(38, 48).all()
