/** Closing a session, and setting a marker in it: short forms whose answers an agent gives. */

import { button, make } from "./elements.js";
import { faultLine, openDialog } from "./dialogs.js";
import { sizeOf } from "./live_log.js";
import { t } from "./texts.js";

const MOST_NOTE = 4096; // bytes, PROTOCOL.md §4.1
const MOST_NAME = 200; // bytes

/** Ask how the session ended. @param {(outcome: string, note: string) => void} close */
export function openClosing(close) {
  const outcomes = [
    ["resolved", t("Resolved")],
    ["unresolved", t("Not resolved")],
    ["unknown", t("Unknown")],
  ];
  const choices = outcomes.map(([value, text]) => {
    const id = `outcome-${value}`;
    const input = make("input", { type: "radio", name: "outcome", id, value, required: true });
    return make("div", { class: "choice" }, input, make("label", { for: id }, text));
  });
  const note = make("textarea", { id: "outcome-note", rows: 4 });
  const fault = faultLine();
  const form = make(
    "form",
    {},
    make("fieldset", {}, make("legend", {}, t("How did it end?")), ...choices),
    make("div", { class: "field" }, make("label", { for: "outcome-note" }, t("Note")), note),
    make("p", { class: "hint" }, t("Customers do not see it here, but everybody who can open the recording does.")),
    make("p", { class: "hint" }, t("The session ends for everybody.")),
    fault,
    make(
      "div",
      { class: "row" },
      make("button", { class: "primary" }, t("Close the session")),
      button(t("Cancel"), () => dialog.close()),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (sizeOf(note.value) > MOST_NOTE) {
      fault.textContent = t("The note is too long. Shorten it.");
      return;
    }
    close(String(new FormData(form).get("outcome")), note.value);
    dialog.close();
  });
  const dialog = openDialog(t("Close the session"), form);
}

/** Ask what a marker is called. @param {string} name  it has at first @param {(name: string) => void} mark */
export function openMarker(name, mark) {
  const field = make("input", { id: "marker-name", required: true, autocomplete: "off", autofocus: true });
  field.value = name;
  const fault = faultLine();
  const form = make(
    "form",
    {},
    make("div", { class: "field" }, make("label", { for: "marker-name" }, t("What happens here?")), field),
    fault,
    make("div", { class: "row" }, make("button", { class: "primary" }, t("Set the marker"))),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text || sizeOf(text) > MOST_NAME) {
      fault.textContent = t("A marker needs a short name.");
      return;
    }
    mark(text);
    dialog.close();
  });
  const dialog = openDialog(t("Marker"), form);
  field.select();
}
