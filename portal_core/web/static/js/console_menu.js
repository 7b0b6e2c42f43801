/** The console's menu, its tool bar and its keys: the same acts, reached in three ways. */

import { chooseCopyFolder } from "./copies.js";
import { askAgain, folderIs } from "./copy_folder.js";
import { byId, button, fill, make } from "./elements.js";
import { t } from "./texts.js";

/** @typedef {import("./alerts.js").Alerts} Alerts */

export class ConsoleMenu {
  #alerts;
  #codes;
  #menu = /** @type {HTMLDetailsElement} */ (byId("menu"));
  #acts = byId("menu-acts");
  #status = byId("status");

  /** @param {Alerts} alerts @param {() => void} codes  opens the list of session codes */
  constructor(alerts, codes) {
    this.#alerts = alerts;
    this.#codes = codes;
    const attributes = { class: "primary", "aria-keyshortcuts": "Alt+C", title: t("Alt + C") };
    byId("tools").prepend(button(t("Session codes"), codes, attributes));
    this.#menu.addEventListener("toggle", () => this.#fill());
    this.#menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#close();
    });
    addEventListener("click", ({ target }) => {
      if (target instanceof Node && !this.#menu.contains(target)) this.#menu.open = false;
    });
    addEventListener("keydown", (event) => {
      // The letter is that of the key: with Alt some keyboards write another.
      if (!event.altKey || event.ctrlKey || event.metaKey || event.code !== "KeyC") return;
      event.preventDefault();
      codes();
    });
    this.#fill();
    this.#remind();
  }

  async #fill() {
    const folder = await folderIs();
    const { sound, mayAsk } = this.#alerts;
    const entries = [
      this.#entry(t("Session codes (Alt + C)"), () => this.#codes()),
      this.#entry(sound ? t("Switch the sound off") : t("Switch the sound on"), () => {
        this.#alerts.sound = !sound;
      }),
    ];
    if (mayAsk) entries.push(this.#entry(t("Show notifications …"), () => this.#alerts.askForNotifications()));
    if (folder.is === "unable") {
      entries.push(hint(t("Local copies are downloaded: this browser gives pages no folder.")));
    } else {
      entries.push(this.#entry(t("Folder for local copies …"), () => chooseCopyFolder(this.#status)));
      if (folder.is !== "none") entries.push(hint(t("Copies go to {folder}.", { folder: folder.folder.name })));
      else entries.push(hint(t("None is chosen yet. “Sealcast Recordings” in your documents is a good place.")));
    }
    fill(this.#acts, ...entries);
  }

  /** @param {string} text @param {() => unknown} act */
  #entry(text, act) {
    const run = () => {
      this.#close();
      act();
    };
    return make("li", {}, button(text, run, { class: "quiet" }));
  }

  #close() {
    this.#menu.open = false;
    this.#menu.querySelector("summary")?.focus();
  }

  /** The browser wants a click before the page may write: better now than at a session's end. */
  async #remind() {
    const is = await folderIs();
    if (is.is !== "ask") return;
    const allow = button(t("Let copies go to {folder}", { folder: is.folder.name }), async () => {
      if (await askAgain(is.folder)) allow.remove();
    });
    byId("tools").append(allow);
  }
}

/** @param {string} text */
function hint(text) {
  return make("li", { class: "hint" }, text);
}
