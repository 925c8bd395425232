"""Bring ``en.po`` up to date with the code: ``python -m veerkracht_nb.locale.update``.

Sentences in code and templates are found by babel's extractors. Labels that reach ``_()`` as a variable (classes,
figures, roles, the shipped draaiboeken) are read from the tables themselves, so that no table needs a marker.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[1]
PO = Path(__file__).with_name("en.po")
_KEYWORDS = {"_": None, "translate": None, "text": None}
# Without date or name: the same file whoever writes it.
_HEADER = """\
# English texts of veerkracht_nb. The Dutch text is the message; see docs/translating.md.
msgid ""
msgstr ""
"Language: en\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""

Found = Iterator[tuple[str, str]]
"""Messages, each with the file it is from."""


def messages() -> dict[str, set[str]]:
    """Return every Dutch text that a screen can show, with the files it is from."""
    found: dict[str, set[str]] = {}
    for source in (_in_code(), _in_signal(), _in_apps(), _in_scripts()):
        for text, name in source:
            if text:
                found.setdefault(text, set()).add(name)
    return found


def _in_code() -> Found:
    methods = [("**.py", extract_python), ("serve/templates/**.html", "jinja2")]
    for name, _line, message, _comments, _context in extract_from_dir(PACKAGE, methods, keywords=_KEYWORDS):
        yield (message if isinstance(message, str) else message[0]), name


def extract_python(
    file: IO[bytes], keywords: Iterable[str], _tags: object, options: object
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Find the marked texts of a Python file; babel's own extractor does not look inside f-strings."""
    for call in marked_calls(file.read(), keywords):
        text = call.args[0]
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            yield call.lineno, "_", text.value, []


def marked_calls(source: bytes, keywords: Iterable[str] = _KEYWORDS) -> Iterator[ast.Call]:
    """Find the calls of ``_()`` and the like, with a text or with a variable."""
    for node in ast.walk(ast.parse(source)):
        name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Call) and name in keywords and node.args:
            yield node


def _in_signal() -> Found:
    from .. import signal
    from ..signal import nuisance

    for profile in signal.PROFILES.values():
        words = [profile.title, profile.note, *(w for term in profile.terms for w in (term.label, term.unit))]
        yield from ((text, "signal/profiles.py") for text in words)
    yield from ((text, "signal/nuisance.py") for text in (nuisance.LABEL, nuisance.UNIT))
    yield from ((text, "signal/notes.py") for text in (signal.SIGNAL, signal.PROXY, *signal.LIMITS))
    for key in signal.PROFILES:
        yield from ((text, "signal/reference.py") for text in signal.default_reference(key).sources())
    for kinds in (signal.CLASSES, signal.FOCUS):
        yield from ((kind.label, "signal/classes.py") for kind in kinds.values())


def _in_apps() -> Found:
    from ..apps import facts, layers, prepare, present
    from ..apps.quick_scan import VIEWS
    from ..apps.quick_scan_maps import COLUMNS, SECONDS
    from ..apps.quick_scan_table import NOW_WORDS
    from ..dialogue.counts import OTHER_ROLES
    from ..errors import VeerkrachtError
    from ..serve import start
    from ..widgets.story_form import THEMES

    tables = (
        layers.ROOM_RECOGNITION_STYLES,
        layers.RECOGNITION_STYLES,
        layers.STORY_STYLES,
        layers.OWNERSHIP_STYLES,
        layers.LATER_STYLES,
    )
    shown = (*tables, layers.SPATIAL_STYLES, layers.FIRM_LEGEND)
    styles = [style for table in shown for style in table.values()]
    yield from ((style.label, "apps/layers.py") for style in styles)
    yield from ((text, "apps/present.py") for text in present._LABELS.values())
    yield from ((text, "apps/facts.py") for text in facts._COMPARED.values())
    yield from ((theme, "widgets/story_form.py") for theme in THEMES)
    yield from ((text, "apps/quick_scan.py") for _key, text in VIEWS)
    yield from ((text, "apps/quick_scan_maps.py") for _key, text in (*SECONDS, *COLUMNS))
    yield from ((text, "apps/quick_scan_table.py") for text in NOW_WORDS.values())
    yield from ((role, "apps/prepare.py") for role in prepare.ROLES)
    yield OTHER_ROLES, "dialogue/counts.py"
    yield from ((text, "serve/start.py") for text in (*start.PROFILES, *start.VIEWS))
    parts = VeerkrachtError("", expected="-", got="-", todo="-").details()
    yield from ((label, "errors.py") for label, _text in parts)


def _in_scripts() -> Found:
    from ..dialogue import parse_script, read_script, shipped_scripts

    for name in shipped_scripts():
        script = parse_script(read_script(name))
        words = [script.title, *script.house_rules]
        words += [text for step in script.steps for text in (step.title, step.question, step.explanation)]
        yield from ((text, f"dialogue/scripts/{name}.yaml") for text in words)


def catalogue(path: Path = PO) -> Catalog:
    """Return the English texts there are."""
    with path.open("rb") as file:
        return read_po(file, locale="en")


def updated(old: Catalog | None = None) -> Catalog:
    """Return the catalogue as the code wants it: new messages without a text, without those that are gone."""
    new = Catalog(locale="en", fuzzy=False)
    for text, names in sorted(messages().items()):
        known = old.get(text) if old else None
        new.add(text, str(known.string) if known else "", locations=[(name, 0) for name in sorted(names)])
    return new


def write(new: Catalog, path: Path = PO) -> None:
    """Write a catalogue, sorted by Dutch text."""
    with path.open("wb") as file:
        file.write(_HEADER.encode())
        write_po(file, new, width=110, include_lineno=False, omit_header=True)


def main() -> int:
    """Write the catalogue; say what still needs a text and return how many those are."""
    new = updated(catalogue() if PO.exists() else None)
    write(new)
    empty = [str(message.id) for message in new if message.id and not message.string]
    print(f"{PO.name}: {len(new)} messages, {len(empty)} without English text")
    for text in empty:
        print(f"  {text}")
    return len(empty)


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
