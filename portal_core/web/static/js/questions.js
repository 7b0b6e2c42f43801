/** What an agent asks a customer: to show his screen, and for facts about his computer. One card for each. */

import { takeSnapshot } from "./device.js";
import { button, fill, make } from "./elements.js";
import { inZone, told } from "./fact_words.js";
import { t } from "./texts.js";

/** @typedef {import("./live_log.js").Entry} Entry */
/** @typedef {import("./device.js").Snapshot} Snapshot */
/**
 * What is done with the answers.
 * @typedef {object} Answers
 * @property {() => void} share
 * @property {() => void} refuseShare
 * @property {(snapshot: Snapshot) => void} allow
 * @property {() => void} refuse
 * @property {() => void} closed  the cursor was on a card that is gone
 */

export class Questions {
  #answers;
  #why;
  #share = make("section", { class: "card question", hidden: true, "aria-labelledby": "share-question" });
  #facts = make("section", { class: "card question", hidden: true, "aria-labelledby": "facts-question" });

  /**
   * @param {HTMLElement} place @param {Answers} answers @param {(Node | string)[]} why  what is said instead where this
   * browser cannot show its screen; empty where it can
   */
  constructor(place, answers, why) {
    this.#answers = answers;
    this.#why = why;
    place.setAttribute("aria-live", "polite");
    place.append(this.#share, this.#facts);
  }

  /** To be told every entry. @param {Entry} entry @param {string} name  whose it is @param {boolean} mine */
  entry(entry, name, mine) {
    switch (entry.kind) {
      case "share_asked":
        return this.askShare(name);
      case "share_refused":
        return this.#close(this.#share);
      case "sharing":
        return mine && entry.on ? this.#close(this.#share) : undefined;
      case "diagnostics_asked":
        return this.#askFacts(name);
      case "diagnostics_allowed":
      case "diagnostics_refused":
        return this.#close(this.#facts);
      case "ended":
        return this.close();
    }
  }

  /** Ask whether the screen is shown. @param {string} name */
  askShare(name) {
    const able = !this.#why.length;
    const text = able
      ? t("You choose what is seen: a window, a tab or the whole screen. You can stop at any time.")
      : make("div", { class: "stack" }, ...this.#why);
    const refuse = () => {
      this.#close(this.#share);
      this.#answers.refuseShare();
    };
    const choose = button(t("Choose what to show"), this.#answers.share, { class: "primary" });
    this.#open(this.#share, "share-question", t("{name} would like to see your screen", { name }), text, [
      ...(able ? [choose] : []),
      button(t("Not now"), refuse),
    ]);
  }

  close() {
    this.#close(this.#share);
    this.#close(this.#facts);
  }

  /** @param {string} name */
  #askFacts(name) {
    const title = t("{name} asks for facts about your computer", { name });
    const text = t("Browser, system, screen, memory, graphics, connection, permissions: no files, no passwords.");
    this.#open(this.#facts, "facts-question", title, text, [
      button(t("Allow"), () => this.#allow(takeSnapshot()), { class: "primary" }),
      button(t("Look first"), () => this.#look(title)),
      button(t("Do not allow"), () => this.#refuse()),
    ]);
  }

  /** @param {string} title */
  async #look(title) {
    const snapshot = await takeSnapshot();
    if (this.#facts.hidden) return;
    this.#open(this.#facts, "facts-question", title, snapshotView(snapshot), [
      button(t("Send this"), () => this.#allow(Promise.resolve(snapshot)), { class: "primary" }),
      button(t("Do not allow"), () => this.#refuse()),
    ]);
    this.#facts.querySelector("h2")?.focus();
  }

  /** @param {Promise<Snapshot>} taken */
  async #allow(taken) {
    this.#close(this.#facts);
    this.#answers.allow(await taken);
  }

  #refuse() {
    this.#close(this.#facts);
    this.#answers.refuse();
  }

  /**
   * @param {HTMLElement} card @param {string} id @param {string} title @param {Node | string} text
   * @param {HTMLElement[]} buttons
   */
  #open(card, id, title, text, buttons) {
    const said = typeof text === "string" ? make("p", {}, text) : text;
    fill(card, make("h2", { id, tabindex: -1 }, title), said, make("div", { class: "row" }, ...buttons));
    card.hidden = false;
    card.scrollIntoView({ block: "nearest" });
  }

  /** @param {HTMLElement} card */
  #close(card) {
    const here = card.contains(document.activeElement);
    card.hidden = true;
    fill(card);
    if (here) this.#answers.closed();
  }
}

/** Show what would be sent, all of it. @param {Snapshot} snapshot */
function snapshotView({ categories }) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const day = (/** @type {number} */ timeUs) => inZone(timeUs, timeZone);
  const view = make("div", { class: "facts-view", role: "group", tabindex: 0, "aria-label": t("What would be sent") });
  for (const { name, items, missing } of categories) {
    view.append(make("h3", {}, name));
    if (missing) view.append(make("p", { class: "hint" }, missing));
    for (const item of items) {
      const pairs = told(name, item, day).flatMap(([what, value]) => [make("dt", {}, what), make("dd", {}, value)]);
      view.append(make("dl", { class: "facts" }, ...pairs));
    }
  }
  return view;
}
