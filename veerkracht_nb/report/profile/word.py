"""A wijkprofiel as a Word document, in the styles of the session notes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm

from ...i18n import _, current_language
from ..model import Remark
from ..printing.typeset import drawing_png
from ..word import _LANGUAGES, _colour, _styles, _table
from .build import MAP_SIZE
from .charts import HEIGHT, WIDTH, spark_svg
from .model import WijkProfile
from .texts import footer, texts, under

_WIDTH = 17.4


def render_docx(profile: WijkProfile, *, made_at: datetime | None = None) -> bytes:
    """Return the profile as a Word document (A4, standing)."""
    document = docx.Document()
    _page(document, profile)
    _styles(document)
    _properties(document, profile, made_at or datetime.now(UTC))
    said = texts(profile)
    document.add_paragraph(profile.title, style="Title")
    document.add_paragraph(profile.subtitle, style="Subtitle")
    document.add_paragraph(" · ".join(profile.tags)).runs[0].bold = True
    if profile.map_svg:
        _picture(document, profile)
    document.add_heading(said["good"], 1)
    for line in profile.good:
        document.add_paragraph(line, style="List Bullet")
    if not profile.good and not profile.good_stories:
        document.add_paragraph(said["nothing"])
    _stories(document, profile.good_stories)
    document.add_heading(said["figures"], 1)
    _figures(document, profile, said["trend"])
    document.add_paragraph(f"{profile.figure_note} {said['dashes']}", style="Caption")
    document.add_heading(said["buurten"], 1)
    _buurten(document, profile)
    document.add_heading(said["why"], 1)
    for b in profile.buurten:
        paragraph = document.add_paragraph(style="List Bullet")
        paragraph.add_run(f"{b.number} {b.name} ({b.mark}: {b.label})").bold = True
        paragraph.add_run(f" {b.why}")
    _recognition(document, profile, said)
    if profile.story_note:
        document.add_heading(said["stories"], 1)
        document.add_paragraph(profile.story_note, style="Caption")
        if not profile.stories and not profile.good_stories:
            document.add_paragraph(said["no_stories"])
        _stories(document, profile.stories)
    document.add_heading(said["notes"], 1)
    for note in profile.notes:
        document.add_paragraph(note, style="List Bullet")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _figures(document: Document, profile: WijkProfile, trend: str) -> None:
    widths = (3.7, 1.9, 1.9, 1.7, 1.9, 1.7, 2.1, 2.5)
    rows = [(*f.row, "") for f in profile.figures]
    table = _table(document, (*profile.figure_headings, trend), rows, widths=widths)
    for row, figure in zip(table.rows[1:], profile.figures, strict=True):
        if drawing := spark_svg(figure.series, figure.municipality_series):
            run = row.cells[-1].paragraphs[0].add_run()
            run.add_picture(io.BytesIO(drawing_png(drawing, WIDTH, HEIGHT)), width=Cm(2.2))
            _describe(run._r, figure.spoken)


def _recognition(document: Document, profile: WijkProfile, said: dict[str, str]) -> None:
    if not profile.recognition_note:
        return
    document.add_heading(said["recognition"], 1)
    document.add_paragraph(profile.recognition_note, style="Caption")
    if profile.recognition:
        widths = (0.9, 4.3, 1.9, *([1.5] * (len(profile.recognition_headings) - 4)), 4.3)
        _table(document, profile.recognition_headings, profile.recognition, widths=widths)
    else:
        document.add_paragraph(said["no_recognition"])


def _buurten(document: Document, profile: WijkProfile) -> None:
    rest = len(profile.buurt_headings) - 4
    widths = (0.9, 4.3, 1.9, 1.5, *([8.8 / max(rest, 1)] * rest))
    table = _table(document, profile.buurt_headings, [b.row for b in profile.buurten], widths=widths)
    for row, buurt in zip(table.rows[1:], profile.buurten, strict=True):
        _colour(row.cells[3], buurt.colour)


def _stories(document: Document, stories: Sequence[Remark]) -> None:
    for remark in stories:
        document.add_paragraph(remark.text, style="Quote")
        document.add_paragraph(under(remark), style="Caption")


def _page(document: Document, profile: WijkProfile) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.8)
    section.top_margin = section.bottom_margin = Cm(1.6)
    paragraph = section.footer.paragraphs[0]
    paragraph.add_run(footer(profile) + " · " + _("blad") + " ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _properties(document: Document, profile: WijkProfile, made_at: datetime) -> None:
    properties = document.core_properties
    properties.title, properties.subject = profile.title, profile.subtitle
    properties.language = _LANGUAGES[current_language()]
    properties.keywords = "; ".join(profile.tags)
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = made_at.replace(tzinfo=None, microsecond=0)
    properties.revision = 1


def _picture(document: Document, profile: WijkProfile) -> None:
    """Put the map in, as pixels: Word before 2016 has no other kind."""
    image = io.BytesIO(drawing_png(profile.map_svg, *MAP_SIZE))
    document.add_picture(image, width=Cm(_WIDTH * 0.62))
    _describe(document.paragraphs[-1]._p, profile.map_alt)


def _describe(element: Any, text: str) -> None:
    """Set what a screen reader says instead of the picture in an element."""
    for described in element.findall(".//" + qn("wp:docPr")):
        described.set("descr", text)
