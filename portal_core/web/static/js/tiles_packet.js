/**
 * What a packet of the screen codec says: bytes in, values out. Sections are those of recorder/codec/SPEC.md.
 */

export const TILE = 16; // px
export const PIXELS = TILE * TILE;
export const KEPT = 65536; // tiles, §4.5
export const MAX_COLOURS = 65536;
export const [REFERENCE, INDEXED, RAW, LOSSY] = [0, 1, 2, 3];
const MAX_HEAD = 4096; // bytes
const MOST_COPIED = 4; // times the pixels of the picture
const MOST_ACROSS = 256; // tiles of a JPEG, §4.6
const MOST_HIGH = 65500; // px
const LEAST_JFIF = 16; // bytes
const TABLE = 1 + 64; // bytes of quantizers
const [SOF, DHT, DQT, SOS] = [0xffc0, 0xffc4, 0xffdb, 0xffda];
const NEEDED = [SOF, DHT, DQT, SOS];

/** @typedef {{left: number, top: number, width: number, height: number}} Rectangle  Units: px. */
/** @typedef {Rectangle & {fromLeft: number, fromTop: number}} Copy */
/** @typedef {{first: number, count: number}} Run  Tiles of the grid that changed. */
/** @typedef {{width: number, height: number, columns: number, count: number}} Grid  A picture, px; its tiles. */
/**
 * Columns of numbers; indexed and raw are bytes, and lie in the packet's order.
 * @typedef {object} Columns
 * @property {boolean} byColumns
 * @property {Copy[]} copies
 * @property {Run[]} runs
 * @property {Uint8Array} kinds  of the tiles of all runs
 * @property {number} newTiles  how many come with their pixels
 * @property {number} lossyTiles
 * @property {Uint16Array} references  the last 16 bits of their numbers
 * @property {Uint8Array} head
 * @property {Uint32Array} colours  as they lie in a canvas: red, green, blue, 255
 * @property {Uint8Array} indexed
 * @property {Uint8Array} raw
 */

/** A packet that breaks the law; with `truncated`, that ends too early. */
export class TilesError extends Error {
  /** @param {string} why @param {{truncated?: boolean, cause?: unknown}} [facts] */
  constructor(why, { truncated = false, cause } = {}) {
    super(`the screen packet is malformed: ${why}`, { cause });
    this.name = "TilesError";
    this.truncated = truncated;
  }
}

/** @param {string} why @returns {never} */
function refuse(why) {
  throw new TilesError(why);
}

/** @returns {never} */
function refuseShort() {
  throw new TilesError("it ends too early", { truncated: true });
}

/** Return kind, stream and scan, §4.1; without lossy tiles the scan is empty. @param {Uint8Array} payload */
export function readPacket(payload) {
  if (!payload.length) refuseShort();
  const kind = payload[0];
  if (kind > 3) refuse("it is of another kind");
  const keyframe = (kind & 1) === 0;
  if (!(kind & 2)) return { keyframe, stream: payload.subarray(1), scan: payload.subarray(payload.length) };
  if (payload.length < 5) refuseShort();
  const size = new DataView(payload.buffer, payload.byteOffset).getUint32(1, true);
  if (size > payload.length - 5) refuseShort();
  if (!size) refuse("its scan is empty");
  const end = payload.length - size;
  return { keyframe, stream: payload.subarray(5, end), scan: payload.subarray(end) };
}

/** Return how many bytes a packet may say of a picture, §5. @param {Grid} grid */
export function mostBytes(grid) {
  return 8 + 12 * 255 + 4 * 65535 + MAX_HEAD + 3 * MAX_COLOURS + grid.count * (1 + 3 * PIXELS);
}

/** Return how many bytes the scan of so many tiles may have, §4.6. @param {number} lossyTiles */
export function mostScan(lossyTiles) {
  return 4 * PIXELS * lossyTiles + MAX_HEAD;
}

/** Return how many tiles of a JPEG lie beside and below each other, §4.6. @param {number} count */
export function sidesOf(count) {
  const down = Math.ceil(count / MOST_ACROSS);
  return { across: Math.ceil(count / down), down };
}

/**
 * Return what a packet says, in which every place and every size is possible. Errors: TilesError.
 * @param {Uint8Array} plain
 * @param {Grid} grid
 * @param {{keyframe: boolean, scan: boolean}} packet
 * @returns {Columns}
 */
export function readColumns(plain, grid, { keyframe, scan }) {
  const reader = new Reader(plain);
  const [copyCount, order] = reader.take(2);
  const [runCount, colourCount, headSize] = reader.shorts(3);
  if (order > 1) refuse("there is no such order");
  if (headSize > 0 !== scan || headSize > MAX_HEAD) refuse("its JPEG has no head, or no scan, or a head too long");
  const copies = readCopies(reader.shorts(6 * copyCount), grid);
  if (keyframe && copies.length) refuse("a keyframe copies from a picture that is not there");
  const runs = readRuns(reader.shorts(runCount), reader.shorts(runCount), grid);
  const changed = runs.reduce((before, run) => before + run.count, 0);
  if (keyframe && changed !== grid.count) refuse("a keyframe leaves something out");
  const kinds = reader.take(changed);
  const of = [0, 0, 0, 0];
  for (const kind of kinds) {
    if (kind > LOSSY) refuse("there is no such kind of tile");
    of[kind]++;
  }
  if (of[LOSSY] > 0 !== scan) refuse("it has lossy tiles without a scan, or a scan without lossy tiles");
  const columns = {
    byColumns: order === 1,
    copies,
    runs,
    kinds,
    newTiles: changed - of[REFERENCE],
    lossyTiles: of[LOSSY],
    references: added(reader.shorts(of[REFERENCE])),
    head: reader.take(headSize),
    colours: coloursOf(reader.take(3 * colourCount)),
    indexed: reader.take(2 * PIXELS * of[INDEXED]),
    raw: reader.take(3 * PIXELS * of[RAW]),
  };
  if (reader.left) refuse("it goes on behind its end");
  return columns;
}

/** Takes numbers from the beginning of bytes. */
class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  get left() {
    return this.bytes.length - this.at;
  }

  /** @param {number} count */
  take(count) {
    if (count > this.left) refuseShort();
    return this.bytes.subarray(this.at, (this.at += count));
  }

  /** @param {number} count */
  shorts(count) {
    const bytes = this.take(2 * count);
    return Uint16Array.from({ length: count }, (_, one) => bytes[2 * one] | (bytes[2 * one + 1] << 8));
  }
}

/** §4.3. @param {Uint16Array} numbers @param {Grid} grid */
function readCopies(numbers, grid) {
  /** @type {Copy[]} */
  const copies = [];
  let pixels = 0;
  for (let at = 0; at < numbers.length; at += 6) {
    const [left, top, width, height, fromLeft, fromTop] = numbers.subarray(at, at + 6);
    const inside = Math.max(left, fromLeft) + width <= grid.width && Math.max(top, fromTop) + height <= grid.height;
    if (!width || !height || !inside) refuse("it copies from or to outside the picture, or nothing");
    copies.push({ left, top, width, height, fromLeft, fromTop });
    pixels += width * height;
  }
  if (pixels > MOST_COPIED * grid.width * grid.height) refuse("it copies too much");
  return copies;
}

/** §4.4. @param {Uint16Array} skips @param {Uint16Array} lengths @param {Grid} grid */
function readRuns(skips, lengths, grid) {
  /** @type {Run[]} */
  const runs = [];
  let end = 0;
  for (const [index, count] of lengths.entries()) {
    const first = end + skips[index];
    end = first + count;
    if (end > grid.count) refuse("its runs end outside the picture");
    if (count) runs.push({ first, count });
  }
  return runs;
}

/** §4.5. @param {Uint16Array} steps */
function added(steps) {
  let before = KEPT - 1;
  return steps.map((step) => (before = (before + 1 + step) % KEPT));
}

/** §4.7. @param {Uint8Array} bytes */
function coloursOf(bytes) {
  const colours = new Uint32Array(bytes.length / 3);
  let colour = 0;
  for (let index = 0; index < colours.length; index++) {
    const step = (bytes[3 * index] << 16) | (bytes[3 * index + 1] << 8) | bytes[3 * index + 2];
    colour = (colour + step) & 0xffffff;
    colours[index] = 0xff000000 | ((colour & 255) << 16) | (colour & 0xff00) | (colour >> 16);
  }
  return colours;
}

/**
 * See that head and scan are a baseline JPEG of so many pixels, and nothing else, §4.6. Errors: TilesError.
 * @param {Uint8Array} head @param {Uint8Array} scan @param {number} width @param {number} height
 */
export function checkJpeg(head, scan, width, height) {
  const said = readHead(head);
  if (said.width !== width || said.height !== height || height > MOST_HIGH) {
    refuse("its JPEG has another size than its tiles, or is too high");
  }
  const end = scan.length - 2;
  if (scan[end] !== 0xff || scan[end + 1] !== 0xd9) refuse("the scan of its JPEG has no end");
  for (let at = scan.indexOf(0xff); at < end; at = scan.indexOf(0xff, at + 1)) {
    if (scan[at + 1]) refuse("the scan of its JPEG has something else in it");
  }
}

/** Return the size in the head of a JPEG, which ends with the header of its scan. @param {Uint8Array} head */
function readHead(head) {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const jfif = head.length > 10 && view.getUint32(0) === 0xffd8ffe0 && view.getUint32(6) === 0x4a464946 && !head[10];
  if (!jfif || view.getUint16(4) < LEAST_JFIF) refuse("its JPEG does not begin as JFIF");
  let size = { width: 0, height: 0 };
  const found = new Set();
  for (let at = 4 + view.getUint16(4); at + 4 <= head.length;) {
    const marker = view.getUint16(at);
    const behind = at + 2 + view.getUint16(at + 2);
    const body = head.subarray(at + 4, behind);
    found.add(marker);
    if (marker === SOF && body.length > 5 && body[0] === 8 && body[5] === 3) {
      size = { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    }
    if (marker === DQT && (body.length % TABLE || body.some((one, place) => place % TABLE === 0 && one >> 4))) break;
    if (marker === SOS) {
      const all = body.length === 10 && body[0] === 3 && body[7] === 0 && body[8] === 63 && body[9] === 0;
      if (all && found.size === NEEDED.length && behind === head.length) return size;
      break;
    }
    if (!NEEDED.includes(marker)) break;
    at = behind;
  }
  return refuse("the head of its JPEG is none of a baseline JPEG with one scan");
}
