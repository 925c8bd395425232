"""A stand-in for the publishers, and a guard against reaching anyone else."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from standin import Standin

from veerkracht_nb.areas.municipality import Municipality
from veerkracht_nb.sources import load_municipality


@pytest.fixture(scope="session")
def veerdam() -> Municipality:
    return load_municipality("voorbeeldstad")


@pytest.fixture
def standin(veerdam: Municipality) -> Iterator[Standin]:
    server = Standin(veerdam)
    server.files["lbm.zip"] = server.lbm_zip()
    yield server
    server.close()


@pytest.fixture(autouse=True)
def _no_other_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking up or reaching any host but this machine fails, as it does without internet."""
    real_connect, real_lookup = socket.socket.connect, socket.getaddrinfo

    def connect(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith("127."):
            raise AssertionError(f"a test reached for {address}")
        real_connect(self, address)

    def lookup(host: Any, *args: Any, **more: Any) -> Any:
        if host not in ("127.0.0.1", "localhost", None):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real_lookup(host, *args, **more)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def stored(tmp_path: Path) -> Callable[[], dict[str, bytes]]:
    """What is in the data folder, without the cache."""

    def take() -> dict[str, bytes]:
        folder = tmp_path / "data"
        files = [p for p in sorted(folder.rglob("*")) if p.is_file() and ".cache" not in p.parts]
        return {str(p.relative_to(folder)): p.read_bytes() for p in files}

    return take
