"""Maps for the wall as a page: choose colours and paper, take the PDF home."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import ipywidgets as w

from ..areas import Municipality
from ..i18n import _
from ..report.printing import PALETTES, SHEETS, print_maps
from ..signal import Signal, compute_signal, default_profile
from ..sources import load_municipality
from ..widgets import DownloadPanel, InfoPanel
from .parameters import WallMapParameters
from .shell import guarded

PER_WIJK = "wijken"


def signal_of(municipality: Municipality, profile: str, view: str) -> Signal:
    """Return the signal of a gemeente; profile "automatisch" takes the best that has figures."""
    chosen = default_profile(municipality) if profile == "automatisch" else profile
    return compute_signal(municipality, profile=chosen, view="absoluut" if view == "absoluut" else "relatief")


def map_downloads(municipality: Municipality, signal: Signal, *, layer: str, title: str) -> DownloadPanel:
    """Return buttons that make the maps and hand them to the browser; more than one file as a zip file."""
    names = {"rood-blauw": _("in kleur"), "rood-groen": _("in rood en groen"), "zwart-wit": _("in zwart-wit")}
    formats = [
        *((name, f"{name} (PDF)") for name in SHEETS if name != "A3"),
        (PER_WIJK, _("A3 per wijk (zip)")),
    ]
    panel = DownloadPanel(formats=formats, variants=[(key, names[key]) for key in PALETTES])

    def make(kind: str, palette: str) -> tuple[str, str, bytes]:
        with tempfile.TemporaryDirectory(prefix="veerkracht-") as folder:
            files = print_maps(
                municipality,
                signal,
                Path(folder),
                sizes=() if kind == PER_WIJK else (kind,),
                per_wijk=kind == PER_WIJK,
                layer="focus" if layer == "focus" else "signaal",
                palette=next(known for known in PALETTES if known == palette),
                session_title=title,
            )
            if len(files) == 1:
                return files[0].name, "application/pdf", files[0].read_bytes()
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                for file in files:
                    archive.write(file, file.name)
            return (
                f"wandkaarten-{municipality.code.lower()}-{kind.lower()}.zip",
                "application/zip",
                packed.getvalue(),
            )

    panel.on_export(make)
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
    municipality = load_municipality(parameters.gemeente)
    signal = signal_of(municipality, parameters.profiel, parameters.weergave)
    about = InfoPanel()
    about.show(
        _("Wandkaarten {gemeente}").format(gemeente=municipality.name),
        [
            _(
                "Vectorkaarten met genummerde buurten, legenda, vragen en ruimte om te schrijven. Druk ze af op "
                "100%, dan klopt de schaal."
            )
        ],
        items=signal.notes[:2],
    )
    downloads = map_downloads(municipality, signal, layer=parameters.laag, title=parameters.titel)
    return w.VBox([about, downloads])
