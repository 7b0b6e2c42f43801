/**
 * Zstandard (RFC 8878): one frame that comes in pieces, and all that a piece says is given at once.
 *
 * It is strict where fast decoders are not: what the RFC calls corrupt is refused, no match reaches beyond the window
 * or the frame's beginning, the checksum is compared. What it takes grows with what was unpacked, never with what is
 * said to come. Section numbers are those of the RFC.
 */

import { Xxh64 } from "./xxh64.js";
import { Backward, ZstdError, always, decode, readCodes, readTable, refuse, spread } from "./zstd_codes.js";

export { ZstdError };

/** @typedef {import("./zstd_codes.js").FiniteStates} FiniteStates */
/** @typedef {import("./zstd_codes.js").Codes} Codes */

const MAGIC = 0xfd2fb528;
const MAX_WINDOW = 8 * 1024 * 1024; // recorder/codec/SPEC.md §7
const MAX_BLOCK = 128 * 1024; // §3.1.1.2.4
const AROUND = 8; // bytes around the input, so that four can be read from anywhere in it
const FIRST = 1024 * 1024; // bytes
const LONG = 48; // bytes from which on a copy by the engine is faster than a loop
const [HEADER, BLOCK, CHECKSUM, END] = [0, 1, 2, 3];

/** A frame, from its first byte on. It owns its window. */
export class ZstdFrame {
  #memory = new Uint8Array(0);
  #at = 0; // where in the memory the next byte goes
  #begin = 0; // where this piece's bytes begin
  #header = { window: 0, block: 0, size: -1, checksum: false };
  #total = 0; // bytes of the frame so far
  #expected = HEADER;
  #rest = new Uint8Array(0); // what more bytes are needed for
  #hash = new Xxh64();
  #offsets = [1, 4, 8]; // §3.1.1.5
  /** @type {Codes | null} */
  #codes = null;
  /** @type {FiniteStates[] | null} */
  #tables = null;
  #literals = new Uint8Array(0);
  #input = new DataView(new ArrayBuffer(0));
  #bytes = new Uint8Array(0);

  /**
   * Return what the next bytes of the frame say, at most `limit` bytes; it is there until the next call.
   * Errors: ZstdError; nothing can follow.
   * @param {Uint8Array} packed
   * @param {number} limit
   */
  unpack(packed, limit) {
    const end = AROUND + this.#rest.length + packed.length;
    this.#bytes = new Uint8Array(end + AROUND);
    this.#bytes.set(this.#rest, AROUND);
    this.#bytes.set(packed, end - packed.length);
    this.#input = new DataView(this.#bytes.buffer);
    this.#begin = this.#at;
    let at = AROUND;
    for (let next = this.#read(at, end, limit); next > at; next = this.#read(at, end, limit)) at = next;
    this.#rest = this.#bytes.slice(at, end);
    return this.#memory.subarray(this.#begin, this.#at);
  }

  /**
   * Read what comes next; return where it ends, or where it begins when it is not all there.
   * @param {number} at @param {number} end @param {number} limit
   */
  #read(at, end, limit) {
    switch (this.#expected) {
      case HEADER:
        return this.#readHeader(at, end);
      case BLOCK:
        return this.#readBlock(at, end, limit);
      case CHECKSUM:
        return this.#readChecksum(at, end);
    }
    if (at < end) refuse("it goes on behind its end");
    return at;
  }

  /** §3.1.1.1. @param {number} at @param {number} end */
  #readHeader(at, end) {
    if (at + 5 > end) return at;
    const flags = this.#bytes[at + 4];
    if (this.#input.getUint32(at, true) !== MAGIC || flags & 8) refuse("it is no frame");
    const single = (flags & 32) !== 0;
    const dictionary = [0, 1, 2, 4][flags & 3];
    const size = flags >> 6 ? 1 << (flags >> 6) : Number(single);
    const behind = at + 5 + Number(!single) + dictionary + size;
    if (behind > end) return at;
    const [exponent, mantissa] = [this.#bytes[at + 5] >> 3, this.#bytes[at + 5] & 7];
    const said = this.#number(behind - size, size) + (size === 2 ? 256 : 0);
    const window = single ? said : 2 ** (10 + exponent) * (1 + mantissa / 8);
    if (this.#number(behind - size - dictionary, dictionary)) refuse("it needs a dictionary");
    if (window > MAX_WINDOW) refuse("its window is too large");
    const block = Math.min(window, MAX_BLOCK);
    this.#header = { window, block, size: size ? said : -1, checksum: (flags & 4) !== 0 };
    this.#expected = BLOCK;
    return behind;
  }

  /** @param {number} at @param {number} size */
  #number(at, size) {
    let number = 0;
    for (let byte = size; byte > 0; byte--) number = number * 256 + this.#bytes[at + byte - 1];
    return number;
  }

  /** §3.1.1.2. @param {number} at @param {number} end @param {number} limit */
  #readBlock(at, end, limit) {
    if (at + 3 > end) return at;
    const header = this.#number(at, 3);
    const [kind, size] = [(header >> 1) & 3, header >> 3];
    if (kind === 3 || size > this.#header.block) refuse("there is no such block");
    const behind = at + 3 + (kind === 1 ? 1 : size);
    const missing = Math.max(0, behind - end);
    if (missing && kind !== 0) return at;
    this.#makeRoom();
    const first = this.#at;
    if (kind === 0) this.#memory.set(this.#bytes.subarray(at + 3, behind - missing), first);
    if (kind === 1) this.#memory.fill(this.#bytes[at + 3], first, first + size);
    this.#at = kind === 2 ? this.#readCompressed(at + 3, behind) : first + size - missing;
    this.#total += this.#at - first;
    if (this.#at - this.#begin > limit) refuse("it says more than it may");
    if (this.#header.checksum) this.#hash.update(this.#memory.subarray(first, this.#at));
    if (missing) return this.#leave(end, (header & 1) | (missing << 3));
    if (header & 1) this.#expected = this.#header.checksum ? CHECKSUM : END;
    const [whole, said] = [this.#expected !== BLOCK, this.#header.size];
    if (said >= 0 && (whole ? this.#total !== said : this.#total > said)) refuse("it is not as long as it says");
    return behind;
  }

  /** Leave a header for what is missing of a stored block. @param {number} end @param {number} header */
  #leave(end, header) {
    const at = end - 3;
    this.#bytes.set([header & 255, (header >> 8) & 255, header >> 16], at);
    return at;
  }

  /** @param {number} at @param {number} end */
  #readChecksum(at, end) {
    if (at + 4 > end) return at;
    if (this.#input.getUint32(at, true) !== this.#hash.low()) refuse("its checksum is another");
    this.#expected = END;
    return at + 4;
  }

  /** Have room for a block, and keep the window and what this piece said. */
  #makeRoom() {
    if (this.#at + MAX_BLOCK <= this.#memory.length) return;
    const kept = Math.max(0, Math.min(this.#begin, this.#at - this.#header.window));
    const used = this.#at - kept;
    if (2 * (used + MAX_BLOCK) > this.#memory.length) {
      const larger = new Uint8Array(Math.max(FIRST, 2 * (used + MAX_BLOCK)));
      larger.set(this.#memory.subarray(kept, this.#at));
      this.#memory = larger;
    } else this.#memory.copyWithin(0, kept, this.#at);
    this.#begin -= kept;
    this.#at = used;
  }

  /** §3.1.1.3. @param {number} at @param {number} end */
  #readCompressed(at, end) {
    const literals = this.#readLiterals(at, end);
    at = literals.behind;
    if (at >= end) refuse("its block has no sequences");
    let count = this.#bytes[at++];
    if (count === 255) {
      count = 0x7f00 + this.#number(at, 2);
      at += 2;
    } else if (count > 127) count = ((count - 128) << 8) + this.#bytes[at++];
    if (!count) {
      if (at !== end) refuse("its block goes on behind its end");
      this.#memory.set(literals.bytes, this.#at);
      return this.#at + literals.bytes.length;
    }
    const modes = this.#bytes[at++];
    if (at > end || modes & 3) refuse("its tables are none");
    /** @type {FiniteStates[]} */
    const tables = [];
    for (const [index, column] of COLUMNS.entries()) {
      const mode = (modes >> (6 - 2 * index)) & 3;
      if (mode === 0) tables.push(column.table);
      if (mode === 1) tables.push(always(this.#bytes[at++], column.most));
      if (mode === 2) ({ table: tables[index], at } = readTable(this.#input, at, end, column.log, column.most));
      if (mode === 3) tables.push(this.#tables?.[index] ?? refuse("there is no table before"));
    }
    this.#tables = tables;
    return this.#copy(new Backward(this.#input, at, end), count, literals.bytes);
  }

  /** §3.1.1.3.1. @param {number} at @param {number} end */
  #readLiterals(at, end) {
    const [kind, format] = [this.#bytes[at] & 3, (this.#bytes[at] >> 2) & 3];
    const plain = kind < 2;
    const header = plain ? [1, 2, 1, 3][format] : [3, 3, 4, 5][format];
    const digits = plain ? [5, 12, 5, 20][format] : [10, 10, 14, 18][format];
    const both = Math.floor(this.#number(at, header) / (plain && header === 1 ? 8 : 16));
    const size = both % 2 ** digits;
    const packed = plain ? (kind === 0 ? size : 1) : Math.floor(both / 2 ** digits);
    at += header;
    const behind = at + packed;
    if (behind > end || size > this.#header.block) refuse("its literals do not fit");
    if (kind === 0) return { bytes: this.#bytes.subarray(at, behind), behind };
    if (!this.#literals.length) this.#literals = new Uint8Array(MAX_BLOCK);
    const bytes = this.#literals.subarray(0, size);
    if (kind === 1) bytes.fill(this.#bytes[at]);
    else this.#readCoded(at, behind, bytes, kind === 2, format > 0);
    return { bytes, behind };
  }

  /** @param {number} at @param {number} end @param {Uint8Array} bytes @param {boolean} anew @param {boolean} four */
  #readCoded(at, end, bytes, anew, four) {
    if (anew) ({ codes: this.#codes, at } = readCodes(this.#input, at, end));
    const codes = this.#codes ?? refuse("there are no codes before");
    if (!four) return decode(new Backward(this.#input, at, end), codes, bytes);
    const part = (bytes.length + 3) >> 2;
    if (at + 6 > end || 3 * part > bytes.length) refuse("its literals do not fit");
    const sizes = [0, 2, 4].map((one) => this.#number(at + one, 2));
    at += 6;
    for (let stream = 0; stream < 4; stream++) {
      const behind = stream < 3 ? at + sizes[stream] : end;
      if (behind > end) refuse("its literals do not fit");
      const some = bytes.subarray(stream * part, stream < 3 ? (stream + 1) * part : bytes.length);
      decode(new Backward(this.#input, at, behind), codes, some);
      at = behind;
    }
  }

  /** Do a block's sequences, §3.1.1.4. @param {Backward} bits @param {number} count @param {Uint8Array} literals */
  #copy(bits, count, literals) {
    const [lengths, distances, matches] = /** @type {FiniteStates[]} */ (this.#tables);
    const memory = this.#memory;
    const [start, most] = [this.#at, this.#at + this.#header.block];
    let [at, literal] = [start, 0];
    let length = bits.read(lengths.log);
    let distance = bits.read(distances.log);
    let match = bits.read(matches.log);
    for (let left = count; left > 0; left--) {
      const code = distances.symbols[distance];
      if (code > 24) refuse("its match is too far back");
      const value = (1 << code) + bits.read(code);
      const matchCode = matches.symbols[match];
      const repeated = MATCH.bases[matchCode] + bits.read(MATCH.bits[matchCode]);
      const lengthCode = lengths.symbols[length];
      const plain = LITERAL.bases[lengthCode] + bits.read(LITERAL.bits[lengthCode]);
      const offset = this.#offset(value, plain);
      if (literal + plain > literals.length || at + plain + repeated > most) refuse("its block is too long");
      if (plain < LONG) for (let one = 0; one < plain; one++) memory[at + one] = literals[literal + one];
      else memory.set(literals.subarray(literal, literal + plain), at);
      literal += plain;
      at += plain;
      if (offset > Math.min(this.#header.window, this.#total + at - start)) refuse("its match is too far back");
      repeat(memory, at, offset, repeated);
      at += repeated;
      if (left === 1) break;
      length = lengths.bases[length] + bits.read(lengths.bits[length]);
      match = matches.bases[match] + bits.read(matches.bits[match]);
      distance = distances.bases[distance] + bits.read(distances.bits[distance]);
    }
    if (bits.left || at + literals.length - literal > most) refuse("its block does not end where it ends");
    memory.set(literals.subarray(literal), at);
    return at + literals.length - literal;
  }

  /** §3.1.1.5. @param {number} value @param {number} plain */
  #offset(value, plain) {
    const offsets = this.#offsets;
    const which = value > 3 ? 3 : value - (plain ? 1 : 0);
    const offset = value > 3 ? value - 3 : which === 3 ? offsets[0] - 1 : offsets[which];
    if (!offset) refuse("its match is nowhere");
    if (which > 1) offsets[2] = offsets[1];
    if (which > 0) offsets[1] = offsets[0];
    offsets[0] = offset;
    return offset;
  }
}

/** @param {Uint8Array} memory @param {number} at @param {number} offset @param {number} length */
function repeat(memory, at, offset, length) {
  const [from, end] = [at - offset, at + length];
  if (length < LONG) {
    for (let one = 0; one < length; one++) memory[at + one] = memory[from + one];
    return;
  }
  for (let size = offset; at < end; at += size, size *= 2) memory.copyWithin(at, from, from + Math.min(size, end - at));
}

/** What codes of lengths say, §3.1.1.3.2.1.1. @param {number} first @param {number[]} bits */
function lengthsOf(first, bits) {
  let base = first;
  const bases = bits.map((one) => (base += 1 << one) - (1 << one));
  return { bits: Uint8Array.from(bits), bases: Int32Array.from(bases) };
}

/** @param {number} count @param {number} value */
const times = (count, value) => Array.from({ length: count }, () => value);
const LITERAL = lengthsOf(0, [...times(16, 0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
const MATCH = lengthsOf(3, [...times(32, 0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);

// §3.1.1.3.2.2: lengths of literals, offsets, lengths of matches; the largest log and symbol, and the usual table.
const COLUMNS = [
  {
    log: 9,
    most: 35,
    table: spread(
      [4, 3, ...times(6, 2), ...times(5, 2), 1, 1, 1, ...times(9, 2), 3, 2, ...times(5, 1), ...times(4, -1)],
      6,
    ),
  },
  { log: 8, most: 31, table: spread([1, 1, 1, 1, 1, 1, 2, 2, 2, ...times(15, 1), ...times(5, -1)], 5) },
  { log: 9, most: 52, table: spread([1, 4, 3, ...times(6, 2), ...times(37, 1), ...times(7, -1)], 6) },
];
