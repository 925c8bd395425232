"""Do high and low values lie together? Moran's I and local clusters, as a second opinion on the map."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..areas.municipality import Municipality
from ..errors import SignalError
from ..i18n import _
from .decimals import plain, signed
from .result import Signal

if TYPE_CHECKING:
    from libpysal.graph import Graph

SpatialColumn = Literal["k1", "o1", "dk", "do"]
Cluster = Literal["hoog", "laag", "hoog-tussen-laag", "laag-tussen-hoog", "geen", "niet-meegerekend"]

LEAST_BUURTEN = 8
"""With fewer buurten that have neighbours nothing is computed."""
PERMUTATIONS = 9999
ALPHA = 0.05
SEED = 2021
# Borders of a simplified map may leave a gap; this much on either side is bridged (metres).
_SLIVER = 0.5
# Quadrants of Moran_Local in the order of PySAL.
_QUADRANTS: dict[int, Cluster] = {1: "hoog", 2: "laag-tussen-hoog", 3: "laag", 4: "hoog-tussen-laag"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Spatial:
    """Spatial concentration of one figure.

    Attributes
    ----------
    column : str
        Column of the table of the signal: ``k1``, ``o1``, ``dk`` or ``do``.
    i, p : float or None
        Moran's I and its two-sided p-value by permutation; None where there are too few buurten, or they do
        not differ.
    table : pandas.DataFrame
        Index: every buurt code. ``cluster`` (a :data:`Cluster`; words by :func:`cluster_label`), ``local``
        (local Moran's I) and ``p`` (two-sided, before correction), NaN where not counted.
    cutoff : float or None
        Largest p that counts as a cluster after correction for many buurten (false discovery rate 5%).
    islands, missing : tuple of str
        Codes that are left out: without a neighbour that counts, and without a figure.
    note : str
        In a few sentences what it says and how it was computed.
    """

    column: SpatialColumn
    i: float | None
    p: float | None
    table: pd.DataFrame
    cutoff: float | None
    islands: tuple[str, ...]
    missing: tuple[str, ...]
    note: str


def spatial(
    municipality: Municipality,
    signal: Signal,
    column: SpatialColumn,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
) -> Spatial:
    """Compute global and local Moran's I of K, O or a change, over buurten that touch.

    Neighbours share at least a point of their border (Queen contiguity). A change is that of the view of the map;
    subtracting a mean alters nothing here. The first call loads esda, which takes seconds.

    Parameters
    ----------
    municipality : Municipality
        The one from which `signal` was computed.
    signal : Signal
    column : {"k1", "o1", "dk", "do"}
    permutations, seed : int
        Number of random maps to compare with, and where they start: the same seed gives the same outcome.

    Raises
    ------
    SignalError
        Another column, or a signal of another municipality.
    """
    _check(municipality, signal, column)
    values = signal.table[column]
    if column in ("dk", "do"):
        values = values.where(signal.table["letter"] != "X")
    missing = tuple(values.index[values.isna()])
    buurten = municipality.buurten.loc[values.dropna().index.sort_values()]
    # Here and not above: loading these libraries takes seconds, and most who compute a signal never need them.
    from libpysal.graph import Graph

    graph = Graph.build_fuzzy_contiguity(buurten, buffer=_SLIVER) if len(buurten) > 1 else None
    alone = tuple(buurten.index if graph is None else graph.isolates)
    counted = buurten.index.difference(alone)
    table = pd.DataFrame({"cluster": "niet-meegerekend", "local": np.nan, "p": np.nan}, index=values.index)
    chosen = values.loc[counted]
    outcome = None
    if graph is not None and len(counted) >= LEAST_BUURTEN and np.ptp(chosen) > 1e-12:
        outcome = _moran(chosen, graph.subgraph(counted), permutations, seed)
        table.loc[counted, ["local", "p"]] = np.column_stack([outcome.local, outcome.local_p])
        table.loc[counted, "cluster"] = outcome.clusters
    return Spatial(
        column=column,
        i=outcome.i if outcome else None,
        p=outcome.p if outcome else None,
        table=table,
        cutoff=outcome.cutoff if outcome else None,
        islands=alone,
        missing=missing,
        note=_note(column, outcome, len(counted), len(alone), len(missing), permutations),
    )


def cluster_label(cluster: str) -> str:
    """Return a kind of cluster in words."""
    return {
        "hoog": _("hoge waarden bij elkaar"),
        "laag": _("lage waarden bij elkaar"),
        "hoog-tussen-laag": _("hoog te midden van laag"),
        "laag-tussen-hoog": _("laag te midden van hoog"),
        "geen": _("geen duidelijk cluster"),
        "niet-meegerekend": _("niet meegerekend"),
    }[cluster]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Outcome:
    i: float
    p: float
    local: npt.NDArray[np.float64]
    local_p: npt.NDArray[np.float64]
    clusters: list[Cluster]
    cutoff: float


def _moran(values: pd.Series, graph: Graph, permutations: int, seed: int) -> _Outcome:
    from esda import Moran, Moran_Local, fdr

    y = values.to_numpy()
    state = np.random.get_state()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Moran draws from numpy's common generator: lend it a seed, and give back what was there.
        np.random.seed(seed)
        try:
            whole = Moran(y, graph, permutations=permutations)
            local = Moran_Local(y, graph, permutations=permutations, seed=seed)
        finally:
            np.random.set_state(state)
    # The pseudo p-values are those of one tail.
    local_p = np.minimum(1.0, 2 * local.p_sim)
    cutoff = float(fdr(local_p, ALPHA))
    clusters: list[Cluster] = [
        _QUADRANTS[int(quadrant)] if p <= cutoff else "geen"
        for quadrant, p in zip(local.q, local_p, strict=True)
    ]
    return _Outcome(
        i=float(whole.I),
        p=float(min(1.0, 2 * whole.p_sim)),
        local=local.Is,
        local_p=local_p,
        clusters=clusters,
        cutoff=cutoff,
    )


def _note(
    column: SpatialColumn, outcome: _Outcome | None, counted: int, alone: int, missing: int, permutations: int
) -> str:
    what = {
        "k1": _("Kwetsbaarheid"),
        "o1": _("Overlast"),
        "dk": _("Verandering van kwetsbaarheid"),
        "do": _("Verandering van overlast"),
    }[column]
    if outcome is None:
        text = _(
            "{what}: met {count} aangrenzende buurten die verschillen valt over samenhang niets te zeggen."
        )
        sentences = [text.format(what=what, count=counted)]
    else:
        text = _(
            "{what}: {words} (Moran's I {i}, p {p}; {count} buurten, {permutations} keer geschud). Een cluster telt "
            "pas na correctie voor het aantal buurten (false discovery rate 5%)."
        )
        sentences = [
            text.format(
                what=what,
                words=_verdict(outcome),
                i=signed(outcome.i, 2),
                p=_("minder dan 0,001") if outcome.p < 0.001 else plain(outcome.p, 3),
                count=counted,
                permutations=permutations,
            )
        ]
    if missing:
        sentences.append(_("Zonder cijfer en niet meegerekend: {count}.").format(count=missing))
    if alone:
        sentences.append(_("Zonder buren die meetellen en niet meegerekend: {count}.").format(count=alone))
    return " ".join(sentences)


def _verdict(outcome: _Outcome) -> str:
    if outcome.p > ALPHA:
        return _("geen duidelijke ruimtelijke samenhang")
    if outcome.i > 0:
        return _("buurten lijken op hun buren")
    return _("buurten verschillen juist van hun buren")


def _check(municipality: Municipality, signal: Signal, column: str) -> None:
    if (signal.municipality, signal.year) != (municipality.code, municipality.year):
        raise SignalError(
            "De signaleringskaart en de gemeente horen niet bij elkaar.",
            expected=f"{signal.municipality}, grenzen van {signal.year}",
            got=f"{municipality.code}, grenzen van {municipality.year}",
            todo="Bereken de signaleringskaart opnieuw voor deze gemeente.",
        )
    if column not in ("k1", "o1", "dk", "do"):
        raise SignalError(
            f"Van {column!r} is geen ruimtelijke samenhang te berekenen.",
            expected="k1, o1, dk of do",
            got=repr(column),
            todo="Kies kwetsbaarheid, overlast, of een verandering daarvan.",
        )
