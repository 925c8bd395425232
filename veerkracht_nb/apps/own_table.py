"""A facilitator's own table: from a file, through a check and a map, to a profile of the gemeente."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import ipywidgets as w

from ..areas import Municipality
from ..errors import ParameterError
from ..i18n import _, current_language
from ..sources import load_municipality
from ..sources.own_keeping import forget_own_table, import_own_table, restore_own_table
from ..sources.own_model import Checked, OwnTable
from ..sources.own_table import check_own_table
from ..widgets import (
    Area,
    DataTable,
    InfoPanel,
    Legenda,
    OwnTableCheck,
    OwnTableForm,
    OwnTableList,
    OwnTableSave,
    RowProblem,
    TopBar,
    app_frame,
    buurt_kaart,
)
from .choice import MAP_HEIGHT
from .own_table_file import choice_of, form_table, on_disk, read_content
from .own_table_map import land_of, map_classes, rest_styles, show_rows, with_decimals
from .own_table_words import about_lines, example_rows, kept_lines, kept_table, preview_note, use_of
from .parameters import OwnTableParameters
from .shell import guarded, one_of


class OwnTablePage(w.VBox):
    """The form, the result of the check, the figures on the map, and only then the button that keeps them.

    Attributes
    ----------
    municipality : Municipality
        As it is on this laptop; changes when a table is kept or removed.
    checked : Checked or None
        The last check; None when something changed after it.
    """

    def __init__(self, parameters: OwnTableParameters) -> None:
        self.municipality: Municipality = load_municipality(parameters.gemeente)
        self.checked: Checked | None = None
        self._content: tuple[str, bytes] = ("", b"")
        self._table: OwnTable | None = None
        self._skip = False
        self._removed: tuple[str, Municipality] | None = None
        self._form = OwnTableForm(example=example_rows(self.municipality))
        self._check, self._save = OwnTableCheck(), OwnTableSave()
        self._kept, self._rows, self._legend = OwnTableList(), DataTable(), Legenda(rest_styles())
        self._map = buurt_kaart(self.municipality.buurten, palette=rest_styles(), hoogte=MAP_HEIGHT)
        self._main = Area(children=[self._form])
        self._main.add_class("vk-own-main")
        self._connect()
        self._draw_kept()
        super().__init__([self._frame()])

    def _frame(self) -> w.Widget:
        self._preview = w.Box([w.VBox([self._map, self._legend]), self._rows])
        self._preview.add_class("vk-pair")
        about = InfoPanel()
        about.show(_("Goed om te weten"), items=about_lines(self.municipality))
        return app_frame(
            "quickscan",
            language=current_language(),
            top=TopBar(kind="begeleider", title=_("Eigen tabel"), question=self.municipality.name),
            map=[self._main],
            side=[self._kept, about],
        )

    def _connect(self) -> None:
        self._form.on_file(self._take)
        self._form.on_choice(self._look)
        self._form.on_command("blad", lambda body, _nonce: self._take_sheet(body.get("sheet", "")))
        self._form.on_command("gewijzigd", lambda _body, _nonce: self._changed())
        self._check.on_command("weglaten", lambda body, _nonce: self._leave_out(body.get("skip", False)))
        self._check.on_command("toon", lambda body, _nonce: self._show(body.get("column", 0)))
        self._save.on_command("bewaar", lambda _body, _nonce: self._keep())
        self._kept.on_command("verwijder", lambda body, _nonce: self._remove(body.get("key", "")))
        self._kept.on_command("terug", lambda _body, _nonce: self._put_back())
        self._rows.on_command("kies", lambda body, _nonce: self._select(body.get("buurt", "")))
        self._map.observe(lambda change: self._select(change["new"] or ""), "selected")

    def _take(self, name: str, content: bytes, sheet: str | None = None) -> None:
        table = read_content(name, content, sheet)
        self._content, self._table, self.checked = (name, content), table, None
        self._main.children = [self._form]
        self._form.show(form_table(table))

    def _take_sheet(self, sheet: str) -> None:
        self._take(*self._content, sheet=str(one_of(sheet, self._table.sheets if self._table else ())))

    def _changed(self) -> None:
        self.checked = None
        self._draw_save()

    def _look(self, said: Mapping[str, Any]) -> None:
        if self._table is None:
            raise ParameterError(_("Kies eerst een bestand."))
        self.checked = None
        found = check_own_table(self._table, self.municipality, choice_of(self._table, said))
        self.checked, self._skip = with_decimals(found), False
        self._draw_check(self.checked)
        self._show(0)
        self._draw_save()
        self._main.children = [self._form, self._check, self._preview, self._save]

    def _leave_out(self, skip: bool) -> None:
        self._skip = self._check.skip = skip
        self._draw_save()

    def _draw_check(self, checked: Checked) -> None:
        names = self.municipality.buurten["name"]
        total, absent = len(land_of(self.municipality)), checked.unmatched
        self._check.show(
            _("{n} van de {m} buurten hebben een regel in de tabel.").format(n=total - len(absent), m=total),
            notes=checked.notes,
            absent=[str(names[code]) for code in absent],
            problems=[RowProblem(**vars(error)) for error in checked.errors],
            total=checked.error_count,
            columns=list(checked.preview.columns[1:]),
        )

    def _show(self, number: int) -> None:
        checked = self._latest()
        columns = list(checked.preview.columns[1:])
        if not 0 <= number < len(columns):
            raise ParameterError(
                _("Deze kolom is er niet."), expected=", ".join(columns)[:200], got=str(number)
            )
        item = checked.choice.columns[number]
        values = checked.preview.loc[land_of(self.municipality), columns[number]]
        classes, styles = map_classes(values, checked.unmatched, item.decimals)
        self._check.column = number
        self._map.set_classes(classes, palette=styles, heading="")
        title = f"{item.label}, {item.unit} ({item.year})" if item.unit else columns[number]
        self._legend.show(styles, title=title, notes=[preview_note(item.higher_is)])
        show_rows(self._rows, checked, self.municipality)

    def _latest(self) -> Checked:
        if self.checked is None:
            raise ParameterError(
                _("Er is iets veranderd na de controle."), todo=_("Controleer de tabel opnieuw.")
            )
        return self.checked

    def _draw_save(self) -> None:
        checked = self.checked
        if checked is None:
            reason = _("U heeft iets veranderd. Controleer de tabel eerst opnieuw.")
            self._save.show(self._save.lines, reason=reason)
            return
        self._save.show(kept_lines(checked, self.municipality, self._skip), reason=self._reason())

    def _reason(self) -> str:
        checked = self._latest()
        if self.municipality.fictional:
            return _(
                "{gemeente} is verzonnen: hier kunt u oefenen, bewaren kan bij een echte gemeente."
            ).format(gemeente=self.municipality.name)
        if checked.figures.empty:
            return _("Er is geen enkel cijfer dat bij een buurt van deze gemeente hoort.")
        if checked.error_count and not self._skip:
            return _("Er zijn nog fouten: verbeter het bestand, of kies om weg te laten wat fout is.")
        return ""

    def _keep(self) -> None:
        checked, reason = self._latest(), self._reason()
        if reason or self._table is None:
            raise ParameterError(reason)
        with on_disk(*self._content) as path:
            import_own_table(
                replace(self._table, path=path), self.municipality, checked.choice, only_good=self._skip
            )
        self._reload()
        now = datetime.now().astimezone().strftime("%H:%M")
        done = (_("Bewaard om {tijd}.").format(tijd=now), use_of(self.municipality, checked.profile.key))
        self._save.show(self._save.lines, done=done)

    def _remove(self, key: str) -> None:
        one_of(key, [profile.key for profile in self.municipality.own_profiles])
        before = self.municipality
        forget_own_table(key, before.code, before.year)
        self._removed = (key, before)
        self._reload(removed=next(p.title for p in before.own_profiles if p.key == key))

    def _put_back(self) -> None:
        if self._removed is None:
            raise ParameterError(_("Er is geen tabel om terug te zetten."))
        restore_own_table(*self._removed)
        self._reload()

    def _reload(self, removed: str = "") -> None:
        self.municipality = load_municipality(self.municipality.code, self.municipality.year)
        if not removed:
            self._removed = None
        self._draw_kept(removed)

    def _draw_kept(self, removed: str = "") -> None:
        place = self.municipality
        self._kept.show(place.name, [kept_table(place, made) for made in place.own_profiles], removed=removed)

    def _select(self, code: str) -> None:
        if code == self._rows.selected or (code and code not in self.municipality.buurten.index):
            return
        # First, because the map reports back what it is told.
        self._rows.selected = code
        self._map.selected = code or None


@guarded
def own_table(parameters: OwnTableParameters) -> w.Widget:
    """Return the page with which a facilitator adds an own table to a gemeente.

    Parameters
    ----------
    parameters : OwnTableParameters

    Raises
    ------
    MunicipalityNotFound
        Shown on the page instead, with what to do.
    """
    return OwnTablePage(parameters)
