"""The maps of 2016 and 2024 of the Rijnmond, as published."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from veerkracht_nb.areas.concordance import SAME_WITH_NAME, Concordance, concordance, same_name

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def maps(shared_data: Path) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    new = pyogrio.read_dataframe(
        shared_data / "ruw" / "pdok" / "wijkenbuurten_2024_rijnmond.gpkg",
        layer="buurten",
        columns=["buurtcode", "buurtnaam", "gemeentecode", "water", "aantal_inwoners"],
    )
    old = pyogrio.read_dataframe(
        shared_data / "geo" / "buurten_2016_nl.gpkg",
        layer="buurten",
        columns=["buurtcode", "buurtnaam", "water"],
        bbox=tuple(new.total_bounds),
    )
    return _as_buurten(old), _as_buurten(new)


def _as_buurten(raw: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    frame = raw.rename(columns={"buurtcode": "code", "buurtnaam": "name", "aantal_inwoners": "inwoners"})
    return frame.assign(water=frame["water"] == "JA").set_index("code")


def _town(maps: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame], code: str) -> Concordance:
    old, new = maps
    town = new[new["gemeentecode"] == code]
    west, south, east, north = town.total_bounds
    return concordance(old.cx[west:east, south:north], town, old_year=2016, new_year=2024)


@pytest.mark.parametrize(
    ("code", "carried", "left_out"),
    [
        ("GM0622", 35, {"De Vergulde Hand", "Lickebaert", "'t Scheur", "Loper Noord", "Park Holy Noord"}),
        ("GM0556", 18, {"Bloemenbuurt"}),
    ],
)
def test_what_stayed_the_same_is_carried_and_what_moved_is_not(
    maps: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame], code: str, carried: int, left_out: set[str]
) -> None:
    found = _town(maps, code)
    assert sum(link.carried for link in found.links) == carried
    assert {link.name for link in found.links if not link.carried} == left_out


def test_equal_codes_and_names_whose_border_moved_are_found(
    maps: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
) -> None:
    vlaardingen, rotterdam = _town(maps, "GM0622"), _town(maps, "GM0599")
    assert min(link.iou for link in vlaardingen.links) == pytest.approx(0.47, abs=0.005)
    wielewaal = rotterdam.by_code["BU05991575"]
    assert (wielewaal.kind, wielewaal.carried) == ("grens gewijzigd", False)
    assert wielewaal.iou == pytest.approx(0.23, abs=0.005)
    assert sum(link.carried for link in rotterdam.links) == 84


def test_a_buurt_that_was_absorbed_is_a_merger_with_both_codes(
    maps: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
) -> None:
    schieveen = _town(maps, "GM0599").by_code["BU05990454"]
    assert (schieveen.kind, schieveen.carried) == ("samengevoegd", True)
    assert {part.code for part in schieveen.parts} == {"BU05990454", "BU05992650"}


def test_a_merged_gemeente_is_followed_through_other_codes(
    maps: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
) -> None:
    voorne = _town(maps, "GM1992")
    assert [link.kind for link in voorne.links].count("hernummerd") == 67 and len(voorne.links) == 70
    assert all(link.parts[0].code[:6] != "BU1992" for link in voorne.links)


def test_overlap_of_unchanged_buurten_lies_above_the_threshold(
    maps: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
) -> None:
    old, new = maps
    links = [link for code in new["gemeentecode"].unique() for link in _town(maps, code).links]
    equal = pd.Series(
        [
            link.iou
            for link in links
            if link.code in old.index and same_name(str(old.loc[link.code, "name"]), link.name)
        ]
    )
    assert len(equal) > 450
    assert equal.quantile(0.10) > SAME_WITH_NAME
    assert (equal < SAME_WITH_NAME).mean() < 0.06


def test_shares_agree_with_a_table_made_apart(
    maps: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame], shared_data: Path
) -> None:
    expected = pd.read_csv(shared_data / "geo" / "oppervlaktekoppeling_2016_2024_rijnmond.csv")
    expected = expected.set_index(["bu_2016", "bu_2024"])["aandeel_2024"]
    found = {
        (part.code, link.code): part.share_new
        for code in ("GM0622", "GM0599", "GM0556")
        for link in _town(maps, code).links
        for part in link.parts
    }
    both = [pair for pair in found if pair in expected.index]
    assert len(both) > 130
    # That table was made from an older drawing of 2016; the shares of 2024 hardly feel it.
    off = pd.Series([abs(found[pair] - expected[pair]) for pair in both])
    assert off.median() < 0.001 and off.quantile(0.95) < 0.01


def test_one_in_ten_equal_codes_of_the_country_carries_another_name(shared_data: Path) -> None:
    codes = pd.read_csv(shared_data / "geo" / "buurtcodes_2016_vs_2024.csv", dtype="str")
    both = codes.dropna(subset=["naam_2016", "naam_2024"])
    equal = [same_name(a, b) for a, b in zip(both["naam_2016"], both["naam_2024"], strict=True)]
    assert len(both) == 9406
    assert 1 - sum(equal) / len(equal) == pytest.approx(0.098, abs=0.001)
    schiedam = both[both["buurtcode"].str.startswith("BU0606")]
    assert len(schiedam) == 42
    names = [same_name(a, b) for a, b in zip(schiedam["naam_2016"], schiedam["naam_2024"], strict=True)]
    assert sum(names) == 29
