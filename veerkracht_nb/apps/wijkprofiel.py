"""A wijk on one or two pages: as a page of a notebook, and for all wijken by running that notebook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import ipywidgets as w

from ..areas import Municipality
from ..dialogue import Session, open_session
from ..errors import ExportError, NotAllowed, ParameterError
from ..i18n import _
from ..paths import notebooks_folder
from ..report.printing.files import slug, write_files
from ..report.printing.ground import numbered
from ..report.profile import FORMATS, chosen_wijken, wijkprofielen
from ..signal import Signal
from ..sources import load_municipality
from .launch import current_launch
from .parameters import WijkprofielParameters, validate
from .prepare import background, find_session
from .shell import guarded
from .signals import AUTOMATIC, signal_of
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
    session = _session(parameters.sessie)
    municipality, signal = _figures(parameters.gemeente, parameters.profiel, session)
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


def _figures(gemeente: str, profiel: str, session: Session | None) -> tuple[Municipality, Signal]:
    """Return the gemeente and its signal; with a session its own profile, years, borders and comparison.

    Raises
    ------
    ExportError
        If the session is about another gemeente, or its figures are not on this laptop: others would show classes
        that the room never saw.
    ParameterError
        If another profile is asked for than that of the session.
    """
    municipality = load_municipality(gemeente)
    made = session.state().made if session else None
    if made is None:
        return municipality, signal_of(municipality, profiel, "relatief")
    if made.municipality != municipality.code:
        raise ExportError(
            _("De sessie gaat over een andere gemeente."),
            expected=f"{made.municipality} {made.municipality_name}",
            got=f"{municipality.code} {municipality.name}",
            todo=_("kies als gemeente {gemeente}, of een andere sessie").format(gemeente=made.municipality),
        )
    if profiel not in (AUTOMATIC, made.profile):
        raise ParameterError(
            _("De sessie is gemaakt met een ander profiel."),
            expected=f"{AUTOMATIC} / {made.profile}",
            got=profiel,
            todo=_("laat het profiel op {automatic} staan, of kies geen sessie").format(automatic=AUTOMATIC),
        )
    behind = background(made)
    if behind is None:
        raise ExportError(
            _("De cijfers waarmee deze sessie is gemaakt, staan niet op deze laptop."),
            expected=_("{gemeente} met de grenzen van {year}, en cijfers voor profiel {profile}").format(
                gemeente=made.municipality_name, year=made.year, profile=made.profile
            ),
            todo=_("lees die cijfers weer in, of maak het wijkprofiel zonder sessie"),
        )
    return behind.municipality, behind.signal


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
    _check_formats(formaten)
    values = {
        "gemeente": gemeente,
        "profiel": profiel,
        "sessie": sessie,
        "variant": variant,
        "bewaren": formaten,
    }
    validate(WijkprofielParameters, values)
    session = _session(sessie)
    municipality, _signal = _figures(gemeente, profiel, session)
    if session:
        session.close()
    names = {buurt.wijk_code: buurt.wijk_name for buurt in numbered(municipality)}
    codes = chosen_wijken(names, wijken)
    folder = Path(folder).resolve()
    # A folder that cannot be written is said now, not after the first wijk was made.
    write_files(folder, {})
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    for place, code in enumerate(codes):
        name = names[code]
        if progress:
            progress(name, place / len(codes))
        stem = slug(_("wijkprofiel"), municipality.name, str(municipality.year), code, name)
        _run_notebook(folder / f"{stem}.ipynb", {**values, "wijk": code}, name)
    if progress:
        progress("", 1.0)
    return sorted(path for path in folder.iterdir() if before.get(path) != path.stat().st_mtime_ns)


def _check_formats(formaten: str) -> None:
    unknown = [kind for kind in formaten.split(",") if kind not in FORMATS]
    if unknown:
        raise ParameterError(
            _("Dit bestandsformaat kan niet worden geschreven."),
            expected=_("een of meer van: {formats}").format(formats=", ".join(FORMATS)),
            got=", ".join(unknown)[:80] or _("geen formaat"),
        )


def _run_notebook(target: Path, values: dict[str, str], wijk: str) -> None:
    """Run the notebook of one wijk in the folder of `target`, which is the notebook as it ran."""
    # Only here: it brings much with it that no page needs.
    import papermill

    try:
        papermill.execute_notebook(
            str(notebooks_folder() / "wijkprofiel.ipynb"),
            str(target),
            parameters=values,
            cwd=str(target.parent),
            progress_bar=False,
            kernel_name="python3",
        )
    except papermill.PapermillExecutionError as error:
        raise ExportError(
            _("Het notebook van wijk {wijk} is niet gelukt.").format(wijk=wijk),
            got=f"{error.ename}: {error.evalue}"[:300],
            todo=_("open {file} om te zien waar het stopte").format(file=target.name),
        ) from error


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
