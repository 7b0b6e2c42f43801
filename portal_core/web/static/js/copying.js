/** Text to the clipboard, and word of it. */

import { openDialog } from "./dialogs.js";
import { make } from "./elements.js";
import { t } from "./texts.js";

/**
 * Copy a text; where the browser forbids it, show it to be copied by hand.
 * @param {string} text @param {HTMLElement} status
 */
export async function copyText(text, status) {
  try {
    await navigator.clipboard.writeText(text);
    status.textContent = t("Copied.");
  } catch {
    const field = make("textarea", { readonly: true, rows: 8, "aria-label": t("Text to copy") });
    field.value = text;
    openDialog(t("Copy this text"), make("p", {}, t("The browser does not let this page copy by itself.")), field);
    field.select();
  }
}
