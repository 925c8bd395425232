"""A wijk on one or two pages: as a page of a notebook, and for all wijken by running that notebook."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import ipywidgets as w

from ..areas import Municipality
from ..dialogue import Session
from ..errors import ExportError, NotAllowed
from ..i18n import _
from ..paths import notebooks_folder
from ..report.printing.files import slug
from ..report.profile import FORMATS, WijkProfile, chosen_wijken, profile_maker, wijkprofielen
from ..signal import Signal
from ..sources import load_municipality
from ..widgets import DownloadPanel, InfoPanel
from .launch import current_launch
from .notes import MEDIA_TYPES
from .parameters import WijkprofielParameters, validate
from .prepare import find_session
from .shell import guarded
from .wall_maps import signal_of

_LABELS = {"html": "HTML", "pdf": "PDF", "docx": "Word"}
_MEDIA = {**MEDIA_TYPES, "html": "text/html", "pdf": "application/pdf"}


@guarded
def wijkprofiel(parameters: WijkprofielParameters) -> w.Widget:
    """Return the profile of one wijk, with buttons to take it home as HTML, PDF and Word.

    With ``bewaren`` the three files are also written to the working folder; never for a visitor of the server.

    Parameters
    ----------
    parameters : WijkprofielParameters

    Raises
    ------
    MunicipalityNotFound, SignalError, SessionNotFound, ExportError, NotAllowed
        Shown on the page instead, with what to do.
    """
    return _page(parameters)


def _page(parameters: WijkprofielParameters) -> w.Widget:
    municipality = load_municipality(parameters.gemeente)
    signal = signal_of(municipality, parameters.profiel, "relatief")
    session = _session(parameters.sessie)
    maker = profile_maker(municipality, signal, session=session, variant=parameters.variant)
    (code, *_more) = chosen_wijken(maker.wijken, [parameters.wijk] if parameters.wijk else None)
    if parameters.bewaren and current_launch() is None:
        wijkprofielen(
            municipality, signal, Path(), wijken=[code], session=session, variant=parameters.variant
        )
    panel = _downloads(municipality, signal, code, session, parameters.variant)
    return w.VBox([*_summary(maker.profile(code)), panel])


def run_wijkprofielen(
    gemeente: str,
    folder: Path,
    *,
    wijken: Sequence[str] | None = None,
    profiel: str = "automatisch",
    sessie: str = "",
    variant: str = "deelbaar",
    progress: Callable[[str, float], None] | None = None,
) -> list[Path]:
    """Run ``notebooks/wijkprofiel.ipynb`` for each wijk and return the files that it wrote.

    Beside the HTML, PDF and Word of each wijk, the notebook as it ran is kept, so that an analyst can go on
    from there. Values are checked before anything runs; they reach the notebook as text.

    Parameters
    ----------
    gemeente : str
        Code or name.
    folder : Path
        Made if it is not there.
    wijken : sequence of str, optional
        Codes or names; every wijk unless given.
    profiel, sessie, variant : str
        As in :class:`~veerkracht_nb.apps.parameters.WijkprofielParameters`.
    progress : callable, optional
        Called with the name of the wijk and how far it is (0-1).

    Raises
    ------
    ParameterError, MunicipalityNotFound, SignalError, ExportError
    """
    # Only here: it brings much with it that no page needs.
    import papermill

    values = {"gemeente": gemeente, "profiel": profiel, "sessie": sessie, "variant": variant}
    validate(WijkprofielParameters, values)
    municipality = load_municipality(gemeente)
    maker = profile_maker(municipality, signal_of(municipality, profiel, "relatief"))
    codes = chosen_wijken(maker.wijken, wijken)
    folder = Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    for place, code in enumerate(codes):
        name = maker.wijken[code]
        if progress:
            progress(name, place / len(codes))
        stem = slug(_("wijkprofiel"), municipality.name, str(municipality.year), code, name)
        try:
            papermill.execute_notebook(
                str(notebooks_folder() / "wijkprofiel.ipynb"),
                str(folder / f"{stem}.ipynb"),
                parameters={**values, "wijk": code, "bewaren": True},
                cwd=str(folder),
                progress_bar=False,
                kernel_name="python3",
            )
        except papermill.PapermillExecutionError as error:
            raise ExportError(
                _("Het notebook van wijk {wijk} is niet gelukt.").format(wijk=name),
                got=f"{error.ename}: {error.evalue}"[:300],
                todo=_("open {file} om te zien waar het stopte").format(file=f"{stem}.ipynb"),
            ) from error
    if progress:
        progress("", 1.0)
    return sorted(path for path in folder.iterdir() if before.get(path) != path.stat().st_mtime_ns)


def _session(name: str) -> Session | None:
    """Return the session whose stories are told; a visitor of the server but the facilitator gets none."""
    if not name:
        return None
    launch = current_launch()
    if launch is not None and (launch.actor is None or launch.actor.kind != "begeleider"):
        raise NotAllowed(
            _("Verhalen uit een sessie zijn hier niet te zien."),
            expected=_("de begeleider"),
            todo=_("open het wijkprofiel zonder sessie"),
        )
    return find_session(name)


def _summary(profile: WijkProfile) -> list[InfoPanel]:
    head, figures = InfoPanel(), InfoPanel()
    head.show(profile.title, [profile.subtitle, *profile.tags], items=profile.good)
    rows = [
        f"{f.label}: {f.first} → {f.last}; {_('gemeente')} {f.municipality}{f'; {f.verdict}' if f.verdict else ''}"
        for f in profile.figures
    ]
    buurten = [f"{b.number} {b.name} ({b.mark}: {b.label}) {b.why}" for b in profile.buurten]
    figures.show(_("Cijfers van de wijk"), items=[*rows, *buurten])
    return [head, figures]


def _downloads(
    municipality: Municipality, signal: Signal, code: str, session: Session | None, variant: str
) -> DownloadPanel:
    labels = {"tafel": _("voor de tafel"), "deelbaar": _("om te delen")}
    panel = DownloadPanel(
        formats=[(kind, _LABELS[kind]) for kind in FORMATS], variants=[(variant, labels[variant])]
    )

    def make(kind: str, _variant: str) -> tuple[str, str, bytes]:
        with tempfile.TemporaryDirectory(prefix="veerkracht-") as folder:
            (path,) = wijkprofielen(
                municipality,
                signal,
                Path(folder),
                wijken=[code],
                session=session,
                formats=(kind,),
                variant="tafel" if variant == "tafel" else "deelbaar",
            )
            return path.name, _MEDIA[kind], path.read_bytes()

    panel.on_export(make)
    return panel
