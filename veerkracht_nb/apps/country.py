"""The national picture: how the classes lie over the country, without an order of gemeenten."""

from __future__ import annotations

import ipywidgets as w
import pandas as pd

from ..areas.country import Country, country_of
from ..errors import SignalError
from ..i18n import _, current_language
from ..signal import PROFILES, View
from ..signal.country import CountrySignal, country_signal, usable_profiles
from ..signal.country_sizes import DETERMINED, by_size, nation
from ..signal.decimals import plain
from ..sources import load_municipality
from ..sources.national import load_country
from ..widgets import Column, DataTable, InfoPanel, LayerPicker, Legenda, TopBar, app_frame
from .country_charts import Charts
from .layers import SIGNAL_STYLES
from .parameters import CountryParameters
from .quick_scan import VIEWS
from .shell import guarded
from .signals import reference_of


class NationalPicture(w.VBox):
    """Classes by size of gemeente, inhabitants by class, the spread of K, and how much of the country is covered.

    Attributes
    ----------
    country : Country
    signal : CountrySignal
        What is shown now; changes with the choices on the page.
    complete : bool
        False where no national files were read and only the embedded gemeente is shown.
    """

    def __init__(self, parameters: CountryParameters) -> None:
        found = load_country()
        self.complete = found is not None
        self.country: Country = found or country_of([load_municipality("voorbeeldstad")])
        profiles = usable_profiles(self.country)
        if not profiles:
            raise _no_figures(self.country)
        asked = None if parameters.profiel == "automatisch" else parameters.profiel
        self._profile: str = asked or profiles[0]
        self._view: View = parameters.weergave
        self.signal: CountrySignal = self._computed()
        self._views = LayerPicker(options=[(key, _(label)) for key, label in VIEWS], layer=self._view)
        options = [(key, _(PROFILES[key].title)) for key in profiles]
        self._profiles = LayerPicker(options=options, layer=self.signal.profile)
        self._charts = Charts(self.signal)
        self._legend, self._info, self._table = Legenda(SIGNAL_STYLES), InfoPanel(), DataTable()
        self._views.on_command(
            "laag",
            lambda body, _nonce: self._choose(view="absoluut" if body["layer"] == "absoluut" else "relatief"),
        )
        self._profiles.on_command("laag", lambda body, _nonce: self._choose(profile=body["layer"]))
        self._draw()
        super().__init__([self._frame()])

    def _computed(self) -> CountrySignal:
        return country_signal(
            self.country, profile=self._profile, view=self._view, reference=reference_of(self._profile)
        )

    def _frame(self) -> w.Widget:
        total = nation(self.signal)
        text = _("gemeenten: {n} · buurten: {m} · grenzen van {year}")
        choices = w.Box([self._views, self._profiles])
        choices.add_class("vk-pair")
        return app_frame(
            "quickscan",
            language=current_language(),
            top=TopBar(
                kind="begeleider",
                title=_("Landelijk beeld"),
                question=text.format(
                    n=plain(total["gemeenten"], 0), m=plain(total["buurten"], 0), year=self.country.year
                ),
            ),
            map=[choices, self._charts.widget],
            side=[self._info, self._legend],
            middle=self._table,
        )

    def _choose(self, *, view: View | None = None, profile: str = "") -> None:
        self._view, self._profile = view or self._view, profile or self._profile
        self.signal = self._computed()
        self._charts.show(self.signal)
        self._draw()

    def _draw(self) -> None:
        self._views.layer, self._profiles.layer = self.signal.view, self.signal.profile
        self._legend.show(SIGNAL_STYLES, notes=self.signal.notes)
        self._info.show(*_summary(self.signal, self.complete))
        caption = _("Naar grootte van de gemeente; % van de inwoners van buurten met een klasse")
        self._table.show(_columns(), _rows(by_size(self.signal)), caption=caption)


def _summary(signal: CountrySignal, complete: bool) -> tuple[str, list[str]]:
    total = nation(signal)
    coverage = _("{n} van de {m} buurten hebben een klasse; daar wonen {p} mensen.").format(
        n=plain(total["determined"], 0),
        m=plain(total["buurten"], 0),
        p=plain(total["inwoners_determined"], 0),
    )
    if complete:
        lacking = _("Zonder scores van de Leefbaarometer is er kwetsbaarheid en geen klasse.")
        return _("Wat is er te zien?"), [coverage, *([lacking] if total["with_o"] < total["with_k"] else [])]
    return _("Er zijn nog geen landelijke bestanden"), [
        _("Dit is alleen de meegeleverde, verzonnen gemeente."),
        _(
            "Nodig zijn de landelijke tabel met kerncijfers (KWB) of de wijk- en buurtkaart, de "
            "Gezondheidsmonitor per buurt en de buurtscores van de Leefbaarometer. "
            "Waar die staan: docs/data.md."
        ),
        _("Lees ze daarna in met: veerkracht data country MAP-MET-BESTANDEN"),
        coverage,
    ]


def _columns() -> list[Column]:
    counts = [_("gemeenten"), _("buurten"), _("met K"), _("met O"), _("met klasse")]
    shares = [_("% inw. {l}").format(l=letter) for letter in DETERMINED]
    return [
        Column(label=_("Inwoners")),
        *(Column(label=label, number=True) for label in (*counts, *DETERMINED)),
        *(Column(label=label, number=True, decimals=1) for label in shares),
    ]


def _rows(sizes: pd.DataFrame) -> dict[str, tuple[str | float | None, ...]]:
    rows: dict[str, tuple[str | float | None, ...]] = {}
    for number, (place, row) in enumerate(sizes.iterrows(), start=1):
        counts = [float(row[name]) for name in ("gemeenten", "buurten", "with_k", "with_o", "determined")]
        classes = [float(row[letter]) for letter in DETERMINED]
        shares = [row[f"share_{letter}"] for letter in DETERMINED]
        percentages = [None if pd.isna(share) else 100 * float(share) for share in shares]
        # With a number in front the table sorts from small to large.
        rows[str(place)] = (f"{number}. {row['label']}", *counts, *classes, *percentages)
    return rows


def _no_figures(country: Country) -> SignalError:
    there = sorted(set(country.indicators["indicator"]))
    return SignalError(
        _("Er zijn te weinig landelijke cijfers voor een beeld van de kwetsbaarheid."),
        expected=_("twee jaren met alle indicatoren van één profiel"),
        got=", ".join(there) or _("geen cijfers"),
        todo=_("Lees ook de Gezondheidsmonitor per buurt in."),
    )


@guarded
def national_picture(parameters: CountryParameters) -> w.Widget:
    """Return the national picture from the files that were read last.

    Without national files it shows the embedded gemeente and says what is needed.

    Parameters
    ----------
    parameters : CountryParameters

    Raises
    ------
    SignalError, FileDamaged
        Shown on the page instead, with what to do.
    """
    return NationalPicture(parameters)
