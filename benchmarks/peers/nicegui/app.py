"""The small app in NiceGUI: ``python app.py PORT``."""

import sys

from nicegui import ui
from shared import ANSWERS, CENTRE, PALE, ZOOM, answer, squares, told


@ui.page("/")
def page():
    """One visitor."""
    chosen = {"name": ""}
    map_ = ui.leaflet(center=CENTRE, zoom=ZOOM).style("height: 500px")
    map_.clear_layers()
    names = {}
    for name, corners in squares():
        options = {"color": "#fff", "weight": 1, "fillColor": PALE, "fillOpacity": 1}
        layer = map_.generic_layer(name="polygon", args=[corners, options])
        names[layer.id] = name
    with ui.column() as panel:
        title = ui.label("Tik op een buurt")
        with ui.row():
            for text in ANSWERS:
                ui.button(text, on_click=lambda text=text: say(text))
        line = ui.label("")
    panel.set_visibility(False)

    def choose(name):
        chosen["name"] = name
        title.set_text(name)
        line.set_text(told(name))
        panel.set_visibility(True)

    def say(text):
        answer(chosen["name"], text)
        line.set_text(told(chosen["name"]))

    def clicked(event):
        south, west = event.args["latlng"]["lat"], event.args["latlng"]["lng"]
        found = (name for name, (a, _b, c, _d) in squares() if a[0] <= south <= c[0] and a[1] <= west <= c[1])
        if name := next(found, ""):
            choose(name)

    map_.on("map-click", clicked)


ui.run(host="127.0.0.1", port=int(sys.argv[1]), show=False, reload=False, title="Buurten")
