"""To whom a kernel belongs, and what it is told."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from ..dialogue import Actor
from .provisioner import LAUNCH


@dataclass(frozen=True, kw_only=True)
class Owner:
    """To whom a kernel belongs.

    ``session`` and ``code`` are empty for a quick scan that the administrator opened.
    """

    app: str
    actor: Actor
    session: str = ""
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class KernelLaunch:
    """What a kernel is told: nothing but this reaches it."""

    app: str
    session: Path | None = None
    actor: Actor | None = None
    parameters: dict[str, object] = field(default_factory=dict)
    language: str = "nl"
    base_url: str = "/"
    join_url: str = ""

    def env(self) -> dict[str, str]:
        """Return the environment variable that carries it."""
        return {LAUNCH: json.dumps(self.value())}

    def value(self) -> dict[str, object]:
        """Return it as :class:`veerkracht_nb.apps.launch.Launch` reads it."""
        actor = self.actor
        return {
            "app": self.app,
            "session": str(self.session) if self.session else None,
            "actor": {"id": actor.id, "kind": actor.kind, "role": actor.role} if actor else None,
            "parameters": self.parameters,
            "language": self.language,
            "base_url": self.base_url,
            "join_url": self.join_url,
        }
