"""The small app in Solara: ``solara run app.py``."""

import ipyleaflet
import solara
from shared import ANSWERS, CENTRE, DARK, PALE, ZOOM, answer, features, told

STYLE = {"color": "#fff", "weight": 1, "fillColor": PALE, "fillOpacity": 1}
DATA = features()


@solara.component
def Squares(on_choose):
    """The map; made once, its layer told once what to do on a click."""

    def listen():
        layer = solara.get_widget(squares)

        def clicked(feature, **_more):
            on_choose(feature["properties"]["name"])

        layer.on_click(clicked)
        return lambda: layer.on_click(clicked, remove=True)

    squares = ipyleaflet.GeoJSON.element(data=DATA, style=STYLE, hover_style={"fillColor": DARK})
    ipyleaflet.Map.element(
        center=CENTRE, zoom=ZOOM, layers=[squares], attribution_control=False, layout={"height": "500px"}
    )
    solara.use_effect(listen, [])


@solara.component
def Page():
    """Map and panel."""
    name, choose = solara.use_state("")
    line, tell = solara.use_state("")

    def chosen(new):
        choose(new)
        tell(told(new))

    def say(text):
        answer(name, text)
        tell(told(name))

    Squares(chosen)
    if name:
        solara.Text(name)
        with solara.Row():
            for text in ANSWERS:
                solara.Button(text, on_click=lambda text=text: say(text))
        solara.Text(line)
