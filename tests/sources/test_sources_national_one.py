"""A gemeente that is only in the national files: found by name, prepared once somebody works with it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sources_made import cbs_map

from veerkracht_nb.areas.municipality import Municipality
from veerkracht_nb.errors import DataError, FileDamaged, MunicipalityNotFound
from veerkracht_nb.paths import data_folder
from veerkracht_nb.sources import list_municipalities, load_municipality
from veerkracht_nb.sources import national as national_module
from veerkracht_nb.sources.national import national_areas, national_municipality, read_country
from veerkracht_nb.sources.own_keeping import import_own_table
from veerkracht_nb.sources.own_model import OwnColumn, OwnTableChoice
from veerkracht_nb.sources.own_table import read_own_table
from veerkracht_nb.sources.store import is_prepared, keep_municipality, national_tables, save_national


@pytest.fixture
def country(kaart: Path, leefbaarometer: Path, rivm: Path) -> None:
    read_country([rivm, leefbaarometer, kaart])


def same(one: Municipality, other: Municipality) -> bool:
    return bool(one.buurten.equals(other.buurten) and one.indicators.equals(other.indicators))


@pytest.mark.parametrize("name", ["GM9902", "gm9902", "Proefdam", "PROEFDAM "])
def test_a_gemeente_of_the_country_is_found_by_code_and_name(country: None, name: str) -> None:
    assert same(load_municipality(name), national_municipality("GM9902"))
    assert load_municipality(name, 2024).year == 2024


def test_the_list_of_what_is_prepared_does_not_grow_with_the_country(country: None) -> None:
    assert [info.code for info in list_municipalities()] == ["GM9901"]
    areas = national_areas()
    assert areas is not None and areas.year == 2024 and areas.gemeenten == {"GM9902": "Proefdam"}
    assert "2024" in areas.editions and "Leefbaarometer" in areas.editions


def test_without_a_country_or_a_map_there_is_nothing_to_choose_from(tmp_path: Path) -> None:
    assert national_areas() is None
    with pytest.raises(MunicipalityNotFound) as caught:
        load_municipality("Proefdam")
    assert "veerkracht data get" in caught.value.todo and "landelijke" not in caught.value.expected


def test_a_name_that_is_nowhere_says_what_there_is(country: None) -> None:
    with pytest.raises(MunicipalityNotFound, match="Nergenshuizen") as caught:
        load_municipality("Nergenshuizen")
    assert "1 gemeenten uit de landelijke bestanden" in caught.value.expected
    assert "GM9901" in caught.value.expected
    with pytest.raises(MunicipalityNotFound, match="grenzen van 1999"):
        load_municipality("Proefdam", 1999)


def test_what_is_prepared_goes_first(country: None, monkeypatch: pytest.MonkeyPatch) -> None:
    path = keep_municipality(load_municipality("Proefdam"))
    assert path is not None and path == data_folder() / "gemeenten" / "GM9902-2024.gpkg"
    assert [info.code for info in list_municipalities()] == ["GM9902", "GM9901"]

    def never(*_: object, **__: object) -> Municipality:
        raise AssertionError("the national files are not needed")

    monkeypatch.setattr(national_module, "open_cache", never)
    assert load_municipality("Proefdam").code == "GM9902"


def test_a_prepared_gemeente_keeps_its_figures_when_the_country_goes(country: None) -> None:
    before = load_municipality("Proefdam")
    keep_municipality(before)
    shutil.rmtree(data_folder() / "landelijk")
    after = load_municipality("Proefdam")
    assert (
        same(before, after)
        and before.provenance[0].imported_at.date() == after.provenance[0].imported_at.date()
    )


def test_keeping_never_overwrites_and_leaves_the_embedded_one_alone(country: None) -> None:
    municipality = load_municipality("Proefdam")
    path = keep_municipality(municipality)
    assert path is not None
    stamp = path.stat().st_mtime_ns
    assert keep_municipality(municipality) is None and path.stat().st_mtime_ns == stamp
    assert keep_municipality(load_municipality("voorbeeldstad")) is None


def own_table(path: Path, cell: str) -> Path:
    path.write_text(f"buurtcode;meldingen\nBU99020101;{cell}\n")
    return path


def test_an_own_table_prepares_a_gemeente_of_the_country_in_one_go(
    country: None, tmp_path: Path, snapshot: Callable[[], dict[str, bytes]]
) -> None:
    town, before = load_municipality("Proefdam"), snapshot()
    choice = OwnTableChoice(
        title="Meldingen",
        source="Wij",
        code_column="buurtcode",
        columns=(OwnColumn(column="meldingen", label="Meldingen", higher_is="worse"),),
        year=2024,
    )
    with pytest.raises(DataError):
        import_own_table(read_own_table(own_table(tmp_path / "m.csv", "veel")), town, choice)
    assert snapshot() == before and not is_prepared(town), "a refused table prepares nothing"
    path, _checked = import_own_table(read_own_table(own_table(tmp_path / "m.csv", "12")), town, choice)
    assert path == data_folder() / "gemeenten" / "GM9902-2024.gpkg" and is_prepared(town)
    shutil.rmtree(data_folder() / "landelijk")
    after = load_municipality("Proefdam")
    own = after.indicators["indicator"] == "eigen_meldingen"
    assert after.indicators[own]["value"].to_list() == [12.0]
    assert same(replace(after, indicators=after.indicators[~own].reset_index(drop=True)), town)


def test_a_damaged_country_is_named_where_only_it_could_have_the_gemeente(country: None) -> None:
    [meta] = (data_folder() / "landelijk").glob("land-*/land.json")
    meta.write_text("{")
    assert load_municipality("voorbeeldstad").fictional
    with pytest.raises(FileDamaged):
        load_municipality("Proefdam")


def test_a_national_table_keeps_title_and_edition(tmp_path: Path, kaart: Path) -> None:
    read_country([cbs_map(tmp_path / "k.gpkg")])
    table = load_municipality("Proefdam").indicators
    save_national("wijk-2024", table, title="Wijk- en buurtkaart", edition="2024")
    save_national("zonder", table)
    found = [(item.title, item.edition) for item in national_tables()]
    assert found == [("Wijk- en buurtkaart", "2024"), ("zonder", "")]
    assert not table.attrs, "the table itself is not marked"
    (data_folder() / "landelijk" / "kapot.parquet").write_bytes(b"PAR1")
    with pytest.raises(FileDamaged):
        national_tables()
