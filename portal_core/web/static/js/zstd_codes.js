/**
 * What Zstandard's blocks are coded with (RFC 8878 §4): finite states, Huffman codes, bits that are read backward.
 *
 * It is strict where fast decoders are not: what the RFC calls corrupt is refused.
 */

const MAX_CODE_BITS = 11; // §4.2.1
const MAX_WEIGHTS = 255;

/** @typedef {{log: number, symbols: Uint8Array, bits: Uint8Array, bases: Uint16Array}} FiniteStates */
/** @typedef {{log: number, cells: Uint16Array}} Codes  A cell: 256 × bits of the code + symbol. */

/** Bytes that are no such frame. */
export class ZstdError extends Error {
  /** @param {string} why */
  constructor(why) {
    super(why);
    this.name = "ZstdError";
  }
}

/** @param {string} why @returns {never} */
export function refuse(why) {
  throw new ZstdError(why);
}

/** Bits that are read from the last to the first. */
export class Backward {
  /** @param {DataView} input @param {number} start @param {number} end */
  constructor(input, start, end) {
    const last = end > start ? input.getUint8(end - 1) : 0;
    if (!last) refuse("its bits have no end");
    this.input = input;
    this.start = start;
    this.left = 8 * (end - start - 1) + 31 - Math.clz32(last);
  }

  /** @param {number} count at most 25 */
  read(count) {
    this.left -= count;
    if (this.left < 0) refuse("its bits end too early");
    return (this.input.getUint32(this.start + (this.left >> 3), true) >>> (this.left & 7)) & ((1 << count) - 1);
  }
}

/** §4.1. @param {DataView} input @param {number} at @param {number} end @param {number} mostLog @param {number} most */
export function readTable(input, at, end, mostLog, most) {
  let bit = 0;
  /** @param {number} count */
  const read = (count) => {
    if (at + (bit >> 3) >= end) refuse("its table is cut");
    const number = (input.getUint32(at + (bit >> 3), true) >>> (bit & 7)) & ((1 << count) - 1);
    bit += count;
    return number;
  };
  const log = read(4) + 5;
  if (log > mostLog) refuse("its table is too large");
  const chances = [];
  for (let left = 1 << log; left > 0;) {
    const count = 32 - Math.clz32(left + 1);
    const half = (1 << (count - 1)) - 1;
    const short = (1 << count) - 2 - left;
    let value = read(count);
    if ((value & half) < short) {
      value &= half;
      bit--;
    } else if (value > half) value -= short;
    chances.push(value - 1);
    left -= Math.abs(value - 1);
    for (let zeros = value === 1 ? 3 : 0; zeros === 3;) {
      zeros = read(2);
      for (let one = 0; one < zeros; one++) chances.push(0);
    }
    if (chances.length > most + 1) refuse("its table has too many symbols");
  }
  at += (bit + 7) >> 3;
  if (at > end) refuse("its table is cut");
  return { table: spread(chances, log), at };
}

/** Make the table of such chances, §4.1.1. @param {number[]} chances @param {number} log @returns {FiniteStates} */
export function spread(chances, log) {
  const size = 1 << log;
  const table = { log, symbols: new Uint8Array(size), bits: new Uint8Array(size), bases: new Uint16Array(size) };
  let high = size;
  for (const [symbol, chance] of chances.entries()) if (chance < 0) table.symbols[--high] = symbol;
  let place = 0;
  for (const [symbol, chance] of chances.entries()) {
    for (let one = 0; one < chance; one++) {
      table.symbols[place] = symbol;
      do place = (place + (size >> 1) + (size >> 3) + 3) & (size - 1);
      while (place >= high);
    }
  }
  const next = chances.map(Math.abs);
  for (let state = 0; state < size; state++) {
    const number = next[table.symbols[state]]++;
    table.bits[state] = log - (31 - Math.clz32(number));
    table.bases[state] = (number << table.bits[state]) - size;
  }
  return table;
}

/** @param {number} symbol @param {number} most @returns {FiniteStates} */
export function always(symbol, most) {
  if (symbol > most) refuse("there is no such symbol");
  return { log: 0, symbols: Uint8Array.of(symbol), bits: new Uint8Array(1), bases: new Uint16Array(1) };
}

/** §4.2.1. @param {DataView} input @param {number} at @param {number} end */
export function readCodes(input, at, end) {
  if (at >= end) refuse("its codes are cut");
  const header = input.getUint8(at++);
  const count = header - 127;
  const behind = at + (header < 128 ? header : (count + 1) >> 1);
  if (behind > end) refuse("its codes are cut");
  /** @type {number[]} */
  let weights = [];
  if (header < 128) weights = readWeights(input, at, behind);
  else for (let one = 0; one < count; one++) weights.push((input.getUint8(at + (one >> 1)) >> (one & 1 ? 0 : 4)) & 15);
  return { codes: codesOf(weights), at: behind };
}

/** @param {DataView} input @param {number} at @param {number} end */
function readWeights(input, at, end) {
  const { table, at: begin } = readTable(input, at, end, 6, MAX_CODE_BITS);
  const bits = new Backward(input, begin, end);
  const states = [bits.read(table.log), bits.read(table.log)];
  const weights = [];
  for (let turn = 0; ; turn ^= 1) {
    const state = states[turn];
    weights.push(table.symbols[state]);
    if (weights.length === MAX_WEIGHTS) refuse("it has too many codes");
    if (table.bits[state] > bits.left) return [...weights, table.symbols[states[turn ^ 1]]];
    states[turn] = table.bases[state] + bits.read(table.bits[state]);
  }
}

/** @param {number[]} weights of all symbols but the last @returns {Codes} */
function codesOf(weights) {
  const sum = weights.reduce((before, weight) => before + ((1 << weight) >> 1), 0);
  const log = 32 - Math.clz32(sum);
  const rest = (1 << log) - sum;
  if (!sum || log > MAX_CODE_BITS || rest & (rest - 1)) refuse("its codes are none");
  const all = [...weights, 32 - Math.clz32(rest)];
  if (all.filter((weight) => weight === 1).length < 2) refuse("its codes are none");
  const cells = new Uint16Array(1 << log);
  let at = 0;
  for (let weight = 1; weight <= log; weight++) {
    for (const [symbol, one] of all.entries()) {
      if (one === weight) cells.fill(((log + 1 - weight) << 8) | symbol, at, (at += 1 << (weight - 1)));
    }
  }
  return { log, cells };
}

/** §4.2.2. @param {Backward} bits @param {Codes} codes @param {Uint8Array} bytes */
export function decode(bits, codes, bytes) {
  const { input, start } = bits;
  const { cells } = codes;
  const shift = 32 - codes.log;
  let left = bits.left;
  let at = 0;
  while (at < bytes.length && left > 0) {
    // 25 bits at least: two codes. Before the first bit of all lies what no code that fits depends on.
    const first = ((left - 1) >> 3) - 3;
    const word = input.getUint32(start + first, true) << (32 + 8 * first - left);
    const one = cells[word >>> shift];
    const two = cells[(word << (one >> 8)) >>> shift];
    bytes[at++] = one;
    left -= one >> 8;
    if (at === bytes.length) break;
    bytes[at++] = two;
    left -= two >> 8;
  }
  if (left || at < bytes.length) refuse("its literals do not end where they end");
}
