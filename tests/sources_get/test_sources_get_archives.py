"""A zip is not trusted: names, sizes and checksums."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest
from standin import zipped

from veerkracht_nb.errors import FileDamaged, FileMismatch
from veerkracht_nb.sources.get.archives import extract_one

MOST = 1_000_000


def _extract(tmp_path: Path, body: bytes, most: int = MOST) -> Path:
    path = tmp_path / "proef.zip"
    path.write_bytes(body)
    out = tmp_path / "uit"
    out.mkdir(exist_ok=True)
    return extract_one(path, lambda name: name.endswith(".csv"), out, most_bytes=most)


def test_the_file_is_found_inside_a_folder_and_the_newest_is_taken(tmp_path: Path) -> None:
    body = zipped({"map/lees.txt": b"x", "map/a 2002-2022.csv": b"oud", "map/A 2002-2024.csv": b"nieuw"})
    path = _extract(tmp_path, zipped({"map/a 2002-2022.csv": b"oud", "map/a 2002-2024.csv": b"nieuw"}))
    assert path.read_bytes() == b"nieuw"
    assert path.parent == tmp_path / "uit"
    assert _extract(tmp_path, body).is_file()


@pytest.mark.parametrize(
    "name",
    ["../buiten.csv", "/etc/passwd.csv", "map/../../x.csv", "C:\\x.csv", "..\\x.csv", "map\\..\\..\\y.csv"],
)
def test_a_name_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileMismatch, match="niet uitgepakt"):
        _extract(tmp_path, zipped({name: b"x", "goed.csv": b"y"}))
    assert sorted(p.name for p in tmp_path.rglob("*.csv")) == []


def test_a_link_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("koppeling.csv")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(FileMismatch):
        _extract(tmp_path, out.getvalue())


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    with pytest.raises(FileMismatch):
        _extract(tmp_path, zipped({"bom.csv": b"0" * 5_000_000}), most=10_000_000)
    with pytest.raises(FileMismatch):
        _extract(tmp_path, zipped({"groot.csv": bytes(range(256)) * 100}), most=1000)


@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_a_truncated_zip_is_damaged(tmp_path: Path, share: float) -> None:
    body = zipped({"a.csv": bytes(range(256)) * 50})
    with pytest.raises(FileDamaged):
        _extract(tmp_path, body[: int(len(body) * share)])


def test_a_wrong_checksum_is_damaged(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.csv", b"inhoud van het bestand")
    with pytest.raises(FileDamaged):
        _extract(tmp_path, out.getvalue().replace(b"inhoud", b"INHOUD"))


def test_a_zip_without_the_file_says_what_is_in_it(tmp_path: Path) -> None:
    with pytest.raises(FileMismatch) as caught:
        _extract(tmp_path, zipped({"lees.txt": b"x"}))
    assert "lees.txt" in caught.value.got
