function draw({ model, el, vk }) {
  const { h, fill } = vk;
  const get = (key) => model.get(key);
  const dot = h("span", { class: "vk-dot" });
  const clock = h("span", { class: "vk-clock", role: "timer" });
  const notice = h("div", { class: "vk-notice", dir: "auto" });
  const again = vk.button("", () => location.reload(), { class: "vk-again", hidden: true });
  let lost = 0, said = "", fading = 0, was = true;

  const view = (t) => {
    again.textContent = t.opnieuw;
    if (said !== get("notice")) {
      said = notice.textContent = get("notice");
      vk.say(said, "notice");
      clearTimeout(fading);
      fading = setTimeout(() => { notice.textContent = ""; }, 12000);
    }
    const n = get("people");
    setTimeout(() => { linked(); count(); });
    return h("header", { class: `vk-top vk-top-${get("kind")}` },
      h("div", { class: "vk-top-line" }, h("span", { class: "vk-title", dir: "auto" }, get("title")),
        get("kind") !== "deelnemer" && n > 0 && h("span", { class: "vk-people" }, n === 1 ? t.mens : fill(t.mensen, { n })), again, dot),
      h("div", { class: "vk-top-line vk-top-step" },
        h("h1", { class: "vk-question", dir: "auto" },
          get("step_number") > 0 && h("span", { class: "vk-number", title: get("step_title") }, get("step_number")), get("question") || get("step_title")), clock),
      get("closed") && h("p", { class: "vk-closed", "data-say": "closed" }, t.gesloten), notice);
  };

  function linked() {
    const t = get("teksten"), { online, waiting } = vk.connected();
    const text = !online ? t.geen_verbinding : waiting ? t.wachten : t.verbonden;
    dot.className = "vk-dot " + (online ? "vk-online" : "vk-offline");
    const label = h("span", { class: online && !waiting ? "vk-hidden" : "vk-dot-text" }, text);
    if (dot.textContent !== text) dot.replaceChildren(label);
    if (online !== was) vk.say(online ? t.verbonden : t.geen_verbinding, "connection");
    was = online;
    lost = online ? 0 : lost || Date.now();
    again.hidden = !lost || Date.now() - lost < 15000;
  }

  function count() {
    const t = get("teksten"), end = Date.parse(get("ends_at"));
    const left = Number.isNaN(end) ? null : Math.ceil((end - vk.now()) / 1000);
    const over = left !== null && left <= 0;
    clock.classList.toggle("vk-over", over);
    const tijd = left === null ? "" : `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    clock.textContent = left === null ? "" : over ? t.tijd_om : tijd;
    if (left === null || over) clock.removeAttribute("aria-label");
    else clock.setAttribute("aria-label", fill(t.resterend, { tijd }));
  }

  const stop = vk.mount({ model, el }, view);
  const ping = () => { if (!document.hidden) vk.command(model, "ping"); };
  ping();
  const timers = [setInterval(() => { count(); linked(); }, 1000), setInterval(ping, 25000)];
  window.addEventListener("vk-connection", linked);
  return () => { stop(); timers.forEach(clearInterval); window.removeEventListener("vk-connection", linked); };
}
