"""All buurten at once: what is read, how it is joined, and when the kept figures are used again."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely import box
from sources_made import cbs_map, lbm_text, same_table

from veerkracht_nb.areas.municipality import Municipality
from veerkracht_nb.errors import DataError, FileDamaged, FileMismatch, FileNotRecognised, MunicipalityNotFound
from veerkracht_nb.sources import _national_cache as cache
from veerkracht_nb.sources import import_files, national
from veerkracht_nb.sources.national import load_country, national_municipality, read_country
from veerkracht_nb.sources.store import read_municipality


def kwb(path: Path, *, year: int = 2024, name: str = "Kern", **columns: list[object]) -> Path:
    """Write a national table of key figures with two gemeenten, padded codes and rows of every level."""
    table = pd.DataFrame(
        {
            "gwb_code": ["NL00", "GM9902", "WK990201", "BU99020101  ", "BU990201AA", "BU99030000"],
            "regio": ["Nederland", "Proefdam", "Oude wijk", f"{name} ", "Hof", "Elders"],
            "gm_naam": ["Nederland", *["Proefdam"] * 4, "Overdam"],
            "recs": ["Land", "Gemeente", "Wijk", "Buurt", "Buurt", "Buurt"],
            "ind_wbz": [".", "1", "1", "1", "3", "1"],
            "a_inw": [3000, 2000, 2000, 1500, 500, 1000],
            "a_nl_all": [1, 1, 1, 1, 1, 1],
            "jaar": year,
            **columns,
        }
    )
    table.to_parquet(path, index=False)
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return kwb(tmp_path / "kwb.parquet")


@pytest.fixture
def files(kaart: Path, table: Path, leefbaarometer: Path, rivm: Path) -> list[Path]:
    return [rivm, leefbaarometer, table, kaart]


def test_lists_of_one_year_complete_each_other(files: list[Path], tmp_path: Path) -> None:
    country = read_country(files, folder=tmp_path / "data")
    assert country.year == 2024
    assert list(country.buurten.index) == ["BU99020101", "BU990201AA", "BU99029997", "BU99030000"]
    assert country.names().to_dict() == {"GM9902": "Proefdam", "GM9903": "Overdam"}
    assert list(country.buurten["water"]) == [False, False, True, False]
    # The map goes first; what it has not, the table gives.
    assert country.buurten["inwoners"].tolist()[:2] == [1000, 500]
    assert country.buurten["huishoudens"].isna().tolist() == [False, True, True, True]
    assert country.buurten.loc["BU990201AA", "wijk_name"] == "Oude wijk"


def test_figures_of_all_files_are_there_once(files: list[Path], tmp_path: Path) -> None:
    country = read_country(files, folder=tmp_path / "data")
    rows = country.indicators
    assert not rows.duplicated(["code", "indicator", "year"]).any()
    found = {tuple(row) for row in rows[["code", "indicator", "year"]].to_numpy()}
    assert ("BU99020101", "onv", 2024) in found and ("BU99020101", "moeite_rondkomen", 2020) in found
    assert ("BU99030000", "a_inw", 2024) in found
    assert "BU00010000" not in set(rows["code"]), "a buurt that is on no list"
    assert {p.title.split(",")[0] for p in country.provenance} >= {"Kerncijfers wijken en buurten"}


def test_figures_about_origin_are_never_read(files: list[Path], tmp_path: Path) -> None:
    read_country(files, folder=tmp_path / "data")
    kept = [pd.read_parquet(path) for path in (tmp_path / "data").rglob("*.parquet")]
    text = " ".join(str(value) for part in kept for value in [*part, *part.get("indicator", [])])
    assert "herkomst" not in text and "a_nl_all" not in text


def test_progress_goes_from_nothing_to_everything(files: list[Path], tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    read_country(files, folder=tmp_path / "data", progress=lambda text, share: told.append((text, share)))
    shares = [share for _, share in told]
    assert shares[0] == 0.0 and shares[-1] == 1.0 and shares == sorted(shares)
    assert {path.name for path in files} <= {text.removesuffix(" lezen") for text, _ in told}


def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("files were read again")

    monkeypatch.setattr(national, "_read", fail)


def test_the_second_time_nothing_is_read_again(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read_country(files, folder=tmp_path / "data")
    unread(monkeypatch)
    second = read_country(files[::-1], folder=tmp_path / "data")
    later = load_country(tmp_path / "data")
    assert later is not None
    for again in (second, later):
        pd.testing.assert_frame_equal(first.buurten, again.buurten)
        same_table(first.indicators, again.indicators)
        assert again.provenance == first.provenance


def test_another_content_is_read_again_and_takes_the_place(files: list[Path], tmp_path: Path) -> None:
    read_country(files, folder=tmp_path / "data")
    files[1].write_text(lbm_text([("BU99020101", 2024, -0.5)]))
    again = read_country(files, folder=tmp_path / "data")
    assert again.indicators.query("indicator == 'onv'")["value"].tolist() == [-0.5]
    assert len(list((tmp_path / "data" / "landelijk").iterdir())) == 1


def test_other_code_reads_again(files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = cache.cache_key(files)
    copy = tmp_path / "rivm.py"
    copy.write_text("# another reader")
    fake = type("Module", (), {"__file__": str(copy)})
    monkeypatch.setattr(cache, "_READERS", (*cache._READERS[:-1], fake))
    assert cache.cache_key(files) != before


@pytest.mark.parametrize("name", ["land.json", "cijfers.parquet", "buurten-2024.parquet", "namen.parquet"])
def test_damaged_kept_figures_are_read_again(files: list[Path], tmp_path: Path, name: str) -> None:
    first = read_country(files, folder=tmp_path / "data")
    (path,) = (tmp_path / "data").rglob(name)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(FileDamaged, match="bewaarde landelijke cijfers"):
        load_country(tmp_path / "data")
    again = read_country(files, folder=tmp_path / "data")
    same_table(first.indicators, again.indicators)
    assert load_country(tmp_path / "data") is not None


def test_a_disk_that_cannot_be_written_still_gives_the_country(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = read_country(files, folder=tmp_path / "good")

    def full(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    with pytest.warns(UserWarning, match="niet worden bewaard"):
        country = read_country(files, folder=tmp_path / "full")
    pd.testing.assert_frame_equal(good.buurten, country.buurten, check_like=True)
    same_table(good.indicators, country.indicators)
    assert not list((tmp_path / "full" / "landelijk").iterdir()), "nothing half-written stays"


def test_without_files_there_is_no_country(tmp_path: Path) -> None:
    assert load_country(tmp_path / "data") is None
    with pytest.raises(MunicipalityNotFound) as caught:
        national_municipality("Proefdam", folder=tmp_path / "data")
    assert "geen landelijke bestanden" in caught.value.got


def test_one_gemeente_comes_out_as_the_importer_prepares_it(
    kaart: Path, leefbaarometer: Path, rivm: Path, tmp_path: Path
) -> None:
    files = [kaart, leefbaarometer, rivm]
    report = import_files(files, folder=tmp_path / "imported")
    read_country(files, folder=tmp_path / "data")
    _equal(
        read_municipality(report.municipalities[0].path),
        national_municipality("proefdam", folder=tmp_path / "data"),
    )


def _equal(a: Municipality, b: Municipality) -> None:
    assert (a.code, a.name, a.year) == (b.code, b.name, b.year)
    same_table(a.indicators, b.indicators)
    columns = ["name", "wijk_code", "wijk_name", "inwoners", "huishoudens", "water"]
    pd.testing.assert_frame_equal(
        pd.DataFrame(a.buurten[columns]), pd.DataFrame(b.buurten[columns]), check_dtype=False
    )
    assert a.buurten.crs == b.buurten.crs
    assert a.buurten.geometry.geom_equals(b.buurten.geometry).all()
    assert {p.title for p in a.provenance} == {p.title for p in b.provenance}


def test_a_map_in_degrees_gives_the_same_boundaries(tmp_path: Path) -> None:
    plain = cbs_map(tmp_path / "rd.gpkg")
    degrees = cbs_map(tmp_path / "wgs.gpkg", crs=4326)
    read_country([plain], folder=tmp_path / "a")
    read_country([degrees], folder=tmp_path / "b")
    a, b = (national_municipality("GM9902", folder=tmp_path / name).buurten.geometry for name in "ab")
    assert a.hausdorff_distance(b).max() < 0.01


def test_a_gemeente_without_a_map_says_what_to_do(files: list[Path], tmp_path: Path) -> None:
    read_country(files, folder=tmp_path / "data")
    with pytest.raises(MunicipalityNotFound) as caught:
        national_municipality("Overdam", folder=tmp_path / "data")
    assert "GeoPackage" in caught.value.todo


def test_a_reused_code_gets_no_figures_of_another_year(tmp_path: Path, kaart: Path) -> None:
    # In the table of 2020 the code of Kern carries another name: its figures are about another buurt.
    old = kwb(tmp_path / "kwb2020.parquet", year=2020, name="Polder")
    country = read_country([kaart, old], folder=tmp_path / "data", year=2024)
    earlier = country.indicators.query("year == 2020 and indicator == 'a_inw'")
    assert list(earlier["code"]) == []
    assert "Gekoppeld op buurtcode" in country.provenance[0].note
    kept = read_country([kaart, old], folder=tmp_path / "data", year=2020)
    assert kept.year == 2020 and len(kept.buurten) == 3
    town = national_municipality("GM9902", folder=tmp_path / "data")
    assert town.year == 2024 and 2020 not in set(town.indicators["year"])


def test_a_year_that_is_not_there_is_refused(files: list[Path], tmp_path: Path) -> None:
    with pytest.raises(DataError, match="geen landelijke buurten van 2016"):
        read_country(files, folder=tmp_path / "data", year=2016)


def test_files_that_are_no_use_are_refused_by_name_and_skipped_in_a_folder(
    files: list[Path], tmp_path: Path
) -> None:
    folder = tmp_path / "alles"
    folder.mkdir()
    for path in files:
        shutil.copy(path, folder)
    note = folder / "leesmij.txt"
    note.write_text("dit is geen tabel\nmaar een brief\n")
    country = read_country([folder], folder=tmp_path / "data")
    assert len(country.names()) == 2
    with pytest.raises(FileNotRecognised):
        read_country([note], folder=tmp_path / "data")
    with pytest.raises(FileNotRecognised):
        read_country([], folder=tmp_path / "data")


def test_figures_without_buurten_are_refused(rivm: Path, leefbaarometer: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="geen buurten voor deze cijfers"):
        read_country([rivm, leefbaarometer], folder=tmp_path / "data")


@pytest.mark.parametrize(
    ("columns", "error"),
    [
        ({"jaar": [2024, 2024, 2024, 2024, 2023, 2024]}, FileMismatch),
        ({"gwb_code": ["NL00", "GM9902", "WK990201", "WK990202", "WK990203", "WK990204"]}, FileMismatch),
        ({"a_inw": ["1", "1", "1", "veel", "1", "1"]}, FileDamaged),
        ({"gwb_code": ["NL00", "GM9902", "WK990201", "BU99020101", "BU99020101", "BU99030000"]}, DataError),
    ],
)
def test_a_wrong_table_of_key_figures_says_why(
    columns: dict[str, list[object]], error: type[DataError], tmp_path: Path
) -> None:
    path = kwb(tmp_path / "kwb.parquet", **columns)
    with pytest.raises(error, match=r"kwb\.parquet"):
        read_country([path], folder=tmp_path / "data")


def test_a_truncated_map_is_refused_and_nothing_kept(kaart: Path, tmp_path: Path) -> None:
    kaart.write_bytes(kaart.read_bytes()[:30_000])
    with pytest.raises(FileDamaged):
        read_country([kaart], folder=tmp_path / "data")
    assert not (tmp_path / "data" / "landelijk").exists()


def test_a_map_without_buurten_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gemeenten.gpkg"
    frame = gpd.GeoDataFrame(
        {"gemeentecode": ["GM9902"], "gemeentenaam": ["Proefdam"], "jaar": [2024]},
        geometry=[box(80000, 430000, 80500, 430500)],
        crs=28992,
    )
    pyogrio.write_dataframe(frame, path, layer="gemeenten", driver="GPKG")
    with pytest.raises(FileMismatch, match="geen laag met buurten"):
        read_country([path], folder=tmp_path / "data")


@pytest.mark.shared
def test_the_national_files_give_the_whole_country_and_its_gemeenten(
    shared_data: Path, tmp_path: Path
) -> None:
    rivm = shared_data / "kwetsbaarheid" / "rivm_gezondheidsmonitor_18plus_2012_2016_2020_nl.parquet"
    files = [
        shared_data / "geo" / "buurten_2016_nl.gpkg",
        shared_data / "kwb" / "kwb_2024_nl.parquet",
        rivm,
        shared_data / "ruw",
    ]
    country = read_country(files, folder=tmp_path)
    assert (country.year, len(country.buurten), len(country.names())) == (2024, 14_574, 342)
    assert country.buurten["inwoners"].sum() > 17_900_000
    before = load_country(tmp_path, year=2016)
    assert before is not None
    assert (before.year, len(before.buurten), len(before.names())) == (2016, 12_198, 389)
    joined = before.indicators.query("indicator == 'moeite_rondkomen' and year == 2020")["code"]
    assert len(joined) > 9_000
    town = national_municipality("Almelo", folder=tmp_path)
    assert (town.year, len(town.buurten)) == (2016, 68)
    assert (town.buurten.geom_type == "MultiPolygon").all() and town.buurten.is_valid.all()


@pytest.mark.shared
@pytest.mark.parametrize("code", ["GM0622", "GM0556"])
def test_real_gemeenten_come_out_as_the_importer_prepares_them(
    code: str, shared_data: Path, tmp_path: Path
) -> None:
    files = [shared_data / "ruw"]
    report = import_files(files, folder=tmp_path / "imported", gemeenten=[code])
    read_country(files, folder=tmp_path / "data")
    _equal(
        read_municipality(report.municipalities[0].path),
        national_municipality(code, folder=tmp_path / "data"),
    )
