"""Why a buurt has its class, in plain words with every figure in it."""

from __future__ import annotations

import pandas as pd

from ..i18n import _
from .classes import CLASSES, FOCUS, class_of_signs, sign
from .decimals import plain, signed
from .figures import buurt_row, with_details
from .reference import FOCUS_PERCENTILE
from .result import Reason, Signal

_K_DECIMALS, _O_DECIMALS = 2, 3


def explain(signal: Signal, code: str) -> Reason:
    """Return why a buurt has its class.

    Parameters
    ----------
    signal : Signal
    code : str
        Code of a buurt.

    Returns
    -------
    Reason
        `summary` is one sentence; `steps` give, in order, each indicator in both years, K, O, the class, what
        would make it another one, the situation of the last year, and which borders changed. For an X the first
        step says what is missing.

    Raises
    ------
    SignalError
        No such buurt.
    """
    row = buurt_row(signal, code)
    letter = str(row["letter"])
    steps = [*_term_steps(signal, code), *_k_steps(signal, row), *_o_steps(signal, row)]
    if letter == "X":
        summary = _("Niet te bepalen: {why}.").format(why=row["why_x"])
        first = _("Er is geen klasse, want: {why}. Wat wel bekend is, staat hieronder.") if steps else ""
        steps = [*([first.format(why=row["why_x"])] if first else [summary]), *steps]
    else:
        summary = _("Klasse {letter}: {label}.").format(letter=letter, label=_(CLASSES[letter].label))
        steps += [_class_step(signal, row), *_otherwise(signal, row)]
    if row["focus"] != "onbekend":
        steps.append(_focus_step(signal, row))
    steps += [note.text for note in signal.borders.get(code, ())]
    return Reason(code=code, letter=letter, summary=summary, steps=tuple(steps))


def _term_steps(signal: Signal, code: str) -> list[str]:
    steps = []
    text_of_year = (
        _("{value} in {year} ({z} ten opzichte van de gemeente)")
        if signal.reference.scope == "gemeente"
        else _("{value} in {year} ({z} ten opzichte van Nederland)")
    )
    for term in signal.definition.terms:
        row = signal.terms.loc[(code, term.key)]
        years = ((signal.period.k0, row["x0"], row["z0"]), (signal.period.k1, row["x1"], row["z1"]))
        parts = [
            text_of_year.format(value=plain(x, 1), year=year, z=signed(z, _K_DECIMALS))
            for year, x, z in years
            if pd.notna(x)
        ]
        if parts:
            # A z-score that is turned round shows a minus for a figure above the mean.
            turned = (
                _("hoger is gunstiger, dus de afwijking telt omgekeerd") if term.higher_is == "better" else ""
            )
            steps.append(
                f"{with_details(_(term.label), _(term.unit) if term.unit else '', turned)}: {', '.join(parts)}."
            )
    return steps


def _k_steps(signal: Signal, row: pd.Series) -> list[str]:
    if pd.isna(row["dk"]):
        return []
    text = _(
        "Kwetsbaarheid, het gemiddelde van deze afwijkingen: {first} in {k0}, {last} in {k1}; "
        "verandering {change}."
    )
    step = text.format(
        first=signed(row["k0"], _K_DECIMALS),
        last=signed(row["k1"], _K_DECIMALS),
        k0=signal.period.k0,
        k1=signal.period.k1,
        change=signed(row["k1"] - row["k0"], _K_DECIMALS),
    )
    return [
        step,
        *_against_municipality(signal, row["dk"], signal.mean_dk, _K_DECIMALS),
        _k_verdict(signal, row),
    ]


def _k_verdict(signal: Signal, row: pd.Series) -> str:
    rule = signal.definition.dk_band_rule
    if not row["dk_certain"]:
        text = _(
            "De aantallen zijn hier zo klein dat alleen al afronding een verandering van {band} kan geven; "
            "meer dan {limit} is te onzeker voor een uitspraak."
        )
        limit = plain(rule.undeterminable_above, _K_DECIMALS)
        return text.format(band=plain(row["dk_band"], _K_DECIMALS), limit=limit)
    return _verdict(signal, _("Kwetsbaarheid"), row["dk"], row["dk_band"], _K_DECIMALS)


def _o_steps(signal: Signal, row: pd.Series) -> list[str]:
    if pd.isna(row["do"]):
        return []
    text = _(
        "Overlast en onveiligheid (Leefbaarometer, hoger is meer overlast): {first} in {o0}, {last} in {o1}; "
        "verandering {change}."
    )
    step = text.format(
        first=signed(row["o0"], _O_DECIMALS),
        last=signed(row["o1"], _O_DECIMALS),
        o0=signal.period.o0,
        o1=signal.period.o1,
        change=signed(row["o1"] - row["o0"], _O_DECIMALS),
    )
    verdict = _verdict(signal, _("Overlast"), row["do"], row["do_band"], _O_DECIMALS)
    return [step, *_against_municipality(signal, row["do"], signal.mean_do, _O_DECIMALS), verdict]


def _against_municipality(signal: Signal, change: float, mean: float, decimals: int) -> list[str]:
    if signal.view != "relatief":
        return []
    text = _("Gemiddeld in de gemeente veranderde dit {mean}; het verschil met de gemeente is {change}.")
    return [text.format(mean=signed(mean, decimals), change=signed(change, decimals))]


def _verdict(signal: Signal, what: str, change: float, band: float, decimals: int) -> str:
    relative = signal.view == "relatief"
    direction = int(sign(change, band))
    decimals = _enough(change, band, decimals)
    words = {
        (True, 1): _("ongunstiger dan gemiddeld in de gemeente"),
        (True, 0): _("geen duidelijk verschil met de gemeente"),
        (True, -1): _("gunstiger dan gemiddeld in de gemeente"),
        (False, 1): _("duidelijke toename"),
        (False, 0): _("geen duidelijke verandering"),
        (False, -1): _("duidelijke afname"),
    }[(relative, direction)]
    text = _("{what}: {words}, want {change} ligt {place} de marge van {band}.")
    place = _("binnen") if direction == 0 else _("buiten")
    return text.format(
        what=what, words=words, change=signed(change, decimals), place=place, band=plain(band, decimals)
    )


def _enough(change: float, band: float, decimals: int) -> int:
    """Return the decimals that show on which side of the band a change lies; at most two more."""
    for more in range(3):
        if round(abs(change), decimals + more) != round(band, decimals + more):
            return decimals + more
    return decimals


def _class_step(signal: Signal, row: pd.Series) -> str:
    letter = str(row["letter"])
    text = _("Samen geeft dat klasse {letter}: {label}.").format(
        letter=letter, label=_(CLASSES[letter].label)
    )
    if signal.view == "relatief":
        text += " " + _("‘Toenemen’ betekent hier: meer dan gemiddeld in de gemeente.")
    return text


def _otherwise(signal: Signal, row: pd.Series) -> list[str]:
    """Say at which change of K alone, or of O alone, the class would be another one."""
    k, o = int(sign(row["dk"], row["dk_band"])), int(sign(row["do"], row["do_band"]))
    by_k = {other: str(class_of_signs(other, o)) for other in (1, 0, -1)}
    by_o = {other: str(class_of_signs(k, other)) for other in (1, 0, -1)}
    sides = (
        (_("kwetsbaarheid"), by_k, row["dk"], row["dk_band"], _K_DECIMALS),
        (_("overlast"), by_o, row["do"], row["do_band"], _O_DECIMALS),
    )
    text = _("Het zou klasse {letter} zijn als de verandering van de {what} {where} was (nu {change}).")
    return [
        text.format(
            letter=letter,
            what=what,
            where=_where([d for d, given in outcomes.items() if given == letter], band, decimals),
            change=signed(change, _enough(change, band, decimals)),
        )
        for what, outcomes, change, band, decimals in sides
        for letter in dict.fromkeys(outcomes.values())
        if letter != row["letter"]
    ]


def _where(directions: list[int], band: float, decimals: int) -> str:
    """Return in words which changes lie above (1), within (0) or below (-1) the band."""
    text = {
        (1,): _("hoger dan +{edge}"),
        (1, 0): _("niet lager dan -{edge}"),
        (0,): _("tussen -{edge} en +{edge}"),
        (0, -1): _("niet hoger dan +{edge}"),
        (-1,): _("lager dan -{edge}"),
    }[tuple(directions)]
    return text.format(edge=plain(band, decimals))


def _focus_step(signal: Signal, row: pd.Series) -> str:
    text = _(
        "Situatie nu: {label}. Kwetsbaarheid {k} in {k1} (hoog vanaf {k_high}), overlast {o} in {o1} "
        "(hoog vanaf {o_high}); hoog is boven {percentile}% van Nederland."
    )
    if signal.reference.scope == "gemeente":
        text = _(
            "Situatie nu: {label}. Kwetsbaarheid {k} in {k1} (hoog vanaf {k_high}, boven {percentile}% van de "
            "gemeente), overlast {o} in {o1} (hoog vanaf {o_high}, boven {percentile}% van Nederland)."
        )
    return text.format(
        label=_(FOCUS[str(row["focus"])].label).lower(),
        k=signed(row["k1"], _K_DECIMALS),
        k1=signal.period.k1,
        k_high=signed(signal.reference.k_high, _K_DECIMALS),
        o=signed(row["o1"], _O_DECIMALS),
        o1=signal.period.o1,
        o_high=signed(signal.reference.o_high, _O_DECIMALS),
        percentile=FOCUS_PERCENTILE,
    )
