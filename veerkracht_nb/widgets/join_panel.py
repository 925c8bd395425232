"""How to come in: QR, code and address."""

from __future__ import annotations

import segno
import traitlets as t

from ..i18n import _
from ._base import Onderdeel, esm


def qr_path(text: str) -> tuple[str, int]:
    """Return the dark modules of a QR code as SVG path data, and the side of the square in modules.

    Each run of dark modules in a row is one rectangle; the quiet zone of 4 modules is included.
    """
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=4)]
    parts = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                parts.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
            x += 1
    return "".join(parts), len(rows)


class JoinPanel(Onderdeel):
    """QR and code; large on the beamer, to be folded on the laptop of the begeleider.

    Examples
    --------
    >>> from veerkracht_nb.widgets import JoinPanel
    >>> panel = JoinPanel()
    >>> panel.show("http://192.168.1.20:8866/s/K7P4MX", code="K7P4MX")
    """

    _esm = esm("join_panel.js")

    qr = t.Unicode().tag(sync=True)
    size = t.Int(0).tag(sync=True)
    code = t.Unicode().tag(sync=True)
    address = t.Unicode().tag(sync=True)
    large = t.Bool(False).tag(sync=True)
    collapsible = t.Bool(False).tag(sync=True)

    def show(self, url: str, *, code: str) -> None:
        """Show the address `url` as QR and as text, and the six-character `code`."""
        path, size = qr_path(url) if url else ("", 0)
        with self.hold_sync():
            self.qr, self.size, self.code = path, size, code
            self.address = url.split("://", 1)[-1].removesuffix(f"/s/{code}")

    @classmethod
    def texts(cls) -> dict[str, str]:
        return {
            "kop": _("Doe mee"),
            "qr": _("QR-code naar {adres}"),
            "uitleg": _("Scan de code, of ga naar"),
            "code": _("en vul deze code in"),
        }
