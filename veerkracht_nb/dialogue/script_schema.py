"""Reads the YAML of a draaiboek strictly, and says in which line something is wrong."""

from __future__ import annotations

from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ..errors import ScriptError
from .events import Visibility
from .script import MAX_BYTES, STEP_KINDS, Script, Step

_LEVELS: tuple[Visibility, ...] = ("alleen_ik", "verdeling", "alles")
_MAX_DEPTH = 12
_Line = Field(min_length=1, max_length=300)


class _StepModel(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    kind: str
    title: str = Field(min_length=1, max_length=120)
    question: str = _Line
    explanation: str = Field(default="", max_length=2000)
    minutes: int = Field(default=10, ge=1, le=480)
    visibility: Visibility = "alleen_ik"
    reveal_to: Visibility = "verdeling"
    focus: list[str] = Field(default_factory=list, max_length=2000)

    @field_validator("kind")
    @classmethod
    def _known_kind(cls, kind: str) -> str:
        if kind not in STEP_KINDS:
            raise ValueError("een van " + ", ".join(STEP_KINDS))
        return kind

    @model_validator(mode="after")
    def _reveal_goes_further(self) -> _StepModel:
        if _LEVELS.index(self.reveal_to) < _LEVELS.index(self.visibility):
            raise ValueError("reveal_to laat minder zien dan visibility")
        return self


class _ScriptModel(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    title: str = Field(min_length=1, max_length=120)
    house_rules: list[str] = Field(default_factory=list, max_length=20)
    steps: list[_StepModel] = Field(min_length=1, max_length=50)


class _Loader(yaml.SafeLoader):
    """Safe, and without aliases: a few lines of them can stand for gigabytes."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(
                problem="verwijzingen (*naam) kunnen niet in een draaiboek",
                problem_mark=self.peek_event().start_mark,
            )
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise yaml.MarkedYAMLError(
                problem="te diep in elkaar gezet", problem_mark=self.peek_event().start_mark
            )
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def parse(text: str) -> Script:
    """Return the draaiboek in `text`; see :func:`.script.parse_script`."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise ScriptError("Het draaiboek is te groot.", expected=f"hoogstens {MAX_BYTES // 1024} kB")
    tree, values = _read(text)
    try:
        model = _ScriptModel.model_validate(values)
    except ValidationError as error:
        raise _explain(error, tree, values) from error
    _refuse_double_ids(model, tree)
    return Script(
        name=model.name,
        title=model.title,
        house_rules=tuple(model.house_rules),
        steps=tuple(Step(**(step.model_dump() | {"focus": tuple(step.focus)})) for step in model.steps),
    )


def _read(text: str) -> tuple[yaml.Node, object]:
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if not isinstance(node, yaml.MappingNode):
                raise ScriptError(
                    "Dit is geen draaiboek.",
                    expected="name, title en steps",
                    got="een leeg bestand" if node is None else "iets anders dan velden met een naam",
                )
            _refuse_double_keys(node)
            return node, loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ScriptError(
            f"Het draaiboek is geen goede YAML (regel {line}).",
            expected="YAML zonder verwijzingen",
            got=str(error.problem),
            todo="Kijk naar het inspringen en de dubbele punten rond die regel.",
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ScriptError("Het draaiboek is geen goede YAML.", got=str(error)[:200]) from error


def _refuse_double_keys(node: yaml.Node) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[object] = set()
        for key, value in node.value:
            if key.value in seen if isinstance(key.value, str) else True:
                raise ScriptError(
                    f"Een veld staat er twee keer, of is geen naam (regel {key.start_mark.line + 1}).",
                    got=str(key.value)[:80],
                    todo="Haal een van de twee weg.",
                )
            seen.add(key.value)
            _refuse_double_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_double_keys(item)


def _refuse_double_ids(model: _ScriptModel, tree: yaml.Node) -> None:
    seen: set[str] = set()
    for index, step in enumerate(model.steps):
        if step.id in seen:
            line = _line(tree, ("steps", index, "id"))
            raise ScriptError(
                f"Twee stappen heten ‘{step.id}’ (regel {line}).", expected="voor elke stap een eigen id"
            )
        seen.add(step.id)


def _explain(error: ValidationError, tree: yaml.Node, values: object) -> ScriptError:
    # A field that is misspelled is also missing: say the first.
    first = min(error.errors(include_url=False), key=lambda found: found["type"] != "extra_forbidden")
    path = first["loc"]
    where = f"regel {_line(tree, path)}"
    if len(path) > 1 and path[0] == "steps" and isinstance(path[1], int):
        where += f", stap {path[1] + 1}"
        step_id = _step_id(values, path[1])
        where += f" ‘{step_id}’" if step_id else ""
    field = ".".join(str(part) for part in path[2:] or path)
    message = {
        "extra_forbidden": "dit veld bestaat niet",
        "missing": "dit veld ontbreekt",
    }.get(first["type"], first["msg"].removeprefix("Value error, "))
    got = "" if first["type"] == "missing" else repr(first["input"])[:120]
    return ScriptError(
        f"Het draaiboek klopt niet ({where}, veld ‘{field}’).",
        expected=_expected(first["type"], str(path[-1]) if path else "", message),
        got=f"{message}: {got}" if first["type"] == "extra_forbidden" else got or message,
        todo="Pas het bestand aan en probeer het opnieuw.",
    )


def _expected(kind: str, field: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "een van " + ", ".join((*_ScriptModel.model_fields, *_StepModel.model_fields))
    if kind == "missing":
        return f"een waarde voor ‘{field}’"
    return message


def _step_id(values: object, index: int) -> str:
    steps = values.get("steps") if isinstance(values, dict) else None
    step = steps[index] if isinstance(steps, list) and index < len(steps) else None
    return str(step.get("id", ""))[:40] if isinstance(step, dict) else ""


def _line(node: yaml.Node, path: tuple[int | str, ...]) -> int:
    """Return the line, counted from 1, of the deepest node on `path` that is there."""
    line = int(node.start_mark.line)
    for part in path:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == part), None)
            if found is None:
                break
            line, node = int(found[0].start_mark.line), found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = int(node.start_mark.line)
    return line + 1
