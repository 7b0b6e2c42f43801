/** Frames of Zstandard made by hand: what a strict reader refuses, and what it takes though encoders rarely write it. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { ZstdError, ZstdFrame } from "../../../portal_core/web/static/js/zstd.js";

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
const BEGIN = [...MAGIC, 0, 0x38]; // a window of 128 KiB
const [STORED, REPEATED, PACKED] = [0, 1, 2];
const LIMIT = 1 << 20;
const ABCD = [...Buffer.from("abcd")];

/** @param {number} kind @param {number} size @param {number[]} bytes @param {boolean} last */
function block(kind, size, bytes, last = false) {
  const header = (size << 3) | (kind << 1) | Number(last);
  return [header & 255, (header >> 8) & 255, header >> 16, ...bytes];
}

/** @param {number[]} bytes */
const packed = (bytes) => block(PACKED, bytes.length, bytes);

/** Literals as they are, at most 31. @param {number[]} bytes */
const plain = (bytes) => [bytes.length << 3, ...bytes];

/**
 * Sequences that all have these codes of a length of literals, an offset and a length, with bits as they are read.
 * @param {number} count @param {number[]} codes @param {string} bits
 */
function sequences(count, codes, bits) {
  const all = `1${bits}`;
  const padded = all.padStart(8 * Math.ceil(all.length / 8), "0");
  const bytes = Array.from({ length: padded.length / 8 }, (_, at) => parseInt(padded.slice(8 * at, 8 * at + 8), 2));
  return [count, 0x54, ...codes, ...bytes.reverse()];
}

/** Codes of one bit each for 0 and 1. */
const TWO_CODES = [128, 0x10];
const UP = Array.from({ length: 71 }, (_, one) => one);

/** @param {string} bits from the first to the last */
function forward(bits) {
  const bytes = bits.match(/.{1,8}/g) ?? [];
  return bytes.map((byte) => parseInt([...byte.padEnd(8, "0")].reverse().join(""), 2));
}

/** A header of coded literals. @param {number} size @param {number} bytes @param {number} format @param {number} kind */
function coded(size, bytes, format, kind = 2) {
  const header = kind | (format << 2) | (size << 4) | (bytes << 14);
  return [header & 255, (header >> 8) & 255, header >> 16];
}

/** @param {number[][]} pieces */
const bytewise = (pieces) => pieces.flat().map((byte) => [byte]);

/** @param {number[][]} pieces */
function unpack(...pieces) {
  const frame = new ZstdFrame();
  return pieces.map((piece) => Buffer.from(frame.unpack(Uint8Array.from(piece), LIMIT)).toString("latin1"));
}

/** "abcd", then 2 000 times 35 bytes: each is the fourth before, then the one before, and so on by turns. */
const SWAPPED = "abcd".repeat(9) + "abc" + "c".repeat(35 * 1999);

/** @type {[string, number[][], string[]][]} */
const TAKEN = [
  ["a piece of nothing", [BEGIN, []], ["", ""]],
  ["an empty block", [[...BEGIN, ...block(STORED, 0, [])]], [""]],
  ["a dictionary that is none", [[...MAGIC, 1, 0x38, 0, ...block(STORED, 4, ABCD)]], ["abcd"]],
  [
    "a size of two bytes, more than 255",
    [[...MAGIC, 0x60, 0, 0, ...block(REPEATED, 256, [97], true)]],
    ["a".repeat(256)],
  ],
  ["a size that is not reached yet", [[...MAGIC, 0x20, 9, ...block(STORED, 4, ABCD)]], ["abcd"]],
  ["literals alone", [[...BEGIN, ...packed([...plain(ABCD), 0])]], ["abcd"]],
  ["a match", [[...BEGIN, ...packed([...plain(ABCD), ...sequences(1, [4, 2, 0], "11")])]], ["abcdabc"]],
  [
    "a match that overlaps itself",
    [[...BEGIN, ...packed([...plain(ABCD), ...sequences(1, [4, 2, 40], "001111")])]],
    ["abcd" + "d".repeat(82)],
  ],
  [
    "a match of what a piece before said",
    [[...BEGIN, ...block(STORED, 4, ABCD)], packed([...plain([]), ...sequences(1, [0, 2, 0], "11")])],
    ["abcd", "abc"],
  ],
  [
    "offsets again: the third, then the first less one",
    [
      [
        ...BEGIN,
        ...block(STORED, 8, [...ABCD, ...ABCD.map((one) => one + 4)]),
        ...packed([...plain([]), ...sequences(2, [0, 1, 0], "01")]),
      ],
    ],
    ["abcdefghabcefg"],
  ],
  [
    "a table of one symbol",
    [
      [
        ...BEGIN,
        ...block(STORED, 4, ABCD),
        ...packed([
          ...plain([]),
          1,
          0x94,
          ...forward("0010" + "1".repeat(10)),
          2,
          0,
          ...sequences(1, [], "0".repeat(9) + "11").slice(2),
        ]),
      ],
    ],
    ["abcdabc"],
  ],
  [
    "many sequences",
    [
      [
        ...BEGIN,
        ...block(STORED, 4, ABCD),
        ...packed([...plain([]), 128 + 7, 208, 0x54, 0, 0, 32, ...sequences(1, [], "0".repeat(2000)).slice(2)]),
      ],
    ],
    [SWAPPED],
  ],
  ["coded literals", [[...BEGIN, ...packed([...coded(4, 3, 0), ...TWO_CODES, 0x15, 0])]], ["\0\x01\0\x01"]],
  [
    "codes of the block before",
    [[...BEGIN, ...packed([...coded(4, 3, 0), ...TWO_CODES, 0x15, 0]), ...packed([...coded(3, 1, 0, 3), 0x0f, 0])]],
    ["\0\x01\0\x01\x01\x01\x01"],
  ],
  ["a checksum of a few bytes", [[...MAGIC, 4, 0x38, ...block(STORED, 4, ABCD, true), 204, 146, 93, 210]], ["abcd"]],
  [
    "a checksum over pieces",
    [
      [...MAGIC, 4, 0x38, ...block(STORED, 30, UP.slice(0, 30))],
      [...block(STORED, 41, UP.slice(30), true), 96, 157, 19, 235],
    ],
    [Buffer.from(UP.slice(0, 30)).toString("latin1"), Buffer.from(UP.slice(30)).toString("latin1")],
  ],
];

for (const [what, pieces, expected] of TAKEN) {
  test(`${what}: unpacked`, () => assert.deepEqual(unpack(...pieces), expected));
  test(`${what}: unpacked byte by byte`, () => assert.equal(unpack(...bytewise(pieces)).join(""), expected.join("")));
}

/** @type {[string, number[][]][]} */
const REFUSED = [
  ["another magic number", [[0x27, ...BEGIN.slice(1), ...block(STORED, 4, ABCD)]]],
  ["a bit that is reserved", [[...MAGIC, 8, 0x38, ...block(STORED, 4, ABCD)]]],
  ["a dictionary", [[...MAGIC, 1, 0x38, 7, ...block(STORED, 4, ABCD)]]],
  ["a window of 9 MiB", [[...MAGIC, 0, 0x69, ...block(STORED, 4, ABCD)]]],
  ["a block larger than the window", [[...MAGIC, 0, 0, ...block(REPEATED, 1025, [97])]]],
  ["a block of more than 128 KiB", [[...MAGIC, 0, 0x68, ...block(REPEATED, 128 * 1024 + 1, [97])]]],
  ["a block of no kind", [[...BEGIN, ...block(3, 4, ABCD)]]],
  ["more than it says", [[...MAGIC, 0x20, 3, ...block(REPEATED, 2, [97]), ...block(REPEATED, 2, [97])]]],
  ["less than it says", [[...MAGIC, 0x20, 5, ...block(STORED, 4, ABCD, true)]]],
  ["another checksum", [[...MAGIC, 4, 0x38, ...block(STORED, 4, ABCD, true), 204, 146, 93, 211]]],
  ["a byte behind its end", [[...BEGIN, ...block(STORED, 4, ABCD, true), 0]]],
  ["a piece behind its end", [[...BEGIN, ...block(STORED, 4, ABCD, true)], [0]]],
  ["a packed block of nothing", [[...BEGIN, ...packed([])]]],
  ["no sequences", [[...BEGIN, ...packed(plain(ABCD))]]],
  ["a byte behind no sequences", [[...BEGIN, ...packed([...plain(ABCD), 0, 0])]]],
  ["literals behind the block", [[...BEGIN, ...packed([5 << 3, ...ABCD])]]],
  ["more literals than a block has", [[...MAGIC, 0, 0, ...packed([1 | 4 | ((1025 & 15) << 4), 1025 >> 4, 97, 0])]]],
  ["codes that never came", [[...BEGIN, ...packed([...coded(3, 1, 0, 3), 0x0f, 0])]]],
  ["coded literals that are too few", [[...BEGIN, ...packed([...coded(5, 3, 0), ...TWO_CODES, 0x15, 0])]]],
  ["coded literals that are too many", [[...BEGIN, ...packed([...coded(3, 3, 0), ...TWO_CODES, 0x15, 0])]]],
  ["coded literals without an end", [[...BEGIN, ...packed([...coded(4, 3, 0), ...TWO_CODES, 0, 0])]]],
  [
    "five literals in four streams",
    [[...BEGIN, ...packed([...coded(5, 12, 1), ...TWO_CODES, 1, 0, 1, 0, 1, 0, 5, 5, 3, 1, 0])]],
  ],
  [
    "streams behind the block",
    [[...BEGIN, ...packed([...coded(8, 12, 1), ...TWO_CODES, 1, 0, 1, 0, 9, 0, 5, 5, 5, 5, 0])]],
  ],
  ["codes of no weight", [[...BEGIN, ...packed([...coded(4, 3, 0), 128, 0, 0x15, 0])]]],
  ["codes whose weights are no whole", [[...BEGIN, ...packed([...coded(1, 4, 0), 130, 0x41, 0x10, 0x03, 0])]]],
  ["codes without an end", [[...BEGIN, ...packed([...coded(1, 6, 0), 4, ...forward("0000111111"), 0, 4, 0x03, 0])]]],
  ["codes of which none is longest", [[...BEGIN, ...packed([...coded(4, 3, 0), 128, 0x20, 0x15, 0])]]],
  ["codes of 12 bits", [[...BEGIN, ...packed([...coded(4, 4, 0), 129, 0xc1, 0x15, 0, 0])]]],
  ["codes behind the block", [[...BEGIN, ...packed([...coded(4, 1, 0), 255])]]],
  ["modes that are reserved", [[...BEGIN, ...packed([...plain(ABCD), 1, 0x55, 4, 2, 0, 7])]]],
  ["a table that never came", [[...BEGIN, ...packed([...plain(ABCD), 1, 0xd4, 2, 0, 7])]]],
  [
    "a table that is too large",
    [
      [
        ...BEGIN,
        ...block(STORED, 4, ABCD),
        ...packed([
          ...plain([]),
          1,
          0x94,
          ...forward("1010" + "1".repeat(11)),
          2,
          0,
          ...sequences(1, [], "0".repeat(10) + "11").slice(2),
        ]),
      ],
    ],
  ],
  ["a table that is cut", [[...BEGIN, ...packed([...plain(ABCD), 1, 0x94, 0])]]],
  [
    "a table of too many symbols",
    [
      [
        ...BEGIN,
        ...block(STORED, 4, ABCD),
        ...packed([
          ...plain([]),
          1,
          0x94,
          ...forward("0000" + "10000" + "11".repeat(12) + "00" + "111111"),
          2,
          0,
          ...sequences(1, [], "0".repeat(5) + "11").slice(2),
        ]),
      ],
    ],
  ],
  [
    "many sequences of which the bits are missing",
    [[...BEGIN, ...block(STORED, 4, ABCD), ...packed([...plain([]), 128 + 7, 208, 0x54, 0, 0, 32, 1])]],
  ],
  ["a length of literals that is none", [[...BEGIN, ...packed([...plain(ABCD), ...sequences(1, [36, 2, 0], "11")])]]],
  ["an offset that is none", [[...BEGIN, ...packed([...plain(ABCD), ...sequences(1, [4, 32, 0], "11")])]]],
  ["a length that is none", [[...BEGIN, ...packed([...plain(ABCD), ...sequences(1, [4, 2, 53], "11")])]]],
  ["sequences without an end", [[...BEGIN, ...packed([...plain(ABCD), 1, 0x54, 4, 2, 0, 0])]]],
  ["bits that are left over", [[...BEGIN, ...packed([...plain(ABCD), ...sequences(1, [4, 2, 0], "111")])]]],
  ["bits that are missing", [[...BEGIN, ...packed([...plain(ABCD), ...sequences(1, [4, 2, 0], "1")])]]],
  ["literals that are missing", [[...BEGIN, ...packed([...plain(ABCD), ...sequences(1, [5, 2, 0], "11")])]]],
  ["a match before the beginning", [[...BEGIN, ...packed([...plain(ABCD), ...sequences(1, [4, 3, 0], "000")])]]],
  [
    "a match before the window",
    [
      [
        ...MAGIC,
        0,
        0,
        ...block(REPEATED, 1000, [97]),
        ...block(REPEATED, 1000, [97]),
        ...packed([...plain([]), ...sequences(1, [0, 10, 0], "1".repeat(10))]),
      ],
    ],
  ],
  ["a match of 2 GiB before", [[...BEGIN, ...packed([...plain(ABCD), ...sequences(1, [4, 31, 0], "0".repeat(31))])]]],
  [
    "a match nowhere",
    [[...BEGIN, ...block(STORED, 4, ABCD), ...packed([...plain([]), ...sequences(1, [0, 1, 0], "1")])]],
  ],
  [
    "a match longer than a block",
    [[...BEGIN, ...packed([...plain(ABCD), ...sequences(1, [4, 2, 52], "00" + "1".repeat(16))])]],
  ],
  [
    "literals behind a match longer than a block",
    [[...MAGIC, 0, 0, ...packed([...plain(ABCD), ...sequences(1, [1, 2, 46], "00" + "1111111010")])]],
  ],
];

for (const [what, pieces] of REFUSED) {
  test(`${what}: refused`, () => {
    assert.throws(() => unpack(...pieces), ZstdError);
    assert.throws(() => unpack(...bytewise(pieces)), ZstdError);
  });
}

test("more than it may say: refused", () => {
  const blocks = [0, 1].flatMap(() => block(REPEATED, 100, [97]));
  assert.equal(new ZstdFrame().unpack(Uint8Array.from([...BEGIN, ...blocks]), 200).length, 200);
  assert.throws(() => new ZstdFrame().unpack(Uint8Array.from([...BEGIN, ...blocks]), 199), ZstdError);
});

test("of a piece that ends within a block all is given that can be", () => {
  const end = [...block(REPEATED, 3, [97]), ...block(STORED, 0, [], true), 1, 2, 3];
  const cuts = [[...MAGIC, 4], [0x38, 32], [0, 0, ...ABCD.slice(0, 1)], ABCD.slice(1), end.slice(0, 3), end.slice(3)];
  assert.deepEqual(unpack(...cuts), ["", "", "a", "bcd", "", "aaa"]);
});

test("a frame goes on over pieces beyond its memory, with all of its window", () => {
  const frame = new ZstdFrame();
  const wanted = [];
  const pieces = [[...MAGIC, 0, 0x50, ...block(STORED, 71, UP)]]; // a window of 1 MiB
  for (let one = 0; one < 40; one++) pieces.push(block(REPEATED, 100_000, [one]));
  // 1 MiB before, less the 71 bytes: code 19 says 524 288 and more.
  pieces.push(
    packed([...plain([]), ...sequences(1, [0, 19, 32], `${(1_000_003 - 524_288).toString(2).padStart(19, "0")}0`)]),
  );
  for (const piece of pieces) wanted.push(frame.unpack(Uint8Array.from(piece), LIMIT).slice());
  assert.deepEqual([...wanted[41]], Array(35).fill(30));
  assert.ok(wanted.slice(1, 41).every((piece, one) => piece.length === 100_000 && piece.every((byte) => byte === one)));
});
