"""Numbers as people read them: decimal comma in Dutch, and a sign where it matters."""

from __future__ import annotations

from babel.numbers import format_decimal

from ..i18n import current_language


def plain(value: float, decimals: int) -> str:
    """Return `value` with a fixed number of decimals in the language of this process."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return _formatted(value, decimals, pattern)


def signed(value: float, decimals: int) -> str:
    """Return `value` with its sign; what rounds to zero has none."""
    digits = "#,##0" + ("." + "0" * decimals if decimals else "")
    text = _formatted(value, decimals, f"+{digits};-{digits}")
    return text if round(value, decimals) else text.lstrip("+-")


def _formatted(value: float, decimals: int, pattern: str) -> str:
    # Rounding to zero first: "-0.0" says something that is not so.
    return str(format_decimal(round(value, decimals) + 0.0, format=pattern, locale=current_language()))
