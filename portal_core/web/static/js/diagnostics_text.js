/**
 * Diagnostics of a session as text and XML, to be copied: letter for letter what recorder/format/diagnostics_text.py
 * and diagnostics_xml.py say of the same snapshots in an export.
 */

import { inUtc, inZone, length, told } from "./fact_words.js";
import { codePoint, hanging, onOneLine, visible } from "./visible.js";

/** @typedef {import("./fact_words.js").Item} Item */
/** @typedef {import("./fact_words.js").Value} Value */
/** @typedef {import("./fact_words.js").Day} Day */
/** @typedef {{name: string, items: Item[], missing?: string | null}} Category */
/** @typedef {{taken_us: number, source: string, categories: Category[]}} Snapshot */
/**
 * Of a session, numbered from 1; `of` and `role` say whose machine it was.
 * @typedef {{number: number, time_us: number, snapshot: Snapshot, of?: string | null, role?: string | null}} Taken
 */

/** @type {Record<string, string>} */
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Give diagnostics as text for people. @param {string} session @param {Taken[]} all @param {string} zone as IANA */
export function asText(session, all, zone) {
  const day = (/** @type {number} */ timeUs) => inZone(timeUs, zone);
  const head = `Diagnostics of session ${onOneLine(session)}\n`;
  if (!all.length) return `${head}\nNo snapshot was taken.\n`;
  return head + all.map((taken) => snapshotText(taken, day)).join("");
}

/** Return an item as one line. @param {string} category @param {Item} item @param {Day} day */
export function itemText(category, item, day) {
  // No value can pass for two facts.
  const said = told(category, item, day).map(([name, text]) => onOneLine(`${name}: ${text}`));
  return said.map((one) => one.replace(/(?<= )·(?= )/g, codePoint)).join(" · ") || "–";
}

/** @param {Taken} taken @param {Day} day */
function snapshotText({ number, time_us, snapshot, of, role }, day) {
  const title = `Snapshot ${number}`;
  const lines = [`\n\n${title}\n${"=".repeat(title.length)}\n`];
  lines.push(`Taken: ${day(snapshot.taken_us)}, ${length(time_us)} into the session\n`);
  if (of) lines.push(`Machine of: ${onOneLine(of)}${role ? ` (${onOneLine(role)})` : ""}\n`);
  lines.push(`Source: ${onOneLine(snapshot.source)}\n`);
  return lines.join("") + snapshot.categories.map((category) => categoryText(category, day)).join("");
}

/** @param {Category} category @param {Day} day */
function categoryText({ name, items, missing }, day) {
  const count = items.length;
  const lines = [`\n${onOneLine(name)}${count > 1 ? `, ${count} items` : ""}\n`];
  if (missing !== null && missing !== undefined) lines.push(`  not told: ${hanging(missing)}\n`);
  else if (!count) lines.push("  none\n");
  if (count === 1) {
    for (const [called, text] of told(name, items[0], day)) lines.push(`  ${onOneLine(called)}: ${hanging(text)}\n`);
  } else for (const item of items) lines.push(`  - ${itemText(name, item, day)}\n`);
  return lines.join("");
}

/** Give diagnostics as an XML document, with values as they were told. @param {string} session @param {Taken[]} all */
export function asXml(session, all) {
  const head = `<?xml version="1.0" encoding="UTF-8"?>\n<diagnostics${attributes({ version: "1", session })}>\n`;
  return `${head}${all.map(snapshotXml).join("")}</diagnostics>\n`;
}

/** @param {Taken} taken */
function snapshotXml({ number, time_us, snapshot, of, role }) {
  const { source, taken_us, categories } = snapshot;
  const about = { number: `${number}`, time_us: `${time_us}`, taken: inUtc(taken_us), source, of, role };
  return `  <snapshot${attributes(about)}>\n${categories.map(categoryXml).join("")}  </snapshot>\n`;
}

/** @param {Category} category */
function categoryXml({ name, items, missing }) {
  const lines = items.map((item) => {
    const facts = Object.entries(item).map(([called, value]) => factXml(called, value));
    return `      <item>${facts.join("")}</item>\n`;
  });
  return `    <category${attributes({ name, missing })}>\n${lines.join("")}    </category>\n`;
}

/** @param {string} name @param {Value} value */
function factXml(name, value) {
  const kind = typeof value === "boolean" ? "boolean" : "integer";
  const type = typeof value === "string" ? "" : ` type="${kind}"`;
  return `<fact name="${attribute(name)}"${type}>${escaped(String(value))}</fact>`;
}

/** @param {Record<string, string | null | undefined>} values */
function attributes(values) {
  const known = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  return known.map(([name, value]) => ` ${name}="${attribute(/** @type {string} */ (value))}"`).join("");
}

/** @param {string} text */
function escaped(text) {
  return visible(text).replace(/[&<>"'\ufffe\uffff]/g, (found) => ENTITIES[found] ?? codePoint(found));
}

/** @param {string} text */
function attribute(text) {
  return escaped(text).replaceAll("\t", "&#9;").replaceAll("\n", "&#10;");
}
