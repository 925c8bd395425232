function draw({ model, el, vk }) {
  const root = document.documentElement;
  // A notebook that is open for editing keeps its own look; a page that is only an app is taken over.
  const set = (tries) => {
    if (!el.isConnected) { if (tries) requestAnimationFrame(() => set(tries - 1)); return; }
    if (el.closest(".jp-NotebookPanel")) return;
    root.classList.add("vk-page");
    root.classList.toggle("vk-page-scherm", model.get("kind") === "scherm");
    if (model.get("contrast")) root.dataset.contrast = model.get("contrast");
    root.lang = model.get("language");
    for (let node = el.closest(".vk-frame")?.parentElement; node && node !== root; node = node.parentElement) node.classList.add("vk-shell");
  };
  const stop = vk.mount({ model, el }, () => { set(300); return null; });
  el.classList.add("vk-nothing");
  return stop;
}
