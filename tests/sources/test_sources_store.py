from __future__ import annotations

import warnings
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, box
from sources_made import journal_mode, same_table

from veerkracht_nb.areas import INDICATORS, BuurtChange, Municipality, Provenance
from veerkracht_nb.errors import DataError, FileDamaged, MunicipalityNotFound
from veerkracht_nb.sources import list_municipalities, load_municipality, save_municipality
from veerkracht_nb.sources.store import read_municipality, write_municipality

CODES = ("BU99030001", "BU990300AA")


def municipality(
    name: str = "Proefdam", *, year: int = 2024, value: float = -0.1, note: str = ""
) -> Municipality:
    return Municipality(
        code="GM9903",
        name=name,
        year=year,
        buurten=gpd.GeoDataFrame(
            {
                "name": ["Kern", name],
                "wijk_code": ["WK990300"] * 2,
                "wijk_name": ["Wijk"] * 2,
                "inwoners": pd.array([100, None], dtype="Int64"),
                "huishoudens": pd.array([None, None], dtype="Int64"),
                "water": [False, True],
            },
            geometry=[MultiPolygon([box(80000 + i, 430000, 80001 + i, 430001)]) for i in range(2)],
            index=pd.Index(CODES, name="code"),
            crs=28992,
        ),
        indicators=pd.DataFrame({"code": [CODES[0]], "indicator": ["onv"], "year": [2014], "value": [value]}),
        provenance=(
            Provenance(
                source="CBS",
                title="Kaart",
                edition=str(year),
                licence="CC BY 4.0",
                imported_at=datetime(2024, 5, 1, 12, tzinfo=UTC),
                note=note,
            ),
        ),
        changes=(BuurtChange(kind="hernoemd", year=2018, code=CODES[0], old_code=CODES[0], note=note),),
    )


names = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=names,
    note=names,
    rows=st.lists(
        st.tuples(
            st.sampled_from(CODES),
            st.sampled_from(sorted(INDICATORS)),
            st.integers(1995, 2100),
            st.floats(-99_000, 99_000, allow_nan=False),
        ),
        unique_by=lambda row: row[:3],
        max_size=20,
    ),
)
def test_what_is_saved_comes_back(
    tmp_path: Path, name: str, note: str, rows: list[tuple[str, str, int, float]]
) -> None:
    table = pd.DataFrame(rows, columns=["code", "indicator", "year", "value"]).astype(
        {"code": "str", "indicator": "str", "year": "int64", "value": "float64"}
    )
    given_ = replace(municipality(name, note=note), indicators=table)
    back = read_municipality(write_municipality(given_, tmp_path / "m.gpkg"))
    assert (back.code, back.name, back.year, back.fictional) == ("GM9903", name, 2024, False)
    assert back.provenance == given_.provenance and back.changes == given_.changes
    assert list(back.buurten["name"]) == ["Kern", name]
    assert list(back.buurten["water"]) == [False, True]
    assert back.buurten["inwoners"].isna().tolist() == [False, True]
    assert back.buurten.geometry.geom_equals_exact(given_.buurten.geometry, 1e-9).all()
    same_table(back.indicators, table)


def test_the_newest_borders_are_loaded_unless_asked() -> None:
    for year in (2022, 2024, 2020):
        save_municipality(municipality(year=year))
    assert load_municipality("Proefdam").year == 2024
    assert load_municipality("GM9903", 2020).year == 2020
    with pytest.raises(MunicipalityNotFound) as caught:
        load_municipality("GM9903", 1999)
    assert "2022" in caught.value.expected


def test_accents_and_capitals_do_not_matter_in_a_name() -> None:
    save_municipality(municipality("Súdwest-Fryslân"))
    assert load_municipality(" SUDWEST-fryslan ").name == "Súdwest-Fryslân"


def test_an_unknown_gemeente_says_what_there_is_and_what_to_do() -> None:
    with pytest.raises(MunicipalityNotFound) as caught:
        load_municipality("Atlantis")
    assert "Veerdam" in caught.value.expected and "data import" in caught.value.todo


def test_the_list_gives_edition_and_date() -> None:
    path = save_municipality(municipality())
    info = next(item for item in list_municipalities() if item.code == "GM9903")
    assert (info.path, info.year, info.editions) == (path, 2024, "Kaart 2024")
    assert info.imported_at == datetime(2024, 5, 1, 12, tzinfo=UTC)
    assert list_municipalities()[-1].fictional


def test_saving_again_replaces_and_leaves_no_other_files(tmp_path: Path) -> None:
    save_municipality(municipality(value=-0.1))
    path = save_municipality(municipality(value=-0.2))
    assert load_municipality("GM9903").indicators["value"].tolist() == [-0.2]
    assert [p.name for p in path.parent.iterdir()] == ["GM9903-2024.gpkg"]


def test_the_file_opens_anywhere_and_needs_no_second_file() -> None:
    path = save_municipality(municipality())
    assert journal_mode(path) == "delete"
    assert set(pyogrio.list_layers(path)[:, 0]) == {
        "buurten",
        "indicatoren",
        "herkomst",
        "wijzigingen",
        "meta",
    }
    assert gpd.read_file(path, layer="buurten").crs.to_epsg() == 28992


def test_a_wrong_table_is_not_saved() -> None:
    wrong = municipality(value=-99997.0)
    with pytest.raises(DataError):
        save_municipality(wrong)
    assert [item.code for item in list_municipalities()] == ["GM9901"]


def test_a_damaged_file_hides_no_other_and_says_so() -> None:
    path = save_municipality(municipality())
    bad = path.with_name("GM9904-2024.gpkg")
    bad.write_bytes(path.read_bytes()[:5000])
    with pytest.warns(UserWarning, match="GM9904"):
        assert {item.code for item in list_municipalities()} == {"GM9901", "GM9903"}
    with pytest.raises(FileDamaged):
        read_municipality(bad)
    bad.unlink()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        list_municipalities()


def test_a_file_of_a_newer_version_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from veerkracht_nb.sources import _gpkg

    with monkeypatch.context() as patch:
        patch.setattr(_gpkg, "SCHEMA", 99)
        path = write_municipality(municipality(), tmp_path / "m.gpkg")
    with pytest.raises(DataError, match="nieuwere versie"):
        read_municipality(path)
