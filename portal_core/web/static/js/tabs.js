/** Several things of which one is seen, each with its tab; arrows, Home and End go between them. */

import { fill, make } from "./elements.js";
import { t } from "./texts.js";

/** @typedef {{tab: HTMLButtonElement, name: string, panel: HTMLElement, unread: number}} Tab */

export class Tabs {
  element = make("div", { class: "tabs", role: "tablist" });
  panels = make("div");
  /** The id of what is seen. */
  selected = "";
  #chosen;
  /** @type {Map<string, Tab>} */
  #all = new Map();

  /** @param {string} name  of all of them @param {(id: string) => void} chosen */
  constructor(name, chosen) {
    this.#chosen = chosen;
    this.element.setAttribute("aria-label", name);
    this.element.addEventListener("keydown", (event) => this.#press(event));
  }

  /** How much is unread in all of them. */
  get unread() {
    return [...this.#all.values()].reduce((sum, { unread }) => sum + unread, 0);
  }

  /** Add one at the end. @param {string} id @param {string} name @param {HTMLElement} panel */
  add(id, name, panel) {
    const tab = make("button", {
      type: "button",
      role: "tab",
      id: `tab-${id}`,
      "aria-controls": `panel-${id}`,
      onclick: () => this.select(id),
    });
    panel.id = `panel-${id}`;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    this.#all.set(id, { tab, name, panel, unread: 0 });
    this.element.append(tab);
    this.panels.append(panel);
    this.#write(id);
    this.select(this.selected || id);
  }

  /** Put the cursor on the tab of what is seen; false when there is none. */
  focus() {
    const seen = this.#all.get(this.selected);
    seen?.tab.focus();
    return seen !== undefined;
  }

  /** @param {string} id */
  remove(id) {
    const gone = this.#all.get(id);
    if (!gone) return;
    gone.tab.remove();
    gone.panel.remove();
    this.#all.delete(id);
    if (this.selected === id) this.select([...this.#all.keys()].at(-1) ?? "");
  }

  /** @param {string} id */
  select(id) {
    this.selected = id;
    for (const [one, { tab, panel }] of this.#all) {
      tab.setAttribute("aria-selected", String(one === id));
      tab.tabIndex = one === id ? 0 : -1;
      panel.hidden = one !== id;
    }
    this.mark(id, 0);
    this.#chosen(id);
  }

  /** Note how much is unread in one. @param {string} id @param {number} unread */
  mark(id, unread) {
    const one = this.#all.get(id);
    if (!one || one.unread === unread) return;
    one.unread = unread;
    this.#write(id);
  }

  /** Note that something came which nobody saw. @param {string} id */
  came(id) {
    this.mark(id, (this.#all.get(id)?.unread ?? 0) + 1);
  }

  /** @param {string} id */
  #write(id) {
    const { tab, name, unread } = /** @type {Tab} */ (this.#all.get(id));
    fill(tab, make("bdi", {}, name));
    if (!unread) return;
    const said = make("span", { class: "unseen" }, t("{count} unread", { count: unread }));
    tab.append(make("span", { class: "tab-unread", "aria-hidden": "true" }, String(unread)), said);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const ids = [...this.#all.keys()];
    const at = ids.indexOf(this.selected);
    /** @type {Record<string, number>} */
    const places = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: ids.length - 1 };
    if (!(event.key in places)) return;
    event.preventDefault();
    const id = ids[(places[event.key] + ids.length) % ids.length];
    this.select(id);
    this.#all.get(id)?.tab.focus();
  }
}
