from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
from sources_made import cbs_map, lbm_text, rivm_text

from veerkracht_nb.errors import DataError, FileDamaged, FileMismatch, FileNotRecognised, VeerkrachtError
from veerkracht_nb.sources import load_municipality, load_national
from veerkracht_nb.sources.importing import import_files
from veerkracht_nb.sources.recognition import recognise

Snapshot = Callable[[], dict[str, bytes]]


def test_three_files_in_any_order_give_the_same_municipality(
    kaart: Path, leefbaarometer: Path, rivm: Path
) -> None:
    tables = []
    for number, order in enumerate(permutations([kaart, leefbaarometer, rivm])):
        folder = kaart.parent / f"data{number}"
        report = import_files(order, folder=folder)
        assert [m.code for m in report.municipalities] == ["GM9902"]
        tables.append(
            pyogrio.read_dataframe(report.municipalities[0].path, layer="indicatoren", read_geometry=False)
        )
    assert all(table.equals(tables[0]) for table in tables)


def test_figures_boundaries_names_and_provenance_come_out_right(
    kaart: Path, leefbaarometer: Path, rivm: Path
) -> None:
    report = import_files([kaart, leefbaarometer, rivm])
    m = load_municipality("proefdam")
    assert list(m.buurten.index) == ["BU99020101", "BU990201AA", "BU99029997"]
    assert m.buurten.loc["BU990201AA", "name"] == '\'t "Höfke"'
    assert m.buurten.loc["BU99020101", "wijk_name"] == "Oude wijk"
    assert list(m.buurten["water"]) == [False, False, True]
    assert m.buurten.loc["BU99020101", "inwoners"] == 1000
    assert pd.isna(m.buurten.loc["BU990201AA", "inwoners"])
    assert m.table(2024).loc["BU99020101", "a_15_24"] == 120
    assert m.table(2024).loc["BU99020101", "p_hh_li"] == 41.5
    assert m.series("BU99020101", "onv").to_dict() == {2014: -0.05, 2024: -0.08}
    assert m.series("BU99020101", "moeite_rondkomen").to_dict() == {2020: 13.5}
    assert [len(p.sha256) for p in m.provenance] == [64, 64, 64]
    assert {p.file_name for p in m.provenance} == {kaart.name, leefbaarometer.name, rivm.name}
    assert any("buurtcode" in p.note for p in m.provenance)
    assert {f.kind for f in report.files} == {"wijkenbuurten", "leefbaarometer", "rivm"}


def test_missing_stays_missing_and_origin_is_not_read(kaart: Path) -> None:
    import_files([kaart])
    m = load_municipality("GM9902")
    assert set(m.indicators["code"]) == {"BU99020101"}
    assert (m.indicators["value"] >= 0).all()
    assert not m.indicators["indicator"].str.contains("herkomst").any()


def test_figures_alone_extend_what_is_there(kaart: Path, leefbaarometer: Path, rivm: Path) -> None:
    import_files([kaart])
    import_files([leefbaarometer])
    import_files([rivm])
    m = load_municipality("GM9902")
    assert m.years("onv") == [2014, 2024] and m.years("moeite_rondkomen") == [2020]
    assert len(m.provenance) == 3
    import_files([kaart])
    again = load_municipality("GM9902")
    assert again.years("onv") == [2014, 2024] and len(again.provenance) == 3


def test_importing_twice_changes_no_figure(kaart: Path, leefbaarometer: Path) -> None:
    import_files([kaart, leefbaarometer])
    first = load_municipality("GM9902").indicators
    import_files([kaart, leefbaarometer])
    assert load_municipality("GM9902").indicators.equals(first)


def test_key_figures_of_another_year_join_unless_the_border_moved(tmp_path: Path) -> None:
    old = cbs_map(tmp_path / "oud.gpkg", year=2018)
    new = cbs_map(tmp_path / "nieuw.gpkg", year=2022)
    moved = cbs_map(tmp_path / "verschoven.gpkg", year=2024, indelingswijziging_wijken_en_buurten=[3, 1, 1])
    import_files([old, new, moved])
    assert load_municipality("GM9902", 2022).years("p_hh_li") == [2018, 2022]
    latest = load_municipality("GM9902")
    assert latest.years("p_hh_li") == [2024]
    assert [(c.kind, c.code, c.year) for c in latest.changes] == [("grens gewijzigd", "BU99020101", 2024)]


def test_a_second_year_imported_later_knows_the_figures_of_the_first(
    tmp_path: Path, leefbaarometer: Path
) -> None:
    import_files([cbs_map(tmp_path / "oud.gpkg", year=2018), leefbaarometer])
    import_files([cbs_map(tmp_path / "nieuw.gpkg", year=2022)])
    for year in (2018, 2022):
        m = load_municipality("GM9902", year)
        assert m.years("p_hh_li") == [2018, 2022] and m.years("onv") == [2014, 2024]
        assert sorted(p.edition for p in m.provenance) == ["2014-2024", "2018", "2022"]


def test_boundaries_in_another_crs_are_brought_to_the_dutch_grid(tmp_path: Path) -> None:
    import_files([cbs_map(tmp_path / "wgs84.gpkg", crs=4326)])
    buurten = load_municipality("GM9902").buurten
    assert buurten.crs.to_epsg() == 28992
    assert abs(buurten.total_bounds[0] - 80000) < 1


def test_only_the_asked_gemeente_is_prepared(kaart: Path) -> None:
    with pytest.raises(DataError) as caught:
        import_files([kaart], gemeenten=["Elders"])
    assert "Proefdam" in caught.value.got
    assert len(import_files([kaart], gemeenten=["gm9902"]).municipalities) == 1


def test_a_folder_is_searched_and_other_files_are_reported(kaart: Path, leefbaarometer: Path) -> None:
    folder = kaart.parent / "download"
    (folder / "diep").mkdir(parents=True)
    shutil.copy(kaart, folder)
    shutil.copy(leefbaarometer, folder / "diep")
    (folder / "leesmij.txt").write_text("lees mij\n")
    report = import_files([folder])
    assert len(report.files) == 2
    assert [path.name for path, _ in report.skipped] == ["leesmij.txt"]
    text = "\n".join(report.lines())
    assert "Proefdam (GM9902), grenzen van 2024: 3 buurten" in text and "overgeslagen: leesmij.txt" in text


def test_progress_goes_from_zero_to_one(kaart: Path, leefbaarometer: Path) -> None:
    shares: list[float] = []
    import_files([kaart, leefbaarometer], progress=lambda text, share: shares.append(share))
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1


def test_figures_without_boundaries_say_what_is_needed(leefbaarometer: Path) -> None:
    with pytest.raises(DataError) as caught:
        import_files([leefbaarometer])
    assert "wijk- en buurtkaart" in caught.value.todo


def test_a_file_without_figures_of_the_gemeente_is_mentioned(kaart: Path, tmp_path: Path) -> None:
    path = tmp_path / "elders.csv"
    path.write_text(lbm_text([("BU00010000", 2024, 0.1)]))
    assert import_files([kaart, path]).notes == ("elders.csv heeft geen cijfers van Proefdam.",)


def test_figures_on_codes_that_no_longer_exist_are_left_out(kaart: Path, tmp_path: Path) -> None:
    path = tmp_path / "oude codes.csv"
    path.write_text(lbm_text([("BU99020999", 2014, 0.1)]))
    report = import_files([kaart, path])
    assert load_municipality("GM9902").years("onv") == []
    assert report.notes == ("oude codes.csv heeft geen cijfers van Proefdam.",)


def test_a_nationwide_table_is_kept_as_reference(kaart: Path, tmp_path: Path) -> None:
    path = tmp_path / "landelijk.csv"
    rows = [(f"BU{n:08d}", "2020JJ00", "12.5") for n in range(5000)] + [("BU99020101", "2020JJ00", "14")]
    path.write_text(rivm_text(rows), newline="")
    assert load_national(["moeite_rondkomen"]) is None
    import_files([kaart, path])
    national = load_national(["moeite_rondkomen"])
    assert national is not None and len(national) == 5001
    assert set(national["indicator"]) == {"moeite_rondkomen"}
    assert load_national(["onv"]) is None


def test_what_a_file_is_does_not_depend_on_its_name(kaart: Path, leefbaarometer: Path, rivm: Path) -> None:
    for path, kind in [(kaart, "wijkenbuurten"), (leefbaarometer, "leefbaarometer"), (rivm, "rivm")]:
        for name in ("x", "bestand.download", "Leefbaarometer.gpkg", "buurten.csv"):
            copy = path.parent / name
            shutil.copy(path, copy)
            assert recognise(copy) == kind
            copy.unlink()


def _write(name: str, content: bytes | str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


def _cut(name: str, keep: float) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        source = cbs_map(folder / "heel.gpkg")
        raw = source.read_bytes()
        (folder / name).write_bytes(raw[: int(len(raw) * keep)])
        return folder / name

    return make


def _overwritten(folder: Path) -> Path:
    path = cbs_map(folder / "gat.gpkg")
    raw = bytearray(path.read_bytes())
    middle = len(raw) // 2 // 4096 * 4096
    raw[middle : middle + 12288] = b"\x07" * 12288
    path.write_bytes(raw)
    return path


def _only_wijken(folder: Path) -> Path:
    source = cbs_map(folder / "heel.gpkg")
    wijken = pyogrio.read_dataframe(source, layer="wijken")
    pyogrio.write_dataframe(wijken, folder / "wijken.gpkg", layer="wijken", driver="GPKG")
    return folder / "wijken.gpkg"


def _parquet(cut: bool) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / "rivm.parquet"
        columns = ["MoeiteMetRondkomen_38", "Eenzaam_28", "Mantelzorger_32"]
        pd.DataFrame({"gwb_code": ["GM9902"], "jaar": [2020]} | {c: [1.0] for c in columns}).to_parquet(path)
        if cut:
            path.write_bytes(path.read_bytes()[:-40])
        return path

    return make


_LBM = lbm_text([("BU99020101", 2014, -0.05), ("BU99020101", 2024, -0.08)])
_HOSTILE: list[tuple[str, Callable[[Path], Path], type[VeerkrachtError]]] = [
    ("empty", _write("leeg.csv", ""), FileDamaged),
    ("blank", _write("blanco.csv", " \n\n"), FileDamaged),
    ("web page", _write("scores.csv", "<!DOCTYPE html><html><body>404</body></html>"), FileNotRecognised),
    ("zip", _write("scores.csv", b"PK\x03\x04" + b"\0" * 60), FileNotRecognised),
    ("picture", _write("scores.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), FileNotRecognised),
    ("other table", _write("scores.csv", "a,b\n1,2\n"), FileNotRecognised),
    ("other json", _write("dekking.json", '{"a": 1}'), FileNotRecognised),
    (
        "map in json cut",
        _write("kaart.geojson", '{"type": "FeatureCollection", "features": [{"ty'),
        FileDamaged,
    ),
    ("absent", lambda folder: folder / "weg.csv", FileDamaged),
    ("map cut in half", _cut("half.gpkg", 0.5), FileDamaged),
    ("map cut at the start", _cut("kop.gpkg", 0.01), FileDamaged),
    ("map with its last page lost", _cut("bijna.gpkg", 0.97), FileDamaged),
    ("map with a page overwritten", _overwritten, FileDamaged),
    ("only wijken", _only_wijken, FileMismatch),
    ("parquet cut", _parquet(cut=True), FileDamaged),
    ("only gemeenten", _parquet(cut=False), FileMismatch),
    ("csv named gpkg", _write("kaart.gpkg", _LBM), FileMismatch),
    ("csv cut in a number", _write("scores.csv", _LBM[:-4]), FileDamaged),
    ("csv cut after a comma", _write("scores.csv", _LBM[: _LBM.rindex(",")] + "\n"), FileDamaged),
    ("csv without rows", _write("scores.csv", _LBM.split("\n")[0] + "\n"), FileDamaged),
    (
        "csv with a word for a figure",
        _write("scores.csv", _LBM.replace("-0.0800000000,", "veel,")),
        FileDamaged,
    ),
    ("csv of wijken", _write("scores.csv", _LBM.replace("bu_code", "wk_code")), FileMismatch),
    (
        "csv with shifted columns",
        _write("scores.csv", _LBM.replace("fys", "tmp").replace("lbm", "fys")),
        FileMismatch,
    ),
    ("csv with a row twice", _write("scores.csv", _LBM + _LBM.split("\n")[1] + "\n"), DataError),
    ("csv with a strange year", _write("scores.csv", _LBM.replace(",2014,", ",14,")), FileDamaged),
]


@pytest.mark.parametrize(
    ("make", "error"), [case[1:] for case in _HOSTILE], ids=[case[0] for case in _HOSTILE]
)
def test_a_wrong_file_is_named_and_nothing_changes(
    make: Callable[[Path], Path],
    error: type[VeerkrachtError],
    kaart: Path,
    tmp_path: Path,
    snapshot: Snapshot,
) -> None:
    import_files([kaart])
    before = snapshot()
    folder = tmp_path / "fout"
    folder.mkdir()
    path = make(folder)
    with pytest.raises(error) as caught:
        import_files([kaart, path])
    assert path.name in caught.value.message
    assert caught.value.expected and caught.value.got
    assert snapshot() == before


def test_a_map_elsewhere_or_without_year_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileMismatch, match="jaar"):
        import_files([cbs_map(tmp_path / "a.gpkg", jaar=[2023, 2024, 2024])])
    table = pyogrio.read_dataframe(cbs_map(tmp_path / "b.gpkg"), layer="buurten")
    table.geometry = table.translate(5_000_000)
    pyogrio.write_dataframe(table, tmp_path / "c.gpkg", layer="buurten", driver="GPKG")
    with pytest.raises(FileMismatch, match="Nederland"):
        import_files([tmp_path / "c.gpkg"])


def test_a_failing_disk_leaves_every_municipality_as_it_was(
    kaart: Path, leefbaarometer: Path, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_files([kaart])
    before = snapshot()
    real, calls = pyogrio.write_dataframe, []

    def full(frame: pd.DataFrame, *args: object, **kwargs: object) -> None:
        calls.append(kwargs["layer"])
        if len(calls) == 3:
            raise OSError(28, "No space left on device")
        real(frame, *args, **kwargs)

    monkeypatch.setattr(pyogrio, "write_dataframe", full)
    with pytest.raises(DataError) as caught:
        import_files([kaart, leefbaarometer])
    assert "vol" in caught.value.todo
    assert snapshot() == before


_FULL_DISK = """
import resource, signal, sys
from pathlib import Path
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from veerkracht_nb.sources.importing import import_files
from veerkracht_nb.errors import DataError
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
try:
    import_files([Path(p) for p in sys.argv[1:]])
except DataError as error:
    print(error.message)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a limit on file size needs a POSIX system")
def test_a_file_that_does_not_fit_gives_a_clear_error(
    kaart: Path, leefbaarometer: Path, snapshot: Snapshot
) -> None:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _FULL_DISK, str(kaart), str(leefbaarometer)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "kan niet worden opgeslagen" in run.stdout, run.stderr[-2000:]
    assert snapshot() == {}
