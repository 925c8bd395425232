function draw({ model, el, vk }) {
  const { h } = vk;
  const slot = () => `antwoord:${model.get("step")}:${model.get("buurt")}`;
  const mine = new Map();
  const server = () => ({ recognition: model.get("recognition") || null, direction: model.get("direction") || null });
  const local = () => {
    if (!mine.has(slot())) { const kept = vk.draft(model, slot()).get(); if (kept) mine.set(slot(), { answer: kept, state: "bezig" }); }
    return mine.get(slot());
  };
  const same = (a, b) => a.recognition === b.recognition && a.direction === b.direction;

  function pick(part, value) {
    const answer = { ...(local()?.answer || server()), [part]: value };
    mine.set(slot(), { answer, state: "bezig" });
    vk.draft(model, slot()).set(answer);
    vk.command(model, "antwoord", { step: model.get("step"), buurt: model.get("buurt"), ...answer }, { keep: true, instead: slot() });
    stop.again();
  }

  function acknowledged(ack, { body }) {
    const key = `antwoord:${body.step}:${body.buurt}`, entry = mine.get(key);
    if (entry && !same(entry.answer, body)) return;
    vk.draft(model, key).clear();
    if (ack.ok && key === slot() && same(server(), body)) mine.delete(key);
    else if (ack.ok) mine.set(key, { answer: { recognition: body.recognition, direction: body.direction }, state: "ok", at: ack.at });
    else mine.set(key, { answer: server(), state: "fout", ack });
    stop.again();
  }

  function status(t) {
    const entry = local(), at = entry?.at || model.get("saved_at");
    if (entry?.state === "fout") return vk.problem(t, entry.ack);
    const text = entry?.state === "bezig" ? (vk.connected().online ? t.bezig : t.straks) : at ? vk.fill(t.bewaard, { tijd: at }) : "";
    return h("p", { class: "vk-saved", "data-say": "answer" }, text);
  }

  // An answer that the server now holds, or that changed elsewhere, is shown from the server.
  const settle = () => { for (const [key, entry] of mine) if (entry.state === "ok" || (entry.state === "fout" && key !== slot())) mine.delete(key); };
  const EVENTS = "change:recognition change:direction change:saved_at change:buurt change:step";
  model.on(EVENTS, settle);

  const stop = vk.mount({ model, el }, (t) => {
    if (!model.get("buurt")) return null;
    const answer = local()?.answer || server(), why = model.get("disabled_reason");
    const group = (part, label, keys) => {
      const first = model.get(`first_${part}`);
      return [vk.choices({ label, options: keys.map((key) => [key, t[key]]), value: answer[part], disabled: !!why, k: part, onpick: (key) => pick(part, key) }),
        first && first !== answer[part] && h("p", { class: "vk-small" }, vk.fill(t.eerst, { antwoord: t[first].toLowerCase() }))];
    };
    return h("section", { class: "vk-answer", "aria-disabled": why ? "true" : null }, why && h("p", { class: "vk-reason" }, why),
      group("recognition", t.vraag_herkenning, ["herken", "deels", "herken_niet", "weet_niet"]),
      group("direction", t.vraag_richting, ["beter", "gelijk", "slechter"]), status(t));
  }, acknowledged);
  const linked = () => stop.again();
  window.addEventListener("vk-connection", linked);
  return () => { stop(); model.off(EVENTS, settle); window.removeEventListener("vk-connection", linked); };
}
