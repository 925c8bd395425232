"""The small app in Panel: ``panel serve app.py``; the map is a component, so that it needs no other host."""

import panel as pn
import param
from shared import ANSWERS, PALE, answer, squares, told

JS = """
export function render({ model }) {
  const make = (tag) => document.createElementNS("http://www.w3.org/2000/svg", tag);
  const svg = make("svg");
  svg.setAttribute("width", 600);
  svg.setAttribute("height", 480);
  for (const [name, corners] of model.squares) {
    const path = make("path");
    const points = corners.map(([y, x]) => `${(x - 4.94) * 5000} ${(52.04 - y) * 6000}`);
    path.setAttribute("d", `M${points.join("L")}Z`);
    path.setAttribute("class", "leaflet-interactive");
    path.addEventListener("click", () => { model.name_chosen = name; });
    svg.append(path);
  }
  return svg;
}
"""


class Squares(pn.custom.JSComponent):
    """The map."""

    squares = param.List()
    name_chosen = param.String()
    _esm = JS
    _stylesheets = (f"path {{ fill: {PALE}; stroke: #fff; cursor: pointer }}",)


pn.extension()
map_ = Squares(squares=squares(), width=600, height=480)
title, line = pn.pane.Str("Tik op een buurt"), pn.pane.Str("")
buttons = [pn.widgets.Button(name=text) for text in ANSWERS]
panel = pn.Column(title, pn.Row(*buttons), line, visible=False)


def choose(event):
    title.object = event.new
    line.object = told(event.new)
    panel.visible = True


def say(event):
    answer(map_.name_chosen, event.obj.name)
    line.object = told(map_.name_chosen)


map_.param.watch(choose, "name_chosen")
for button in buttons:
    button.on_click(say)
pn.Column(map_, panel).servable()
