"""What our pages ask of a browser is no newer than the oldest browsers that docs/security.md names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import veerkracht_nb
from veerkracht_nb.serve.pages import environment
from veerkracht_nb.widgets import _base

PACKAGE = Path(veerkracht_nb.__file__).parent
TEMPLATES = PACKAGE / "serve" / "templates"
DOCS = PACKAGE.parent / "docs"
OLDEST = {"Safari": 15.4, "Chrome": 108.0, "Firefox": 101.0}
NEVER = 999.0

# Feature: what it looks like, and the first Safari on iOS, Chrome and Firefox that have it. The versions are those of
# MDN's browser-compat-data 8.1.9. Features that all three had by 2021 are not listed.
SCRIPT = {
    "structuredClone": (r"\bstructuredClone\(", 15.4, 98, 94),
    "Object.hasOwn": (r"\bObject\.hasOwn\b", 15.4, 93, 92),
    "at": (r"\.at\(", 15.4, 92, 90),
    "private methods": (r"^\s*(async )?#\w+\([^)]*\) \{", 15, 84, 90),
    "#name in": (r"#\w+ in ", 15, 91, 90),
    "await at the top": (r"^(const .*= )?await ", NEVER, 89, 89),
    "static block": (r"\bstatic \{", 16.4, 94, 93),
    "lookbehind": (r"\(\?<[=!]", 16.4, 62, 78),
    "the v of a RegExp": (r"/[a-uw-z]*v[a-z]*\.(test|exec)\(", 17, 112, 116),
    "findLast": (r"\.findLast(Index)?\(", 15.4, 97, 104),
    "toSorted and its kin": (r"\.(toSorted|toReversed|toSpliced|with)\(", 16, 110, 115),
    "groupBy": (r"\b(Object|Map)\.groupBy\(", 17.4, 117, 119),
    "Promise.withResolvers": (r"\bPromise\.withResolvers\(", 17.4, 119, 121),
    "Promise.try": (r"\bPromise\.try\(", 18.2, 128, 134),
    "Array.fromAsync": (r"\bArray\.fromAsync\(", 16.4, 121, 115),
    "sets": (
        r"\.(union|intersection|difference|symmetricDifference|isSubsetOf|isDisjointFrom)\(",
        17,
        122,
        127,
    ),
    "steps of iterators": (
        r"(?<!Object)\.(keys|values|entries)\(\)\.(map|filter|find|some|every|reduce|forEach|flatMap|take|drop|toArray)\(",
        18.4,
        122,
        131,
    ),
    "RegExp.escape": (r"\bRegExp\.escape\(", 18.2, 136, 134),
    "fromBase64": (r"\.(fromBase64|toBase64|fromHex|toHex)\(", 18.2, 140, 133),
    "isWellFormed": (r"\.(isWellFormed|toWellFormed)\(", 16.4, 111, 119),
    "AbortSignal.timeout": (r"\bAbortSignal\.timeout\(", 16, 124, 100),
    "AbortSignal.any": (r"\bAbortSignal\.any\(", 17.4, 116, 124),
    "URL.canParse": (r"\bURL\.(canParse|parse)\(", 18, 126, 126),
    "DecompressionStream": (r"\b(De)?[cC]ompressionStream\b", 16.4, 80, 113),
    "OffscreenCanvas": (r"\bOffscreenCanvas\b", 16.4, 69, 105),
    "requestIdleCallback": (r"\brequestIdleCallback\(", NEVER, 47, 55),
    "checkVisibility": (r"\.checkVisibility\(", 17.4, 105, 106),
    "popover": (r"\b(showPopover|hidePopover|popover)\b", 18.3, 114, 125),
    "inert": (r"\binert\b", 15.5, 102, 112),
    "scrollend": (r"\bscrollend\b", 26.2, 114, 109),
    "startViewTransition": (r"\bstartViewTransition\(", 18, 111, 144),
    "Intl.Segmenter": (r"\bIntl\.Segmenter\b", 14.5, 87, 125),
    "import of JSON": (r"\bwith \{ ?type:", 17.2, 123, 138),
}
STYLE = {
    "dvh": (r"[\d)](dvh|dvw|svh|svw|lvh|lvw)\b", 15.4, 108, 101),
    ":has": (r":has\(", 15.4, 105, 121),
    "container queries": (r"@container|container-type:", 16, 105, 110),
    "color-mix": (r"\bcolor-mix\(", 16.2, 111, 113),
    "nesting": (r"(^|[;{]\s*)&[\s.:>[]", 17.2, 120, 117),
    "@layer": (r"@layer\b", 15.4, 99, 97),
    "@scope": (r"@scope\b", 26.4, 118, 146),
    "@property": (r"@property\b", 16.4, 85, 128),
    "@starting-style": (r"@starting-style\b", 17.5, 117, 129),
    "widths with < and >": (r"@media[^{]*[<>]", 16.4, 104, 102),
    "media of scripting": (r"@media[^{]*\(scripting", 17, 120, 113),
    "media of forced-colors": (r"@media[^{]*\(forced-colors", 16, 89, 89),
    "subgrid": (r"\bsubgrid\b", 16, 117, 71),
    "text-wrap": (r"\btext-wrap:", 17.5, 114, 121),
    "field-sizing": (r"\bfield-sizing:", 26.2, 123, 152),
    "content-visibility": (r"\bcontent-visibility:", 18, 85, 125),
    "contain-intrinsic-size": (r"\bcontain-intrinsic-size:", 17, 83, 107),
    "overscroll-behavior": (r"\boverscroll-behavior:", 16, 63, 59),
    "scrollbars": (r"\bscrollbar-(gutter|width|color):", 18.2, 121, 97),
    "light-dark": (r"\blight-dark\(", 17.5, 123, 120),
    "colours of wide screens": (r"\b(oklch|oklab|lab|lch)\(", 15.4, 111, 113),
    "colours from others": (r"\b(rgb|hsl)\(from ", 18, 122, 128),
    "mask-image": (r"(?<!-)\bmask(-image)?:", 15.4, 120, 53),
    "user-select": (r"(?<!-)\buser-select:", NEVER, 54, 69),
    "forced-color-adjust": (r"\bforced-color-adjust:", NEVER, 89, 113),
    "accent-color": (r"\baccent-color:", 26.2, 93, 92),
    "resize": (r"\bresize:", NEVER, 1, 4),
    "hyphens": (r"(?<!-)\bhyphens:", 17, 55, 43),
    "backdrop-filter": (r"(?<!-)\bbackdrop-filter:", 18, 76, 103),
    "print-color-adjust": (r"(?<!-)\bprint-color-adjust:", 15.4, 136, 97),
    "overflow: clip": (r"\boverflow(-[xy])?:\s*clip", 16, 90, 81),
    "round()": (r"[:\s(]round\(", 15.4, 125, 118),
    "lh": (r"\d(r?lh)\b", 16.4, 109, 120),
    "linear()": (r"[:\s]linear\(", 17.2, 113, 112),
    "animation-timeline": (r"\banimation-timeline:", 26, 115, NEVER),
    "anchors": (r"\banchor(-name:|\()", 26, 125, 147),
    ":user-invalid": (r":user-(in)?valid", 16.5, 119, 88),
    "::details-content": (r"::details-content", 18.4, 131, 143),
}

# What is used all the same, because a browser without it shows a page that works.
WITHOUT_IT = {
    "requestIdleCallback": "asked for first; else a timer",
    ":has": "a chosen role has its mark also without the border, and the buttons of a map only get a plain edge",
    "media of scripting": "hides the waiting text where scripts are off",
    "media of forced-colors": "a browser that knows no such colours never asks",
    "text-wrap": "headings break where they are full",
    "field-sizing": "a field that does not grow can be dragged, and scrolls",
    "content-visibility": "saves time only",
    "contain-intrinsic-size": "goes with content-visibility",
    "overscroll-behavior": "the page scrolls on when a list ends",
    "mask-image": "a long list ends without fading",
    "user-select": "stands next to -webkit-user-select",
    "forced-color-adjust": "where there are no such colours there is nothing to keep",
    "accent-color": "ticks and bars get the colour of the system",
    "resize": "phones have no handle",
}

# Not there on http://192.168…, where the phones of a room are; everything here works without.
SECURE_ONLY = (
    r"crypto\.(subtle|randomUUID)|navigator\.(clipboard|wakeLock|serviceWorker|geolocation|mediaDevices|share|storage|locks)"
    r"|\bcaches\.|\bshow(Save|Open)FilePicker\b|\bcookieStore\b|\bNotification\b"
)


def ours(suffix: str) -> dict[str, str]:
    """Return our files by name, without comments."""
    found = {path.name: path.read_text(encoding="utf-8") for path in PACKAGE.glob(f"*/static/*{suffix}")}
    assert len(found) > 10
    if suffix == ".js":
        found["_LOADER"] = _base._LOADER
    return {name: _bare(text) for name, text in found.items()}


def _bare(text: str) -> str:
    return re.sub(r"(?m)/\*.*?\*/|(?<!:)//(?=\s).*$", "", re.sub(r"(?s)/\*.*?\*/", "", text))


def used(table: dict[str, tuple[str, float, float, float]], files: dict[str, str]) -> dict[str, list[str]]:
    """Return the features that are used, and in which files."""
    found = {
        name: [file for file, text in files.items() if re.search(feature[0], text, re.MULTILINE)]
        for name, feature in table.items()
    }
    return {name: where for name, where in found.items() if where}


def newer(feature: tuple[str, float, float, float]) -> list[str]:
    """Return the browsers whose oldest version does not have this."""
    return [browser for browser, first in zip(OLDEST, feature[1:], strict=True) if first > OLDEST[browser]]


@pytest.mark.parametrize(("suffix", "table"), [(".js", SCRIPT), (".css", STYLE)])
def test_pages_ask_nothing_that_the_oldest_browsers_lack(
    suffix: str, table: dict[str, tuple[str, float, float, float]]
) -> None:
    beyond = {
        name: (where, newer(table[name]))
        for name, where in used(table, ours(suffix)).items()
        if newer(table[name]) and name not in WITHOUT_IT
    }
    assert beyond == {}


def test_every_exception_is_still_one() -> None:
    table = SCRIPT | STYLE
    there = used(SCRIPT, ours(".js")) | used(STYLE, ours(".css"))
    assert [name for name in WITHOUT_IT if name not in there or not newer(table[name])] == []


def test_the_scan_sees_what_it_looks_for() -> None:
    sample = "x = y.findLast(f);\nawait z;\nclass A { static { } }\n// structuredClone(x)\n"
    assert set(used(SCRIPT, {"a.js": _bare(sample)})) == {"findLast", "await at the top", "static block"}
    sheet = "/* :has( */ .a { color: color-mix(in srgb, red, blue); & .b { top: 0; } }"
    assert set(used(STYLE, {"a.css": _bare(sheet)})) == {"color-mix", "nesting"}


def test_nothing_needs_a_secure_address() -> None:
    assert [name for name, text in ours(".js").items() if re.search(SECURE_ONLY, text)] == []


def test_text_that_cannot_be_selected_cannot_on_an_iphone_either() -> None:
    for name, text in ours(".css").items():
        for rule in re.findall(r"[^{}]*\{[^{}]*\}", text):
            assert ("-webkit-user-select:" in rule) == bool(re.search(r"(?<!-)user-select:", rule)), (
                name,
                rule,
            )


def test_what_is_typed_on_a_phone_is_large_enough_not_to_zoom() -> None:
    # Safari on an iPhone zooms into a field with letters under 16 px, and does not zoom out again.
    fields = [
        rule
        for text in ours(".css").values()
        for rule in re.findall(r"[^{}]*\{[^{}]*\}", text)
        if re.search(r"\b(input|textarea|select)\b[^{]*\{", rule) and "font" in rule
    ]
    small = [rule for rule in fields if re.search(r"font(-size)?:[^;}]*\b(1[0-5]|\d)(\.\d+)?px", rule)]
    assert len(fields) >= 4 and small == []


def test_an_older_browser_is_told_so_on_every_page() -> None:
    sheet = ours(".css")["serve.css"]
    assert "@supports (height: 1dvh) { .oud { display: none; } }" in sheet
    words = environment("nl").get_template("oud.html").render()
    assert 'class="melding oud"' in words and f"iOS {OLDEST['Safari']}" in words
    pages = [path for path in TEMPLATES.glob("*.html") if "<html" in path.read_text(encoding="utf-8")]
    tells = {
        name: '{% include "oud.html" %}' in (TEMPLATES / name).read_text()
        for name in ("basis.html", "wachten.html")
    }
    assert all(tells.values()), tells
    for page in pages:
        source = page.read_text(encoding="utf-8")
        assert "oud.html" in source or "wachten.html" in source, page.name
        assert "huis/serve.css" in source, page.name


def test_the_documents_name_the_same_browsers() -> None:
    told = (DOCS / "security.md").read_text(encoding="utf-8")
    for browser, version in OLDEST.items():
        assert re.search(rf"{browser}\D{{0,30}}{version:g}\b", told), browser
    assert "iOS 15.4" in (DOCS / "begeleiders.md").read_text(encoding="utf-8")
