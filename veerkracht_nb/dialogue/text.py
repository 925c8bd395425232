"""Text of participants, cleaned once when it comes in.

What comes out is plain text in NFC, with ``\\n`` as the only control character. It is still text of a
stranger: it is escaped where it is shown.
"""

from __future__ import annotations

import re
import unicodedata

from ..errors import InvalidContribution
from ..i18n import _

MAX_RAW = 200_000
"""Longer input is refused without looking at it."""

_MARKS_IN_A_ROW = 4
"""No living script stacks more; more is meant to run over the lines above."""

_CODE_POINTS_PER_CHARACTER = 8
"""On average over a whole text; a family emoji has seven."""

_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_BLANKS = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u2800\u115f\u1160\u3164\uffa0 ]+")
_AROUND_BREAK = re.compile(" *\n *")
_MANY_BREAKS = re.compile("\n{3,}")
# Control, bidi and invisible characters, tags, private use, surrogates and noncharacters. The zero-width
# joiners U+200C and U+200D are not here: emoji, Persian and Hindi need them between two visible characters.
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffd-\uffff\ud800-\udfff\ue000-\uf8ff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff]"
)
_JOINERS = re.compile("[\u200c\u200d]+")
_LOOSE_JOINERS = re.compile("(?:^|(?<=\\s))[\u200c\u200d]+|[\u200c\u200d]+(?=\\s|$)")
_JOINER = "\u200d"
_SELECTORS = range(0xFE00, 0xFE10)
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)


def clean_text(text: str, limit: int) -> str:
    """Return `text` as it may be kept: one line-break character, single spaces, nothing invisible, NFC.

    Cleaning what is already clean changes nothing.

    Parameters
    ----------
    text : str
        Anything at all, also lone surrogates.
    limit : int
        Most characters, counted as a reader sees them (an emoji with skin tone is one).

    Raises
    ------
    InvalidContribution
        If nothing is left, or more than `limit`. Nothing is ever cut off: the text stays with whoever typed
        it.
    """
    if len(text) > MAX_RAW:
        raise _too_long(len(text), limit)
    cleaned = tidy(text)
    if not cleaned:
        raise InvalidContribution(_("Er staat nog geen tekst."), todo=_("Schrijf een of meer woorden."))
    length = perceived_length(cleaned)
    if length > limit or len(cleaned) > _CODE_POINTS_PER_CHARACTER * limit:
        raise _too_long(length, limit)
    return cleaned


def _too_long(length: int, limit: int) -> InvalidContribution:
    return InvalidContribution(
        _("De tekst is te lang."),
        expected=_("hoogstens {limit} tekens").format(limit=limit),
        got=_("{length} tekens").format(length=length),
        todo=_("Maak de tekst korter. Wat er staat blijft staan."),
    )


def tidy(text: str) -> str:
    """Return `text` cleaned, of any length, possibly empty. Never raises."""
    # A pair of surrogates is one character that came in two halves; a lone half is nothing.
    if not text.isascii():
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = _DROPPED.sub("", _LINE_BREAKS.sub("\n", text))
    if not text.isascii():
        # Marks first: sorting a run of a hundred thousand of them takes quadratic time.
        text = unicodedata.normalize("NFC", _few_marks(text))
        text = _few_marks(_JOINERS.sub(lambda run: run.group()[-1], text))
    text = _BLANKS.sub(" ", _LOOSE_JOINERS.sub("", _BLANKS.sub(" ", text)))
    text = _MANY_BREAKS.sub("\n\n", _AROUND_BREAK.sub("\n", text))
    return text.strip(" \n")


def _few_marks(text: str) -> str:
    kept: list[str] = []
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) or _is_enclosing(character) else 0
        if run <= _MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)


def _is_enclosing(character: str) -> bool:
    return character > "\u0300" and unicodedata.category(character) in ("Mn", "Me")


def perceived_length(text: str) -> int:
    """Return how many characters a reader sees in `text`."""
    if text.isascii():
        return len(text)
    count = 0
    joined = half_flag = False
    for character in text:
        point = ord(character)
        flag = point in _FLAG_LETTERS
        attaches = (
            character == _JOINER
            or character == "\u200c"
            or point in _SELECTORS
            or point in _SKIN_TONES
            or unicodedata.category(character) in ("Mn", "Me", "Mc")
        )
        if not (attaches or joined or (flag and half_flag)):
            count += 1
        half_flag = flag and not half_flag
        joined = character == _JOINER
    return max(count, 1) if text else 0


_POSTCODE = re.compile(
    r"\b[1-9]\d{3}(?: ?(?!SA|SD|SS)[A-Z]{2}\b|[a-z]{2}\b| [a-z]{2}[ ,]+(?:nr\.?|nummer)?[ ]*\d{1,5}\b)"
)
# Without what comes before: trying to match that from every place in a long text takes minutes.
_STREET = re.compile(
    r"(?:straat|laan|weg|plein|singel|kade|gracht|hof|dijk|pad|steeg|plantsoen)\.? \d{1,5}\b", re.I
)
_PHONE = re.compile(r"(?<![\w+])(?:\+31|0031|0)(?:[ -]?\(0\))?(?:[ -]?\d){9}(?!\d)")
_MAIL = re.compile(r"[^\s@]{1,64}@[^\s@.]{1,63}(?:\.[^\s@.]{1,63})+")
_NUMBER = re.compile(r"(?<![\d.])(?:\d[. ]?){8,9}(?!\d)")


def personal_data_hints(text: str) -> tuple[str, ...]:
    """Return what in `text` looks like personal data, in words, for a warning before it is kept.

    A hint, not a filter: names are not found, and a number can be something else.
    """
    found = []
    if _POSTCODE.search(text) or _STREET.search(text):
        found.append(_("een adres of postcode"))
    if _PHONE.search(text):
        found.append(_("een telefoonnummer"))
    if _MAIL.search(text):
        found.append(_("een e-mailadres"))
    if any(_is_bsn(match.group()) for match in _NUMBER.finditer(text)):
        found.append(_("een burgerservicenummer"))
    return tuple(found)


def _is_bsn(number: str) -> bool:
    """Tell whether the digits pass the elfproef: weights 9 to 2, and minus 1 for the last."""
    digits = [int(d) for d in re.sub(r"\D", "", number).zfill(9)]
    if not any(digits):
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(w * d for w, d in zip(weights, digits, strict=True)) % 11 == 0
