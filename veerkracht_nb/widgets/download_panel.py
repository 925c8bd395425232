"""Files to take home, made by Python and handed to the browser over the connection of the notebook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import traitlets as t

from ..errors import ParameterError
from ..i18n import _
from ._base import Body, Onderdeel, esm, wire

Maker = Callable[[str, str], tuple[str, str, bytes]]
"""``(format, variant) -> (file name, media type, content)``."""

_CHUNK = 1_000_000


class DownloadPanel(Onderdeel):
    """Buttons per format, for the table or to share; the file arrives as an ordinary download.

    Parameters
    ----------
    formats : sequence of (key, label)
        For instance ``[("docx", "Word"), ("xlsx", "Excel")]``.
    variants : sequence of (key, label), optional
        Default: *tafel* and *deelbaar*.

    Commands
    --------
    ``export`` : ``{format, variant}``; answered by :meth:`on_export`.

    Examples
    --------
    >>> from veerkracht_nb.widgets import DownloadPanel
    >>> panel = DownloadPanel(formats=[("md", "Markdown")])
    >>> panel.on_export(lambda format, variant: ("verslag.md", "text/markdown", b"# Verslag"))
    """

    _esm = esm("download_panel.js")
    COMMANDS = {"export": {"format": str, "variant": str}}  # noqa: RUF012

    formats: t.List[Any] = t.List().tag(sync=True)
    variants: t.List[Any] = t.List().tag(sync=True)
    heading = t.Unicode().tag(sync=True)

    def __init__(
        self, *, formats: Sequence[tuple[str, str]], variants: Sequence[tuple[str, str]] = (), **traits: Any
    ) -> None:
        usual = (("tafel", _("voor de tafel")), ("deelbaar", _("om te delen")))
        super().__init__(formats=wire(list(formats)), variants=wire(list(variants or usual)), **traits)

    def on_export(self, make: Maker) -> None:
        """Let `make` produce the file for each request; a VeerkrachtError it raises is shown.

        A format or variant that this panel does not offer never reaches `make`.
        """

        def export(body: Body, nonce: str) -> None:
            wanted = (body.get("format"), body.get("variant"))
            formats, variants = [key for key, _label in self.formats], [key for key, _label in self.variants]
            if wanted[0] not in formats or wanted[1] not in variants:
                raise ParameterError(
                    _("Dit bestand bestaat niet."), expected=", ".join(formats), got=str(wanted[0])[:40]
                )
            self._deliver(nonce, *make(str(wanted[0]), str(wanted[1])))

        self.on_command("export", export)

    def _deliver(self, nonce: str, name: str, media_type: str, content: bytes) -> None:
        # In pieces, so that other messages are not held up and the browser can show progress.
        pieces = [content[i : i + _CHUNK] for i in range(0, len(content), _CHUNK)] or [b""]
        for number, piece in enumerate(pieces):
            self.send(
                {
                    "type": "file",
                    "nonce": nonce,
                    "name": name,
                    "media": media_type,
                    "part": number,
                    "of": len(pieces),
                },
                buffers=[piece],
            )

    @classmethod
    def texts(cls) -> dict[str, str]:
        return {
            "kop": _("Verslag meenemen"),
            "variant": _("Welk verslag?"),
            "uitleg_tafel": _("Alles wat aan tafel is gezegd en getoond."),
            "uitleg_deelbaar": _("Zonder verhalen die niet gedeeld mogen worden."),
            "bezig": _("{naam} wordt gemaakt…"),
            "klaar": _("{naam} is opgehaald."),
            "verwacht": _("verwacht"),
            "gevonden": _("gevonden"),
            "wat_nu": _("wat nu"),
        }
