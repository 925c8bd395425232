// What the colours, patterns and letters mean.

function render({ model, el }) {
  el.classList.add("vk-legenda");
  const details = htmlEl("details", "", null, el);
  details.open = !window.matchMedia("(max-width: 600px)").matches;
  const draw = () => {
    const { items } = model.get("_palette");
    details.replaceChildren(htmlEl("summary", "", model.get("_title")));
    const list = htmlEl("ul", "", null, details);
    for (const entry of Object.values(items)) {
      const item = htmlEl("li", "", null, list);
      item.append(swatch(entry));
      htmlEl("span", "", entry.label, item);
    }
    const means = model.get("_means");
    if (means.length) {
      const table = htmlEl("dl", "", null, details);
      for (const [name, value] of means) {
        htmlEl("dt", "", name, table);
        htmlEl("dd", "", value, table);
      }
    }
    const [first, second, ...rest] = model.get("_notes");
    for (const note of [first, second].filter(Boolean)) htmlEl("p", "vk-legenda-noot", note, details);
    if (!rest.length) return;
    const more = htmlEl("details", "vk-legenda-meer", null, details);
    htmlEl("summary", "", model.get("_more"), more);
    for (const note of rest) htmlEl("p", "vk-legenda-noot", note, more);
  };
  draw();
  const names = "change:_palette change:_title change:_means change:_notes";
  model.on(names, draw);
  return () => model.off(names, draw);
}

export default { render };
