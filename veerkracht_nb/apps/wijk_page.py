"""The page of the wijkprofielen of a gemeente: choose a wijk, read it, take one or all of them home."""

from __future__ import annotations

import tempfile
from pathlib import Path

import ipywidgets as w

from ..areas import Municipality
from ..dialogue import Session
from ..i18n import _, current_language
from ..report import Variant
from ..report.profile import FORMATS, ProfileMaker, WijkProfile, profile_maker, wijkprofielen
from ..report.profile.texts import texts
from ..signal import Signal
from ..widgets import Choice, ChoiceBar, DownloadPanel, InfoPanel, TextTable, TopBar, app_frame
from .notes import MEDIA_TYPES
from .shell import one_of
from .wall_maps import zipped

_LABELS = {"html": "HTML", "pdf": "PDF", "docx": "Word"}
_MEDIA = {**MEDIA_TYPES, "html": "text/html", "pdf": "application/pdf"}
_EVERY = "alle-"


class ProfileDownloads(DownloadPanel):
    """The buttons of the wijkprofielen, with words of their own."""

    @classmethod
    def texts(cls) -> dict[str, str]:
        """Return the words of the panel."""
        return {**super().texts(), "kop": _("Wijkprofiel meenemen"), "variant": _("Voor wie?")}


class WijkPage(w.VBox):
    """One wijk at a time, with what the room said where a session is given.

    Parameters
    ----------
    municipality : Municipality
    signal : Signal
    wijk : str
        Code of the wijk that is shown first.
    session : Session or None
    variant : {"tafel", "deelbaar"}
        What of the session is shown on the page; both can be taken home.

    Attributes
    ----------
    wijk : str
        What is shown now.
    downloads : DownloadPanel
    """

    def __init__(
        self, municipality: Municipality, signal: Signal, wijk: str, session: Session | None, variant: Variant
    ) -> None:
        self.municipality, self.signal, self.session = municipality, signal, session
        self.maker: ProfileMaker = profile_maker(municipality, signal, session=session, variant=variant)
        self.wijk = wijk
        self._variant: Variant = variant
        self.picker = ChoiceBar()
        self.head, self.why, self.room = InfoPanel(), InfoPanel(), InfoPanel()
        self.figures = TextTable()
        self.buurten, self.answers = TextTable(heading_column=1), TextTable(heading_column=1)
        self.downloads = self._make_downloads()
        self.picker.on_command("keuze", lambda body, _nonce: self._picked(body["key"], body["value"]))
        self._draw()
        top = TopBar(kind="begeleider", title=_("Wijkprofielen"), question=municipality.name)
        frame = app_frame(
            "quickscan",
            language=current_language(),
            top=top,
            map=[self.picker, self.head, self.figures, self.buurten],
            side=[self.downloads, self.why],
            middle=[self.answers, self.room],
        )
        super().__init__([frame])

    def choose(self, wijk: str) -> None:
        """Show another wijk.

        Raises
        ------
        InvalidContribution
            If the gemeente has no such wijk.
        """
        self.wijk = one_of(wijk, list(self.maker.wijken))
        self._draw()

    def _picked(self, key: str, value: str) -> None:
        self.choose(self.picker.checked(key, value)[1])

    def make(self, kind: str, variant: str) -> tuple[str, str, bytes]:
        """Return name, media type and content of the profile of this wijk, or of all of them in a zip file.

        Raises
        ------
        ExportError
        """
        every, kind = kind.startswith(_EVERY), kind.removeprefix(_EVERY)
        with tempfile.TemporaryDirectory(prefix="veerkracht-") as folder:
            files = wijkprofielen(
                self.municipality,
                self.signal,
                Path(folder),
                wijken=None if every else [self.wijk],
                session=self.session,
                formats=(kind,),
                variant="tafel" if variant == "tafel" else "deelbaar",
            )
            if every:
                name = f"wijkprofielen-{self.municipality.code.lower()}-{kind}.zip"
                return name, "application/zip", zipped(files)
            return files[0].name, _MEDIA[kind], files[0].read_bytes()

    def _make_downloads(self) -> DownloadPanel:
        one = [(kind, _LABELS[kind]) for kind in FORMATS]
        every = [
            (_EVERY + kind, _("Alle wijken, {kind} (zip)").format(kind=_LABELS[kind]))
            for kind in ("pdf", "docx")
        ]
        labels = {"deelbaar": _("om te delen"), "tafel": _("voor de tafel")}
        # Without a session there is nothing that may not be shared.
        offered = labels if self.session else {"deelbaar": labels["deelbaar"]}
        panel = ProfileDownloads(formats=[*one, *every], variants=list(offered.items()))
        panel.on_export(self.make)
        return panel

    def _draw(self) -> None:
        profile = self.maker.profile(self.wijk)
        wijken = tuple(self.maker.wijken.items())
        self.picker.show([Choice(key="wijk", label=_("Wijk"), options=wijken, value=self.wijk)])
        self.head.show(profile.title, [profile.subtitle, " · ".join(profile.tags)], items=profile.good)
        rows = [figure.row for figure in profile.figures]
        self.figures.show(profile.figure_headings, rows, caption=_("Cijfers van de wijk"))
        rows = [buurt.row for buurt in profile.buurten]
        self.buurten.show(profile.buurt_headings, rows, caption=_("Buurten"))
        whys = [f"{b.number} {b.name} ({b.mark}: {b.label}) {b.why}" for b in profile.buurten]
        self.why.show(_("Waarom deze klasse"), [profile.figure_note], items=whys)
        self._draw_room(profile)

    def _draw_room(self, profile: WijkProfile) -> None:
        told = [remark.text for remark in (*profile.good_stories, *profile.stories)]
        if profile.story_note and not told:
            told = [texts(profile)["no_stories"]]
        self.room.show(
            _("Verhalen") if profile.story_note else "", [profile.story_note] * bool(told), items=told
        )
        self.answers.show(
            profile.recognition_headings, profile.recognition, caption=_("Herkent de zaal het beeld?")
        )
