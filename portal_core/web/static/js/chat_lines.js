/** What somebody types, as lines a chat takes. Pure. */

import { MAX_LINE, sizeOf } from "./live_log.js";

const MOST_LINES = 8; // of one text: what is longer is a file

/**
 * Return a text as lines that fit, cut at line ends, else at spaces, else anywhere; [] when there is nothing to say,
 * undefined when it is too long to be a chat. @param {string} text @returns {string[] | undefined}
 */
export function chatLines(text) {
  // Half of a pair of surrogates is no text.
  let rest = text.replace(/\p{Surrogate}/gu, "\ufffd").replace(/\r\n?/g, "\n").trim();
  if (sizeOf(rest) > MOST_LINES * MAX_LINE) return undefined;
  const lines = [];
  while (sizeOf(rest) > MAX_LINE) {
    const fitting = firstBytes(rest, MAX_LINE);
    const cut = Math.max(fitting.lastIndexOf("\n"), 0) || Math.max(fitting.lastIndexOf(" "), 0) || fitting.length;
    lines.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trim();
  }
  if (rest) lines.push(rest);
  return lines.length > MOST_LINES ? undefined : lines.filter((line) => line);
}

/** Return what fits of a text without cutting a character. @param {string} text @param {number} size */
function firstBytes(text, size) {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(size));
  return text.slice(0, read);
}
