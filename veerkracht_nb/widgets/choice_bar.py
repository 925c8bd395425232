"""Choices side by side, each with its name: how a map is computed and how it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import traitlets as t

from ..errors import ParameterError
from ..i18n import _
from ._base import Onderdeel, esm, static_text, wire


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One choice: its key and name, the options as (value, words), and the value that is chosen now."""

    key: str
    label: str
    options: tuple[tuple[str, str], ...]
    value: str


class ChoiceBar(Onderdeel):
    """Choices as native lists, so that long words stay whole on a phone.

    Commands
    --------
    ``keuze`` : ``{key, value}``, with a value of that choice: :meth:`checked` says so.

    Examples
    --------
    >>> from veerkracht_nb.widgets import Choice, ChoiceBar
    >>> bar = ChoiceBar()
    >>> bar.show([Choice(key="weergave", label="Weergave",
    ...                  options=(("relatief", "binnen de gemeente"), ("absoluut", "absoluut")), value="relatief")])
    """

    _esm = esm("choice_bar.js")
    _css = static_text("choice_bar.css")
    COMMANDS = {"keuze": {"key": str, "value": str}}  # noqa: RUF012

    choices: t.List[object] = t.List().tag(sync=True)

    def show(self, choices: Sequence[Choice]) -> None:
        """Show these choices; one with a single option is shown as a text."""
        self._shown = {choice.key: choice for choice in choices}
        self.choices = wire(list(choices))

    def checked(self, key: str, value: str) -> tuple[str, str]:
        """Return `key` and `value` if it is a choice that is shown.

        Raises
        ------
        ParameterError
            An unknown choice or value.
        """
        choice = self._shown.get(key)
        known = [option for option, _words in choice.options] if choice else []
        if value not in known:
            raise ParameterError(
                _("Deze keuze bestaat niet."),
                expected=", ".join(known or self._shown)[:200],
                got=f"{key}: {value}"[:80],
            )
        return key, value
