"""The draaiboek: an ordered list of steps, read from YAML and checked by a schema."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ..errors import ScriptError
from ..nearest import meant, missing_file
from .events import Herkenning, Verhaal, Visibility, Waarneming

_SHIPPED = Path(__file__).parent / "scripts"
MAX_BYTES = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class StepKind:
    """What a step of this kind is for, and what people can record in it."""

    key: str
    label: str
    purpose: str
    records: tuple[type, ...] = ()
    """Payloads that participants may send in such a step; empty for a step in which people only talk."""


STEP_KINDS: dict[str, StepKind] = {
    kind.key: kind
    for kind in (
        StepKind(key="inleiding", label="Inleiding", purpose="wat de kaart is en niet is, en de huisregels"),
        StepKind(
            key="waarneming",
            label="Wat valt je op?",
            purpose="ieder voor zich kijken, in stilte",
            records=(Waarneming,),
        ),
        StepKind(
            key="herkenning",
            label="Zien wij hetzelfde?",
            purpose="het beeld van de buurt naast de praktijk leggen",
            records=(Herkenning,),
        ),
        StepKind(
            key="verhaal",
            label="Het verhaal hierachter",
            purpose="wat er speelt, en wat goed gaat",
            records=(Verhaal,),
        ),
        StepKind(key="cijfers", label="De cijfers", purpose="wat achter de kleur zit, en hoe zeker dat is"),
        StepKind(key="duiding", label="Duiding", purpose="één gezamenlijke uitspraak over een buurt"),
        StepKind(key="aanpak", label="Aanpak", purpose="wat deze buurt nodig heeft"),
        StepKind(key="afspraken", label="Afspraken", purpose="wie doet wat, en wanneer"),
    )
}
"""Every kind of step. A kind that records something later gets its payloads here, and nothing else
changes."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a session."""

    id: str
    kind: str
    """A key of :data:`STEP_KINDS`."""
    title: str
    question: str
    explanation: str = ""
    minutes: int = 10
    visibility: Visibility = "alleen_ik"
    """How far the room sees this step before anything is revealed."""
    reveal_to: Visibility = "verdeling"
    """How far the button *onthul* goes first."""
    focus: tuple[str, ...] = ()
    """Buurt codes this step is about; empty for the whole gemeente."""

    @property
    def records(self) -> tuple[type, ...]:
        """Payloads that participants may send in this step."""
        return STEP_KINDS[self.kind].records


@dataclass(frozen=True, kw_only=True)
class Script:
    """A whole draaiboek."""

    name: str
    title: str
    steps: tuple[Step, ...]
    house_rules: tuple[str, ...] = ()

    def step(self, step_id: str) -> Step:
        """Return the step with this id.

        Raises
        ------
        ScriptError
            If the script has no such step.
        """
        for step in self.steps:
            if step.id == step_id:
                return step
        raise ScriptError(
            f"Het draaiboek ‘{self.title}’ heeft geen stap ‘{step_id}’.",
            expected=", ".join(step.id for step in self.steps),
            got=step_id,
        )

    def has_step(self, step_id: str) -> bool:
        """Tell whether there is a step with this id."""
        return any(step.id == step_id for step in self.steps)

    @property
    def minutes(self) -> int:
        """Length of the whole session in minutes."""
        return sum(step.minutes for step in self.steps)


def shipped_scripts() -> tuple[str, ...]:
    """Return the names of the draaiboeken that come with the package."""
    return tuple(sorted(path.stem for path in _SHIPPED.glob("*.yaml")))


def read_script(name_or_path: str | Path) -> str:
    """Return the YAML text of a shipped draaiboek, or of a file, after checking it.

    Parameters
    ----------
    name_or_path : str or Path
        A name of :func:`shipped_scripts`, or the path of a ``.yaml`` file.

    Raises
    ------
    ScriptError
        If there is no such draaiboek, or it does not hold together.
    """
    name = str(name_or_path)
    path = _SHIPPED / f"{name}.yaml" if name in shipped_scripts() else Path(name_or_path)
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        text = raw.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise ScriptError(
            f"Het draaiboek ‘{name}’ is niet te lezen.",
            expected=f"een van {', '.join(shipped_scripts())}, of een YAML-bestand in UTF-8",
            got="er is geen draaiboek of bestand met deze naam"
            if isinstance(error, FileNotFoundError)
            else str(error),
            todo=meant(name, shipped_scripts(), missing_file(path)),
        ) from error
    parse_script(text)
    return text


def load_script(name_or_path: str | Path) -> Script:
    """Return a shipped draaiboek by name, or one from a file; see :func:`read_script`."""
    return parse_script(read_script(name_or_path))


@lru_cache(maxsize=32)
def parse_script(text: str) -> Script:
    """Return the draaiboek that this YAML text holds.

    Raises
    ------
    ScriptError
        If the text is not YAML, or not a draaiboek; names the line, the step and the field.
    """
    from .script_schema import parse

    return parse(text)
