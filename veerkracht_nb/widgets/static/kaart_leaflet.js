// How the layer meets ipyleaflet: finding the map, keeping it quiet, the buttons.

async function findMap(model, el, gone) {
  for (let wait = 10; !gone(); wait = Math.min(wait * 1.5, 400)) {
    const id = model.get("_map_id");
    if (id && el.isConnected) {
      const map = await model.widget_manager.get_model(id);
      for (const promise of Object.values(map.views ?? {})) {
        const view = await promise;
        if (view.obj && view.el.contains(el)) return view;
      }
    }
    await new Promise((done) => setTimeout(done, wait));
  }
  return null;
}

// ipyleaflet reports each mouse move and each pan to the kernel. Where nobody listens that is only noise, so this
// view, and no other map, keeps it to itself.
function hush(view, model) {
  const { send, touch } = view;
  view.send = function (content, ...rest) {
    if (model.get("_quiet") && content?.event === "interaction") return;
    return send.call(this, content, ...rest);
  };
  view.touch = function () {
    if (!model.get("_quiet")) touch.call(this);
  };
  return () => Object.assign(view, { send, touch });
}

function buttons(model, el, layer) {
  const texts = model.get("_texts");
  el.classList.add("vk-kaartknoppen");
  if (!model.get("_controls")) return;
  const icons = { find: "M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0 -13M15.5 15.5L20 20", in: "M12 5v14M5 12h14", out: "M5 12h14", home: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5" };
  const does = { find: () => search(el), in: (l) => l.zoomBy(1), out: (l) => l.zoomBy(-1), home: (l) => l.fit() };
  for (const key of model.get("_find") ? ["find", "in", "out", "home"] : ["in", "out", "home"]) {
    const button = htmlEl("button", `vk-kaartknop vk-kaartknop-${key}`, null, el);
    button.type = "button";
    button.title = texts[key];
    button.setAttribute("aria-label", texts[key]);
    svgEl("path", { d: icons[key] }, svgEl("svg", { viewBox: "0 0 24 24", width: 22, height: 22, "aria-hidden": "true" }, button));
    button.addEventListener("click", () => layer() && does[key](layer()));
  }
}

// To the list behind the other tab, which has the field; it comes back with what was found.
function search(el) {
  const box = el.closest(".vk-tabbox");
  const field = box?.querySelector(".vk-lijst-zoek input");
  if (!field) return;
  [...box.querySelectorAll(":scope > .vk-tabs > .vk-tab")].at(-1)?.click();
  box.dataset.zoekt = "";
  field.value = "";
  field.dispatchEvent(new Event("input"));
  field.focus();
}
