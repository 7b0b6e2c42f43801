/** Text that people wrote, so that it steers no reader and hides nothing; as recorder/format/visible.py has it. */

// Controls but TAB and LF, what turns the direction, other line ends, tags, halves of surrogate pairs.
const HIDDEN = new RegExp(
  "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ufeff" +
    "\\u{d800}-\\u{dfff}\\u{e0000}-\\u{e007f}]",
  "gu",
);

/** Spell out what cannot be seen as its code point; line ends become LF. @param {string} text */
export function visible(text) {
  return text.replace(/\r\n?/g, "\n").replace(HIDDEN, codePoint);
}

/** Set further lines in, so that none passes for a line of its own. @param {string} text */
export function hanging(text) {
  return visible(text).replaceAll("\n", "\n    ");
}

/** @param {string} text */
export function onOneLine(text) {
  return visible(text).replaceAll("\n", " ");
}

/** Return how a character is written that cannot be shown. @param {string} character */
export function codePoint(character) {
  const number = /** @type {number} */ (character.codePointAt(0));
  return `⟨U+${number.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}
