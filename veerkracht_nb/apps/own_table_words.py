"""What the page of an own table says: what will be kept, what is kept, and what can be done with it."""

from __future__ import annotations

from ..areas import Municipality
from ..areas.own import OwnProfile
from ..i18n import _
from ..signal import profile_choices, profiles_of
from ..sources.own_model import Checked
from ..sources.store import is_prepared
from ..widgets import KeptTable


def direction_words(higher_is: str) -> str:
    """Return what a higher figure means."""
    words = {"worse": _("hoger is ongunstiger"), "better": _("hoger is gunstiger")}
    return words.get(higher_is, _("hoger is niet gunstiger of ongunstiger"))


def preview_note(higher_is: str) -> str:
    """Return how the classes of the map were made."""
    classes = _("Klassen met ongeveer evenveel buurten; donker is een hoog cijfer.")
    return f"{classes} {direction_words(higher_is).capitalize()}."


def kept_lines(checked: Checked, municipality: Municipality, skip: bool) -> list[str]:
    """Return what will be kept, and what that replaces; with `skip` what is wrong is left out."""
    title, choice = checked.profile.title, checked.choice
    what = ", ".join(f"{item.label} ({item.year})" for item in choice.columns)
    lines = [
        _("“{titel}” komt bij {gemeente}, met bron {bron}.").format(
            titel=title, gemeente=municipality.name, bron=choice.source
        ),
        _("{wat}: cijfers van {n} buurten.").format(wat=what, n=checked.figures["code"].nunique()),
    ]
    if not is_prepared(municipality):
        lines.append(
            _(
                "{gemeente} komt uit de landelijke bestanden en krijgt nu een eigen bestand op deze laptop. Nieuwe "
                "landelijke bestanden veranderen deze gemeente daarna niet meer."
            ).format(gemeente=municipality.name)
        )
    if skip and checked.error_count:
        lines.append(_("Wat fout is, wordt weggelaten: {n} keer.").format(n=checked.error_count))
    if any(made.key == checked.profile.key for made in municipality.own_profiles):
        lines.append(
            _(
                "Er is al een tabel met deze titel: cijfers van dezelfde naam en hetzelfde jaar worden vervangen."
            )
        )
    single = _single_year(checked, municipality)
    if single:
        lines.append(
            _("Te zien, maar nog geen profiel: van {namen} is er één jaar, en er zijn er twee nodig.").format(
                namen=", ".join(single)
            )
        )
    return lines


def _single_year(checked: Checked, municipality: Municipality) -> list[str]:
    """Return the names of the figures that say which way is worse but have one year, those that are kept included."""
    years: dict[str, set[int | None]] = {}
    for item in checked.choice.columns:
        if item.higher_is != "neutral":
            years.setdefault(item.label, set(municipality.years(item.key))).add(item.year)
    return [label for label, found in years.items() if len(found) == 1]


def kept_table(municipality: Municipality, made: OwnProfile) -> KeptTable:
    """Return an own table as the list shows it."""
    own = {item.key: item for item in municipality.own}
    figures = [
        f"{own[key].label} ({', '.join(map(str, municipality.years(key)))}): {direction_words(own[key].higher_is)}"
        for key in made.indicators
        if key in own
    ]
    return KeptTable(
        key=made.key,
        title=made.title,
        source=made.source,
        figures=tuple(figures),
        use=use_of(municipality, made.key),
        note=made.note,
    )


def use_of(municipality: Municipality, key: str) -> str:
    """Return what can be done with an own table."""
    if key in dict(profile_choices(municipality)):
        return _("Te kiezen als profiel van kwetsbaarheid, bijvoorbeeld in de quick scan.")
    if key in profiles_of(municipality):
        return _("Nog geen profiel: daarvoor zijn van elk cijfer dat meetelt twee jaren nodig.")
    return _("Geen profiel: van geen enkel cijfer is gezegd of hoger ongunstiger of gunstiger is.")


def about_lines(municipality: Municipality) -> list[str]:
    """Return what to know before choosing a file."""
    lines = [
        _("Van een bestand wordt niets bewaard voordat je onderaan op Bewaar drukt."),
        _("Cijfers van twee jaren maken van een tabel een profiel van kwetsbaarheid."),
        _("Over heel weinig mensen? Lever zulke cijfers niet aan: zij kunnen herleidbaar zijn."),
        _("De codes moeten passen bij de grenzen van {jaar}.").format(jaar=municipality.year),
    ]
    if municipality.fictional:
        lines.insert(
            0, _("{gemeente} is verzonnen: oefenen kan, bewaren niet.").format(gemeente=municipality.name)
        )
    return lines


def example_rows(municipality: Municipality) -> list[list[str]]:
    """Return what a good table looks like, with buurten of this gemeente."""
    buurten = municipality.buurten[~municipality.buurten["water"].astype(bool)]["name"].head(3)
    figures = (("12", "15"), ("7", "6"), ("20", ""))
    head = [
        _("buurtcode"),
        _("buurt"),
        _("meldingen {jaar}").format(jaar=2020),
        _("meldingen {jaar}").format(jaar=2024),
    ]
    rows = zip(buurten.items(), figures, strict=False)
    return [head, *([str(code), str(name), *cells] for (code, name), cells in rows)]
