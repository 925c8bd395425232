"""The small app in Shiny for Python: ``shiny run app.py``."""

import ipyleaflet
from shared import ANSWERS, CENTRE, DARK, PALE, ZOOM, answer, features, told
from shiny import App, reactive, render, ui
from shinywidgets import output_widget, render_widget

STYLE = {"color": "#fff", "weight": 1, "fillColor": PALE, "fillOpacity": 1}
BUTTONS = {f"zeg{number}": text for number, text in enumerate(ANSWERS)}

app_ui = ui.page_fluid(
    output_widget("map", height="500px"),
    ui.output_text("title"),
    ui.panel_conditional(
        "output.title", *[ui.input_action_button(key, text) for key, text in BUTTONS.items()]
    ),
    ui.output_text("line"),
)


def server(input, output, session):
    """One visitor."""
    name, tick = reactive.value(""), reactive.value(0)

    @render_widget
    def map():
        squares = ipyleaflet.GeoJSON(data=features(), style=STYLE, hover_style={"fillColor": DARK})
        squares.on_click(lambda feature, **_more: name.set(feature["properties"]["name"]))
        return ipyleaflet.Map(center=CENTRE, zoom=ZOOM, layers=[squares], attribution_control=False)

    @render.text
    def title():
        return name()

    @render.text
    def line():
        tick()
        return told(name()) if name() else ""

    for key in BUTTONS:

        @reactive.effect
        @reactive.event(input[key])
        def _(key=key):
            answer(name(), BUTTONS[key])
            tick.set(tick() + 1)


app = App(app_ui, server)
