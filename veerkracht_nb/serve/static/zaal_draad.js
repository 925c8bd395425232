// The wire between this page and its kernel: says hello, notices when nobody is there, comes back, and keeps what could
// not be sent. Commands with a nonce are not kept: the widgets send those again themselves until they are answered.

const PING = 10000; // ms between two pings of a page that is looked at
const PATIENCE = 3000; // ms in which a pong comes, and a connection that was there before opens
const FIRST = 12000; // ms in which the first one opens, and in which a state comes: everybody may be arriving
const RETRY = 1000; // ms
const MOST = 200; // frames that wait
const GONE = 4000;
const TAKEN = 4001;

export const wait = (ms) => new Promise((done) => setTimeout(done, ms));

export class Wire {
  #socket = null;
  #live = false; // the state has come: what is sent now arrives at models as they are
  #known = false; // a state has come before
  #stopped = false;
  #kept = []; // {frame, sent}: until a pong says that it has arrived
  #limit = 0;
  #retry = 0;

  // `begin` resolves when frames can be heard; `heard` gets each, `online` hears whether there is a connection.
  constructor({ kernel, snapshot, begin, heard, online, taken, reload }) {
    Object.assign(this, { kernel, snapshot, line: begin, heard, online, taken, reload });
    addEventListener("online", () => this.#wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.#wake());
    setInterval(() => document.hidden || this.#ping(), PING);
    this.#open();
  }

  // What the browser has set and the kernel may not have heard of, by model.
  unheard(id) {
    const updates = this.#kept.filter(({ frame }) => frame.t === "update" && frame.m === id);
    return Object.assign({}, ...updates.map(({ frame }) => frame.d));
  }

  // What is said later counts.
  overruled(id, traits) {
    for (const { frame } of this.#kept) {
      if (frame.t === "update" && frame.m === id) for (const name of Object.keys(traits)) delete frame.d[name];
    }
    this.#kept = this.#kept.filter(({ frame }) => frame.t !== "update" || Object.keys(frame.d).length);
  }

  send(frame) {
    if (this.#live) this.#put(frame);
    if (frame.d?.nonce) return;
    if (frame.t === "update") this.overruled(frame.m, frame.d);
    this.#kept.push({ frame, sent: this.#live });
    this.#kept.splice(0, this.#kept.length - MOST);
  }

  // Begins again, for instance because the snapshot could not be had.
  restart() {
    this.#drop();
    this.#open();
  }

  stop(then = () => {}) {
    this.#stopped = true;
    this.#drop();
    then();
  }

  #put(frame) { this.#socket.send(JSON.stringify(frame)); }

  #open() {
    clearTimeout(this.#retry);
    if (this.#stopped || this.#socket) return;
    const socket = (this.#socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/draad/${this.kernel}`));
    this.#within(this.#known ? PATIENCE : FIRST);
    socket.onopen = () => {
      this.#within(FIRST);
      this.#put({ t: "hello", snapshot: this.snapshot });
    };
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.t === "pong") return this.#ponged();
      if (frame.t === "state") this.#within(0);
      this.line = this.line.then(() => socket === this.#socket && this.#hear(frame)).catch((error) => console.error(error));
    };
    socket.onclose = ({ code }) => this.#lost(socket, code);
  }

  #hear(frame) {
    this.heard(frame);
    if (frame.t !== "state") return;
    this.#live = this.#known = true;
    for (const entry of this.#kept) {
      this.#put(entry.frame);
      entry.sent = true;
    }
    this.online(true);
  }

  #ping() {
    if (!this.#live || this.#limit) return;
    for (const entry of this.#kept) entry.pinged = entry.sent;
    this.#put({ t: "ping" });
    this.#within(PATIENCE);
  }

  // Something must come before this many ms, or nobody is there; 0: nothing is waited for.
  #within(ms) {
    const socket = this.#socket;
    clearTimeout(this.#limit);
    this.#limit = ms && setTimeout(() => this.#lost(socket), ms);
  }

  #ponged() {
    this.#within(0);
    this.#kept = this.#kept.filter((entry) => !entry.pinged);
  }

  #drop() {
    const socket = this.#socket;
    this.#within(0);
    this.#live = false;
    this.#socket = null;
    for (const entry of this.#kept) entry.sent = entry.pinged = false;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  async #lost(socket, code = 0) {
    if (socket !== this.#socket || this.#stopped) return;
    const first = this.#live && code !== GONE;
    this.#drop();
    this.online(false);
    if (code === TAKEN) return this.stop(this.taken);
    if (first) return this.#open();
    // Refused: is there a server, and has it still a kernel for this page? Where nobody answers, only trying helps.
    const status = code ? await Promise.race([this.#status(), wait(PATIENCE)]) : 0;
    if (this.#socket || this.#stopped) return;
    if ([403, 404].includes(status)) return this.stop(this.reload);
    this.#retry = setTimeout(() => this.#open(), RETRY);
  }

  async #status() {
    try { return (await fetch(`/api/kernels/${this.kernel}`, { cache: "no-store" })).status; } catch { return 0; }
  }

  // The phone was asleep, or the network is back. Whether the old connection still works, only an answer tells.
  #wake() {
    if (this.#live) this.#ping();
    else this.restart();
  }
}
