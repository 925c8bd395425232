"""The small app on this package; the driver puts this file into the notebook of a participant."""

import geopandas as gpd
from shapely import Polygon
from shared import ANSWERS, answer, squares, told

from veerkracht_nb.widgets import InfoPanel, LayerPicker, app_frame, buurt_kaart

buurten = gpd.GeoDataFrame(
    {"name": [name for name, _ in squares()], "wijk_name": "Wijk", "water": False},
    index=[name.replace(" ", "") for name, _ in squares()],
    geometry=[Polygon([(x, y) for y, x in corners]) for _, corners in squares()],
    crs=4326,
).to_crs(28992)
kaart = buurt_kaart(buurten, hoogte="500px")
kaart.set_classes(dict.fromkeys(buurten.index, "D"))
panel = InfoPanel()
buttons = LayerPicker(options=[(text, text) for text in ANSWERS], layer="")
buttons.layout.display = "none"


def show(_change=None):
    name = buurten.at[kaart.selected, "name"]
    panel.show(name, [told(name)])
    buttons.layout.display = ""


def say(body, _nonce):
    answer(buurten.at[kaart.selected, "name"], body["layer"])
    show()


kaart.observe(show, "selected")
buttons.on_command("laag", say)
app_frame("deelnemer", map=[kaart], side=[panel, buttons])
