/** What an agent can do in a session, as a tool bar; each tool is there when it makes sense. */

import { openClosing, openMarker } from "./closing_form.js";
import { confirmFirst } from "./dialogs.js";
import { button, make } from "./elements.js";
import { whyNoSharing } from "./share.js";
import { t } from "./texts.js";

/** @typedef {import("./live.js").Saying} Saying */
/**
 * How things stand, as far as tools depend on it.
 * @typedef {object} Standing
 * @property {boolean} live  a customer and an agent are there, and the connection
 * @property {boolean} ended
 * @property {boolean} shown  the customer shows his screen
 * @property {string} recording
 * @property {import("./share.js").ShareState} sharing  of the agent's own screen
 */

export class SessionTools {
  element = make("div", { class: "session-tools", role: "toolbar" });
  #markers = 0;
  #say;
  #see;
  #show;
  #facts;
  #mark;
  #pause;
  #close;
  #leave;
  /** @type {Standing} */
  #standing = { live: false, ended: false, shown: false, recording: "off", sharing: "off" };

  /**
   * @param {(saying: {do: string} & Record<string, unknown>) => void} say
   * @param {{start: () => void, stop: () => void}} share
   */
  constructor(say, share) {
    this.#say = say;
    this.element.setAttribute("aria-label", t("What to do in this session"));
    this.#see = button(t("Ask to see the screen"), () => say({ do: "ask_share" }), { class: "small" });
    this.#show = button(t("Show my screen …"), () => this.#toggleShare(share), { class: "small" });
    this.#facts = button(t("Ask for diagnostics"), () => say({ do: "ask_diagnostics" }), { class: "small" });
    this.#mark = button(t("Set a marker …"), () => this.#openMarker(), { class: "small" });
    this.#pause = button(t("Pause the recording"), () => this.#togglePause(), { class: "small" });
    this.#close = button(t("Close …"), () => this.#openClosing(), { class: "small primary" });
    this.#leave = button(t("Leave …"), () => this.#confirmLeave(), { class: "small" });
    this.element.append(this.#see, this.#show, this.#facts, this.#mark, this.#pause, this.#close, this.#leave);
    this.is({});
  }

  /** Note how things stand. @param {Partial<Standing>} change */
  is(change) {
    Object.assign(this.#standing, change);
    const { live, ended, shown, recording, sharing } = this.#standing;
    this.element.hidden = ended;
    this.#see.disabled = !live || shown;
    this.#facts.disabled = !live;
    const why = whyNoSharing();
    this.#show.disabled = Boolean(why) || (sharing === "off" && !live) || ["choosing", "starting"].includes(sharing);
    this.#show.title = why;
    this.#show.textContent =
      sharing === "off" || sharing === "choosing" ? t("Show my screen …") : t("Stop showing my screen");
    this.#pause.disabled = !["on", "paused"].includes(recording);
    this.#pause.textContent = recording === "paused" ? t("Go on recording") : t("Pause the recording");
  }

  /** @param {{start: () => void, stop: () => void}} share */
  #toggleShare(share) {
    if (this.#standing.sharing === "off") share.start();
    else share.stop();
  }

  #togglePause() {
    this.#say({ do: this.#standing.recording === "paused" ? "resume" : "pause" });
  }

  #openMarker() {
    openMarker(t("Marker {number}", { number: this.#markers + 1 }), (name) => {
      this.#markers++;
      this.#say({ do: "mark", name });
    });
  }

  #openClosing() {
    openClosing((outcome, note) => this.#say({ do: "close", outcome, note }));
  }

  #confirmLeave() {
    const question = t("Without an agent the session ends for the customer, too.");
    confirmFirst({ title: t("Leave this session?"), question, yes: t("Leave") }, () => this.#say({ do: "leave" }));
  }
}
