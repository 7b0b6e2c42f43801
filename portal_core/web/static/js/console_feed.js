/**
 * What the portal tells an agent of his codes and sessions, for as long as the page is open: it comes back by itself.
 */

const FIRST_MS = 500;
const MOST_MS = 15_000; // between two tries
const QUIET_MS = 75_000; // the portal tells something every minute

/** @typedef {import("./codes.js").Code} Code */
/**
 * @typedef {{session: string, customer: string, portal: string, state: "waiting" | "live", since_us: number}} Running
 */
/** @typedef {{is: "state", codes: Code[], sessions: Running[], now_us: number}} ConsoleState */
/**
 * @typedef {object} FeedListener
 * @property {(state: ConsoleState) => void} state
 * @property {(is: "open" | "away" | "signed out") => void} connection
 */

export class ConsoleFeed {
  #listener;
  #waitMs = FIRST_MS;
  #timer = 0;
  #quiet = 0;
  #is = "";
  /** @type {WebSocket | undefined} */
  #socket;

  /** @param {FeedListener} listener */
  constructor(listener) {
    this.#listener = listener;
    // A network that is back is not waited for.
    addEventListener("online", () => this.#connect());
    this.#connect();
  }

  #connect() {
    clearTimeout(this.#timer);
    if (this.#socket && this.#socket.readyState <= WebSocket.OPEN) return;
    const url = new URL("/console/live", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = (this.#socket = new WebSocket(url));
    let opened = false;
    socket.onopen = () => (opened = true);
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(data));
    socket.onclose = () => this.#closed(opened);
    this.#wait();
  }

  /** A network that died without a word is noticed by hearing nothing. */
  #wait() {
    clearTimeout(this.#quiet);
    this.#quiet = Number(setTimeout(() => this.#lose(), QUIET_MS));
  }

  #lose() {
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    socket.onmessage = socket.onclose = null;
    socket.close();
    this.#closed(true);
  }

  /** @param {any} message */
  #hear(message) {
    this.#waitMs = FIRST_MS;
    this.#wait();
    if (message.is !== "state") return;
    this.#tell("open");
    this.#listener.state(message);
  }

  /** @param {boolean} opened */
  async #closed(opened) {
    clearTimeout(this.#quiet);
    this.#tell("away");
    // Of a socket that is refused a page is not told why.
    if (!opened && (await signedOut())) return this.#tell("signed out");
    this.#timer = Number(setTimeout(() => this.#connect(), this.#waitMs));
    this.#waitMs = Math.min(MOST_MS, 2 * this.#waitMs);
  }

  /** @param {"open" | "away" | "signed out"} is */
  #tell(is) {
    if (is === this.#is) return;
    this.#is = is;
    this.#listener.connection(is);
  }
}

/** The portal leads whoever is not signed in to another page. */
async function signedOut() {
  try {
    const how = /** @type {const} */ ({ headers: { accept: "text/html" }, cache: "no-store", redirect: "manual" });
    return (await fetch("/console", how)).type === "opaqueredirect";
  } catch {
    return false; // it cannot be reached: nobody knows
  }
}
