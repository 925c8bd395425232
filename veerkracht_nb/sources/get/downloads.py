"""Files of publishers: kept in the data folder, resumed where they were broken off."""

from __future__ import annotations

import hashlib
import json
import re
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx

from .addresses import check_address, host_of
from .answers import cache_error, check_status
from .errors import FetchError
from .http import Fetched, Fetcher

_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_SQLITE, _ZIP = b"SQLite format 3\0", b"PK\x03\x04"
KINDS: dict[str, bytes] = {".gpkg": _SQLITE, ".zip": _ZIP, ".xlsx": _ZIP}
"""First bytes that a file with this ending must have."""


@dataclass(frozen=True, kw_only=True)
class _Version:
    """What tells whether the rest on the server belongs to the part that is here."""

    address: str
    etag: str = ""
    last_modified: str = ""

    @property
    def condition(self) -> str:
        # A weak ETag does not promise equal bytes.
        return self.last_modified if self.etag.startswith("W/") else self.etag or self.last_modified


def download(fetcher: Fetcher, address: str, what: str) -> tuple[Path, Fetched]:
    """Return the file at an address, fetched now or not long ago.

    A download that breaks off is resumed with a range request, in this run or a later one, if the server says
    that the file is still the same.

    Raises
    ------
    FetchError
        As :meth:`Fetcher.json`; also if the file is not of the kind that its name says.
    """
    check_address(address, asked=address)
    folder = fetcher.folder / "bestanden"
    name = address.rsplit("/", 1)[-1]
    path = folder / hashlib.sha256(address.encode()).hexdigest()[:16] / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        known = _known(path, fetcher.limits.keep_seconds)
        if known is None:
            version = fetcher.attempts(lambda: _receive(fetcher, address, _part(path)), address)
            _check_kind(_part(path), name, host_of(address))
            known = _finish(path, version, what)
    except OSError as error:
        raise cache_error(folder, error) from error
    fetcher.fetched.append(known)
    return path, known


def discard(path: Path) -> None:
    """Throw away a file that turned out to be damaged, so that the next run fetches it again."""
    for leftover in (path, _part(path), _note(path), _note(_part(path))):
        leftover.unlink(missing_ok=True)


def _receive(fetcher: Fetcher, address: str, part: Path) -> _Version:
    """Fetch what is missing of a file; the part that is here stays when it breaks off."""
    had = _read_version(part)
    start = part.stat().st_size if had and had.address == address and had.condition else 0
    headers = {"Accept-Encoding": "identity"}
    if start and had:
        headers |= {"Range": f"bytes={start}-", "If-Range": had.condition}
    with fetcher.stream(fetcher.client, address, headers, {}) as response:
        if response.status_code == 416:
            # The part is as long as the file or longer: it cannot be trusted.
            part.unlink()
            raise httpx.ReadError("range")
        check_status(response, fetcher.limits)
        if response.headers.get("content-encoding", "identity") != "identity":
            raise FetchError(
                f"{host_of(address)} pakt het bestand anders in dan gevraagd.",
                kind="content",
                host=host_of(address),
                got=response.headers["content-encoding"][:40],
            )
        version = _Version(
            address=address,
            etag=response.headers.get("etag", ""),
            last_modified=response.headers.get("last-modified", ""),
        )
        resumed = response.status_code == 206
        if resumed:
            _check_range(response, start, address)
        _note(part).write_text(json.dumps(asdict(version)), encoding="utf-8")
        with part.open("ab" if resumed else "wb") as file:
            pieces = fetcher.pieces(response, fetcher.limits.file_bytes, had=start if resumed else 0)
            for piece in pieces:
                file.write(piece)
    return version


def _check_range(response: httpx.Response, start: int, address: str) -> None:
    match = _RANGE.fullmatch(response.headers.get("content-range", "").strip())
    if match is None or int(match[1]) != start:
        raise FetchError(
            f"{host_of(address)} geeft een ander deel van het bestand dan gevraagd.",
            kind="content",
            host=host_of(address),
            expected=f"vanaf byte {start}",
            got=response.headers.get("content-range", "geen")[:60],
        )


def _check_kind(part: Path, name: str, host: str) -> None:
    expected = KINDS.get(Path(name).suffix.lower(), b"")
    with part.open("rb") as file:
        head = file.read(64)
    if head.startswith(expected) and head:
        return
    discard(part)
    page = head.lstrip().startswith(b"<")
    raise FetchError(
        f"{host} gaf iets anders dan {name}.",
        kind="content",
        host=host,
        expected=f"een {Path(name).suffix}-bestand",
        got="een webpagina" if page else "een leeg bestand" if not head else repr(head[:16]),
        todo="Een netwerk met een inlogpagina doet dit ook: log eerst in en geef de opdracht nog eens.",
    )


def _finish(path: Path, version: _Version, what: str) -> Fetched:
    part = _part(path)
    with part.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    fetched = Fetched(
        what=what,
        address=version.address,
        at=datetime.now(UTC).replace(microsecond=0),
        etag=version.etag,
        last_modified=version.last_modified,
        sha256=digest,
        size=part.stat().st_size,
        from_cache=False,
    )
    record = asdict(fetched) | {"at": fetched.at.isoformat()}
    _note(path).write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    part.replace(path)
    _note(part).unlink(missing_ok=True)
    return fetched


def _known(path: Path, keep_seconds: float) -> Fetched | None:
    """Return what is known of a file that is here and not too old."""
    try:
        record = json.loads(_note(path).read_text(encoding="utf-8"))
        fetched = Fetched(**{**record, "at": datetime.fromisoformat(record["at"])})
        age = time.time() - path.stat().st_mtime
    except (OSError, ValueError, KeyError, TypeError):
        return None
    whole = path.stat().st_size == fetched.size
    return replace(fetched, from_cache=True) if whole and 0 <= age < keep_seconds else None


def _read_version(part: Path) -> _Version | None:
    try:
        version = _Version(**json.loads(_note(part).read_text(encoding="utf-8")))
        return version if part.is_file() else None
    except (OSError, ValueError, TypeError):
        return None


def _part(path: Path) -> Path:
    return path.with_name(path.name + ".deel")


def _note(path: Path) -> Path:
    return path.with_name(path.name + ".json")
