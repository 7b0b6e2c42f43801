/**
 * Showing one's screen: what the page does of it. The browser asks what to show; the pictures go from the capture to
 * the worker (screen_source.js) and from there to the server. Customers and agents alike.
 *
 * A pause is a stop that keeps the capture: the others see that nothing is shown.
 */

import { t } from "./texts.js";

/** @typedef {import("./live.js").Live} Live */
/** @typedef {import("./live.js").Entry} Entry */
/** @typedef {import("./live.js").Welcome} Welcome */
/** @typedef {import("./frames.js").Track} Track */
/**
 * `choosing`: the browser asks; `starting`: the server is asked.
 * @typedef {"off" | "choosing" | "starting" | "on" | "paused"} ShareState
 */

export const CODECS = ["av1", "vp9", "h264", "vp8"]; // the best first
const CHOOSING_MS = 180_000; // without a display the browser never answers
const MOST_PX = { width: 3840, height: 2160 };
const MOST_FPS = 30;

/** Return why this browser cannot show its screen, as a sentence; "" when it can. */
export function whyNoSharing() {
  if (!navigator.mediaDevices?.getDisplayMedia) return t("This browser cannot show its screen, as on phones.");
  const able = "MediaStreamTrackProcessor" in globalThis && "VideoEncoder" in globalThis;
  return able ? "" : t("This browser cannot send its screen. Chrome and Edge on a computer can.");
}

export class ScreenShare {
  /** @type {ShareState} */
  state = "off";
  #live;
  #track;
  #codecs;
  #changed;
  #me = 0;
  #owned = false; // by the log this seat shows its screen
  #caughtUp = 0; // the entry after which the log is known
  #recorded = ""; // how the recording stood when the log was welcomed
  #key = 0; // of the last share or unshare said
  #choices = 0; // how often somebody was asked what to show, or stopped
  /** @type {MediaStreamTrack | undefined} */
  #capture;

  /**
   * changed: told after every change; why is a sentence for people, where something went wrong. codecs: what those who
   * watch can decode, by the names of recorder/format/SPEC.md §4.4.
   * @param {Live} live @param {Track} track @param {(state: ShareState, why: string) => void} changed
   * @param {string[]} [codecs]
   */
  constructor(live, track, changed, codecs = CODECS) {
    this.#live = live;
    this.#track = track;
    this.#changed = changed;
    this.#codecs = codecs;
  }

  /** Let the person choose what to show. Must be called by a click. */
  async start() {
    if (this.state === "paused") return this.resume();
    if (this.state !== "off") return;
    const why = whyNoSharing();
    if (why) return this.#be("off", why);
    const mine = ++this.#choices;
    this.#be("choosing");
    try {
      const capture = await choose();
      if (mine === this.#choices) this.#begin(capture);
      else capture.stop();
    } catch (error) {
      if (mine === this.#choices) this.#be("off", whyNot(error));
    }
  }

  /** Nothing leaves this browser until resume(). */
  pause() {
    if (this.state !== "on" && this.state !== "starting") return;
    this.#live.hide(true);
    this.#key = this.#live.say({ do: "unshare", track: this.#track });
    this.#be("paused");
  }

  /** Show again what was chosen. */
  resume() {
    if (this.state !== "paused") return;
    this.#live.hide(false);
    this.#share();
  }

  /** Stop, and let the capture go. */
  stop(why = "") {
    if (this.state === "off") return;
    this.#choices++; // what is chosen from here on is not shown
    const shown = this.state === "starting" || this.state === "on";
    this.#letGo();
    if (shown) this.#key = this.#live.say({ do: "unshare", track: this.#track });
    this.#be("off", why);
  }

  /** To be told every welcome. @param {Welcome} welcome */
  welcome(welcome) {
    this.#me = welcome.you;
    this.#caughtUp = welcome.entry;
    this.#recorded = welcome.recording;
    if (!welcome.entry) this.#catchUp();
  }

  /** To be told every entry. @param {Entry} entry */
  entry(entry) {
    if (entry.kind === "sharing" && entry.by === this.#me && entry.track === this.#track) {
      this.#owned = entry.on;
      if (entry.on && entry.key === this.#key && this.state === "starting") this.#be("on");
      if (!entry.on && !entry.key && this.#capture) this.#ended(entry.n <= this.#caughtUp);
    }
    if (entry.n === this.#caughtUp) this.#catchUp();
  }

  /** To be told every refusal. @param {number | undefined} key */
  refused(key) {
    if (key !== this.#key || this.state !== "starting") return;
    if (this.#owned) {
      // A page before this one showed it, and this one pressed before it knew.
      this.#live.say({ do: "unshare", track: this.#track });
      return this.#share();
    }
    this.#letGo();
    this.#be("off", t("The screen cannot be shown now: somebody else shows one, or nothing can be recorded."));
  }

  /** To be told how sharing stands. @param {import("./live.js").SharingIs} is */
  sharing(is) {
    if (is.state === "ended") this.stop();
    if (is.state === "failed") this.stop(t("This browser could not encode its screen."));
  }

  /** @param {MediaStreamTrack} capture */
  #begin(capture) {
    this.#capture = capture;
    capture.contentHint = "text";
    // The browser's own bar ends it, too.
    capture.onended = () => this.stop();
    // @ts-ignore: browsers have it, TypeScript's tables do not
    const { readable } = new MediaStreamTrackProcessor({ track: capture, maxBufferSize: 1 });
    this.#live.show(readable, this.#track, this.#codecs);
    this.#share();
  }

  /** A page that was loaded anew has no capture any more. */
  #catchUp() {
    if (this.#owned && !this.#capture) this.#live.say({ do: "unshare", track: this.#track });
  }

  /**
   * The server ended it. Missed: while this page was away; then the server was stopped and nobody wished that, and it
   * is shown again, PROTOCOL.md §5. @param {boolean} missed
   */
  #ended(missed) {
    if (!missed || this.#recorded === "stopped") return this.#drop();
    if (this.state !== "paused") this.#share();
  }

  #share() {
    this.#key = this.#live.say({ do: "share", track: this.#track });
    this.#be("starting");
  }

  #drop() {
    this.#letGo();
    this.#be("off");
  }

  #letGo() {
    if (this.#capture) this.#capture.onended = null;
    this.#capture?.stop();
    this.#capture = undefined;
    this.#live.showNothing();
  }

  /** @param {ShareState} state */
  #be(state, why = "") {
    this.state = state;
    this.#changed(state, why);
  }
}

/** @returns {Promise<MediaStreamTrack>} */
async function choose() {
  const video = {
    displaySurface: "monitor",
    width: { max: MOST_PX.width },
    height: { max: MOST_PX.height },
    frameRate: { max: MOST_FPS },
  };
  const asked = navigator.mediaDevices.getDisplayMedia({ video, audio: false });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new DOMException("", "TimeoutError")), CHOOSING_MS);
  });
  try {
    await Promise.race([asked, late]);
  } catch (error) {
    // Whoever chooses after all shows nothing.
    asked.then((stream) => stream.getTracks().forEach((track) => track.stop())).catch(() => {});
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return (await asked).getVideoTracks()[0];
}

/** @param {unknown} error */
function whyNot(error) {
  const { name, message } = error instanceof DOMException ? error : { name: "", message: "" };
  // Macs ask their user once for each browser; Chrome tells it by the message alone.
  if (name === "NotReadableError" || (name === "NotAllowedError" && message.includes("by system")))
    return t(
      "The system does not let the browser see the screen. Allow screen recording in its settings, then start it again.",
    );
  if (name === "NotAllowedError") return t("The screen is not shown: nothing was chosen, or the browser may not.");
  if (name === "NotFoundError") return t("There is no screen that could be shown.");
  if (name === "TimeoutError") return t("The browser did not say what to show. Try again.");
  return t("The screen cannot be shown.");
}
