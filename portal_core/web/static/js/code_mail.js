/** A session code by e-mail: in the agent's own mail program, or sent by the portal, as he chooses. */

import { mailAddress } from "./code_times.js";
import { done, faultLine, openDialog } from "./dialogs.js";
import { make } from "./elements.js";
import { ask } from "./requests.js";
import { t } from "./texts.js";

/**
 * Ask for an address and a language, then hand the message on.
 * @param {import("./codes.js").Code} code
 * @param {{language: string, languages: Record<string, string>}} options
 * @param {HTMLElement} status  where it is said what came of it
 */
export function openMail(code, { language, languages }, status) {
  const to = make("input", { id: "mail-to", type: "email", required: true, autocomplete: "off", autofocus: true });
  const speaks = make("select", { id: "mail-language" });
  for (const [value, name] of Object.entries(languages)) {
    speaks.append(make("option", { value, lang: value, selected: value === language }, name));
  }
  const own = make("button", { class: "primary", value: "own" }, t("Open my mail program"));
  const portal = make("button", { value: "portal" }, t("Let the portal send it"));
  const fault = faultLine();
  const form = make(
    "form",
    {},
    make("div", { class: "field" }, make("label", { for: "mail-to" }, t("E-mail address")), to),
    make("div", { class: "field" }, make("label", { for: "mail-language" }, t("Language")), speaks),
    make("div", { class: "row" }, own, portal),
    fault,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const send = event.submitter === portal ? sendByPortal : openOwn;
    done(() => send(code, to.value, speaks.value, status), dialog, fault);
  });
  const dialog = openDialog(t("E-mail the code for {name}", { name: code.name }), form);
}

/** @param {import("./codes.js").Code} code @param {string} to @param {string} language @param {HTMLElement} status */
async function openOwn(code, to, language, status) {
  const text = await ask("GET", `/console/codes/${code.id}/text?language=${language}`);
  make("a", { href: mailAddress(to, text) }).click();
  status.textContent = t("Your mail program has the message. It is not sent yet.");
}

/** @param {import("./codes.js").Code} code @param {string} to @param {string} language @param {HTMLElement} status */
async function sendByPortal(code, to, language, status) {
  const { folder } = await ask("POST", `/console/codes/${code.id}/mail`, { to, language });
  status.textContent = folder
    ? t("This portal has no mail server: the message to {to} lies in a folder of the portal.", { to })
    : t("The portal sends the message to {to}.", { to });
}
