/** Dialogs over the page: opened when they are needed, gone when they are closed. */

import { button, make } from "./elements.js";
import { RefusedError } from "./requests.js";
import { t } from "./texts.js";

let count = 0;

/**
 * Open a dialog; it goes with Escape and its own button.
 * @param {string} title @param {(Node | string)[]} children
 */
export function openDialog(title, ...children) {
  const id = `dialog-${++count}`;
  const close = button("×", () => dialog.close(), { class: "quiet small dialog-close", "aria-label": t("Close") });
  const head = make("div", { class: "dialog-head" }, make("h2", { id }, title), close);
  const dialog = make("dialog", { "aria-labelledby": id }, make("div", { class: "stack" }, head, ...children));
  dialog.addEventListener("close", () => {
    dialog.remove();
    // What had the cursor before may be gone by now.
    const below = [...document.querySelectorAll("dialog[open]")].at(-1);
    if (document.activeElement === document.body) below?.querySelector("input")?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * Ask before something is done that cannot be undone; what is done is done by the dialog's button.
 * @param {{title: string, question: string, yes: string}} texts @param {() => unknown} act
 */
export function confirmFirst({ title, question, yes }, act) {
  const fault = faultLine();
  const dialog = openDialog(
    title,
    make("p", {}, question),
    fault,
    make(
      "div",
      { class: "row" },
      button(yes, () => done(act, dialog, fault), { class: "danger primary" }),
      button(t("Cancel"), () => dialog.close(), { autofocus: true }),
    ),
  );
}

/**
 * Do it and close the dialog; what is refused is shown in it.
 * @param {() => unknown} act @param {HTMLDialogElement} dialog @param {HTMLElement} fault
 */
export async function done(act, dialog, fault) {
  try {
    await act();
    dialog.close();
  } catch (error) {
    showFault(fault, error);
  }
}

/** Make the line in which a refusal is shown. */
export function faultLine() {
  return make("p", { class: "fault", role: "alert" });
}

/**
 * Show a refusal as its sentence and its hint. Errors that are none are thrown.
 * @param {HTMLElement} line @param {unknown} error
 */
export function showFault(line, error) {
  if (!(error instanceof RefusedError)) throw error;
  line.textContent = `${error.message} ${error.hint}`;
}
