"""A short text with perhaps a list and one button: what this step is about, or what can be done here."""

from __future__ import annotations

from collections.abc import Sequence

import traitlets as t

from ._base import Onderdeel, esm


class InfoPanel(Onderdeel):
    """Heading, paragraphs, list and button; nothing at all when everything is empty.

    Parameters
    ----------
    large : bool
        For the beamer.

    Commands
    --------
    ``doe`` : ``{}``, the button.

    Examples
    --------
    >>> from veerkracht_nb.widgets import InfoPanel
    >>> info = InfoPanel()
    >>> info.show("Welkom", ["De begeleider begint zo."], items=["We noemen geen namen."])
    """

    _esm = esm("info_panel.js")
    COMMANDS = {"doe": {}}  # noqa: RUF012

    heading = t.Unicode().tag(sync=True)
    paragraphs: t.List[str] = t.List().tag(sync=True)
    items: t.List[str] = t.List().tag(sync=True)
    action = t.Unicode().tag(sync=True)
    large = t.Bool(False).tag(sync=True)

    def show(
        self, heading: str, paragraphs: Sequence[str] = (), *, items: Sequence[str] = (), action: str = ""
    ) -> None:
        """Show plain texts; `action` is the label of the button, empty for none."""
        with self.hold_sync():
            self.heading, self.paragraphs, self.items, self.action = (
                heading,
                list(paragraphs),
                list(items),
                action,
            )
