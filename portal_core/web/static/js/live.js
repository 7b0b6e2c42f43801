/**
 * A session, as a page takes part in it. Customers and agents alike.
 *
 * The socket lives in a worker, which a page in the background does not slow down; screen packets go from there to the
 * server, and from the server to a port, and never pass through the page. What is said comes in order, each once.
 */

import { checkSize } from "./live_log.js";

/** @typedef {import("./live_log.js").Entry} Entry */
/** @typedef {import("./live_log.js").Seat} Seat */
/** @typedef {import("./live_log.js").Welcome} Welcome */
/** @typedef {import("./live_log.js").Saying} Saying */
/** @typedef {import("./frames.js").Track} Track */
/**
 * How the connection stands: `connecting` at first, `open`, `away` (it comes back by itself), `lost` (two minutes
 * without it: again() tries once more), `over` (why: a word of PROTOCOL.md §4.2; it does not come back).
 * @typedef {{state: "connecting" | "open" | "away" | "lost" | "over", why?: string}} ConnectionIs
 */
/**
 * How sharing in the worker stands: the first picture left; it failed; what was captured has ended.
 * @typedef {{state: "shown" | "failed" | "ended", why?: string}} SharingIs
 */
/**
 * What a page is told; all may be missing. `refused`: key is that of say(); why a word of PROTOCOL.md §4.3.
 * @typedef {object} Listener
 * @property {(welcome: Welcome) => void} [welcome]
 * @property {(entry: Entry) => void} [entry]
 * @property {(by: number) => void} [typing]
 * @property {(id: number, away: boolean) => void} [here]
 * @property {(state: string, why?: string) => void} [recording]
 * @property {(key: number | undefined, why: string) => void} [refused]
 * @property {(is: ConnectionIs) => void} [connection]
 * @property {(is: SharingIs) => void} [sharing]
 */

/**
 * Return the address of a session's socket. @param {string} session  its id, 32 hex digits
 * @param {"" | "?as=agent"} as  requests.js says what for
 */
export function liveUrl(session, as = "") {
  const url = new URL(`/session/${session}/live${as}`, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return url.href;
}

export class Live {
  #worker = new Worker(new URL("./live_worker.js", import.meta.url), { type: "module" });
  #keys = 0;
  #gone = new AbortController();

  /**
   * Join. Binary messages of the server go to `pictures` as ArrayBuffers (frames.js reads them); without it they are
   * dropped. @param {string} url @param {Listener} listener @param {MessagePort} [pictures]
   */
  constructor(url, listener, pictures) {
    this.#worker.onmessage = ({ data }) => {
      this.#worker.onerror = null;
      this.#hear(listener, data);
    };
    // One of its modules did not come.
    this.#worker.onerror = () => listener.connection?.({ state: "over", why: "protocol" });
    this.#worker.postMessage({ act: "open", url, pictures }, pictures ? [pictures] : []);
    const { signal } = this.#gone;
    addEventListener("pagehide", () => this.#leave(), { signal });
    addEventListener("pageshow", ({ persisted }) => persisted && location.reload(), { signal });
  }

  /**
   * Say something that is numbered and kept until it is confirmed: all of PROTOCOL.md §4.1 with `c`. Return its key,
   * which its entry or refusal carries. Errors: RangeError for more than 64 KiB. @param {Saying} saying
   */
  say(saying) {
    checkSize(saying);
    this.#worker.postMessage({ act: "say", saying });
    return ++this.#keys;
  }

  /** Say something that matters only now: `typing`, `keyframe`. @param {Saying} saying */
  tell(saying) {
    this.#worker.postMessage({ act: "tell", saying });
  }

  /** Try to connect once more after `lost`. */
  again() {
    this.#worker.postMessage({ act: "again" });
  }

  /** Go away; the seat stays for two minutes. */
  close() {
    this.#gone.abort();
    this.#leave();
  }

  /**
   * Show what a capture gives, from the entry `sharing` on. share.js uses it.
   * @param {ReadableStream<VideoFrame>} frames @param {Track} track @param {string[]} codecs
   */
  show(frames, track, codecs) {
    this.#worker.postMessage({ act: "show", frames, track, codecs }, [frames]);
  }

  /** From now on no picture leaves, or they do again with the next `sharing` on. @param {boolean} hidden */
  hide(hidden) {
    this.#worker.postMessage({ act: "hide", hidden });
  }

  /** Let the capture go. */
  showNothing() {
    this.#worker.postMessage({ act: "showNothing" });
  }

  #leave() {
    this.#worker.postMessage({ act: "close" });
  }

  /** @param {Listener} listener @param {any} data */
  #hear(listener, data) {
    switch (data.is) {
      case "welcome":
        return listener.welcome?.(data);
      case "entry":
        return listener.entry?.(data);
      case "typing":
        return listener.typing?.(data.by);
      case "here":
        return listener.here?.(data.id, data.away);
      case "recording":
        return listener.recording?.(data.state, data.why);
      case "refused":
        return listener.refused?.(data.key, data.why);
      case "connection":
        return listener.connection?.(data);
      case "sharing":
        return listener.sharing?.(data);
    }
  }
}
