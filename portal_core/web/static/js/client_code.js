/** Where this browser cannot show its screen: how another computer shows it with a code, while the chat goes on here. */

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
    const { code, portal } = await ask("POST", `/session/${session}/share-code`);
    const command = make("code", { class: "command" }, `sealcast share ${code} --portal ${portal}`);
    const hint = t("Type this there. The code is good for ten minutes, and for once.");
    fill(place, make("p", {}, command), make("p", { class: "hint" }, hint));
  } catch (error) {
    const { message, hint = "" } = /** @type {import("./requests.js").RefusedError} */ (error);
    const why = make("p", { class: "notice bad" }, `${message} ${hint}`);
    fill(place, why, button(t("Try again"), () => show(place, session)));
  }
}
