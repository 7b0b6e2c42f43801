/** Packets as a page takes them, and whether what it shows is what a vector says. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import jpeg from "jpeg-js";

import { TilesError, TilesReader } from "../../../portal_core/web/static/js/tiles.js";

/** @typedef {{width: number, height: number, data: Uint8ClampedArray}} Picture */

/** @type {import("../../../portal_core/web/static/js/tiles.js").DecodeJpeg} */
export async function decodeJpeg(bytes, width, height) {
  const picture = jpeg.decode(bytes, { useTArray: true, tolerantDecoding: false });
  assert.deepEqual([picture.width, picture.height], [width, height]);
  return Uint8ClampedArray.from(picture.data);
}

/** Feed a vector's packets; say what became of the last one. @param {import("./vectors.js").Vector} vector */
export async function judge({ width, height, packets, points }) {
  const reader = new TilesReader(width, height, decodeJpeg);
  const page = reader.picture().data.slice();
  for (const [at, { keyframe, payload, expected }] of packets.entries()) {
    const taken = reader.feed(payload, keyframe);
    if (["truncated", "malformed", "refused"].includes(expected)) {
      await assert.rejects(taken, (error) => {
        assert.ok(error instanceof TilesError);
        if (expected !== "refused") assert.equal(error.truncated, expected === "truncated");
        return true;
      });
      assert.deepEqual(reader.changed, []);
      assertSame(reader.picture().data, page);
      await assert.rejects(reader.feed(Uint8Array.of(1), false), TilesError);
      return "refused";
    }
    await taken;
    put(reader, page);
    assertSame(page, reader.picture().data);
    if (expected === "lossy") look(reader.picture(), points[at]);
    else assert.equal(digest(reader.picture()), expected, `packet ${at}`);
  }
  return "shown";
}

/** Put on a page what changed, as putImageData does. @param {TilesReader} reader @param {Uint8ClampedArray} page */
function put(reader, page) {
  const { width, height, data } = reader.picture();
  for (const one of reader.changed) {
    assert.ok(one.width > 0 && one.height > 0 && one.left + one.width <= width && one.top + one.height <= height);
    for (let y = one.top; y < one.top + one.height; y++) {
      const first = 4 * (y * width + one.left);
      page.set(data.subarray(first, first + 4 * one.width), first);
    }
  }
}

/** @param {Uint8ClampedArray} one @param {Uint8ClampedArray} other */
function assertSame(one, other) {
  assert.ok(Buffer.from(one.buffer).equals(Buffer.from(other.buffer)));
}

/** @param {Picture} picture @param {import("./vectors.js").Point[]} points */
function look({ width, data }, points) {
  for (const [x, y, colour, near] of points) {
    const first = 4 * (Number(y) * width + Number(x));
    for (const [index, level] of Buffer.from(colour, "hex").entries()) {
      const differs = Math.abs(data[first + index] - level);
      assert.ok(differs <= Number(near), `${x}, ${y}: ${differs} levels`);
    }
    assert.equal(data[first + 3], 255);
  }
}

/** Return the SHA-256 of red, green, blue. @param {Picture} picture */
export function digest({ data }) {
  const rgb = Buffer.alloc((data.length / 4) * 3);
  for (let from = 0, to = 0; from < data.length; from += 4) {
    for (let channel = 0; channel < 3; channel++) rgb[to++] = data[from + channel];
    assert.equal(data[from + 3], 255);
  }
  return createHash("sha256").update(rgb).digest("hex");
}
