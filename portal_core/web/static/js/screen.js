/**
 * Somebody else's screen, as people see it: fitting or in its actual size, in full screen, with how it stands.
 *
 * Keys while it has the focus: F full screen, 0 fit, 1 actual size; arrows scroll.
 */

import { button, fill, make } from "./elements.js";
import { shownSize } from "./screen_size.js";
import { t, written } from "./texts.js";

const BETWEEN_DELAYS_MS = 1000; // a number that people read

/**
 * How it stands: whether it is shared; whether this page, and whoever shares, are connected; what is on the canvas:
 * nothing of it yet, an older picture, the newest one, or nothing that can be shown.
 * @typedef {object} Standing
 * @property {boolean} shared
 * @property {boolean} connected
 * @property {boolean} away
 * @property {"none" | "waiting" | "shown" | "cannot"} picture
 */

export class ScreenView {
  #name;
  /** @type {Standing} */
  #standing = { shared: false, connected: true, away: false, picture: "none" };
  /** @type {import("./screen_size.js").Mode} */
  #mode = "fit";
  #picture = { width: 0, height: 0 };
  #delayedAt = 0;
  #grabbed = false;

  canvas = make("canvas", { role: "img", width: 1, height: 1 });
  #word = make("p", { class: "screen-word", role: "status" });
  #delay = make("span", { class: "screen-delay" });
  #fit = button(t("Fit"), () => this.#show("fit"), { class: "small quiet", "aria-keyshortcuts": "0" });
  #actual = button(t("1 : 1"), () => this.#show("actual"), {
    class: "small quiet",
    "aria-keyshortcuts": "1",
    "aria-label": t("1 : 1, actual size"),
  });
  #full = button(t("Full screen"), () => this.#fullScreen(), { class: "small quiet", "aria-keyshortcuts": "F" });
  #stage = make("div", {
    class: "screen-stage",
    tabindex: 0,
    role: "group",
    onkeydown: (/** @type {KeyboardEvent} */ event) => this.#press(event),
    onpointerdown: (/** @type {PointerEvent} */ event) => this.#grab(event),
    onpointermove: (/** @type {PointerEvent} */ event) => this.#drag(event),
    onpointerup: () => this.#drop(),
    onpointercancel: () => this.#drop(),
  });
  element = make("section", { class: "screen" });
  #sizes = new ResizeObserver(() => this.#layOut());

  /** @param {string} name  what is shown, such as “Screen of Ann” */
  constructor(name) {
    this.#name = name;
    this.element.setAttribute("aria-label", name);
    this.#stage.setAttribute("aria-label", t("{name}. Keys: F full screen, 0 fit, 1 actual size", { name }));
    this.#stage.append(this.canvas, this.#word);
    const bar = make("div", { class: "screen-bar" }, make("h2", {}, name), this.#delay, this.#fit, this.#actual);
    if (document.fullscreenEnabled) bar.append(this.#full);
    this.element.append(bar, this.#stage);
    this.element.addEventListener("fullscreenchange", () => this.#layOut());
    this.#sizes.observe(this.#stage);
    this.#show("fit");
    this.is({});
  }

  /** Note how it stands. @param {Partial<Standing>} change */
  is(change) {
    Object.assign(this.#standing, change);
    const word = sentence(this.#standing);
    if (this.#word.textContent !== word) fill(this.#word, word);
    const { shared, connected, away, picture } = this.#standing;
    this.canvas.hidden = !shared || picture === "none" || picture === "cannot";
    this.#stage.classList.toggle("stale", Boolean(shared && word));
    if (!shared || !connected || away || picture !== "shown") fill(this.#delay);
  }

  /** @param {{width: number, height: number}} picture  px */
  resize({ width, height }) {
    this.#picture = { width, height };
    this.canvas.setAttribute("aria-label", t("{name}, {width} × {height} pixels", { name: this.#name, width, height }));
    this.#layOut();
  }

  /** Show how old what is shown was when it was shown; null for unknown. @param {number | null} ms */
  delayed(ms) {
    const now = performance.now();
    if (ms === null || (this.#delay.firstChild && now - this.#delayedAt < BETWEEN_DELAYS_MS)) return;
    this.#delayedAt = now;
    const digits = ms < 995 ? 2 : 1;
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    fill(this.#delay, t("Delay {seconds} s", { seconds: written(ms / 1000, options) }));
    this.#delay.title = t(
      "From the server to this page, beyond the quickest way so far. What is added before the server is not in it.",
    );
  }

  /** Watch the size of the page no longer. */
  close() {
    this.#sizes.disconnect();
  }

  /** @param {import("./screen_size.js").Mode} mode */
  #show(mode) {
    this.#mode = mode;
    this.#fit.setAttribute("aria-pressed", String(mode === "fit"));
    this.#actual.setAttribute("aria-pressed", String(mode === "actual"));
    this.#stage.classList.toggle("actual", mode === "actual");
    this.#layOut();
  }

  #layOut() {
    if (!this.#picture.width) return;
    const room = { width: this.#stage.clientWidth, height: this.#stage.clientHeight };
    const full = document.fullscreenElement === this.element;
    const { width, height } = shownSize(this.#picture, room, { mode: this.#mode, full, ratio: devicePixelRatio });
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    this.#full.setAttribute("aria-pressed", String(full));
  }

  async #fullScreen() {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await this.element.requestFullscreen().catch(() => {}); // it may be forbidden here: then it stays as it is
    this.#stage.focus();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const acts = { f: () => this.#fullScreen(), 0: () => this.#show("fit"), 1: () => this.#show("actual") };
    const act = acts[/** @type {keyof typeof acts} */ (event.key.toLowerCase())];
    if (!act || (event.key.toLowerCase() === "f" && !document.fullscreenEnabled)) return;
    event.preventDefault();
    act();
  }

  /** @param {PointerEvent} event */
  #grab(event) {
    // Fingers scroll by themselves.
    if (this.#mode !== "actual" || event.pointerType !== "mouse" || event.button !== 0) return;
    this.#grabbed = true;
    this.#stage.classList.add("grabbed");
    this.#stage.setPointerCapture(event.pointerId);
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    if (this.#grabbed) this.#stage.scrollBy(-event.movementX, -event.movementY);
  }

  #drop() {
    this.#grabbed = false;
    this.#stage.classList.remove("grabbed");
  }
}

/** Return what has to be said of a screen; nothing when all is well. @param {Standing} standing */
function sentence({ shared, connected, away, picture }) {
  if (!shared) return t("No screen is being shown.");
  if (picture === "cannot") {
    return t("This browser cannot show this screen. The chat goes on; a current Chrome or Edge can show it.");
  }
  if (picture === "none") return t("Waiting for the first picture …");
  if (!connected) return t("The connection is interrupted. This is the last picture.");
  if (away) return t("Whoever shares this screen lost the connection. This is the last picture.");
  return picture === "waiting" ? t("Waiting for the next whole picture …") : "";
}
