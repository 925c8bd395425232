"""Other pages of this server, each in a tab of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import traitlets as t

from ..i18n import _
from ._base import Onderdeel, esm, static_text, wire


class LinkList(Onderdeel):
    """A heading and links; nothing at all without links.

    Examples
    --------
    >>> from veerkracht_nb.widgets import LinkList
    >>> links = LinkList()
    >>> links.show("Voor aan de muur", [("Wandkaarten", "/wandkaart?gemeente=GM9901")])
    """

    _esm = esm("link_list.js")
    _css = static_text("link_list.css")

    heading = t.Unicode().tag(sync=True)
    links: t.List[Any] = t.List().tag(sync=True)

    def show(self, heading: str, links: Sequence[tuple[str, str]]) -> None:
        """Show links as (label, path); a path begins with one slash, others are left out."""
        with self.hold_sync():
            self.heading, self.links = heading, wire(list(links))

    @classmethod
    def texts(cls) -> dict[str, str]:
        """Return the words of the list."""
        return {"nieuw": _("opent in een nieuw tabblad")}
