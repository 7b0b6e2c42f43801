/** What vectors do not say of the page's reader: its sizes, its order, its memory, what it tells a page. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { TilesError, TilesReader } from "../../../portal_core/web/static/js/tiles.js";
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

for (const [width, height] of [[0, 1], [1, 0], [16385, 1], [1, 16385], [1.5, 1], [Number.NaN, 1]]) {
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

test("what changed is told as few rectangles: copies, then tiles below each other", async () => {
  const reader = new TilesReader(70, 40, decodeJpeg);
  const keyframe = [...stored([0, 0, ...little([1, 1, 0, 0, 15], 2)]), ...blocks([[1, 15]])];
  await reader.feed(Uint8Array.from([0, ...runs([]), ...keyframe, ...stored([1, 2, 3]), ...blocks([[0, 512 * 15]])]), true);
  assert.deepEqual(reader.changed, [{ left: 0, top: 0, width: 70, height: 40 }]);
  const copy = little([5, 6, 20, 10, 0, 0], 2);
  // Tiles 3, 4 and 8, 9 and 13, 14 lie below each other, cut by the picture's edges; 11 stands alone.
  const skipsAndLengths = little([3, 3, 1, 1, 2, 2, 1, 2], 2);
  const said = [1, 0, ...little([4, 0, 0], 2), ...copy, ...skipsAndLengths, ...Array(7).fill(0), ...Array(14).fill(0)];
  await reader.feed(Uint8Array.from([1, ...stored(said)]), false);
  assert.deepEqual(reader.changed, [
    { left: 5, top: 6, width: 20, height: 10, fromLeft: 0, fromTop: 0 },
    { left: 48, top: 0, width: 22, height: 40 },
    { left: 16, top: 32, width: 16, height: 8 },
  ]);
});

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

/** @type {[string, number[]][]} Small packets that say much. */
const HOSTILE = [
  ["512 MiB of nothing", runs(Array(4096).fill([0, 128 * 1024]))],
  ["a tile, and 64 MiB behind it", [...runs([]), ...stored([0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1]), ...blocks(Array(512).fill([0, 128 * 1024]))]],
  ["65 535 runs of 65 535 tiles", [...runs([]), ...stored([0, 0, 255, 255, 0, 0, 0, 0]), ...blocks(Array(2).fill([255, 128 * 1024]))]],
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
