"""Static files: a closed table of names made at the start, compressed once, cached by browsers for ever.

A request is a look-up in a dictionary. Nothing of an address becomes part of a path on disk, so there is no
way out of a folder. The fingerprint in every address changes when any file changes, so that caching for ever is
safe also for files whose own name has no hash.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from jupyter_core.paths import jupyter_path
from jupyterlab_server.config import get_federated_extensions
from tornado.ioloop import IOLoop
from voila.paths import collect_static_paths
from voila.utils import get_voila_labextensions_path

from .pages import Page

# The front end takes its manager from the first and the classes of the base widgets from the second.
WIDGETS = (
    "@voila-dashboards/widgets-manager8",
    "@jupyter-widgets/jupyterlab-manager",
    "jupyter-leaflet",
    "anywidget",
)
"""Extensions of a page that needs the whole front end; plotly, 4.8 MB, is for JupyterLab and never served."""
_SUFFIXES = {".js", ".css", ".woff", ".woff2", ".svg", ".png", ".gif", ".json", ".txt"}
_COMPRESSED = {".js", ".css", ".svg", ".json", ".txt"}
_TYPES = {".js": "text/javascript", ".woff": "font/woff", ".woff2": "font/woff2"}
_HOUSE = Path(__file__).parent / "static"
_TOKENS = Path(__file__).parent.parent / "widgets" / "static" / "tokens.css"


@dataclass
class Asset:
    """One file that may be asked for."""

    path: Path
    content_type: str
    packed: bytes | None = None

    def body(self, zipped: bool) -> bytes:
        """Return the content, compressed (once, then kept) where `zipped`."""
        if not zipped:
            return self.path.read_bytes()
        if self.packed is None:
            self.packed = gzip.compress(self.path.read_bytes(), 9, mtime=0)
        return self.packed

    @property
    def compressible(self) -> bool:
        """Whether compressing it makes it smaller."""
        return self.path.suffix in _COMPRESSED


class AssetTable:
    """Every static file of the server by its address under :attr:`base`."""

    def __init__(self) -> None:
        self._files: dict[str, Asset] = {}
        self.extensions: dict[str, dict[str, object]] = {}
        for folder in reversed(collect_static_paths(["voila", "nbconvert"], "lab", prune=True)):
            self._add("voila", Path(folder))
        self._add("huis", _HOUSE)
        if _TOKENS.is_file():
            self._put("huis/tokens.css", _TOKENS)
        self._add_extensions()
        digest = hashlib.sha256()
        for name in sorted(self._files):
            digest.update(
                name.encode() + b"\0" + hashlib.sha256(self._files[name].path.read_bytes()).digest()
            )
        self.base = f"/statisch/{digest.hexdigest()[:16]}"

    def url(self, name: str) -> str:
        """Return the address of a file by its name, for instance ``"huis/serve.css"``."""
        return f"{self.base}/{name}"

    def has(self, name: str) -> bool:
        """Return whether there is a file of this name."""
        return name in self._files

    def get(self, fingerprint: str, name: str) -> Asset | None:
        """Return the file at an address, or None."""
        return self._files.get(name) if f"/statisch/{fingerprint}" == self.base else None

    def matching(self, prefix: str, suffix: str) -> list[tuple[str, Asset]]:
        """Return the files whose name begins and ends like this, in order of name."""
        return sorted((n, a) for n, a in self._files.items() if n.startswith(prefix) and n.endswith(suffix))

    def federated(self, names: tuple[str, ...]) -> list[dict[str, object]]:
        """Return the extensions of a page, in the form that Voilà's front end reads."""
        return [self.extensions[name] for name in names if name in self.extensions]

    def _add_extensions(self) -> None:
        places = [*get_voila_labextensions_path(), *jupyter_path("labextensions")]
        for name, found in get_federated_extensions(places).items():
            build = found.get("jupyterlab", {}).get("_build", {})
            if name not in WIDGETS or "load" not in build:
                continue
            build["load"] = build["load"].removeprefix("./")
            self.extensions[name] = {"name": name, **build}
            folder = Path(found["ext_dir"]) / name / "static"
            self._add(f"labextensions/{name}/static", folder)

    def _add(self, prefix: str, folder: Path) -> None:
        for path in sorted(folder.rglob("*")):
            if path.suffix in _SUFFIXES and path.is_file() and "LICENSE" not in path.name:
                self._put(f"{prefix}/{path.relative_to(folder).as_posix()}", path)

    def _put(self, name: str, path: Path) -> None:
        guessed = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        text = guessed.startswith("text/") or path.suffix == ".json"
        self._files[name] = Asset(path=path, content_type=guessed + ("; charset=utf-8" if text else ""))


class AssetHandler(Page):
    """``GET /statisch/FINGERPRINT/NAME``, for everybody."""

    async def get(self, fingerprint: str, name: str) -> None:
        """Answer with one file of the table."""
        asset = self.server.assets.get(fingerprint, name)
        if asset is None:
            self.not_found()
            return
        self.set_header("Content-Type", asset.content_type)
        self.set_header("Cache-Control", "public, max-age=31536000, immutable")
        self.set_header("Etag", f'"{fingerprint}"')
        self.add_header("Vary", "Accept-Encoding")
        if self.request.headers.get("If-None-Match") == f'"{fingerprint}"':
            self.set_status(304)
            return
        zipped = asset.compressible and "gzip" in self.request.headers.get("Accept-Encoding", "")
        if zipped:
            self.set_header("Content-Encoding", "gzip")
        known = asset.packed if zipped else None
        self.finish(known or await IOLoop.current().run_in_executor(None, asset.body, zipped))

    head = get
