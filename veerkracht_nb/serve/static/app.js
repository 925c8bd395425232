// Around Voilà's front end: the waiting text, giving the kernel back, and saying when the connection is gone.
(() => {
  "use strict";
  const { kernel, token } = document.currentScript.dataset;
  const started = Date.now();
  const byId = (id) => document.getElementById(id);

  // Voilà's front end calls these.
  window.voila_heartbeat = window.voila_process = () => {};
  window.voila_finish = window.display_cells = () => {};

  const SHOWN = "#rendered_cells .jupyter-widgets, #rendered_cells .lm-Widget .widget-subarea, #mislukt";
  const waiting = setInterval(() => {
    if (document.querySelector(SHOWN)) {
      clearInterval(waiting);
      byId("wachten")?.remove();
      document.body.classList.add("klaar");
    }
  }, 50);

  // The kernel goes back when the page closes. A page that the browser keeps in memory and shows again starts anew.
  let gone = false;
  addEventListener("pagehide", () => {
    gone = true;
    const body = new FormData();
    body.append("_xsrf", token);
    navigator.sendBeacon(`/terug/${kernel}`, body);
  });
  addEventListener("pageshow", (event) => event.persisted && location.reload());

  // The websocket of the kernel tells whether there is a connection. When the kernel is gone the page is loaded again:
  // the cookie gives the same seat, and what was typed is kept by the form itself.
  const open = new Set();
  let lost = 0;
  const tell = (online) => {
    document.dispatchEvent(new CustomEvent("veerkracht:verbinding", { detail: { online } }));
  };
  const check = async () => {
    if (gone || open.size) return;
    if (Date.now() - lost > 1500) tell(false);
    try {
      const answer = await fetch(`/api/kernels/${kernel}`, { cache: "no-store" });
      // No kernel any more, or the front end has stopped trying: begin again.
      if (answer.status === 404 || Date.now() - lost > 20000) return location.reload();
    } catch { /* no network yet */ }
    setTimeout(check, 1000);
  };
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(...args) {
      super(...args);
      if (!String(args[0]).includes("/api/kernels/")) return;
      this.addEventListener("open", () => {
        open.add(this);
        tell(true);
      });
      this.addEventListener("close", (event) => {
        if (event.code === 4001 && byId("elders")) {
          // Too many tabs of one person: the newest ones stay. Loading again here would only push out another.
          gone = true;
          byId("elders").hidden = false;
          return;
        }
        if (!open.delete(this) || open.size || gone) return;
        lost = Date.now();
        setTimeout(check, 500);
      });
    }
  };
})();
