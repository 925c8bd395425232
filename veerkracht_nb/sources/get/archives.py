"""One file out of a downloaded zip, without trusting the zip."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath, PureWindowsPath

from ...errors import FileDamaged, FileMismatch

_MOST_MEMBERS = 10_000
_MOST_RATIO = 200
_CHUNK = 1024**2


def extract_one(archive: Path, wanted: Callable[[str], bool], folder: Path, *, most_bytes: int) -> Path:
    """Unpack the one file whose name (without folders, in small letters) is `wanted`, and return its path.

    Where several match, the last by name is taken: names end in their years.

    Raises
    ------
    FileDamaged
        If the zip is truncated or a checksum is wrong.
    FileMismatch
        If a name leads out of its folder, a member is encrypted, a link or unpacks to far more than it is, or
        nothing is wanted.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = check_members(opened, archive.name)
            found = sorted((m for m in members if wanted(_name(m).lower())), key=_name)
            if not found:
                names = ", ".join(_name(member)[:60] for member in members[:6])
                raise _mismatch(archive.name, "het bestand dat erin hoort", names or "een lege zip")
            return _unpack(opened, found[-1], folder, archive.name, most_bytes)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise FileDamaged(
            f"{archive.name} is beschadigd of onvolledig.",
            expected="een volledige zip",
            got=str(error)[:200],
            todo="Haal het opnieuw op.",
        ) from error


def check_members(opened: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    """Return the files in a zip, each with a name that stays inside a folder."""
    members = [member for member in opened.infolist() if not member.is_dir()]
    if len(members) > _MOST_MEMBERS:
        raise _mismatch(name, f"hooguit {_MOST_MEMBERS} bestanden", f"{len(members)} bestanden")
    for member in members:
        raw = member.orig_filename
        path = PurePosixPath(raw.replace("\\", "/"))
        outside = path.is_absolute() or ".." in path.parts or PureWindowsPath(raw).drive or "\0" in raw
        if outside or not path.name or stat.S_ISLNK(member.external_attr >> 16):
            raise _mismatch(name, "namen die binnen de map blijven", repr(raw)[:80])
    return members


def _unpack(opened: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, name: str, most: int) -> Path:
    if member.flag_bits & 0x1:
        raise _mismatch(name, "een zip zonder wachtwoord", "een versleuteld bestand")
    if member.file_size > most or member.file_size > _MOST_RATIO * max(member.compress_size, 1024):
        found = f"{member.file_size // 1024**2} MB uit {member.compress_size // 1024} kB"
        raise _mismatch(name, f"een bestand van hooguit {most // 1024**2} MB", found)
    target = folder / _name(member)
    size = 0
    with opened.open(member) as source, target.open("wb") as out:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise _mismatch(name, f"hooguit {most // 1024**2} MB", "meer dan de zip zelf zegt")
            out.write(chunk)
    return target


def _name(member: zipfile.ZipInfo) -> str:
    return PurePosixPath(member.filename.replace("\\", "/")).name


def _mismatch(name: str, expected: str, got: str) -> FileMismatch:
    return FileMismatch(
        f"{name} wordt niet uitgepakt.",
        expected=expected,
        got=got,
        todo="Haal de zip zelf op bij de uitgever en kijk of het de goede is.",
    )
