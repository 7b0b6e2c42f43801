/** What the customer's computer told of itself, for agents: by categories, asked for again, copied as text or XML. */

import { copyText } from "./copying.js";
import { asText, asXml, itemText } from "./diagnostics_text.js";
import { button, fill, make } from "./elements.js";
import { inZone, told } from "./fact_words.js";
import { t } from "./texts.js";

/** @typedef {import("./diagnostics_text.js").Taken} Taken */
/** @typedef {import("./diagnostics_text.js").Category} Category */

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

export class DiagnosticsView {
  element = make("section", { class: "diagnostics card", hidden: true });
  /** @type {Taken[]} */
  #all = [];
  #word = make("p", { class: "hint", role: "status" });
  #which = make("select", { onchange: () => this.#show() });
  #facts = make("div", { class: "facts-list" });
  #again;
  #acts;

  /** @param {string} session  its id @param {() => void} ask  for a snapshot */
  constructor(session, ask) {
    this.element.setAttribute("aria-label", t("Diagnostics"));
    this.#which.setAttribute("aria-label", t("Snapshot"));
    this.#again = button(t("Refresh"), ask, { class: "small" });
    this.#acts = make(
      "div",
      { class: "row", hidden: true },
      this.#which,
      this.#again,
      button(t("Copy all as text"), () => copyText(asText(session, this.#all, ZONE), this.#word), { class: "small" }),
      button(t("Copy all as XML"), () => copyText(asXml(session, this.#all), this.#word), { class: "small" }),
    );
    this.element.append(make("h2", {}, t("Diagnostics")), this.#word, this.#acts, this.#facts);
  }

  /** Say how it stands with what was asked for. @param {string} kind  of an entry */
  is(kind) {
    this.element.hidden = false;
    this.#again.disabled = kind === "diagnostics_asked" || kind === "diagnostics_allowed";
    /** @type {Record<string, string>} */
    const words = {
      diagnostics_asked: t("The customer was asked."),
      diagnostics_allowed: t("The customer allowed it."),
      diagnostics_refused: t("The customer refused."),
    };
    this.#word.textContent = words[kind] ?? "";
    this.#acts.hidden = !this.#all.length && kind !== "diagnostics_refused";
  }

  /** Show another snapshot. @param {Omit<Taken, "number">} taken */
  add(taken) {
    const number = this.#all.length + 1;
    this.#all.push({ ...taken, number });
    const at = inZone(taken.snapshot.taken_us, ZONE).split(" ")[1] ?? "";
    this.#which.prepend(make("option", { value: number }, t("Snapshot {number}, {time}", { number, time: at })));
    this.#which.value = String(number);
    this.is("");
    this.#show();
  }

  /** Nobody can be asked any more. */
  close() {
    this.#again.hidden = true;
  }

  #show() {
    const taken = this.#all[Number(this.#which.value) - 1];
    const open = new Set(
      [...this.#facts.querySelectorAll("details[open]")].map((one) => one.getAttribute("data-name")),
    );
    const first = !this.#facts.childElementCount;
    const categories = taken.snapshot.categories.map((one, at) => shown(one, first ? at === 0 : open.has(one.name)));
    fill(this.#facts, ...categories);
  }
}

/** @param {Category} category @param {boolean} open */
function shown({ name, items, missing }, open) {
  const day = (/** @type {number} */ timeUs) => inZone(timeUs, ZONE);
  const count = items.length > 1 ? [" ", make("span", { class: "hint" }, String(items.length))] : [];
  const inside = make("details", { open, "data-name": name }, make("summary", {}, make("bdi", {}, name), ...count));
  if (missing) inside.append(make("p", { class: "hint" }, missing));
  if (!items.length && !missing) inside.append(make("p", { class: "hint" }, t("none")));
  if (items.length === 1) {
    const facts = told(name, items[0], day).flatMap(([called, text]) => [make("dt", {}, called), make("dd", {}, text)]);
    inside.append(make("dl", { class: "facts" }, ...facts));
  } else if (items.length) {
    inside.append(make("ul", {}, ...items.map((item) => make("li", {}, itemText(name, item, day)))));
  }
  return inside;
}
