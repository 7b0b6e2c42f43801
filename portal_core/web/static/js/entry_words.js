/** Entries of a session in words: what stands between the lines of a chat. Pure. */

import { t } from "./texts.js";

/** @typedef {import("./live_log.js").Entry} Entry */
/** @typedef {Map<number, string>} Names  of seats, by their ids */

/** Return what happened as a sentence; "" for what is not told in a chat. @param {Entry} entry @param {Names} names */
export function entryWords(entry, names) {
  const name = names.get(entry.by) ?? t("Somebody");
  switch (entry.kind) {
    case "joined":
      return t("{name} has joined", { name: entry.name });
    case "left":
      return leftWords(names.get(entry.id) ?? t("Somebody"), entry.why);
    case "share_asked":
      return t("{name} asks to see the screen", { name });
    case "share_refused":
      return t("{name} does not show the screen now", { name });
    case "cannot_share":
      return t("The browser of {name} cannot show a screen", { name });
    case "sharing":
      return entry.on ? t("{name} shows the screen", { name }) : t("{name} no longer shows the screen", { name });
    case "diagnostics_asked":
      return t("{name} asks for facts about the computer", { name });
    case "diagnostics_allowed":
      return t("{name} allows it", { name });
    case "diagnostics_refused":
      return t("{name} does not allow it", { name });
    case "snapshot":
      return t("Facts about the computer of {name} have come", { name });
    case "recording":
      return recordingWords(entry, name);
    case "marker":
      return t("{name} set a marker: {text}", { name, text: entry.name });
    case "outcome":
      return outcomeWords(entry, name);
    case "ended":
      return t("The session has ended");
    default:
      return "";
  }
}

/** @param {string} name @param {string} why */
function leftWords(name, why) {
  return why === "away" ? t("{name} lost the connection and has left", { name }) : t("{name} has left", { name });
}

/** @param {Entry} entry @param {string} name */
function recordingWords(entry, name) {
  switch (entry.state) {
    case "paused":
      return t("{name} has paused the recording", { name });
    case "on":
      return entry.by ? t("{name} lets the recording go on", { name }) : t("The recording goes on");
    case "stopped":
      return t("The recording has stopped");
    default:
      return t("Nothing is recorded");
  }
}

/** @param {Entry} entry @param {string} name */
function outcomeWords(entry, name) {
  /** @type {Record<string, string>} */
  const outcomes = {
    resolved: t("{name} closes the session: resolved", { name }),
    unresolved: t("{name} closes the session: not resolved", { name }),
    unknown: t("{name} closes the session", { name }),
  };
  return outcomes[entry.outcome] ?? "";
}

/** Return why something was not taken, as a sentence. @param {string} why  a word of PROTOCOL.md §4.3 */
export function refusedWords(why) {
  if (why === "too_much") return t("This is too much at once. Send it in smaller parts.");
  if (why === "not_now") return t("This is not possible now.");
  return t("The server did not take this.");
}
