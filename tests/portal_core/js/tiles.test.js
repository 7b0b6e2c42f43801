/** What vectors do not say of the page's reader: its sizes, its order, its memory, what it tells a page. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { TilesError, TilesReader } from "../../../portal_core/web/static/js/tiles.js";
import { checkJpeg } from "../../../portal_core/web/static/js/tiles_packet.js";
import { decodeJpeg, digest } from "./judging.js";
import { vectors } from "./vectors.js";

const ALL = new Map(vectors().map((one) => [one.name, one]));
const MIB = 1024 * 1024;

/** @param {string} name */
function vector(name) {
  const found = ALL.get(name);
  assert.ok(found);
  return found;
}

/** @param {number[]} numbers @param {number} size */
function little(numbers, size) {
  return numbers.flatMap((number) => Array.from({ length: size }, (_, byte) => (number >> (8 * byte)) & 255));
}

/** A Zstandard frame that says this; each pair is a byte and how often. @param {number[][]} pairs */
function runs(pairs) {
  return [0x28, 0xb5, 0x2f, 0xfd, 0, 0x68, ...blocks(pairs)];
}

/** @param {number[][]} pairs */
function blocks(pairs) {
  return pairs.flatMap(([byte, count]) => [...little([(count << 3) | 2], 3), byte]);
}

/** @param {number[]} bytes */
function stored(bytes) {
  return [...little([bytes.length << 3], 3), ...bytes];
}

for (const [width, height] of [
  [0, 1],
  [1, 0],
  [16385, 1],
  [1, 16385],
  [1.5, 1],
  [Number.NaN, 1],
]) {
  test(`${width} × ${height} px is no picture`, () => {
    assert.throws(() => new TilesReader(width, height, decodeJpeg), RangeError);
  });
}

test("before the first keyframe a picture is black", () => {
  const { width, height, data } = new TilesReader(2, 1, decodeJpeg).picture();
  assert.deepEqual([width, height, ...data], [2, 1, 0, 0, 0, 255, 0, 0, 0, 255]);
});

test("packets are taken one by one", async () => {
  const { width, height, packets } = vector("one-blue-tile");
  const reader = new TilesReader(width, height, decodeJpeg);
  const first = reader.feed(packets[0].payload, true);
  await assert.rejects(reader.feed(packets[0].payload, true), (error) => !(error instanceof TilesError));
  await first;
  assert.equal(digest(reader.picture()), packets[0].expected);
});

test("a keyframe follows a packet that was refused", async () => {
  const { width, height, packets } = vector("one-blue-tile");
  const reader = new TilesReader(width, height, decodeJpeg);
  await assert.rejects(reader.feed(Uint8Array.of(0), true), TilesError);
  await assert.rejects(reader.feed(packets[0].payload, false), TilesError);
  await reader.feed(packets[0].payload, true);
  assert.equal(digest(reader.picture()), packets[0].expected);
});

test("nothing but a keyframe follows a packet that was refused", async () => {
  const { width, height, packets } = vector("nothing-changed");
  const reader = new TilesReader(width, height, decodeJpeg);
  await reader.feed(packets[0].payload, true);
  await assert.rejects(reader.feed(Uint8Array.of(4), false), TilesError);
  await assert.rejects(reader.feed(packets[1].payload, false), TilesError);
  await reader.feed(packets[0].payload, true);
  await reader.feed(packets[1].payload, false);
});

test("a payload may lie anywhere in its memory", async () => {
  for (const name of ["lossy", "stream-matches"]) {
    const { width, height, packets } = vector(name);
    const [reader, other] = [0, 1].map(() => new TilesReader(width, height, decodeJpeg));
    for (const { payload, keyframe } of packets) {
      const around = new Uint8Array(payload.length + 7).fill(255);
      around.set(payload, 3);
      await reader.feed(payload, keyframe);
      await other.feed(around.subarray(3, 3 + payload.length), keyframe);
    }
    assert.equal(digest(reader.picture()), digest(other.picture()));
  }
});

/** A keyframe of a picture of so many tiles, black. @param {number} count */
function black(count) {
  const begin = stored([0, 0, ...little([1, 1, 0, 0, count], 2)]);
  return Uint8Array.from([
    0,
    ...runs([]),
    ...begin,
    ...blocks([[1, count]]),
    ...stored([1, 2, 3]),
    ...blocks([[0, 512 * count]]),
  ]);
}

/**
 * What goes on: copies, then runs of skips and lengths; all tiles repeat.
 * @param {number[][]} copies @param {number[][]} said
 */
function goesOn(copies, said) {
  const counts = [copies.length, 0, ...little([said.length, 0, 0], 2)];
  const tiles = said.reduce((before, [, length]) => before + length, 0);
  const places = little([...said.map(([skip]) => skip), ...said.map(([, length]) => length)], 2);
  return Uint8Array.from([
    1,
    ...stored([...counts, ...little(copies.flat(), 2), ...places, ...Array(3 * tiles).fill(0)]),
  ]);
}

test("what changed is told as few rectangles: copies, then tiles below each other", async () => {
  const reader = new TilesReader(70, 56, decodeJpeg);
  await reader.feed(black(20), true);
  assert.deepEqual(reader.changed, [{ left: 0, top: 0, width: 70, height: 56 }]);
  // Of five columns and four rows: 0; 3, 4 and 8, 9; 11; 15; 18, 19. What is at the edges is cut.
  await reader.feed(
    goesOn(
      [[5, 6, 20, 10, 0, 0]],
      [
        [0, 1],
        [2, 2],
        [3, 2],
        [1, 1],
        [3, 1],
        [2, 2],
      ],
    ),
    false,
  );
  assert.deepEqual(reader.changed, [
    { left: 5, top: 6, width: 20, height: 10, fromLeft: 0, fromTop: 0 },
    { left: 0, top: 0, width: 16, height: 16 },
    { left: 48, top: 0, width: 22, height: 32 },
    { left: 16, top: 32, width: 16, height: 16 },
    { left: 0, top: 48, width: 16, height: 8 },
    { left: 48, top: 48, width: 22, height: 8 },
  ]);
  await reader.feed(goesOn([], []), false);
  assert.deepEqual(reader.changed, []);
});

for (const [width, height] of [
  [0, 1],
  [1, 0],
]) {
  test(`a copy of ${width} × ${height} px is refused`, async () => {
    const reader = new TilesReader(70, 56, decodeJpeg);
    await reader.feed(black(20), true);
    await assert.rejects(reader.feed(goesOn([[5, 6, width, height, 0, 0]], []), false), TilesError);
  });
}

test("a JPEG that does not decode, or to another size, is refused and nothing is shown", async () => {
  const { width, height, packets } = vector("lossy");
  /** @type {import("../../../portal_core/web/static/js/tiles.js").DecodeJpeg[]} */
  const decoders = [() => Promise.reject(new Error("no")), async () => new Uint8ClampedArray(4)];
  for (const decode of decoders) {
    const reader = new TilesReader(width, height, decode);
    const before = digest(reader.picture());
    await assert.rejects(reader.feed(packets[0].payload, true), TilesError);
    assert.equal(digest(reader.picture()), before);
  }
});

test("pixels of a JPEG may lie anywhere in their memory, and are opaque", async () => {
  const { width, height, packets } = vector("lossy");
  const [reader, other] = [
    new TilesReader(width, height, decodeJpeg),
    new TilesReader(width, height, async (...jpeg) => {
      const pixels = (await decodeJpeg(...jpeg)).map((level, at) => (at % 4 === 3 ? 0 : level));
      const around = new Uint8ClampedArray(pixels.length + 3);
      around.set(pixels, 3);
      return around.subarray(3);
    }),
  ];
  for (const one of [reader, other]) await one.feed(packets[0].payload, true);
  assert.equal(digest(other.picture()), digest(reader.picture()));
});

const SOI = [0xff, 0xd8];
const JFIF = [0xff, 0xe0, 0, 16, ...Buffer.from("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 0, 0];
const QUANTIZERS = [0xff, 0xdb, 0, 132, 0, ...Array(64).fill(9), 1, ...Array(64).fill(19)];
const FRAME = [0xff, 0xc0, 0, 17, 8, 0, 16, 0, 32, 3, 1, 0x21, 0, 2, 0x11, 1, 3, 0x11, 1];
const CODES = [0xff, 0xc4, 0, 20, 0, 1, ...Array(16).fill(0)];
const SOS = [0xff, 0xda, 0, 12, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0];
const HEAD = [SOI, JFIF, QUANTIZERS, FRAME, CODES, SOS];
const SCAN = [1, 0xff, 0, 2, 0xff, 0xd9];

/** @param {number} part @param {number} at @param {number} byte */
function changed(part, at, byte) {
  return HEAD.map((bytes, which) => bytes.map((one, place) => (which === part && place === at ? byte : one)));
}

/** @param {number} part */
const without = (part) => HEAD.filter((_, which) => which !== part);

test("a JPEG of 32 × 16 px, and the highest", () => {
  checkJpeg(Uint8Array.from(HEAD.flat()), Uint8Array.from(SCAN), 32, 16);
  checkJpeg(Uint8Array.from(HEAD.flat()), Uint8Array.of(0xff, 0xd9), 32, 16);
  const [most, more] = [65488, 65504].map((high) => [
    ...HEAD.slice(0, 3),
    [...FRAME.slice(0, 5), high >> 8, high & 255, ...FRAME.slice(7)],
    ...HEAD.slice(4),
  ]);
  checkJpeg(Uint8Array.from(most.flat()), Uint8Array.from(SCAN), 32, 65488);
  assert.throws(() => checkJpeg(Uint8Array.from(more.flat()), Uint8Array.from(SCAN), 32, 65504), TilesError);
});

/** @type {[string, number[][]][]} */
const HEADS = [
  ["is empty", []],
  ["is cut", [...without(5), SOS.slice(0, -1)]],
  ["goes on", [...HEAD, [0]]],
  ["has no JFIF", without(1)],
  ["has no quantizers", without(2)],
  ["has no frame", without(3)],
  ["has no codes", without(4)],
  ["has no scan", without(5)],
  ["has a comment and no codes", [...HEAD.slice(0, 4), [0xff, 0xfe, 0, 4, 1, 2], SOS]],
  ["begins as none", changed(0, 1, 0xd9)],
  ["begins with EXIF", changed(1, 1, 0xe1)],
  ["has another APP0", changed(1, 7, 0x58)],
  ["has another word for JFIF", changed(1, 8, 0x20)],
  ["has a second APP0", [SOI, JFIF, ...without(0)]],
  ["has a short JFIF", [SOI, [0xff, 0xe0, 0, 15, ...JFIF.slice(4, 17)], ...HEAD.slice(2)]],
  ["has quantizers of 16 bits", changed(2, 4, 0x10)],
  ["has a second table of 16 bits", changed(2, 69, 0x11)],
  ["has quantizers that are cut", [SOI, JFIF, [0xff, 0xdb, 0, 131, ...QUANTIZERS.slice(4, -1)], ...HEAD.slice(3)]],
  ["is progressive", changed(3, 1, 0xc2)],
  ["has 12 bits", changed(3, 4, 12)],
  ["has four components", changed(3, 9, 4)],
  ["is higher", changed(3, 6, 32)],
  ["is wider", changed(3, 8, 48)],
  ["has one component in its scan", changed(5, 4, 1)],
  ["begins with a higher frequency", changed(5, 11, 1)],
  ["ends with a lower frequency", changed(5, 12, 62)],
  ["has some of the bits", changed(5, 13, 1)],
  ["has a longer header of its scan", [...without(5), [0xff, 0xda, 0, 13, ...SOS.slice(4), 0]]],
  ["has EXIF", [SOI, JFIF, [0xff, 0xe1, 0, 4, 0, 0], ...HEAD.slice(2)]],
];

for (const [what, head] of HEADS) {
  test(`a JPEG whose head ${what} is refused`, () => {
    assert.throws(() => checkJpeg(Uint8Array.from(head.flat()), Uint8Array.from(SCAN), 32, 16), TilesError);
  });
}

/** @type {[string, number[]][]} */
const SCANS = [
  ["is one byte", [0xd9]],
  ["has no end", [1, 2, 3, 4]],
  ["ends with another marker", [1, 0xff, 0xd8]],
  ["ends without its marker", [1, 0xfe, 0xd9]],
  ["begins again", [1, 0xff, 0xd0, 2, 0xff, 0xd9]],
  ["ends twice", [1, 0xff, 0xd9, 0xff, 0xd9]],
  ["has FF before its end", [1, 0xff, 0xff, 0xd9]],
];

for (const [what, scan] of SCANS) {
  test(`a JPEG whose scan ${what} is refused`, () => {
    assert.throws(() => checkJpeg(Uint8Array.from(HEAD.flat()), Uint8Array.from(scan), 32, 16), TilesError);
  });
}

/** @type {[string, number[]][]} Small packets that say much. */
const HOSTILE = [
  ["512 MiB of nothing", runs(Array(4096).fill([0, 128 * 1024]))],
  [
    "a tile, and 64 MiB behind it",
    [...runs([]), ...stored([0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1]), ...blocks(Array(512).fill([0, 128 * 1024]))],
  ],
  [
    "65 535 runs of 65 535 tiles",
    [...runs([]), ...stored([0, 0, 255, 255, 0, 0, 0, 0]), ...blocks(Array(2).fill([255, 128 * 1024]))],
  ],
  ["a window of 2 GiB", [0x28, 0xb5, 0x2f, 0xfd, 0, 0xa8, ...blocks([[0, 64]])]],
  ["a segment of 4 GiB", [0x28, 0xb5, 0x2f, 0xfd, 0xa0, 255, 255, 255, 255, ...blocks([[0, 64]])]],
  ["a segment of 16 EiB", [0x28, 0xb5, 0x2f, 0xfd, 0xe0, ...Array(8).fill(255), ...blocks([[0, 64]])]],
];

for (const [name, stream] of HOSTILE) {
  test(`${name}: refused before memory is taken`, async () => {
    const reader = new TilesReader(16, 16, decodeJpeg);
    const before = process.memoryUsage().arrayBuffers;
    await assert.rejects(reader.feed(Uint8Array.from([0, ...stream]), true), TilesError);
    const taken = process.memoryUsage().arrayBuffers - before;
    assert.ok(taken < 8 * MIB, `${taken} bytes`);
  });
}
