"""How firm a class is: the same computation with other bands and with one indicator less."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..i18n import _
from .classes import CLASSES, FOCUS, classify, focus
from .figures import buurt_row
from .profiles import Profile
from .reference import FOCUS_PERCENTILE, PERCENTILES
from .result import Signal
from .vulnerability import change_band, combined_noise

FACTORS = (0.75, 1.0, 1.5)
"""By how much each band is multiplied."""


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One way to compute the map.

    Attributes
    ----------
    terms : tuple of str
        Keys of the indicators in K.
    dk_factor, do_factor : float
        Factors of the bands of K and O.
    """

    terms: tuple[str, ...]
    dk_factor: float
    do_factor: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Robustness:
    """How firm the classes of a signaleringskaart are.

    Attributes
    ----------
    variants : tuple of Variant
        Nine combinations of bands for each set of indicators: all of them, and all but one. That is 27 for a
        profile of two indicators (one, the other, both), 36 for three, 9 for one.
    letters : pandas.DataFrame
        Index ``code``; a column for each variant, in that order: the class in that variant.
    table : pandas.DataFrame
        Index ``code``. ``letter`` and ``focus`` as on the map; ``same`` (int) variants with that class;
        ``support`` (float) their share; ``uncertain`` (bool: less than two thirds); ``focus_same``,
        ``focus_support`` and ``focus_uncertain`` likewise over :data:`FOCUS_VARIANTS`. Support is NaN and
        `uncertain` False where there is no class.
    without : pandas.DataFrame
        Index ``code``; a column for each indicator: the class when that one is left out, with the bands of the
        map. No columns for a profile of one indicator.
    """

    variants: tuple[Variant, ...]
    letters: pd.DataFrame
    table: pd.DataFrame
    without: pd.DataFrame


FOCUS_VARIANTS: tuple[tuple[int, int], ...] = tuple(product(PERCENTILES, PERCENTILES))
"""Percentiles from which K and O are called high, each apart."""


def robustness(signal: Signal) -> Robustness:
    """Compute how often each buurt keeps its class when the choices of the method are varied.

    An X stays an X. In every variant the same buurten make the mean of the gemeente, so that only the choices
    differ. Where one indicator alone is too coarse for a small buurt, that variant gives X and does not support
    the class.
    """
    parts = _Parts.of(signal)
    sets = indicator_sets(signal.definition)
    variants = tuple(
        Variant(terms=terms, dk_factor=dk, do_factor=do) for terms, dk, do in product(sets, FACTORS, FACTORS)
    )
    letters = np.empty((len(signal.table), len(variants)), dtype="U1")
    by_set = {terms: parts.change(terms) for terms in sets}
    for number, variant in enumerate(variants):
        letters[:, number] = parts.letters(*by_set[variant.terms], variant)
    index = signal.table.index
    base = {terms: variants.index(Variant(terms=terms, dk_factor=1.0, do_factor=1.0)) for terms in sets}
    every = sets[0]
    without = {key: letters[:, base[terms]] for terms in sets[1:] for key in every if key not in terms}
    return Robustness(
        variants=variants,
        letters=pd.DataFrame(letters, index=index, columns=range(len(variants))),
        table=_support(signal, letters),
        without=pd.DataFrame(without, index=index),
    )


def indicator_sets(profile: Profile) -> tuple[tuple[str, ...], ...]:
    """Return all indicators of a profile, then all but the first, all but the second, and so on."""
    every = tuple(term.key for term in profile.terms)
    if len(every) == 1:
        return (every,)
    return (every, *(tuple(key for key in every if key != left_out) for left_out in every))


Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Parts:
    """What every variant needs, computed once."""

    signal: Signal
    dz: pd.DataFrame
    noise: pd.DataFrame
    do: Floats
    do_band: Floats
    determined: npt.NDArray[np.bool_]
    weights: Floats

    @classmethod
    def of(cls, signal: Signal) -> _Parts:
        table = signal.table
        keys = [term.key for term in signal.definition.terms]
        shape = (len(table), len(keys))
        dz = (signal.terms["z1"] - signal.terms["z0"]).to_numpy().reshape(shape)
        noise = signal.terms["noise"].to_numpy().reshape(shape)
        counts = table["in_u"] & table["dk"].notna()
        return cls(
            signal=signal,
            dz=pd.DataFrame(dz, index=table.index, columns=keys),
            noise=pd.DataFrame(noise, index=table.index, columns=keys),
            do=table["do"].to_numpy(),
            do_band=table["do_band"].to_numpy(),
            determined=(table["letter"] != "X").to_numpy(),
            weights=table["inwoners"].where(counts, 0.0).to_numpy(),
        )

    def change(self, terms: tuple[str, ...]) -> tuple[Floats, Floats]:
        """Return the change of K, in the view of the map, and its band for a set of indicators."""
        dk = self.dz[list(terms)].mean(axis=1, skipna=False).to_numpy(copy=True)
        if self.signal.view == "relatief" and self.weights.any():
            counted = self.weights > 0
            dk -= np.average(dk[counted], weights=self.weights[counted])
        noise = combined_noise(self.noise[list(terms)])
        band, certain = change_band(self.signal.definition, noise, self.signal.dk_floor)
        return np.where(certain & self.determined, dk, np.nan), band.to_numpy()

    def letters(self, dk: Floats, band: Floats, variant: Variant) -> npt.NDArray[np.str_]:
        return classify(dk, variant.dk_factor * band, self.do, variant.do_factor * self.do_band)


def _support(signal: Signal, letters: npt.NDArray[np.str_]) -> pd.DataFrame:
    table = signal.table[["letter", "focus"]].copy()
    table["same"] = (letters == table["letter"].to_numpy(dtype="U1")[:, None]).sum(axis=1)
    k, o = signal.table["k1"], signal.table["o1"]
    high_k, high_o = signal.reference.k.percentiles, signal.reference.o.percentiles
    kinds = np.column_stack([focus(k, o, high_k[pk], high_o[po]) for pk, po in FOCUS_VARIANTS])
    table["focus_same"] = (kinds == table["focus"].to_numpy(dtype=str)[:, None]).sum(axis=1)
    for prefix, total, unknown in (
        ("", letters.shape[1], table["letter"] == "X"),
        ("focus_", len(FOCUS_VARIANTS), table["focus"] == "onbekend"),
    ):
        same = table[f"{prefix}same"]
        table[f"{prefix}support"] = (same / total).where(~unknown)
        # In whole numbers: exactly two thirds is enough.
        table[f"{prefix}uncertain"] = (3 * same < 2 * total) & ~unknown
    return table


def explain_support(signal: Signal, firmness: Robustness, code: str) -> tuple[str, ...]:
    """Return in sentences how firm the class of a buurt is, and which indicator moves it.

    Parameters
    ----------
    signal : Signal
    firmness : Robustness
        Of that same signal.
    code : str
        Code of a buurt.

    Raises
    ------
    SignalError
        No such buurt.
    """
    letter = str(buurt_row(signal, code)["letter"])
    row = firmness.table.loc[code]
    sentences = []
    if letter != "X":
        text = _("In {same} van {total} varianten krijgt deze buurt dezelfde klasse ({letter}).")
        sentences.append(text.format(same=row["same"], total=len(firmness.variants), letter=letter))
        if row["uncertain"]:
            sentences.append(_("Dat is minder dan twee derde: de klasse is onzeker."))
        sentences += _movers(signal, firmness, code, letter)
    if row["focus"] != "onbekend":
        sentences.append(_focus_sentence(row))
    return tuple(sentences)


def _movers(signal: Signal, firmness: Robustness, code: str, letter: str) -> list[str]:
    labels = {term.key: term.label for term in signal.definition.terms}
    sentences = []
    for key, other in firmness.without.loc[code].items():
        if other == letter:
            continue
        label = labels[str(key)]
        text = _("Zonder de indicator ‘{label}’ zou het klasse {letter} zijn: {words}.")
        kind = CLASSES[str(other)]
        sentences.append(text.format(label=_(label), letter=other, words=_(kind.label)))
    if not sentences and len(firmness.without.columns):
        sentences.append(_("Welke indicator ook wordt weggelaten, de klasse blijft gelijk."))
    return sentences


def _focus_sentence(row: pd.Series) -> str:
    kind = FOCUS[str(row["focus"])]
    text = _(
        "Situatie nu: in {same} van {total} varianten van ‘hoog’ (boven {least}, {usual} of {most}%) is de uitkomst "
        "dezelfde ({label})."
    )
    return text.format(
        same=row["focus_same"],
        total=len(FOCUS_VARIANTS),
        least=min(PERCENTILES),
        usual=FOCUS_PERCENTILE,
        most=max(PERCENTILES),
        label=_(kind.label).lower(),
    )
