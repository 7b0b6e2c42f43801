/**
 * A session's socket: it comes back by itself, and says again what was not confirmed. PROTOCOL.md §1, §4.2.
 *
 * After two minutes without it the seat has left, and it says that it is lost. A network that died without a word is
 * noticed by what stays in the socket or is not answered, and at the latest by hearing nothing.
 */

import { LiveLog, LogError } from "./live_log.js";

const PAUSES_MS = [250, 500, 1_000, 2_000, 4_000, 5_000];
const LOST_MS = 120_000;
const CHECK_MS = 5_000;
const DEAD_MS = 15_000; // nothing moved, though something should
const QUIET_MS = 45_000; // nothing came, not even that it is alive, PROTOCOL.md §4.2
const COMES_BACK = ["slow", "stopping"]; // PROTOCOL.md §4.2

/** @typedef {import("./live_log.js").Message} Message */
/** @typedef {import("./live_log.js").Saying} Saying */
/** @typedef {import("./live.js").ConnectionIs} ConnectionIs */
/**
 * Who is told; picture gets binary messages.
 * @typedef {object} Told
 * @property {(message: Message) => void} message
 * @property {(bytes: ArrayBuffer) => void} picture
 * @property {(is: ConnectionIs) => void} connection
 */
/**
 * What of the world it needs.
 * @typedef {object} Outside
 * @property {(url: string) => WebSocket} open
 * @property {(act: () => void, ms: number) => any} later
 * @property {(timer: any) => void} never
 * @property {() => number} nowMs
 * @property {() => number} random
 */

/** @type {Outside} */
const BROWSER = {
  open: (url) => new WebSocket(url),
  later: (act, ms) => setTimeout(act, ms),
  never: (timer) => clearTimeout(timer),
  nowMs: () => performance.now(),
  random: Math.random,
};

/** One seat's way to its session. It owns the socket and the log. */
export class Connection {
  #url;
  #told;
  #outside;
  #log = new LiveLog();
  /** @type {WebSocket | undefined} */
  #socket;
  #open = false; // and welcomed
  /** @type {import("./live.js").ConnectionIs["state"] | ""} */
  #state = ""; // as it was told last
  #tries = 0;
  #awayMs = 0; // since when
  #saidMs = -1; // since when an answer is waited for; -1 for none
  #heardMs = 0; // when anything came
  #movedMs = 0; // when the socket last had less to send, or nothing
  #waited = 0; // bytes
  /** @type {any} */
  #retry;
  /** @type {any} */
  #check;
  /** @type {any} */
  #flush;

  /** @param {string} url @param {Told} told @param {Outside} [outside] */
  constructor(url, told, outside = BROWSER) {
    this.#url = url;
    this.#told = told;
    this.#outside = outside;
    this.#awayMs = outside.nowMs();
    this.#is("connecting");
    this.#connect();
  }

  /** Bytes that wait in the socket. */
  get behind() {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** Say something numbered. Errors: RangeError. @param {Saying} saying */
  say(saying) {
    this.#log.say(saying);
    this.#sendDue();
  }

  /** Say something that matters only now. @param {Saying} saying */
  tell(saying) {
    if (this.#open) this.#socket?.send(JSON.stringify(saying));
  }

  /** Send a screen packet; return whether it went. @param {Uint8Array<ArrayBuffer>} bytes */
  show(bytes) {
    if (this.#open) this.#socket?.send(bytes);
    return this.#open;
  }

  /** Connect at once, however long it was away. */
  again() {
    if (this.#socket) return;
    this.#awayMs = this.#outside.nowMs();
    this.#tries = 0;
    this.#is("away");
    this.#connect();
  }

  /** Lose the connection and come back: the network is gone, or has changed. */
  restart() {
    if (!this.#socket) return;
    this.#drop();
    this.#away();
  }

  /** Go away for good. */
  close() {
    this.#drop();
  }

  #connect() {
    this.#stopTimers();
    const socket = this.#outside.open(this.#url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    // Its hello is to be answered.
    this.#saidMs = this.#heardMs = this.#movedMs = this.#outside.nowMs();
    this.#waited = 0;
    socket.onopen = () => socket.send(JSON.stringify(this.#log.hello()));
    socket.onmessage = ({ data }) => {
      this.#saidMs = -1;
      this.#heardMs = this.#outside.nowMs();
      if (typeof data === "string") this.#hear(JSON.parse(data));
      else this.#told.picture(data);
    };
    socket.onclose = () => this.restart();
    this.#checkLater();
  }

  /** @param {Message} message */
  #hear(message) {
    if (message.is === "over" && !COMES_BACK.includes(message.why)) return this.#end(message.why);
    if (message.is === "over") return this.restart();
    try {
      const told = this.#log.take(message, this.#outside.nowMs());
      if (message.is === "welcome") this.#welcomed();
      if (told) this.#told.message(told);
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      return error.astray ? this.#end("elsewhere") : this.restart();
    }
    return this.#sendDue();
  }

  #welcomed() {
    this.#open = true;
    this.#tries = 0;
    this.#is("open");
  }

  #sendDue() {
    const { messages, againMs } = this.#log.due(this.#outside.nowMs());
    for (const message of messages) {
      this.#socket?.send(JSON.stringify(message));
      if (this.#saidMs < 0) this.#saidMs = this.#outside.nowMs();
    }
    this.#outside.never(this.#flush);
    if (againMs) this.#flush = this.#outside.later(() => this.#sendDue(), againMs);
  }

  #checkLater() {
    this.#check = this.#outside.later(() => {
      const now = this.#outside.nowMs();
      const waits = this.behind;
      if (waits < this.#waited || !waits) this.#movedMs = now;
      this.#waited = waits;
      const unanswered = this.#saidMs >= 0 && now - this.#saidMs >= DEAD_MS;
      const quiet = now - this.#heardMs >= QUIET_MS;
      if (unanswered || quiet || now - this.#movedMs >= DEAD_MS) this.restart();
      else this.#checkLater();
    }, CHECK_MS);
  }

  #away() {
    const now = this.#outside.nowMs();
    if (this.#open || !this.#awayMs) this.#awayMs = now;
    this.#open = false;
    if (now - this.#awayMs >= LOST_MS) return this.#is("lost");
    this.#is("away");
    const pause = PAUSES_MS[Math.min(this.#tries++, PAUSES_MS.length - 1)];
    // After a restart of the server not everybody comes at the same moment.
    this.#retry = this.#outside.later(() => this.#connect(), pause * (0.75 + 0.25 * this.#outside.random()));
  }

  /** @param {string} why */
  #end(why) {
    this.#drop();
    this.#open = false;
    this.#is("over", why);
  }

  /**
   * Tell how it stands, once: what is said again and again is read out again and again.
   * @param {import("./live.js").ConnectionIs["state"]} state @param {string} [why]
   */
  #is(state, why) {
    if (state === this.#state) return;
    this.#state = state;
    this.#told.connection(why === undefined ? { state } : { state, why });
  }

  #drop() {
    this.#stopTimers();
    this.#log.lost();
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #stopTimers() {
    for (const timer of [this.#retry, this.#check, this.#flush]) this.#outside.never(timer);
  }
}
