"""The two questions of the step *herkenning*: do you recognise this, and how does it go in practice?"""

from __future__ import annotations

import traitlets as t

from ..i18n import _
from ._base import Onderdeel, esm

_WORD = (str, type(None))


class AnswerBar(Onderdeel):
    """Recognition and direction as two groups of large buttons; every change is saved.

    Commands
    --------
    ``antwoord`` : ``{step, buurt, recognition, direction}``, the last two a word of :data:`RECOGNITION` and
    :data:`DIRECTION` or None.

    Examples
    --------
    >>> from veerkracht_nb.widgets import AnswerBar
    >>> bar = AnswerBar(storage_key="stoel-1")
    >>> bar.on_command("antwoord", lambda body, nonce: print(body))
    >>> bar.show(step="herkenning", buurt="BU99010101", recognition="deels", saved_at="14:03")
    """

    _esm = esm("answer_bar.js")
    COMMANDS = {"antwoord": {"step": str, "buurt": str, "recognition": _WORD, "direction": _WORD}}  # noqa: RUF012

    step = t.Unicode().tag(sync=True)
    buurt = t.Unicode().tag(sync=True)
    recognition = t.Unicode().tag(sync=True)
    direction = t.Unicode().tag(sync=True)
    first_recognition = t.Unicode().tag(sync=True)
    first_direction = t.Unicode().tag(sync=True)
    saved_at = t.Unicode().tag(sync=True)
    disabled_reason = t.Unicode().tag(sync=True)

    def show(
        self,
        *,
        step: str,
        buurt: str,
        recognition: str | None = None,
        direction: str | None = None,
        first_recognition: str | None = None,
        first_direction: str | None = None,
        saved_at: str = "",
        disabled_reason: str = "",
    ) -> None:
        """Show the answer of this seat for one buurt.

        Parameters
        ----------
        step, buurt : str
            Id of the step and code of the buurt; an empty `buurt` hides the questions.
        recognition, direction : str or None
            What the person says now.
        first_recognition, first_direction : str or None
            What the person said before the reveal; shown where it differs.
        saved_at : str
            Time of saving as ``"14:03"``.
        disabled_reason : str
            Why no answer is possible; empty when it is.
        """
        with self.hold_sync():
            self.step, self.buurt = step, buurt
            self.recognition, self.direction = recognition or "", direction or ""
            self.first_recognition, self.first_direction = first_recognition or "", first_direction or ""
            self.saved_at, self.disabled_reason = saved_at, disabled_reason

    @classmethod
    def texts(cls) -> dict[str, str]:
        return {
            "vraag_herkenning": _("Herken je dit beeld?"),
            "herken": _("Herken ik"),
            "deels": _("Deels"),
            "herken_niet": _("Herken ik niet"),
            "weet_niet": _("Weet ik niet"),
            "vraag_richting": _("In de praktijk gaat het"),
            "beter": _("beter"),
            "gelijk": _("gelijk"),
            "slechter": _("slechter"),
            "eerst": _("eerst: {antwoord}"),
            "bewaard": _("bewaard {tijd}"),
            "bezig": _("wordt bewaard…"),
            "straks": _("bewaard op dit toestel; we sturen het straks"),
            "verwacht": _("verwacht"),
            "gevonden": _("gevonden"),
            "wat_nu": _("wat nu"),
        }
