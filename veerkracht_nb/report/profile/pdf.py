"""A wijkprofiel as PDF: tagged, with language and title, for print and for screen readers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ..colours import on_colour
from ..model import Remark
from ..printing.typeset import Json, typeset
from .charts import spark_svg
from .html import TEMPLATES
from .model import WijkProfile
from .texts import footer, texts, under


def render_pdf(profile: WijkProfile, *, made_at: datetime | None = None) -> bytes:
    """Return the profile as PDF/UA-1 on A4.

    Raises
    ------
    ExportError
    """
    drawings = {"map.svg": profile.map_svg} if profile.map_svg else {}
    charts = [spark_svg(f.series, f.municipality_series) for f in profile.figures]
    drawings |= {f"spark-{place}.svg": chart for place, chart in enumerate(charts) if chart}
    data: dict[str, Json] = {
        "title": profile.title,
        "subtitle": profile.subtitle,
        "tags": list(profile.tags),
        "footer": footer(profile),
        "texts": dict(texts(profile)),
        "good": list(profile.good),
        "good_stories": _stories(profile.good_stories),
        "stories": _stories(profile.stories),
        "story_note": profile.story_note,
        "figure_headings": list(profile.figure_headings),
        "figures": [
            {"cells": list(f.row), "chart": bool(chart), "alt": f.spoken}
            for f, chart in zip(profile.figures, charts, strict=True)
        ],
        "figure_note": profile.figure_note,
        "recognition_headings": list(profile.recognition_headings),
        "recognition": [list(row) for row in profile.recognition],
        "recognition_note": profile.recognition_note,
        "buurt_headings": list(profile.buurt_headings),
        "buurten": [
            {
                "cells": list(b.row),
                "colour": b.colour,
                "ink": f"#{on_colour(b.colour)}",
                "head": f"{b.number} {b.name} ({b.mark}: {b.label})",
                "why": b.why,
            }
            for b in profile.buurten
        ],
        "notes": list(profile.notes),
        "map_alt": profile.map_alt,
    }
    return typeset(TEMPLATES / "wijkprofiel.typ", data, drawings=drawings, made_at=made_at)


def _stories(remarks: Sequence[Remark]) -> list[Json]:
    return [{"text": remark.text, "labels": under(remark)} for remark in remarks]
