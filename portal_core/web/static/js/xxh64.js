/** XXH64 with seed 0, the checksum of Zstandard's frames (RFC 8878 §3.1.1). */

const PRIME_1 = 0x9e3779b185ebca87n;
const PRIME_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME_3 = 0x165667b19e3779f9n;
const PRIME_4 = 0x85ebca77c2b2ae63n;
const PRIME_5 = 0x27d4eb2f165667c5n;

/** @param {bigint} number */
const wrap = (number) => BigInt.asUintN(64, number);

/** @param {bigint} number @param {bigint} bits */
const turn = (number, bits) => wrap(number << bits) | (wrap(number) >> (64n - bits));

/** @param {bigint} lane @param {bigint} number */
const round = (lane, number) => wrap(turn(lane + number * PRIME_2, 31n) * PRIME_1);

/** A checksum of bytes that come in pieces. */
export class Xxh64 {
  #lanes = [PRIME_1 + PRIME_2, PRIME_2, 0n, -PRIME_1].map(wrap);
  #waiting = new Uint8Array(0);
  #size = 0;

  /** @param {Uint8Array} bytes */
  update(bytes) {
    this.#size += bytes.length;
    const all = new Uint8Array(this.#waiting.length + bytes.length);
    all.set(this.#waiting);
    all.set(bytes, this.#waiting.length);
    const view = new DataView(all.buffer);
    const end = all.length - (all.length % 32);
    for (let at = 0; at < end; at += 8) {
      const lane = (at >> 3) & 3;
      this.#lanes[lane] = round(this.#lanes[lane], view.getBigUint64(at, true));
    }
    this.#waiting = all.slice(end);
  }

  /** Return the lower 32 bits. */
  low() {
    const [one, two, three, four] = this.#lanes;
    let hash = PRIME_5;
    if (this.#size >= 32) {
      hash = turn(one, 1n) + turn(two, 7n) + turn(three, 12n) + turn(four, 18n);
      for (const lane of this.#lanes) hash = (hash ^ round(0n, lane)) * PRIME_1 + PRIME_4;
    }
    hash = wrap(hash + BigInt(this.#size));
    const view = new DataView(this.#waiting.buffer);
    let at = 0;
    for (; at + 8 <= view.byteLength; at += 8) {
      hash = wrap(turn(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * PRIME_1 + PRIME_4);
    }
    for (; at + 4 <= view.byteLength; at += 4) {
      hash = wrap(turn(hash ^ wrap(BigInt(view.getUint32(at, true)) * PRIME_1), 23n) * PRIME_2 + PRIME_3);
    }
    for (; at < view.byteLength; at++)
      hash = wrap(turn(hash ^ wrap(BigInt(view.getUint8(at)) * PRIME_5), 11n) * PRIME_1);
    hash = wrap((hash ^ (hash >> 33n)) * PRIME_2);
    hash = wrap((hash ^ (hash >> 29n)) * PRIME_3);
    return Number((hash ^ (hash >> 32n)) & 0xffffffffn);
  }
}
