"""What every widget stands on: display traits go out, only checked commands come in.

The way out: Python sets traits, the browser draws them. The way in: the browser sends a custom message
``{type: "command", nonce, name, body}``, which is checked here, handed to one callback and acknowledged.
A trait that a browser changes by itself is dropped, so that nothing in Python can come to rely on it.

Code and style that all widgets share travel once per page, in the state of one :class:`Basis`.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import traitlets as t

from ..errors import InvalidContribution, ParameterError, VeerkrachtError
from ..i18n import _

MAX_MESSAGE = 64_000
"""Characters of JSON in one message of a browser; the longest story is far below it."""

REMEMBERED = 200
"""Answers kept per widget, for commands that are sent again."""

NONCE = re.compile(r"[A-Za-z0-9_-]{8,64}")

Body = Mapping[str, Any]
Command = Callable[[Body, str], None]
"""Receives the checked body and the nonce, by which the log knows a repeated message."""

_STATIC = Path(__file__).parent / "static"
_LOG = logging.getLogger(__name__)

# Loads the shared module once per page, whatever the number of widgets, and then draws.
_LOADER = """
const vkLoad = (model) => {
  const [version, id] = model.get("_basis").split(" ");
  const pages = (globalThis.vkPages ??= new Map());
  if (!pages.has(version)) pages.set(version, (async () => {
    const basis = await model.widget_manager.get_model(id);
    const url = URL.createObjectURL(new Blob([basis.get("code")], { type: "text/javascript" }));
    try {
      const vk = await import(url);
      vk.style(basis.get("css"));
      return vk;
    } finally { URL.revokeObjectURL(url); }
  })());
  return pages.get(version);
};
export default { async render({ model, el }) { return draw({ model, el, vk: await vkLoad(model) }); } };
"""


@cache
def static_text(name: str) -> str:
    """Return a file of ``static/`` without the comments and indents that a phone need not download."""
    lines = (line.strip() for line in (_STATIC / name).read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


@cache
def stylesheet() -> str:
    """Return the tokens and the rules of all widgets as one style sheet, without comments and blanks."""
    rules = "".join(static_text(name) for name in ("tokens.css", "base.css", "widgets.css", "frame.css"))
    return re.sub(r"\s*([{};,])\s*|(?<=:) ", r"\1", re.sub(r"/\*.*?\*/", "", rules, flags=re.DOTALL))


def esm(*names: str) -> str:
    """Return the module of a widget: its own files, which define ``draw``, and the loader."""
    return "\n".join([*(static_text(name) for name in names), _LOADER])


class ConfirmFirst(InvalidContribution):
    """Nothing is wrong, but the sender should read the hints first and may then send the same again."""

    def __init__(self, hints: Sequence[str]) -> None:
        super().__init__(_("Kijk hier nog even naar voordat je bewaart."))
        self.hints = tuple(hints)


class Basis(anywidget.AnyWidget):
    """Holds the code and style that all widgets of a page share; never displayed."""

    _esm = "export default {}"
    code = t.Unicode().tag(sync=True)
    css = t.Unicode().tag(sync=True)

    _current: ClassVar[Basis | None] = None

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Drop what a browser sends."""

    @classmethod
    def reference(cls) -> str:
        """Return ``"<version> <model id>"`` of the one instance of this process, made on first use."""
        if cls._current is None or cls._current.comm is None:
            cls._current = cls(code=static_text("base.js"), css=stylesheet())
        basis = cls._current
        version = hashlib.sha256((basis.code + basis.css).encode()).hexdigest()[:12]
        return f"{version} {basis.model_id}"


class Onderdeel(anywidget.AnyWidget):
    """Base of the widgets.

    Parameters
    ----------
    storage_key : str
        Key of the seat under which the browser keeps unsent commands and drafts; empty: only in memory.
    channel : str
        Name of this widget within its page. A command that waited through a reload finds its way by it.

    Notes
    -----
    A subclass lists in :attr:`COMMANDS` which commands exist and the types of the fields in their body;
    anything else is refused before a callback sees it. Whether somebody *may* do something is decided by the
    session, not here.
    """

    COMMANDS: ClassVar[Mapping[str, Mapping[str, type | tuple[type, ...]]]] = {}

    _basis = t.Unicode().tag(sync=True)
    storage_key = t.Unicode().tag(sync=True)
    channel = t.Unicode().tag(sync=True)
    teksten = t.Dict().tag(sync=True)

    def __init__(self, *, storage_key: str = "", channel: str = "", **traits: Any) -> None:
        self._callbacks: dict[str, Command] = {}
        self._answered: dict[str, dict[str, Any]] = {}
        traits.setdefault("teksten", self.texts())
        super().__init__(
            _basis=Basis.reference(),
            storage_key=storage_key,
            channel=channel or type(self).__name__,
            **traits,
        )
        self.on_msg(self._receive)

    @classmethod
    def texts(cls) -> dict[str, str]:
        """Return the labels of this widget in the language of the process."""
        return {}

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Drop trait changes of a browser: they are its own picture and nothing more."""

    def on_command(self, name: str, callback: Command) -> None:
        """Call ``callback(body, nonce)`` for each valid command `name`; a later call replaces an earlier one.

        The callback may raise a :class:`VeerkrachtError`, which the browser then shows as a refusal.

        Raises
        ------
        ParameterError
            If this widget has no such command.
        """
        if name not in self.COMMANDS:
            raise ParameterError(
                _("Dit onderdeel kent deze opdracht niet."), expected=", ".join(self.COMMANDS), got=name
            )
        self._callbacks[name] = callback

    def _receive(self, _widget: object, content: object, buffers: object) -> None:
        nonce = content.get("nonce") if isinstance(content, dict) else None
        if not isinstance(nonce, str) or not NONCE.fullmatch(nonce):
            return  # without a nonce there is nobody to answer
        if nonce in self._answered:  # sent again because the answer was late: never carried out twice
            self.send(self._answered[nonce])
            return
        try:
            assert isinstance(content, dict)
            self._run(content, nonce, buffers)
        except VeerkrachtError as error:
            self._acknowledge(nonce, error)
        except Exception:
            _LOG.exception("command failed")
            self._acknowledge(
                nonce,
                VeerkrachtError(
                    _("Dit ging mis in het programma; er is niets opgeslagen."),
                    todo=_("Probeer het nog eens. Blijft het misgaan, zeg het dan tegen de begeleider."),
                ),
            )
        else:
            self._acknowledge(nonce, None)

    def _run(self, content: dict[str, Any], nonce: str, buffers: object) -> None:
        name, body = content.get("name"), content.get("body", {})
        if (
            content.get("type") != "command"
            or buffers
            or not isinstance(name, str)
            or not isinstance(body, dict)
        ):
            raise ParameterError(_("Dit bericht is niet te lezen."))
        if len(json.dumps(content)) > MAX_MESSAGE:
            raise InvalidContribution(
                _("Dit bericht is te lang."), todo=_("Maak de tekst korter en bewaar opnieuw.")
            )
        if name == "ping":
            return
        callback = self._callbacks.get(name)
        if name not in self.COMMANDS or callback is None:
            raise ParameterError(_("Dit kan hier niet."))
        callback(checked(body, self.COMMANDS[name]), nonce)

    def _acknowledge(self, nonce: str, error: VeerkrachtError | None) -> None:
        now = datetime.now().astimezone()
        answer: dict[str, Any] = {
            "type": "ack",
            "nonce": nonce,
            "ok": error is None,
            "now": now.timestamp() * 1000,
        }
        if error is None:
            answer["at"] = now.strftime("%H:%M")
        else:
            answer |= error_parts(error)
        self._answered[nonce] = answer
        if len(self._answered) > REMEMBERED:
            del self._answered[next(iter(self._answered))]
        self.send(answer)


def checked(body: Body, fields: Mapping[str, type | tuple[type, ...]]) -> dict[str, Any]:
    """Return `body` if it has no fields but `fields` and each present one has the right type.

    Raises
    ------
    ParameterError
        If a field is unknown or of another type.
    """
    for key, value in body.items():
        wanted = fields.get(key)
        if (
            wanted is None
            or not isinstance(value, wanted)
            or (isinstance(value, bool) and wanted is not bool)
        ):
            raise ParameterError(
                _("Dit bericht is niet te lezen."), expected=", ".join(fields), got=repr(key)[:80]
            )
    return dict(body)


def error_parts(error: VeerkrachtError) -> dict[str, Any]:
    """Return the parts of an error as a browser shows them."""
    parts = {"message": error.message, "expected": error.expected, "got": error.got, "todo": error.todo}
    answer = {key: wire(str(value)[:500]) for key, value in parts.items()}
    if isinstance(error, ConfirmFirst):
        answer["hints"] = wire(error.hints)
    return answer


def wire(value: Any) -> Any:
    """Return `value` as JSON can carry it: dataclasses as dicts, tuples as lists, no lone surrogates."""
    if is_dataclass(value) and not isinstance(value, type):
        return wire(asdict(value))
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {str(key): wire(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [wire(item) for item in value]
    return value
