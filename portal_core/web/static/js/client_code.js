/** Where this browser cannot show its screen: how another computer does with a code, while the chat goes on here. */

import { button, fill, make } from "./elements.js";
import { ask } from "./requests.js";
import { t } from "./texts.js";

/** Return why not, and how else. @param {string} session @param {string} why @returns {HTMLElement[]} */
export function elsewhere(session, why) {
  const place = make("div", { role: "status" });
  const get = button(t("Get a code for it"), () => show(place, session));
  fill(place, get);
  const how = t("A computer with Sealcast can show it instead, while the chat goes on here.");
  return [make("p", {}, why), make("p", {}, how), place];
}

/** @param {HTMLElement} place @param {string} session */
async function show(place, session) {
  try {
    const { code, portal, client } = await ask("POST", `/session/${session}/share-code`);
    const share = make("code", { class: "command" }, `sealcast share ${code} --portal ${portal}`);
    const hint = t("Type this there. The code is good for ten minutes, and for once.");
    const wheel = make("a", { href: client }, client.slice(client.lastIndexOf("/") + 1));
    const install = make("code", { class: "command" }, `python3 -m pip install ${client}`);
    const without = make("summary", {}, t("Sealcast is not on that computer"));
    const how = t("With Python 3.11 or newer this installs it; if it refuses the certificate, download the file first:");
    const get = make("details", {}, without, make("p", {}, install), make("p", { class: "hint" }, how, " ", wheel));
    fill(place, make("p", {}, share), make("p", { class: "hint" }, hint), get);
  } catch (error) {
    const { message, hint = "" } = /** @type {import("./requests.js").RefusedError} */ (error);
    const why = make("p", { class: "notice bad" }, `${message} ${hint}`);
    fill(place, why, button(t("Try again"), () => show(place, session)));
  }
}
