"""Bundles for a laptop without internet."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from sources_made import cbs_map

from veerkracht_nb.errors import DataError, FileDamaged, FileMismatch, FileNotRecognised, MunicipalityNotFound
from veerkracht_nb.sources import _bundle, load_municipality
from veerkracht_nb.sources.bundle import pack, read_manifest, unpack
from veerkracht_nb.sources.importing import import_files
from veerkracht_nb.sources.store import load_national, save_national

TOWN, TABLE = "gemeenten/GM9902-2024.gpkg", "landelijk/gezondheidsmonitor.parquet"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a prepared gemeente, a national table and the bundle of both."""
    folder = tmp_path_factory.mktemp("bundel")
    import_files([cbs_map(folder / "kaart.gpkg")], folder=folder / "data")
    national = pd.DataFrame(
        {"code": [f"BU{n:08d}" for n in range(50)], "indicator": "onv", "year": 2024, "value": 0.5}
    )
    save_national("gezondheidsmonitor", national, folder / "data")
    pack(["Proefdam"], folder / "bundel.zip", folder=folder / "data")
    return folder


@pytest.fixture
def bundle(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made / "bundel.zip", tmp_path / "bundel.zip"))


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir(exist_ok=True)
    return tmp_path / "data"


def test_what_was_packed_is_what_is_unpacked(bundle: Path, made: Path, tmp_path: Path) -> None:
    report = unpack(bundle)
    assert report.written == (TOWN, TABLE) and report.kept == report.same == ()
    assert files(tmp_path / "data") == files(made / "data")
    assert load_municipality("Proefdam").table(2024).loc["BU99020101", "a_inw"] == 1000
    national = load_national(["onv"])
    assert national is not None and len(national) == 50
    assert unpack(bundle).same == (TOWN, TABLE)
    assert any("CC BY 4.0" in line for line in report.lines())


def test_the_manifest_names_hash_version_source_and_licence(bundle: Path) -> None:
    manifest = read_manifest(bundle)
    town = next(item for item in manifest.files if item.path == TOWN)
    with zipfile.ZipFile(bundle) as opened:
        assert hashlib.sha256(opened.read(TOWN)).hexdigest() == town.sha256
        assert opened.testzip() is None
    assert town.sources[0].licence == "CC BY 4.0" and town.sources[0].edition == "2024"
    assert "veerkracht_nb" in manifest.made_with and manifest.made_at.tzinfo is not None


def test_a_gemeente_that_is_not_prepared_is_not_packed(made: Path, tmp_path: Path) -> None:
    with pytest.raises(MunicipalityNotFound) as caught:
        pack(["Proefdam", "Elders"], tmp_path / "x.zip", folder=made / "data")
    assert "Proefdam" in caught.value.expected
    with pytest.raises(MunicipalityNotFound):
        pack([], tmp_path / "x.zip", folder=made / "data")
    assert list(tmp_path.glob("*.zip")) == []


def test_newer_data_is_kept_and_reported_unless_asked(bundle: Path, made: Path, tmp_path: Path) -> None:
    folder = data(tmp_path)
    older = rebuilt(bundle, manifest={"changed_at": "2020-01-01T00:00:00Z"})
    import_files([cbs_map(tmp_path / "kaart.gpkg", aantal_inwoners=[1200, -99997, -99997])])
    before = files(folder)
    report = unpack(older)
    assert report.kept == (TOWN,) and report.written == (TABLE,)
    assert any("nieuwer" in line and TOWN in line for line in report.lines())
    assert {name: raw for name, raw in files(folder).items() if name in before} == before
    assert unpack(older, overwrite=True).written == (TOWN,)
    assert load_municipality("GM9902").table(2024).loc["BU99020101", "a_inw"] == 1000


def test_older_data_is_replaced(bundle: Path, tmp_path: Path) -> None:
    unpack(bundle)
    newer = rebuilt(
        bundle,
        manifest={"changed_at": datetime.now(UTC).replace(microsecond=0).isoformat()},
        content={TABLE: lambda raw: _table(value=0.9)},
    )
    target = data(tmp_path) / TABLE
    assert unpack(newer).written == (TABLE,) and pd.read_parquet(target)["value"].max() == 0.9


def _table(**columns: object) -> bytes:
    values = {"code": ["BU00000001"], "indicator": "onv", "year": 2024, "value": 0.5, **columns}
    return bytes(pd.DataFrame(values).to_parquet(index=False))


def rebuilt(
    bundle: Path,
    *,
    manifest: dict[str, object] | None = None,
    top: dict[str, object] | None = None,
    content: dict[str, Callable[[bytes], bytes]] | None = None,
    names: dict[str, str] | None = None,
    extra: dict[str, bytes] | None = None,
    hashes: bool = True,
) -> Path:
    """Return the bundle with something changed; its hashes are made right again unless told otherwise."""
    with zipfile.ZipFile(bundle) as opened:
        inside = {name: opened.read(name) for name in opened.namelist()}
    listing = json.loads(inside.pop("manifest.json"))
    listing |= top or {}
    inside = {name: (content or {}).get(name, lambda raw: raw)(raw) for name, raw in inside.items()}
    for item in listing["files"]:
        raw = inside[item["path"]]
        if hashes:
            item |= {"sha256": hashlib.sha256(raw).hexdigest(), "size": len(raw)}
        item |= manifest or {}
        item["path"] = (names or {}).get(item["path"], item["path"])
    target = bundle.with_name("anders.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, raw in inside.items():
            made.writestr((names or {}).get(name, name), raw)
        for name, raw in (extra or {}).items():
            made.writestr(name, raw)
        made.writestr("manifest.json", json.dumps(listing))
    return target


def _flip(raw: bytes) -> bytes:
    return raw[:-1] + bytes([raw[-1] ^ 1])


WRONG: list[tuple[str, dict[str, object], type[DataError], str]] = [
    ("zip slip", {"names": {TABLE: "../../evil.parquet"}}, FileDamaged, "evil"),
    ("absolute", {"names": {TABLE: "/etc/landelijk.parquet"}}, FileDamaged, "etc"),
    ("backslash", {"names": {TABLE: "landelijk\\..\\x.parquet"}}, FileDamaged, "x.parquet"),
    ("nested", {"names": {TABLE: "landelijk/a/b.parquet"}}, FileDamaged, "b.parquet"),
    ("other kind", {"names": {TABLE: "landelijk/start.py"}}, FileDamaged, "start.py"),
    ("hash", {"content": {TABLE: _flip}, "hashes": False}, FileDamaged, "bytes"),
    ("not listed", {"extra": {"gemeenten/GM0001-2024.gpkg": b"x"}}, FileDamaged, "GM0001"),
    ("bomb", {"content": {TABLE: lambda raw: bytes(30 * 1024**2)}}, FileDamaged, "zwelt"),
    ("not a table", {"content": {TABLE: lambda raw: b"PAR1 nonsense"}}, FileDamaged, ""),
    ("other columns", {"content": {TABLE: lambda raw: _table().replace(b"code", b"kode")}}, FileDamaged, ""),
    ("not a gemeente", {"content": {TOWN: lambda raw: b"SQLite format 3\0" + bytes(500)}}, FileDamaged, ""),
    ("swapped", {"names": {TOWN: "gemeenten/GM0622-2024.gpkg"}}, FileMismatch, "GM9902"),
    ("newer", {"top": {"version": 2, "future": True}}, DataError, "versie 2"),
    ("unknown field", {"top": {"future": True}}, FileDamaged, "future"),
    ("other format", {"top": {"format": "iets anders"}}, FileDamaged, "iets anders"),
    ("negative size", {"manifest": {"size": -1}}, FileDamaged, "size"),
    ("wrong size", {"manifest": {"size": 12}}, FileDamaged, "bytes"),
    ("no time zone", {"manifest": {"changed_at": "2024-01-01T00:00:00"}}, FileDamaged, "changed_at"),
]


@pytest.mark.parametrize(("change", "error", "got"), [item[1:] for item in WRONG], ids=[w[0] for w in WRONG])
def test_what_is_not_right_is_refused_and_nothing_is_unpacked(
    bundle: Path, tmp_path: Path, change: dict[str, object], error: type[DataError], got: str
) -> None:
    folder = data(tmp_path)
    before = files(tmp_path.parent)
    wrong = rebuilt(bundle, **change)  # type: ignore[arg-type]
    with pytest.raises(error) as caught:
        unpack(wrong)
    assert got in f"{caught.value.got} {caught.value.message}"
    assert files(folder) == {} and list(folder.iterdir()) == []
    assert set(files(tmp_path.parent)) - set(before) == {str(wrong.relative_to(tmp_path.parent))}


def test_damaged_and_foreign_files_are_refused(bundle: Path, tmp_path: Path) -> None:
    cut = tmp_path / "half.zip"
    cut.write_bytes(bundle.read_bytes()[:-200])
    bare = tmp_path / "kaal.zip"
    with zipfile.ZipFile(bare, "w") as made:
        made.writestr("iets.txt", "x")
    for path, error in [(cut, FileDamaged), (bare, FileNotRecognised), (tmp_path / "geen.zip", FileDamaged)]:
        with pytest.raises(error) as caught:
            unpack(path)
        assert path.name in caught.value.message and caught.value.todo


def test_one_byte_changed_anywhere_never_gives_other_data(bundle: Path, made: Path, tmp_path: Path) -> None:
    raw = bundle.read_bytes()
    good = files(made / "data")
    for number, place in enumerate(range(10, len(raw), len(raw) // 25)):
        folder = tmp_path / f"data{number}"
        folder.mkdir()
        changed = tmp_path / "veranderd.zip"
        changed.write_bytes(raw[:place] + bytes([raw[place] ^ 0x55]) + raw[place + 1 :])
        try:
            unpack(changed, folder)
        except DataError:
            assert files(folder) == {}
        else:
            assert files(folder) == good


def test_too_much_for_the_disk_or_at_all_is_refused_beforehand(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_bundle, "MAX_TOTAL", 1000)
    with pytest.raises(FileDamaged):
        unpack(bundle)
    monkeypatch.undo()
    monkeypatch.setenv("VEERKRACHT_DATA", str(data(tmp_path)))
    monkeypatch.setattr(_bundle.shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(1, 1, 0))  # type: ignore[attr-defined]
    with pytest.raises(DataError, match="past niet"):
        unpack(bundle)
    assert files(data(tmp_path)) == {}
