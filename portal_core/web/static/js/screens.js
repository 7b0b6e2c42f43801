/** The screens of a session that a page watches: a worker decodes them; a view for each is what people see. */

import { ScreenView } from "./screen.js";
import { SessionClock } from "./session_clock.js";

/** @typedef {import("./frames.js").Track} Track */

export class Screens {
  /** The port for Live: what comes there is shown. */
  pictures;
  #sinceUs = 0;
  #broken = false; // the worker did not come
  #clock = new SessionClock();
  #worker = new Worker(new URL("./screen_worker.js", import.meta.url), { type: "module" });
  /** @type {Map<string, ScreenView>} */
  #views = new Map();
  /** @type {Map<string, {picture: "waiting" | "shown" | "cannot", atUs: number}>} What came last of each track. */
  #last = new Map();
  #tell;

  /** @param {(saying: {do: "keyframe", track: Track}) => void} tell  such as Live's */
  constructor(tell) {
    const { port1, port2 } = new MessageChannel();
    this.pictures = port1;
    this.#tell = tell;
    this.#worker.onmessage = ({ data }) => this.#hear(data);
    this.#worker.onerror = () => {
      this.#broken = true;
      this.#cannot();
    };
    this.#worker.postMessage({ pictures: port2 }, [port2]);
  }

  /** Return the view of a track; there is one of each. @param {Track} track @param {string} name  what it is called */
  view(track, name) {
    const before = this.#views.get(track);
    if (before) return before;
    const view = new ScreenView(name);
    const canvas = view.canvas.transferControlToOffscreen();
    this.#worker.postMessage({ track, canvas }, [canvas]);
    this.#views.set(track, view);
    if (this.#broken) this.#cannot();
    return view;
  }

  /** Note when this page came: how late older pictures are says nothing. @param {number} sinceUs */
  welcome(sinceUs) {
    this.#sinceUs = sinceUs;
    this.heard(sinceUs);
  }

  /** Note that the server's clock said this just now: at_us of an entry. @param {number} atUs */
  heard(atUs) {
    this.#clock.note(atUs, performance.now());
  }

  /** Note whether the page is connected: without, what is shown is old. @param {boolean} connected */
  connected(connected) {
    for (const view of this.#views.values()) view.is({ connected });
  }

  /**
   * Note whether a screen is shared, since when by the entry's at_us. Pictures go another way than entries and may be
   * there before: what came since then is of this sharing.
   * @param {Track} track @param {boolean} on @param {number} [atUs]
   */
  shared(track, on, atUs = 0) {
    const last = this.#last.get(track);
    const came = on && last !== undefined && last.atUs >= atUs;
    this.#views.get(track)?.is({ shared: on, picture: came ? last.picture : "none" });
  }

  /** Stop for good. */
  close() {
    this.#worker.terminate();
    for (const view of this.#views.values()) view.close();
  }

  /** Nothing can be shown: a module of the worker did not come. */
  #cannot() {
    for (const [track, view] of this.#views) {
      this.#last.set(track, { picture: "cannot", atUs: Infinity });
      view.is({ picture: "cannot" });
    }
  }

  /** @param {import("./watched_screen.js").Word & {track: Track}} word */
  #hear(word) {
    this.#worker.onerror = null;
    const view = this.#views.get(word.track);
    if (!view) return;
    if (word.is === "keyframe") return this.#tell({ do: "keyframe", track: word.track });
    if (word.is === "size") return view.resize(word);
    const { is: picture, atUs } = word;
    this.#last.set(word.track, { picture, atUs });
    view.is({ picture });
    if (picture !== "shown") return;
    const now = performance.now();
    this.#clock.note(atUs, now);
    if (atUs >= this.#sinceUs) view.delayed(this.#clock.behindMs(atUs, now));
  }
}
