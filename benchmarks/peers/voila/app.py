"""The small app as a notebook for Voilà, as it comes; the driver puts this file into ``app.ipynb``."""

import ipyleaflet
import ipywidgets as w
from shared import ANSWERS, CENTRE, DARK, PALE, ZOOM, answer, features, told

chosen = {"name": ""}
title, line = w.Label("Tik op een buurt"), w.Label("")
buttons = [w.Button(description=text) for text in ANSWERS]
panel = w.VBox([title, w.HBox(buttons), line])
panel.layout.visibility = "hidden"

map_ = ipyleaflet.Map(center=CENTRE, zoom=ZOOM, layers=[], attribution_control=False)
map_.layout.height = "500px"
squares = ipyleaflet.GeoJSON(
    data=features(),
    style={"color": "#fff", "weight": 1, "fillColor": PALE, "fillOpacity": 1},
    hover_style={"fillColor": DARK},
)
map_.add(squares)


def choose(feature, **_more):
    chosen["name"] = title.value = feature["properties"]["name"]
    line.value = told(chosen["name"])
    panel.layout.visibility = "visible"


def say(button):
    answer(chosen["name"], button.description)
    line.value = told(chosen["name"])


squares.on_click(choose)
for button in buttons:
    button.on_click(say)
w.VBox([map_, panel])
