"""Session notes as a Word document: headings, styles and tables that Word and screen readers know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell

from ..i18n import _, current_language
from . import tables
from .colours import ACCENT, MUTED, on_colour
from .model import BuurtNotes, Notes, Recognition, Remark, WijkNotes

_FONT = "Calibri"
_LINE, _BAND = "BFC7CF", "EEF2F5"
_TEXT_WIDTH = 17.0
_LANGUAGES = {"nl": "nl-NL", "en": "en-GB"}


def write_docx(notes: Notes, path: Path) -> None:
    """Write `notes` as a Word document (A4, standing)."""
    document = docx.Document()
    _page(document, notes)
    _styles(document)
    _properties(document, notes)
    _cover(document, notes)
    _summary(document, notes)
    for wijk in notes.wijken:
        _wijk(document, wijk)
    for title, sentences in ((_("Werkwijze"), notes.method), (_("Grenzen van de cijfers"), notes.limits)):
        document.add_heading(title, 1)
        for sentence in sentences:
            document.add_paragraph(sentence, style="List Bullet")
    document.add_heading(_("Herkomst"), 1)
    _table(document, [_("Kenmerk"), _("Waarde")], notes.record, widths=(5.0, 12.0))
    document.save(str(path))


# -- document ------------------------------------------------


def _page(document: Document, notes: Notes) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.0)
    section.top_margin = section.bottom_margin = Cm(2.0)
    paragraph = section.footer.paragraphs[0]
    paragraph.add_run(tables.footer(notes.header) + " · " + _("blad") + " ")
    # A field of our own with a fixed instruction; text of participants is never in one.
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _styles(document: Document) -> None:
    styles = document.styles
    language = OxmlElement("w:lang")
    defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in defaults.findall(qn("w:lang")):
        defaults.remove(old)
    language.set(qn("w:val"), _LANGUAGES[current_language()])
    defaults.append(language)
    sizes = {"Normal": 10.5, "Title": 26, "Heading 1": 16, "Heading 2": 13, "Heading 3": 11, "Quote": 10.5}
    for name, size in sizes.items():
        style = styles[name]
        style.font.name, style.font.size = _FONT, Pt(size)
        # The template's headings name theme fonts, which would win from the name just given.
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in list(fonts.attrib):
            if "Theme" in attribute:
                del fonts.attrib[attribute]
        if name.startswith(("Heading", "Title")):
            style.font.color.rgb = RGBColor.from_string(ACCENT)
    styles["Normal"].paragraph_format.space_after = Pt(6)
    quote = styles["Quote"]
    quote.font.italic = False
    quote.font.color.rgb = RGBColor(0x1F, 0x29, 0x33)
    quote.paragraph_format.left_indent = Cm(0.6)
    quote.paragraph_format.space_after = Pt(8)
    footer = styles["Footer"]
    footer.font.size, footer.font.color.rgb = Pt(8), RGBColor.from_string(MUTED)
    caption = styles["Caption"]
    caption.font.size, caption.font.bold = Pt(9), False
    caption.font.color.rgb = RGBColor.from_string(MUTED)
    caption.paragraph_format.space_after = Pt(2)
    caption.paragraph_format.keep_with_next = True


def _properties(document: Document, notes: Notes) -> None:
    properties = document.core_properties
    properties.title = notes.header.title
    properties.subject = notes.header.variant_text
    properties.language = _LANGUAGES[current_language()]
    properties.keywords = "; ".join(notes.header.tags)
    # No person is the author of what a room said; the template's own name is not one either.
    properties.author = properties.last_modified_by = ""
    properties.comments = ""
    properties.created = properties.modified = notes.made_at.replace(tzinfo=None, microsecond=0)
    properties.revision = 1


def _cover(document: Document, notes: Notes) -> None:
    document.add_paragraph(notes.header.title, style="Title")
    document.add_paragraph(notes.header.variant_text, style="Subtitle")
    _table(document, [_("Kenmerk"), _("Waarde")], tables.facts(notes.header), widths=(4.5, 12.5))


def _summary(document: Document, notes: Notes) -> None:
    document.add_heading(_("Samenvatting"), 1)
    _table(document, [_("Onderdeel"), _("Aantal")], tables.totals(notes), widths=(12.0, 5.0))
    classes = [(c.letter, c.label, c.n) for c in notes.summary.classes]
    table = _table(document, [_("Klasse"), _("Betekenis"), _("Buurten")], classes, widths=(2.0, 12.0, 3.0))
    for row, kind in zip(table.rows[1:], notes.summary.classes, strict=True):
        _colour(row.cells[0], kind.colour)
    document.add_heading(_("Stappen"), 1)
    widths = (1.0, 3.0, 4.6, 3.2, 1.9, 1.9, 1.4)
    _table(document, tables.step_headings(), map(tables.step_row, notes.steps), widths=widths)


def _wijk(document: Document, wijk: WijkNotes) -> None:
    document.add_heading(f"{_('Wijk')} {wijk.name}" if wijk.code else wijk.name, 1)
    if wijk.code:
        rows = [tables.overview_row(buurt) for buurt in wijk.buurten]
        table = _table(document, tables.overview_headings(), rows, widths=(5.2, 2.8, 1.6, 2.2, 3.6, 1.6))
        for row, buurt in zip(table.rows[1:], wijk.buurten, strict=True):
            _colour(row.cells[2], buurt.colour)
    if wijk.without_voice:
        document.add_paragraph(f"{_('Zonder stem')}: {', '.join(b.name for b in wijk.without_voice)}.")
    for buurt in wijk.buurten:
        if buurt.has_content:
            _buurt(document, buurt)


def _buurt(document: Document, buurt: BuurtNotes) -> None:
    if buurt.code:
        document.add_heading(f"{buurt.name} ({buurt.code})", 2)
        document.add_paragraph(tables.class_line(buurt))
    for recognition in buurt.recognition:
        _recognition(document, recognition)
    for title, remarks in ((_("Waarnemingen"), buurt.observations), (_("Verhalen"), buurt.stories)):
        if remarks:
            document.add_heading(title, 3)
        for remark in remarks:
            _remark(document, remark)


def _recognition(document: Document, recognition: Recognition) -> None:
    document.add_heading(f"{_('Herkenning')}: {recognition.step_title}", 3)
    for answers in (recognition.recognition, recognition.direction):
        if answers.rows():
            rows: list[list[str | int]] = [[group.label, *group.row] for group in answers.rows()]
            headings = [tables.question_title(answers.question), *tables.question_headings(answers.question)]
            _table(document, headings, rows, widths=(6.0, *([2.2] * (len(headings) - 1))))
    document.add_paragraph(" ".join(tables.recognition_lines(recognition)))


def _remark(document: Document, remark: Remark) -> None:
    document.add_paragraph(
        f"{remark.number}. {' · '.join(tables.remark_lines(remark))}",
        style="Caption",
    )
    document.add_paragraph(remark.text, style="Quote")
    for earlier in remark.earlier:
        document.add_paragraph(f"{_('Eerdere versie')}:", style="Caption")
        document.add_paragraph(earlier, style="Quote")


# -- tables ------------------------------------------------


def _table(
    document: Document,
    headings: Sequence[str],
    rows: Iterable[Sequence[str | int]],
    *,
    widths: Sequence[float],
) -> Table:
    filled = list(rows)
    table = document.add_table(rows=1 + len(filled), cols=len(headings))
    table.style = document.styles["Table Grid"]
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    table.autofit = False
    _quiet_borders(table)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for index, (row, values) in enumerate(zip(table.rows, [headings, *filled], strict=True)):
        _no_split(row._tr, header=index == 0)
        for cell, value, width in zip(row.cells, values, widths, strict=True):
            _fill(cell, value, width, heading=index == 0)
    document.add_paragraph().paragraph_format.space_after = Pt(2)
    return table


def _fill(cell: _Cell, value: str | int, width: float, *, heading: bool) -> None:
    cell.width = Cm(width)
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(1)
    run = paragraph.add_run(str(value))
    run.font.size = Pt(9)
    run.bold = heading or None
    if isinstance(value, int):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if heading:
        _shade(cell, _BAND)


def _no_split(row: object, *, header: bool) -> None:
    properties = row.get_or_add_trPr()  # type: ignore[attr-defined]
    properties.append(OxmlElement("w:cantSplit"))
    if header:
        # Word repeats such a row on each page and reads it out as the header of the columns.
        properties.append(OxmlElement("w:tblHeader"))


def _quiet_borders(table: Table) -> None:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        visible = side in ("top", "bottom", "insideH")
        line.set(qn("w:val"), "single" if visible else "nil")
        line.set(qn("w:sz"), "4")
        line.set(qn("w:color"), _LINE)
        borders.append(line)
    properties = table._tbl.tblPr
    # The schema wants the borders before the layout and the look of the table.
    following = [child for child in properties if child.tag in (qn("w:tblLayout"), qn("w:tblLook"))]
    (following[0].addprevious if following else properties.append)(borders)


def _colour(cell: _Cell, colour: str) -> None:
    """Give a cell with a class letter the colour of the class; the letter says it without colour too."""
    if not colour:
        return
    _shade(cell, colour.removeprefix("#").upper())
    for run in cell.paragraphs[0].runs:
        run.bold = True
        run.font.color.rgb = RGBColor.from_string(on_colour(colour))


def _shade(cell: _Cell, fill: str) -> None:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:color"), "auto")
    shading.set(qn("w:fill"), fill)
    cell._tc.get_or_add_tcPr().append(shading)
