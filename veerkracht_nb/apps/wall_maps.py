"""Maps for the wall as a page: choose layer, view, colours and paper, take the PDF home."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import ipywidgets as w

from ..areas import Municipality
from ..i18n import _, current_language
from ..report.printing import PALETTES, SHEETS, print_maps
from ..signal import Signal, profile_choices
from ..sources import load_municipality
from ..widgets import Choice, ChoiceBar, DownloadPanel, InfoPanel, TopBar, app_frame
from .parameters import WallMapParameters
from .shell import guarded
from .signals import signal_of

PER_WIJK = "wijken"
_LAYERS = (("signaal", "signaal"), ("focus", "situatie nu"))
_VIEWS = (("relatief", "binnen de gemeente"), ("absoluut", "absoluut"))


class MapDownloads(DownloadPanel):
    """The buttons of the maps, with words of their own."""

    @classmethod
    def texts(cls) -> dict[str, str]:
        """Return the words of the panel."""
        return {
            **super().texts(),
            "kop": _("Kaarten meenemen"),
            "variant": _("Welke kleuren?"),
            "uitleg_zwart-wit": _("Met patronen alleen: voor een gewone printer."),
        }


class WallMaps(w.VBox):
    """What the maps for the wall will show, and the buttons to take them home.

    Attributes
    ----------
    municipality : Municipality
    signal : Signal
        What is printed now; changes with the choices on the page.
    layer : {"signaal", "focus"}
    downloads : DownloadPanel
    """

    def __init__(self, parameters: WallMapParameters) -> None:
        self.municipality: Municipality = load_municipality(parameters.gemeente)
        self._title = parameters.titel.strip()
        self.layer: str = parameters.laag
        self.signal: Signal = signal_of(self.municipality, parameters.profiel, parameters.weergave)
        self._profiles = tuple(profile_choices(self.municipality))
        self.choices = ChoiceBar()
        self.about = InfoPanel()
        self.downloads = _downloads(self)
        self.choices.on_command("keuze", lambda body, _nonce: self.choose(body["key"], body["value"]))
        self._draw()
        top = TopBar(kind="begeleider", title=_("Wandkaarten"), question=self.municipality.name)
        frame = app_frame(
            "quickscan",
            language=current_language(),
            top=top,
            map=[self.choices, self.about],
            side=self.downloads,
        )
        super().__init__([frame])

    def choose(self, key: str, value: str) -> None:
        """Print another layer ("laag"), view ("weergave") or profile ("profiel").

        Raises
        ------
        ParameterError
            If there is no such choice.
        """
        key, value = self.choices.checked(key, value)
        if key == "laag":
            self.layer = value
        else:
            profile = value if key == "profiel" else self.signal.profile
            view = value if key == "weergave" else self.signal.view
            self.signal = signal_of(self.municipality, profile, view)
        self._draw()

    def make(self, kind: str, palette: str) -> tuple[str, str, bytes]:
        """Return name, media type and content of a map, or of a zip file where there are more.

        Raises
        ------
        ExportError
        """
        with tempfile.TemporaryDirectory(prefix="veerkracht-") as folder:
            files = print_maps(
                self.municipality,
                self.signal,
                Path(folder),
                sizes=() if kind == PER_WIJK else (kind,),
                per_wijk=kind == PER_WIJK,
                layer="focus" if self.layer == "focus" else "signaal",
                palette=next(known for known in PALETTES if known == palette),
                session_title=self._title,
            )
            if len(files) == 1:
                return files[0].name, "application/pdf", files[0].read_bytes()
            name = f"wandkaarten-{self.municipality.code.lower()}-{kind.lower()}.zip"
            return name, "application/zip", zipped(files)

    def _draw(self) -> None:
        layers, views = (tuple((key, _(label)) for key, label in known) for known in (_LAYERS, _VIEWS))
        chosen, profiles = self.signal, self._profiles
        self.choices.show(
            [
                Choice(key="laag", label=_("Kaartlaag"), options=layers, value=self.layer),
                Choice(key="weergave", label=_("Weergave"), options=views, value=chosen.view),
                Choice(key="profiel", label=_("Profiel"), options=profiles, value=chosen.profile),
            ]
        )
        said = [
            _(
                "Vectorkaarten met genummerde buurten, legenda, vragen en ruimte om te schrijven. Druk ze af op "
                "100%, dan klopt de schaal."
            ),
            _("Een gearceerde buurt met een vraagteken heeft een onzekere klasse."),
        ]
        heading = _("Wandkaarten {gemeente}").format(gemeente=self.municipality.name)
        above = [f"{_('Boven de titel')}: {self._title}"] if self._title else []
        self.about.show(heading, [*above, *said], items=self.signal.notes[:5])


def zipped(files: list[Path]) -> bytes:
    """Return files as one zip file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
    return packed.getvalue()


def _downloads(page: WallMaps) -> DownloadPanel:
    names = {"rood-blauw": _("in kleur"), "rood-groen": _("in rood en groen"), "zwart-wit": _("in zwart-wit")}
    formats = [*((name, f"{name} (PDF)") for name in SHEETS), (PER_WIJK, _("A3 per wijk (zip)"))]
    panel = MapDownloads(formats=formats, variants=[(key, names[key]) for key in PALETTES])
    panel.on_export(page.make)
    return panel


@guarded
def wall_maps(parameters: WallMapParameters) -> w.Widget:
    """Return what the maps for the wall show, and the buttons to take them home.

    Parameters
    ----------
    parameters : WallMapParameters

    Raises
    ------
    MunicipalityNotFound, SignalError, ExportError
        Shown on the page instead, with what to do.
    """
    return WallMaps(parameters)
