"""The small app in Streamlit: ``streamlit run app.py``; the map is a component, so that it needs no other host."""

import streamlit as st
from shared import ANSWERS, PALE, answer, squares, told

JS = """
export default ({ parentElement, data, setStateValue }) => {
  const svg = parentElement.querySelector("svg");
  if (svg.childElementCount) return;
  for (const [name, corners] of data.squares) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    const points = corners.map(([y, x]) => `${(x - 4.94) * 5000} ${(52.04 - y) * 6000}`);
    path.setAttribute("d", `M${points.join("L")}Z`);
    path.setAttribute("class", "leaflet-interactive");
    path.addEventListener("click", () => setStateValue("name", name));
    svg.append(path);
  }
};
"""
CSS = f"path {{ fill: {PALE}; stroke: #fff; cursor: pointer }}"
SVG = '<svg width="600" height="480" viewBox="0 0 600 480"></svg>'

component = st.components.v2.component("buurten", html=SVG, css=CSS, js=JS)
seen = component(key="map", data={"squares": squares()}, on_name_change=lambda: None)
name = seen.get("name")
if name:
    st.write(name)
    for column, text in zip(st.columns(3), ANSWERS, strict=True):
        if column.button(text):
            answer(name, text)
    st.write(told(name))
