"""A wijk on one or two pages: as a page of a notebook, and for all wijken by running that notebook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import ipywidgets as w

from ..dialogue import Session, open_session
from ..errors import ExportError, NotAllowed, ParameterError
from ..i18n import _
from ..paths import notebooks_folder
from ..report.printing.files import slug
from ..report.printing.ground import numbered
from ..report.profile import FORMATS, chosen_wijken, profile_maker, wijkprofielen
from ..sources import load_municipality
from .launch import current_launch
from .parameters import WijkprofielParameters, validate
from .prepare import background, find_session
from .shell import guarded
from .signals import signal_of
from .wijk_page import WijkPage


@guarded
def wijkprofiel(parameters: WijkprofielParameters) -> w.Widget:
    """Return the profile of one wijk, with buttons to take it home as HTML, PDF and Word.

    With a session its classes, answers and stories are shown, and its own profile, years and comparison count.
    With ``bewaren`` files of these kinds are also written to the working folder; never for a visitor of the server.

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
    session = _session(parameters.sessie)
    made = session.state().made if session else None
    behind = background(made) if made and made.municipality == municipality.code else None
    if behind is not None:
        # The classes that the room talked about, whatever was read in since.
        municipality, signal = behind.municipality, behind.signal
    else:
        signal = signal_of(municipality, parameters.profiel, "relatief")
    known = {buurt.wijk_code: buurt.wijk_name for buurt in numbered(municipality)}
    (code, *_more) = chosen_wijken(known, [parameters.wijk] if parameters.wijk else None)
    if parameters.bewaren and current_launch() is None:
        wijkprofielen(
            municipality,
            signal,
            Path(),
            wijken=[code],
            session=session,
            variant=parameters.variant,
            formats=parameters.bewaren.split(","),
        )
    return WijkPage(municipality, signal, code, session, parameters.variant)


def run_wijkprofielen(
    gemeente: str,
    folder: Path,
    *,
    wijken: Sequence[str] | None = None,
    profiel: str = "automatisch",
    sessie: str = "",
    variant: str = "deelbaar",
    formaten: str = "html,pdf,docx",
    progress: Callable[[str, float], None] | None = None,
) -> list[Path]:
    """Run ``notebooks/wijkprofiel.ipynb`` for each wijk and return the files that it wrote.

    Beside the files of each wijk, the notebook as it ran is kept, so that an analyst can go on
    from there. Values are checked before anything runs; they reach the notebook as text.

    Parameters
    ----------
    gemeente : str
        Code or name.
    folder : Path
        Made if it is not there.
    wijken : sequence of str, optional
        Codes or names; every wijk unless given.
    profiel, sessie, variant, formaten : str
        As in :class:`~veerkracht_nb.apps.parameters.WijkprofielParameters`.
    progress : callable, optional
        Called with the name of the wijk and how far it is (0-1).

    Raises
    ------
    ParameterError, MunicipalityNotFound, SignalError, ExportError
    """
    # Only here: it brings much with it that no page needs.
    import papermill

    unknown = [kind for kind in formaten.split(",") if kind not in FORMATS]
    if unknown:
        raise ParameterError(
            _("Dit bestandsformaat kan niet worden geschreven."),
            expected=_("een of meer van: {formats}").format(formats=", ".join(FORMATS)),
            got=", ".join(unknown)[:80] or _("geen formaat"),
        )
    values = {
        "gemeente": gemeente,
        "profiel": profiel,
        "sessie": sessie,
        "variant": variant,
        "bewaren": formaten,
    }
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
                parameters={**values, "wijk": code},
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
    """Return the session whose stories are told; the server alone decides which one its visitor may see."""
    if not name:
        return None
    launch = current_launch()
    if launch is None:
        return find_session(name)
    if launch.session is None or launch.actor is None or launch.actor.kind != "begeleider":
        raise NotAllowed(
            _("Verhalen uit een sessie zijn hier niet te zien."),
            expected=_("de begeleider"),
            todo=_("open het wijkprofiel zonder sessie"),
        )
    return open_session(launch.session)
