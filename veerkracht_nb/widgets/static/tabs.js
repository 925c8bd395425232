// Two tabs over neighbours in the same box; switching asks nothing of the kernel and is remembered in this browser.

function render({ model, el, signal }) {
  const labels = model.get("_labels");
  const key = "vk-tab-" + model.get("_key");
  el.classList.add("vk-tabs");
  el.setAttribute("role", "tablist");
  el.setAttribute("aria-label", model.get("_title"));
  const remembered = () => { try { return Number(localStorage.getItem(key)) || 0; } catch { return 0; } };
  const remember = (i) => { try { localStorage.setItem(key, String(i)); } catch { /* private windows forbid it */ } };
  const buttons = labels.map((label, i) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "vk-tab", textContent: label });
    button.setAttribute("role", "tab");
    button.addEventListener("click", () => { show(i); remember(i); });
    el.append(button);
    return button;
  });
  let chosen = Math.min(remembered(), labels.length - 1);
  let stopped = false;

  function show(i) {
    chosen = i;
    buttons.forEach((button, j) => {
      button.setAttribute("aria-selected", String(i === j));
      button.tabIndex = i === j ? 0 : -1;
    });
    const box = el.closest(".vk-tabbox");
    if (box) box.dataset.tab = String(i);
    return box;
  }

  // The box is attached a moment after its children are drawn.
  function attach() {
    if (stopped) return;
    const box = show(chosen);
    if (!box) return void setTimeout(attach, 20);
    [...box.querySelectorAll(":scope > .vk-paneel")].forEach((panel, i) => {
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-label", labels[i]);
      panel.id ||= `${key}-${i}`;
      buttons[i].setAttribute("aria-controls", panel.id);
    });
  }

  el.addEventListener("keydown", (e) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
    if (!step) return;
    const next = (chosen + step + labels.length) % labels.length;
    show(next);
    remember(next);
    buttons[next].focus();
    e.preventDefault();
  });
  attach();
  const stop = () => { stopped = true; };
  signal?.addEventListener("abort", stop);
  return stop;
}

export default { render };
