/** Vectors of the screen codec as tests/vectors/README.md has them; SEALCAST_VECTORS may name another folder of them. */

import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";

const STORED = fileURLToPath(new URL("../../vectors/codec", import.meta.url));
const FOLDER = process.env.SEALCAST_VECTORS ?? STORED;

/** @typedef {{keyframe: boolean, payload: Uint8Array, expected: string}} Packet */
/** @typedef {[string, string, string, string]} Point  x, y, colour, how much it may differ */
/**
 * @typedef {{name: string, width: number, height: number, packets: Packet[], points: Record<string, Point[]>}} Vector
 */

/** @returns {Vector[]} */
export function vectors() {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".vector"));
  return names.sort().map((name) => read(path.join(FOLDER, name)));
}

/** @param {string} file @returns {Vector} */
function read(file) {
  const whole = readFileSync(file);
  const cut = whole.indexOf("\n\n");
  const pairs = whole
    .subarray(0, cut)
    .toString()
    .split("\n")
    .map((line) => line.split(": "));
  const body = new Uint8Array(whole.subarray(cut + 2));
  const packets = pairs
    .filter(([key]) => key === "packet")
    .map(([, said]) => {
      const [keyframe, offset, length, expected] = said.split(" ");
      return { keyframe: keyframe === "yes", payload: body.subarray(+offset, +offset + +length), expected };
    });
  const numbers = Object.fromEntries(pairs.map(([key, value]) => [key, Number(value)]));
  const twin = packets.some(({ expected }) => expected === "lossy") ? file.replace(/vector$/, "json") : null;
  const { points } = twin ? JSON.parse(readFileSync(twin, "utf8")) : { points: {} };
  return { name: path.basename(file, ".vector"), width: numbers.width, height: numbers.height, packets, points };
}
