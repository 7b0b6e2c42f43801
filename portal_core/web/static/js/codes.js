/**
 * The agent's active session codes: make, hand out, take back. The server says which there are; each is counted down by
 * its clock.
 */

import { openMail } from "./code_mail.js";
import { grouped, timeLeft } from "./code_times.js";
import { copyText } from "./copying.js";
import { confirmFirst, faultLine, openDialog, showFault } from "./dialogs.js";
import { button, fill, make } from "./elements.js";
import { ask } from "./requests.js";
import { t } from "./texts.js";

/** @typedef {{id: number, name: string, digits: string, portal: string, expires_us: number, join: string}} Code */
/** @typedef {{id: number, name: string, active_codes: number}} Portal */
/** @typedef {{portals: Portal[], language: string, languages: Record<string, string>}} CodesOptions */
/** @typedef {{element: HTMLElement, left: HTMLElement, code: Code}} Row */

export class Codes {
  #options;
  /** @type {Map<number, Row>} */
  #rows = new Map();
  #aheadUs = 0; // of the server's clock over this page's
  #timer = 0;
  #name = make("input", { id: "code-name", required: true, maxlength: 100, autocomplete: "off" });
  #portal = make("select", { id: "code-portal" });
  #fault = faultLine();
  #status = make("p", { class: "hint", role: "status" });
  #count = make("span", { class: "hint" });
  #list = make("ul", { class: "codes" });
  #none = make("p", { class: "empty" }, t("No code is active. A customer joins with one that you make."));
  #dialog = make("dialog", { class: "wide", "aria-labelledby": "codes-title" });

  /** @param {CodesOptions} options */
  constructor(options) {
    this.#options = options;
    const looks = { class: "quiet small dialog-close", "aria-label": t("Close") };
    const close = button("×", () => this.#dialog.close(), looks);
    const title = make("h2", { id: "codes-title" }, t("Session codes"));
    const head = make("div", { class: "dialog-head" }, title, this.#count, close);
    const body = [head, this.#form(), this.#fault, this.#list, this.#none, this.#status];
    this.#dialog.append(make("div", { class: "stack" }, ...body));
    this.#dialog.addEventListener("close", () => clearInterval(this.#timer));
    document.body.append(this.#dialog);
    this.show([], Date.now() * 1000);
  }

  /** Open the list, or close it. */
  toggle() {
    if (this.#dialog.open) return this.#dialog.close();
    this.#fault.textContent = this.#status.textContent = "";
    this.#dialog.showModal();
    this.#name.focus();
    this.#refresh();
    clearInterval(this.#timer);
    this.#timer = Number(setInterval(() => this.#refresh(), 1000));
  }

  /** Show which codes there are. @param {Code[]} codes @param {number} nowUs  by the server */
  show(codes, nowUs) {
    this.#aheadUs = nowUs - Date.now() * 1000;
    const ids = new Set(codes.map((code) => code.id));
    for (const [id, row] of this.#rows) {
      if (ids.has(id)) continue;
      row.element.remove();
      this.#rows.delete(id);
    }
    for (const code of codes) if (!this.#rows.has(code.id)) this.#add(code);
    this.#refresh();
  }

  /** Show what is left of each; one that is over goes, even before the server says so. */
  #refresh() {
    const nowUs = Date.now() * 1000 + this.#aheadUs;
    for (const [id, { element, left, code }] of this.#rows) {
      if (code.expires_us > nowUs) fill(left, timeLeft(code.expires_us, nowUs));
      else {
        element.remove();
        this.#rows.delete(id);
      }
    }
    const most = Math.max(0, ...this.#options.portals.map((portal) => portal.active_codes));
    fill(this.#count, t("{count} of {most} active", { count: this.#rows.size, most }));
    this.#none.hidden = this.#rows.size > 0;
  }

  #form() {
    const { portals } = this.#options;
    this.#portal.append(...portals.map(({ id, name }) => make("option", { value: id }, name)));
    if (!portals.length)
      return make("p", { class: "notice warn" }, t("No portal takes session codes. Your manager can change that."));
    const label = make("label", { for: "code-name" }, t("For whom"));
    const name = make("div", { class: "field" }, label, this.#name);
    const portal = make("div", { class: "field" }, make("label", { for: "code-portal" }, t("Portal")), this.#portal);
    portal.hidden = portals.length < 2;
    const makeIt = make("button", { class: "primary" }, t("Make a code"));
    const form = make("form", { class: "code-form" }, name, portal, makeIt);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#make(makeIt);
    });
    return form;
  }

  /** @param {HTMLButtonElement} pressed */
  async #make(pressed) {
    this.#fault.textContent = this.#status.textContent = "";
    pressed.disabled = true;
    try {
      const said = { name: this.#name.value.trim(), portal: Number(this.#portal.value) };
      /** @type {Code} */
      const code = await ask("POST", "/console/codes", said);
      this.#name.value = "";
      if (!this.#rows.has(code.id)) this.#add(code);
      this.#refresh();
      this.#rows.get(code.id)?.element.scrollIntoView({ block: "nearest" });
      this.#status.textContent = t("The code for {name} is {digits}", {
        name: code.name,
        digits: grouped(code.digits),
      });
    } catch (error) {
      showFault(this.#fault, error);
    } finally {
      pressed.disabled = false;
      // Whoever went on to a code meanwhile stays there.
      if (!this.#list.contains(document.activeElement)) this.#name.focus();
    }
  }

  /** @param {Code} code */
  #add(code) {
    const left = make("time", { class: "code-left" });
    const label = make("span", { class: "unseen" }, t("Time left"));
    const about = make("p", { class: "hint" }, make("bdi", {}, code.portal), " · ", label, " ", left);
    const head = make("div", {}, make("h3", {}, make("bdi", {}, code.name)), about);
    const digits = make("p", { class: "digits" }, grouped(code.digits));
    const acts = make("div", { class: "row", role: "group", "aria-label": code.name }, ...this.#acts(code));
    const element = make("li", { class: "code" }, head, digits, acts);
    this.#rows.set(code.id, { element, left, code });
    this.#list.prepend(element);
  }

  /** @param {Code} code */
  #acts(code) {
    const small = { class: "small" };
    const { language, languages } = this.#options;
    return [
      button(t("Copy code"), () => this.#copy(code.digits), small),
      button(t("Copy address"), () => this.#copy(code.join), small),
      button(t("Copy invitation"), () => this.#invite(code, language), small),
      button(t("E-mail …"), () => openMail(code, { language, languages }, this.#status), small),
      button(t("QR code"), () => showPicture(code), small),
      button(t("Revoke …"), () => this.#revoke(code), { class: "small danger" }),
    ];
  }

  /** @param {string} text */
  #copy(text) {
    this.#fault.textContent = "";
    return copyText(text, this.#status);
  }

  /** @param {Code} code @param {string} language */
  async #invite(code, language) {
    try {
      await this.#copy((await ask("GET", `/console/codes/${code.id}/text?language=${language}`)).body);
    } catch (error) {
      showFault(this.#fault, error);
    }
  }

  /** @param {Code} code */
  #revoke({ id, name }) {
    const question = t("The code for {name} will lead nowhere from now on.", { name });
    confirmFirst({ title: t("Revoke this code?"), question, yes: t("Revoke") }, async () => {
      await ask("DELETE", `/console/codes/${id}`);
      this.#rows.get(id)?.element.remove();
      this.#rows.delete(id);
      this.#refresh();
      this.#status.textContent = t("The code is revoked.");
    });
  }
}

/** @param {Code} code */
function showPicture({ id, name, digits }) {
  const alt = t("QR code of the address to join with {digits}", { digits: grouped(digits) });
  const picture = make("img", { class: "qr", src: `/console/codes/${id}/qr.svg`, alt });
  openDialog(t("QR code for {name}", { name }), picture, make("p", { class: "digits" }, grouped(digits)));
}
