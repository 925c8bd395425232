// The wire between this page and its kernel: says hello, notices when nobody is there, comes back, and keeps what could
// not be sent. Commands with a nonce are not kept: the widgets send those again themselves until they are answered.

const PING = 5000; // ms between two pings of a page that is looked at
const PATIENCE = 3000; // ms in which a pong comes, and a connection that was there before opens
const FIRST = 12000; // ms in which the first one opens, and in which a state comes: everybody may be arriving
const SEEK = 1500; // ms between two questions whether there is a server, on average: a hundred phones lost it together
const HEARD = 3 * PING; // ms after which a connection that said nothing is not worth a question
const MOST = 200; // frames that wait
const GONE = 4000;
const TAKEN = 4001;

export const wait = (ms) => new Promise((done) => setTimeout(done, ms));

// The answer, with its text; an error when it has not come in this many ms.
export async function ask(path, ms, accept = "*/*") {
  const asked = new AbortController();
  const limit = setTimeout(() => asked.abort(), ms);
  try {
    const answer = await fetch(path, { cache: "no-store", headers: { accept }, signal: asked.signal });
    return { status: answer.status, text: await answer.text() };
  } finally { clearTimeout(limit); }
}

export class Wire {
  #socket = null;
  #live = false; // the state has come: what is sent now arrives at models as they are
  #known = false; // a state has come before
  #stopped = false;
  #kept = []; // {frame, sent}: until a pong says that it has arrived
  #limit = 0;
  #tried = 0; // when the last connection was begun, and when anything was heard
  #heard = 0;
  #loss = null; // whoever seeks because of an earlier one stops
  #moving = false; // another seat is being asked for

  // `begin` resolves when frames can be heard; `heard` gets each, and asks with true for the state once more, `online`
  // hears whether there is a connection, `move` asks for another seat in the place of one that is gone.
  constructor({ kernel, snapshot, begin, heard, online, taken, move }) {
    Object.assign(this, { kernel, snapshot, line: begin, heard, online, taken, move });
    // The phone was asleep, or the network is another. Going offline is found out in the same way.
    for (const name of ["online", "offline"]) addEventListener(name, () => this.#wake());
    for (const name of ["visibilitychange", "resume"]) document.addEventListener(name, () => document.hidden || this.#wake());
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

  // Whoever does something soon knows whether it arrives.
  send(frame) {
    if (this.#live) this.#put(frame);
    if (!frame.d?.nonce) {
      if (frame.t === "update") this.overruled(frame.m, frame.d);
      this.#kept.push({ frame, sent: this.#live });
      this.#kept.splice(0, this.#kept.length - MOST);
    }
    this.#ping();
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
    if (this.#stopped || this.#socket || this.#moving) return;
    this.#tried = Date.now();
    const socket = (this.#socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/draad/${this.kernel}`));
    this.#within(this.#known ? PATIENCE : FIRST);
    socket.onopen = () => {
      this.#within(this.#known ? 2 * PATIENCE : FIRST);
      this.#hello();
    };
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      this.#heard = Date.now();
      if (frame.t === "pong") return this.#ponged();
      if (frame.t === "state") this.#within(0);
      this.line = this.line.then(() => socket === this.#socket && this.#hear(frame)).catch((error) => console.error(error));
    };
    socket.onclose = ({ code }) => this.#lost(socket, code);
  }

  #hello() { this.#put({ t: "hello", snapshot: this.snapshot }); }

  #hear(frame) {
    const again = this.heard(frame);
    if (frame.t !== "state") return;
    this.#live = this.#known = true;
    for (const entry of this.#kept) {
      if (!entry.sent) this.#put(entry.frame);
      entry.sent = true;
    }
    if (again === true) this.#hello();
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
    // A laptop without any network still reaches itself.
    if (!navigator.onLine) this.online(true);
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
    if (first) this.#open();
    else this.#seek();
  }

  // Is there a server, and has it still a kernel for this page? That is asked with a small request: browsers let who
  // failed to open websockets wait longer for each next one. What a request costs in vain is not waited for again.
  async #seek() {
    const lost = (this.#loss = {});
    const over = () => lost !== this.#loss || this.#socket || this.#stopped;
    let pause = SEEK / 3;
    while (!over()) {
      await wait(pause * Math.random());
      if (over()) return;
      const began = (this.#tried = Date.now());
      const status = await this.#status();
      if (over()) return;
      if (status === 200 || ((status === 403 || status === 404) && (await this.#move()))) return this.#open();
      await wait(began + SEEK / 2 - Date.now());
      pause = status ? SEEK / 3 : SEEK;
    }
  }

  async #status() {
    try { return (await ask(`/api/kernels/${this.kernel}`, PATIENCE - 1000)).status; } catch { return 0; }
  }

  async #move() {
    this.#moving = true;
    try { return await this.move(); } catch { return false; } finally { this.#moving = false; }
  }

  // Whether the old connection still works, only an answer tells; after a long silence a new one is there sooner.
  #wake() {
    if (this.#live && Date.now() - this.#heard < HEARD) this.#ping();
    else if (this.#live || (this.#socket && Date.now() - this.#tried > PATIENCE)) this.restart();
    else if (!this.#socket && !this.#moving && Date.now() - this.#tried > 1000) this.#seek();
  }
}
