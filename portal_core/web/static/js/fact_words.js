/**
 * Facts of a machine in words, with units and times as people read them; as recorder/format/fact_words.py has them.
 *
 * Which unit a number has stands at the end of its name; who does not know one keeps it.
 */

/** @typedef {string | number | boolean} Value */
/** @typedef {Record<string, Value>} Item */
/** @typedef {(timeUs: number) => string} Day  From µs since 1970 to what people read. */

const YEAR_2000_US = 946_684_800_000_000; // what counts from 1970 is later, and no program works for so long
const LAST_US = 250_000_000_000_000_000; // in the year 9892
const [BYTES, OFFSET, US] = ["_bytes", "_offset_s", "_us"];

/** @type {[string, (value: number) => string][]} */
const UNITS = [
  [BYTES, size],
  [OFFSET, offset],
  ["_mbit_s", (value) => `${value} Mbit/s`],
  ["_s", lasting],
  [US, (value) => lasting(Math.floor(value / 1_000_000))],
  ["_px", (value) => `${value} px`],
  ["_mm", (value) => `${value} mm`],
  ["_mhz", (value) => `${value} MHz`],
  ["_hz", (value) => `${value} Hz`],
];

/**
 * Return the facts of an item, in order: what they are called, and what they say.
 * @param {string} category @param {Item} item @param {Day} day @returns {[string, string][]}
 */
export function told(category, item, day) {
  const memory = category === "memory" || item.kind === "memory";
  return Object.entries(item).map(([name, value]) => fact(name, value, day, memory || name.startsWith("memory")));
}

/** @param {string} name @param {Value} value @param {Day} day @param {boolean} memory @returns {[string, string]} */
function fact(name, value, day, memory) {
  const plain = name.replaceAll("_", " ");
  if (typeof value === "boolean") return [plain, value ? "yes" : "no"];
  if (typeof value === "string") return [plain, value || "–"];
  let [unit, said] = UNITS.find(([end]) => name.endsWith(end)) ?? ["", String];
  if (unit === BYTES && memory) said = memorySize;
  else if (unit === US && value >= YEAR_2000_US) said = day;
  const cut = (unit === OFFSET ? "_s" : unit).length; // that it is an offset is a part of its name
  return [name.slice(0, name.length - cut).replaceAll("_", " ") || plain, said(value)];
}

/** Return a number of bytes as people read it. @param {number} count */
export function size(count) {
  for (const [unit, one] of /** @type {[string, number][]} */ ([
    ["GB", 1e9],
    ["MB", 1e6],
    ["kB", 1e3],
  ])) {
    if (count >= one) return `${oneDigit(count / one)} ${unit}`;
  }
  return `${count} bytes`;
}

/** @param {number} count */
function memorySize(count) {
  for (const [unit, one] of /** @type {[string, number][]} */ ([
    ["GiB", 2 ** 30],
    ["MiB", 2 ** 20],
    ["KiB", 2 ** 10],
  ])) {
    if (count >= one) return `${oneDigit(count / one)} ${unit}`;
  }
  return `${count} bytes`;
}

/**
 * Halves go to the even digit; of numbers that a computer has exactly only quarters are halves.
 * @param {number} number
 */
function oneDigit(number) {
  return (number * 4) % 4 === 1 ? `${Math.floor(number)}.2` : number.toFixed(1);
}

/** Return a length of time as hours, minutes, seconds. @param {number} timeUs */
export function length(timeUs) {
  const seconds = Math.floor(timeUs / 1_000_000);
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(twoDigits).join(":");
}

/** Return how long something lasts, such as *3 days 4:05:06*. @param {number} seconds */
function lasting(seconds) {
  if (seconds < 60) return `${seconds} s`;
  const [days, clock] = [Math.floor(seconds / 86_400), seconds % 86_400];
  const said = `${Math.floor(clock / 3600)}:${twoDigits(Math.floor(clock / 60) % 60)}:${twoDigits(clock % 60)}`;
  return days ? `${days} day${days === 1 ? "" : "s"} ${said}` : said;
}

/** @param {number} seconds */
function offset(seconds) {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  return `${seconds < 0 ? "−" : "+"}${Math.floor(minutes / 60)}:${twoDigits(minutes % 60)}`;
}

/** Return a wall time such as *2026-11-22 14:03:11 UTC+01:00*. @param {number} timeUs @param {string} zone as IANA */
export function inZone(timeUs, zone) {
  if (!known(timeUs)) return `${timeUs} µs since 1970`;
  const seconds = Math.floor(timeUs / 1_000_000);
  const here = new Intl.DateTimeFormat("en", {
    timeZone: zone,
    calendar: "gregory",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  /** @type {Record<string, string>} */
  const parts = {};
  for (const { type, value } of here.formatToParts(seconds * 1000)) parts[type] = value;
  const { year, month, day, hour, minute, second } = parts;
  const shifted = Date.UTC(+year, +month - 1, +day, +hour, +minute, +second) / 1000 - seconds;
  const minutes = Math.abs(shifted) / 60;
  const sign = shifted < 0 ? "-" : "+";
  const zoned = shifted ? `${sign}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}` : "";
  return `${year}-${month}-${day} ${hour}:${minute}:${second} UTC${zoned}`;
}

/** Return a wall time in ISO 8601 with microseconds and Z, if such a day is known. @param {number} timeUs */
export function inUtc(timeUs) {
  if (!known(timeUs)) return null;
  const seconds = Math.floor(timeUs / 1_000_000);
  const rest = String(timeUs - seconds * 1_000_000).padStart(6, "0");
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${rest}Z`;
}

/** @param {number} timeUs */
function known(timeUs) {
  return timeUs >= 0 && timeUs <= LAST_US;
}

/** @param {number} number */
function twoDigits(number) {
  return String(number).padStart(2, "0");
}
