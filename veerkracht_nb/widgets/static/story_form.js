function draw({ model, el, vk }) {
  const { h, fill } = vk;
  const get = (key) => model.get(key);
  const FRESH = { text: "", story_kind: "ervaring", tone: "neutraal", theme: "", consent: "deze_zaal" };
  const slotOf = (step, buurt, id) => `tekst:${get("channel")}:${step}:${buurt}:${id || ""}`;
  const slot = () => slotOf(get("step"), get("buurt"), get("editing").id);
  const notes = new Map();
  let shown = "", now = { ...FRESH };

  // The field itself is made once: drawing anew would disturb typing, dictation and the phone's keyboard.
  const area = h("textarea", { rows: 3, dir: "auto", "data-k": "text", oninput: () => { now.text = area.value; notes.delete(slot()); keep(); after(); } });
  const counter = h("span", { class: "vk-counter" });
  const foot = h("div", { class: "vk-form-foot" });
  const chips = h("div");
  const label = h("span", { class: "vk-strong vk-free", dir: "auto" });
  const prompt = h("p", { class: "vk-muted vk-free", dir: "auto" });
  const reason = h("p", { class: "vk-reason" });
  const form = h("section", { class: "vk-form" }, reason, h("label", null, label, prompt, area), h("div", { class: "vk-form-line" }, h("small", { class: "vk-rule" }), counter), chips, foot);

  const length = () => [...now.text].length;
  const keep = () => (now.text.trim() || get("editing").id ? vk.draft(model, slot()).set(now) : vk.draft(model, slot()).clear());
  const set = (part, value) => { now[part] = value; keep(); after(); };

  function send(confirmed) {
    const key = slot();
    notes.set(key, { state: "bezig" });
    vk.draft(model, key).set({ ...now, sent: true });
    const extra = get("mode") === "verhaal" ? { story_kind: now.story_kind, tone: now.tone, theme: now.theme, consent: now.consent } : {};
    vk.command(model, "bewaar", { step: get("step"), buurt: get("buurt"), text: now.text, replaces: get("editing").id || "", confirmed, ...extra }, { keep: true });
    after();
  }

  function acknowledged(ack, { name, body }) {
    if (name !== "bewaar") return;
    const key = slotOf(body.step, body.buurt, body.replaces), draft = vk.draft(model, key);
    notes.set(key, ack.ok ? { state: "ok", at: ack.at } : { state: ack.hints ? "hints" : "fout", ack });
    if (ack.ok) draft.clear(); else draft.set({ ...draft.get(), sent: false });
    if (ack.ok && body.replaces) { notes.set(slotOf(body.step, body.buurt, ""), { state: "ok", at: ack.at }); vk.command(model, "annuleer"); }
    if (key === slot()) { if (ack.ok) { now = { ...now, text: "" }; area.value = ""; } after(); }
  }

  function footer(t) {
    const note = notes.get(slot()) || {}, over = length() - get("limit"), busy = note.state === "bezig";
    const line = busy ? (vk.connected().online ? t.bezig : t.straks) : over > 0 ? fill(t.te_lang, { n: over }) : note.state === "ok" && !now.text ? fill(t.bewaard, { tijd: note.at }) : now.text.trim() ? t.concept : "";
    const off = busy || over > 0 || !now.text.trim() || !!get("disabled_reason");
    if (note.state === "hints" && note.ack) return h("div", { class: "vk-problem", role: "alert" }, h("p", { class: "vk-strong" }, t.kijk), h("ul", null, note.ack.hints.map((x) => h("li", null, x))),
      h("div", { class: "vk-row" }, vk.button(t.aanpassen, () => { notes.delete(slot()); after(); area.focus(); }, { class: "vk-primary" }), vk.button(t.toch, () => send(true))));
    return [note.state === "fout" && vk.problem(t, note.ack), h("div", { class: "vk-row" },
      vk.button(get("editing").id ? t.verbeter : t.bewaar, () => send(false), { class: "vk-primary", disabled: off, "data-k": "save" }),
      get("editing").id && vk.button(t.annuleer, () => { vk.draft(model, slot()).clear(); vk.command(model, "annuleer"); }, { "data-k": "cancel" }),
      h("span", { class: "vk-saved" + (over > 0 ? " vk-over" : ""), "data-say": `form-${get("channel")}` }, line))];
  }

  function after() {
    const t = get("teksten"), busy = notes.get(slot())?.state === "bezig", off = busy || !!get("disabled_reason");
    area.disabled = off;
    counter.textContent = `${length()}/${get("limit")}`;
    counter.classList.toggle("vk-over", length() > get("limit"));
    counter.setAttribute("aria-label", fill(t.teller, { n: length(), limiet: get("limit") }));
    const group = (part, keys) => vk.choices({ label: t[part], options: keys.map((key) => [key, t[key]]), value: now[part], disabled: off, k: part, onpick: (v) => set(part, v) });
    const themes = (t, off) => vk.choices({ label: t.theme, options: get("themes"), value: now.theme, disabled: off, k: "theme", onpick: (v) => set("theme", v) });
    const rich = get("mode") === "verhaal" && (length() > 0 || get("editing").id);
    vk.redraw(chips, rich && [group("story_kind", ["feit", "ervaring", "vermoeden"]), group("tone", ["gaat_goed", "zorg", "neutraal"]), themes(t, off), group("consent", ["deze_zaal", "gemeente", "openbaar"])]);
    vk.redraw(foot, footer(t));
  }

  function load() {
    if (shown === slot()) return;
    shown = slot();
    const draft = vk.draft(model, shown).get();
    now = { ...FRESH, ...get("editing"), ...draft };
    if (draft?.sent) notes.set(shown, { state: "bezig" });
    area.value = now.text;
    if (get("editing").id) setTimeout(() => area.focus());
  }

  // What was written as sent but is no longer under way (storage was cleared) must not lock the field.
  const unlock = setInterval(() => { const note = notes.get(slot()); if (note?.state === "bezig" && !vk.connected().waiting) { notes.delete(slot()); after(); } }, 5000);

  const stop = vk.mount({ model, el }, (t) => {
    load();
    const why = get("disabled_reason");
    reason.textContent = why; reason.hidden = !why;
    label.textContent = fill(t[`label_${get("mode")}`], { buurt: get("buurt_name") || t.deze_buurt });
    prompt.textContent = get("prompt"); prompt.hidden = !get("prompt");
    form.querySelector(".vk-rule").textContent = t.huisregel;
    after();
    form.hidden = !get("buurt");
    return form;
  }, acknowledged);
  const linked = () => after();
  window.addEventListener("vk-connection", linked);
  return () => { stop(); clearInterval(unlock); window.removeEventListener("vk-connection", linked); };
}
