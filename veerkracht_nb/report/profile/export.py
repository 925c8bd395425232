"""Writing wijkprofielen to a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from ...areas.municipality import Municipality
from ...dialogue.session import Session
from ...errors import ExportError
from ...i18n import _
from ...nearest import meant
from ...signal import Signal
from ..export import log_record
from ..model import Variant
from ..notes import build_notes
from ..printing.files import slug, write_files
from .build import ProfileMaker
from .html import render_html
from .model import WijkProfile
from .pdf import render_pdf
from .word import render_docx

FORMATS = ("html", "pdf", "docx")
_WRITERS: dict[str, Callable[[WijkProfile], bytes]] = {
    "html": lambda profile: render_html(profile).encode("utf-8"),
    "pdf": render_pdf,
    "docx": render_docx,
}


def wijkprofielen(
    municipality: Municipality,
    signal: Signal,
    folder: Path,
    *,
    wijken: Sequence[str] | None = None,
    session: Session | None = None,
    formats: Sequence[str] = FORMATS,
    variant: Variant = "deelbaar",
) -> list[Path]:
    """Write a profile of one or two pages for each wijk and return the files, wijk by wijk.

    Parameters
    ----------
    municipality : Municipality
    signal : Signal
        Computed from `municipality`.
    folder : Path
        Made if it is not there; earlier profiles with the same name are replaced.
    wijken : sequence of str, optional
        Codes or names; every wijk unless given.
    session : Session, optional
        Adds its stories, by the rules of the session notes for `variant`.
    formats : sequence of {"html", "pdf", "docx"}
    variant : {"deelbaar", "tafel"}
        For whom: only what was released, or all that was not withdrawn.

    Raises
    ------
    ExportError
        If a wijk or format is unknown, the parts belong to different gemeenten, or the folder cannot be written.
    """
    wanted = _checked(formats)
    maker = profile_maker(municipality, signal, session=session, variant=variant)
    contents: dict[str, bytes] = {}
    for code in chosen_wijken(maker.wijken, wijken):
        profile = maker.profile(code)
        stem = slug(_("wijkprofiel"), municipality.name, str(municipality.year), code, profile.wijk_name)
        for kind in wanted:
            contents[f"{stem}.{kind}"] = _WRITERS[kind](profile)
    return write_files(Path(folder), contents)


def profile_maker(
    municipality: Municipality,
    signal: Signal,
    *,
    session: Session | None = None,
    variant: Variant = "deelbaar",
) -> ProfileMaker:
    """Return what makes the profiles of a gemeente, with the stories of `session` that `variant` lets out.

    Raises
    ------
    ExportError
    """
    notes = None
    if session is not None:
        notes = build_notes(
            session.state(),
            variant=variant,
            municipality=municipality,
            signal=signal,
            log=log_record(session),
        )
    return ProfileMaker(municipality, signal, notes)


def chosen_wijken(known: dict[str, str], asked: Sequence[str] | None) -> list[str]:
    """Return the codes of the wijken that were asked for, by code or name, in the order of the gemeente.

    Raises
    ------
    ExportError
        Naming those that are not there.
    """
    if asked is None:
        return list(known)
    if isinstance(asked, str):
        asked = [asked]
    found: set[str] = set()
    missing = []
    for text in asked:
        wanted = text.strip().casefold()
        codes = [code for code, name in known.items() if wanted in (code.casefold(), name.casefold())]
        found.update(codes)
        if not codes:
            missing.append(text)
    if missing:
        raise ExportError(
            _("Deze wijk is er niet."),
            expected=", ".join(f"{name} ({code})" for code, name in known.items())[:600],
            got=", ".join(missing)[:120],
            todo=meant(missing[0], [*known, *known.values()], _("gebruik een van deze namen of codes")),
        )
    return [code for code in known if code in found]


def _checked(formats: Sequence[str]) -> list[str]:
    if isinstance(formats, str):
        formats = formats.split(",")
    wanted = list(dict.fromkeys(name.strip().lower().removeprefix(".") for name in formats))
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown or not wanted:
        raise ExportError(
            _("Dit bestandsformaat kan niet worden geschreven."),
            expected=_("een of meer van: {formats}").format(formats=", ".join(FORMATS)),
            got=", ".join(unknown)[:80] or _("geen formaat"),
        )
    return wanted
