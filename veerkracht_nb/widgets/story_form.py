"""The field in which somebody writes a waarneming or a verhaal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import traitlets as t

from ..i18n import _
from ._base import Body, Command, ConfirmFirst, Onderdeel, esm, wire

LIMITS = {"verhaal": 600, "waarneming": 280}
"""Most characters of a text, by kind of contribution."""

THEMES = (
    "wonen",
    "buitenruimte",
    "ontmoeten",
    "veiligheid",
    "jeugd",
    "zorg en hulp",
    "werk en geld",
    "anders",
)
"""What a verhaal can be about, as words that go into the log."""

_SAVE = {
    "step": str,
    "buurt": str,
    "text": str,
    "story_kind": str,
    "tone": str,
    "consent": str,
    "theme": str,
    "replaces": str,
    "confirmed": bool,
}


class StoryForm(Onderdeel):
    """Text with a counter and a draft that survives reload and sleep; a refused text stays in the field.

    Parameters
    ----------
    mode : {"verhaal", "waarneming"}
        A waarneming is text only (280 characters); a verhaal (600) also has kind, tone and consent.

    Commands
    --------
    ``bewaar`` : ``{step, buurt, text, story_kind, tone, consent, theme, replaces, confirmed}``.
    ``annuleer`` : ``{}``, the person stops correcting an earlier text; needs no callback.

    Examples
    --------
    >>> from veerkracht_nb.widgets import StoryForm
    >>> form = StoryForm(storage_key="stoel-1", mode="waarneming")
    >>> form.on_command("bewaar", lambda body, nonce: print(body["text"]))
    >>> form.check = lambda text: ["Hier lijkt een huisnummer te staan."] if "12" in text else []
    >>> form.show(step="waarneming", buurt="BU99010101", prompt="Wat valt je op?")
    """

    _esm = esm("story_form.js")
    COMMANDS = {"bewaar": _SAVE, "annuleer": {}}  # noqa: RUF012

    mode = t.Unicode("verhaal").tag(sync=True)
    themes: t.List[object] = t.List().tag(sync=True)
    limit = t.Int(600).tag(sync=True)
    step = t.Unicode().tag(sync=True)
    buurt = t.Unicode().tag(sync=True)
    buurt_name = t.Unicode().tag(sync=True)
    prompt = t.Unicode().tag(sync=True)
    disabled_reason = t.Unicode().tag(sync=True)
    editing = t.Dict().tag(sync=True)

    check: Callable[[str], Sequence[str]] | None = None
    """Returns hints (for instance about privacy) that the person must have read before a text is saved."""

    def __init__(self, *, mode: Literal["verhaal", "waarneming"] = "verhaal", **traits: Any) -> None:
        traits.setdefault("limit", LIMITS[mode])
        traits.setdefault("themes", [[theme, _(theme)] for theme in THEMES])
        super().__init__(mode=mode, **traits)
        super().on_command("annuleer", lambda body, nonce: self.stop_editing())

    def on_command(self, name: str, callback: Command) -> None:
        """As in the base; a ``bewaar`` reaches `callback` only once :attr:`check` has no more to say."""

        def checked_first(body: Body, nonce: str) -> None:
            if self.check is not None and not body.get("confirmed"):
                hints = self.check(body.get("text", ""))
                if hints:
                    raise ConfirmFirst(hints)
            callback(body, nonce)

        super().on_command(name, checked_first if name == "bewaar" else callback)

    def show(
        self, *, step: str, buurt: str, buurt_name: str = "", prompt: str = "", disabled_reason: str = ""
    ) -> None:
        """Ask for a text about one buurt in one step; an empty `buurt` hides the field."""
        with self.hold_sync():
            self.step, self.buurt, self.buurt_name = step, buurt, buurt_name
            self.prompt, self.disabled_reason = prompt, disabled_reason

    def edit(
        self,
        id: str,
        *,
        text: str,
        story_kind: str = "ervaring",
        tone: str = "neutraal",
        consent: str = "deze_zaal",
        theme: str = "",
    ) -> None:
        """Put an own earlier text in the field, to correct it."""
        self.editing = wire(
            {
                "id": id,
                "text": text,
                "story_kind": story_kind,
                "tone": tone,
                "consent": consent,
                "theme": theme,
            }
        )

    def stop_editing(self) -> None:
        """Back to a new text."""
        self.editing = {}

    @classmethod
    def texts(cls) -> dict[str, str]:
        return {
            "label_verhaal": _("Het verhaal achter {buurt}"),
            "label_waarneming": _("Wat valt je op in {buurt}?"),
            "deze_buurt": _("deze buurt"),
            "teller": _("{n} van {limiet} tekens"),
            "story_kind": _("Dit is een"),
            "feit": _("feit"),
            "ervaring": _("ervaring"),
            "vermoeden": _("vermoeden"),
            "tone": _("Het gaat over"),
            "gaat_goed": _("wat goed gaat"),
            "zorg": _("een zorg"),
            "neutraal": _("geen van beide"),
            "theme": _("Waarover gaat het?"),
            "consent": _("Wie mag dit lezen?"),
            "deze_zaal": _("deze zaal"),
            "gemeente": _("de gemeente"),
            "openbaar": _("iedereen"),
            "huisregel": _("Geen namen, geen adressen."),
            "bewaar": _("Bewaar"),
            "verbeter": _("Bewaar de verbetering"),
            "annuleer": _("Niet verbeteren"),
            "toch": _("Toch bewaren"),
            "aanpassen": _("Eerst aanpassen"),
            "kijk": _("Kijk hier nog even naar:"),
            "bezig": _("wordt bewaard…"),
            "straks": _("bewaard op dit toestel; we sturen het straks"),
            "bewaard": _("bewaard {tijd}"),
            "concept": _("concept, nog niet verstuurd"),
            "te_lang": _("{n} tekens te lang"),
            "verwacht": _("verwacht"),
            "gevonden": _("gevonden"),
            "wat_nu": _("wat nu"),
        }
