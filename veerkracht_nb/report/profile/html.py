"""A wijkprofiel as one HTML file, without anything from elsewhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from ...i18n import current_language
from ..colours import on_colour
from .charts import spark_svg
from .model import WijkProfile
from .texts import texts

TEMPLATES = Path(__file__).parent / "templates"


def render_html(profile: WijkProfile) -> str:
    """Return the page. Texts are escaped; only the drawings, which hold none, are put in as they are."""
    lines = [(f, Markup(spark_svg(f.series, f.municipality_series))) for f in profile.figures]
    return _template().render(
        p=profile,
        t=texts(profile),
        figures=lines,
        map=Markup(profile.map_svg),
        language=current_language(),
        on=on_colour,
    )


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("wijkprofiel.html")
