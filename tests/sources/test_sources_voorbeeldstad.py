from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from sources_made import same_table

from veerkracht_nb.areas import INDICATORS, Municipality
from veerkracht_nb.paths import shipped_data_folder
from veerkracht_nb.signal import compute_signal
from veerkracht_nb.sources import load_municipality
from veerkracht_nb.sources.store import read_municipality
from veerkracht_nb.sources.voorbeeldstad import make


@pytest.fixture(scope="module")
def town() -> Municipality:
    return make()


def test_the_stored_file_is_what_the_code_makes(town: Municipality) -> None:
    stored = read_municipality(shipped_data_folder() / "voorbeeldstad.gpkg")
    assert (stored.code, stored.name, stored.year, stored.fictional) == ("GM9901", "Veerdam", 2024, True)
    columns = ["name", "wijk_code", "wijk_name", "inwoners", "huishoudens", "water"]
    pd.testing.assert_frame_equal(
        pd.DataFrame(stored.buurten[columns]), pd.DataFrame(town.buurten[columns]), check_dtype=False
    )
    difference = stored.buurten.geometry.symmetric_difference(town.buurten.geometry).area
    assert difference.max() < 1.0
    same_table(stored.indicators, town.indicators)
    assert (stored.provenance, stored.changes) == (town.provenance, town.changes)


def test_it_is_found_by_code_name_and_nickname() -> None:
    assert {load_municipality(text).code for text in ("GM9901", "veerdam", "voorbeeldstad")} == {"GM9901"}


def test_it_has_the_size_of_a_town(town: Municipality) -> None:
    assert 43 <= len(town.buurten) <= 50
    assert town.buurten["wijk_code"].nunique() == 8
    assert 40_000 < town.buurten["inwoners"].sum() < 70_000
    assert 25 < town.buurten.area.sum() / 1e6 < 60


def test_neighbours_share_their_borders_exactly(town: Municipality) -> None:
    shapes = town.buurten.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.is_valid(shapes).all()
    assert len(shapely.get_parts(shapely.coverage_union_all(shapes))) == 1


def test_it_lies_in_the_open_sea(town: Municipality) -> None:
    west, south, east, north = town.buurten.to_crs(4326).total_bounds
    assert 3.2 < west < east < 3.6
    assert 52.2 < south < north < 52.5


def test_borders_are_not_straight_cells(town: Municipality) -> None:
    corners = shapely.get_num_coordinates(town.buurten.geometry.to_numpy())
    assert np.median(corners) > 30


def test_every_oddity_of_real_data_occurs(town: Municipality) -> None:
    buurten, latest = town.buurten, town.table(2022)
    assert buurten["water"].sum() == 1
    assert (buurten["inwoners"] == 0).any()
    assert latest["p_hh_li"].isna().sum() > 3
    shapes = buurten.geometry
    holes = shapely.get_num_interior_rings(shapely.get_parts(shapes.to_numpy()))
    assert holes.sum() >= 1
    enclave = shapes["BU99010604"]
    assert [code for code, shape in shapes.items() if shape.touches(enclave)] == ["BU99010603"]
    assert '\'t Höfke "De Öst"' in set(buurten["name"])
    kinds = [change.kind for change in town.changes]
    assert kinds.count("hernoemd") == 1 and kinds.count("gesplitst") == 2
    split = [change.code for change in town.changes if change.kind == "gesplitst"]
    assert town.table(2014).loc[split, "p_hh_li"].isna().all()
    assert town.table(2020).loc[split, "p_hh_li"].notna().all()


def test_water_and_uninhabited_buurten_have_no_figures_of_people(town: Municipality) -> None:
    empty = town.buurten.index[town.buurten["inwoners"].fillna(0) == 0]
    rows = town.indicators[town.indicators["code"].isin(empty)]
    assert (rows["value"] == 0).all()


def test_figures_are_rounded_as_publishers_do(town: Municipality) -> None:
    values = town.indicators.set_index("indicator")["value"]
    for key in ("a_inw", "a_hh", "a_15_24", "a_25_44", "a_45_64"):
        assert (values[key] % 5 == 0).all()
    for key in ("a_soz_wb", "a_soz_ao"):
        assert (values[key] % 10 == 0).all()
    for key in ("p_huurw", "p_wcorpw", "g_wozbag"):
        assert (values[key] % 1 == 0).all()
    for key, value in values.items():
        assert abs(value - round(value, 1)) < 1e-9 or INDICATORS[str(key)].decimals > 1
    shares = values[[key for key in values.index.unique() if INDICATORS[key].unit == "%"]]
    assert shares.between(0, 100).all()


def test_leefbaarometer_identities_hold(town: Municipality) -> None:
    wide = town.indicators.pivot(index=["code", "year"], columns="indicator", values="value").dropna(
        subset="afw"
    )
    dimensions = wide[["fys", "onv", "soc", "vrz", "won"]]
    assert (wide["afw"] - dimensions.sum(axis=1)).abs().max() < 1e-9
    assert (wide["lbm"] - wide["afw"] - 4.1022648511).abs().max() < 1e-9


def test_rent_and_own_add_up(town: Municipality) -> None:
    table = town.table(2022).dropna(subset=["p_huurw", "p_wcorpw"])
    assert (table["p_huurw"] + table["p_koopw"] == 100).all()
    assert (table["p_wcorpw"] + table["p_ov_hw"] - table["p_huurw"]).abs().max() <= 1


def test_nuisance_and_vulnerability_go_together_as_in_real_towns(town: Municipality) -> None:
    table = town.table(2020)
    for key in ("moeite_rondkomen", "hoog_risico_angst_depressie", "ernstig_eenzaam", "p_hh_li"):
        assert -0.95 < table["onv"].corr(table[key]) < -0.7
    corporation = table["p_wcorpw"].corr(table["p_hh_li"])
    assert corporation > 0.7


@pytest.mark.parametrize("profile", ["sociaaleconomisch", "zelfredzaamheid"])
@pytest.mark.parametrize("view", ["relatief", "absoluut"])
def test_every_class_occurs_and_most_buurten_do_not_change(
    town: Municipality, profile: str, view: str
) -> None:
    letters = compute_signal(town, profile=profile, view=view).table["letter"].value_counts()  # type: ignore[arg-type]
    assert set(letters.index) == set("ABCDEX")
    assert letters.idxmax() == "E" and letters["E"] >= len(town.buurten) / 3
    assert letters[["A", "B", "C", "D"]].max() <= 8
    assert letters["X"] <= 8


def test_some_buurten_are_high_in_both_and_most_in_neither(town: Municipality) -> None:
    focus = compute_signal(town, profile="sociaaleconomisch").table["focus"].value_counts()
    assert focus["geen"] == focus.max() and focus["beide"] >= 3
