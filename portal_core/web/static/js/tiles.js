/**
 * The screen codec "tiles" for pages: packets in, pictures out. recorder/codec/SPEC.md is the law.
 *
 * What it takes is bounded by the size of the picture, and it keeps nothing beyond a keyframe. Pixels are red, green,
 * blue, 255, as canvases have them.
 */

import {
  INDEXED,
  KEPT,
  LOSSY,
  MAX_COLOURS,
  PIXELS,
  RAW,
  REFERENCE,
  TILE,
  TilesError,
  checkJpeg,
  mostBytes,
  mostScan,
  readColumns,
  readPacket,
  sidesOf,
} from "./tiles_packet.js";
import { ZstdError, ZstdFrame } from "./zstd.js";

export { TilesError };

const MAX_SIDE = 16384; // px, §7
const OPAQUE = 0xff000000;
const TOGETHER = 1024; // tiles that are kept in one piece of memory, made when it is needed

/** @typedef {import("./tiles_packet.js").Columns} Columns */
/** @typedef {import("./tiles_packet.js").Copy} Copy */
/** @typedef {import("./tiles_packet.js").Rectangle} Rectangle */
/**
 * @typedef {(bytes: Uint8Array<ArrayBuffer>, width: number, height: number) => Promise<Uint8ClampedArray>} DecodeJpeg
 */

/** One screen, from any keyframe on. It owns the picture. */
export class TilesReader {
  /** @type {Rectangle[]} What changed with the last packet. Units: px. */
  changed = [];
  #grid;
  #decodeJpeg;
  #canvas;
  #colours = new Uint32Array(MAX_COLOURS);
  #colourCount = 0;
  /** @type {Uint32Array[]} */
  #kept = [];
  #tileCount = 0;
  /** @type {ZstdFrame | null} */
  #frame = null;
  #busy = false;

  /**
   * Units: px. Errors: RangeError for a size that the law does not allow.
   * @param {number} width
   * @param {number} height
   * @param {DecodeJpeg} [decodeJpeg]  gives red, green, blue, 255 of each pixel of a JPEG, or fails
   */
  constructor(width, height, decodeJpeg = decodeJpegHere) {
    for (const side of [width, height]) {
      if (!Number.isInteger(side) || side < 1 || side > MAX_SIDE) {
        throw new RangeError(`${width} × ${height} px is no size of a picture`);
      }
    }
    const columns = Math.ceil(width / TILE);
    this.#grid = { width, height, columns, count: columns * Math.ceil(height / TILE) };
    this.#decodeJpeg = decodeJpeg;
    this.#canvas = new Uint32Array(width * height).fill(OPAQUE);
  }

  /** Return the picture after the last packet; what comes next changes it in place. */
  picture() {
    const { width, height } = this.#grid;
    return { width, height, data: new Uint8ClampedArray(this.#canvas.buffer) };
  }

  /**
   * Take the next packet, after the one before was taken.
   * Errors: TilesError: the picture is as before, and nothing but a keyframe can follow.
   * @param {Uint8Array} payload
   * @param {boolean} keyframe  as the recording says
   */
  async feed(payload, keyframe) {
    if (this.#busy) throw new Error("packets are taken one by one");
    this.#busy = true;
    this.changed = [];
    const frame = keyframe ? new ZstdFrame() : this.#frame;
    this.#frame = null;
    try {
      await this.#take(payload, keyframe, frame);
      this.#frame = frame;
    } finally {
      this.#busy = false;
    }
  }

  /** @param {Uint8Array} payload @param {boolean} keyframe @param {ZstdFrame | null} frame */
  async #take(payload, keyframe, frame) {
    const packet = readPacket(payload);
    if (packet.keyframe !== keyframe) throw new TilesError("it is of another kind");
    if (!frame) throw new TilesError("there is no picture on which it builds");
    if (keyframe) this.#colourCount = this.#tileCount = 0;
    const columns = readColumns(this.#unpack(frame, packet.stream), this.#grid, {
      keyframe,
      scan: packet.scan.length > 0,
    });
    this.#check(columns);
    const lossy = columns.lossyTiles ? await this.#expand(columns, packet.scan) : new Uint32Array(0);
    // Nothing is refused from here on.
    this.#colours.set(columns.colours, this.#colourCount);
    this.#colourCount += columns.colours.length;
    for (const copy of columns.copies) this.#move(copy);
    this.#place(columns, lossy);
    const { width, height } = this.#grid;
    this.changed = keyframe ? [{ left: 0, top: 0, width, height }] : [...columns.copies, ...this.#rectangles(columns)];
  }

  /** @param {ZstdFrame} frame @param {Uint8Array} packed */
  #unpack(frame, packed) {
    try {
      return frame.unpack(packed, mostBytes(this.#grid));
    } catch (error) {
      if (!(error instanceof ZstdError)) throw error;
      throw new TilesError(`its stream does not unpack (${error.message})`, { cause: error });
    }
  }

  /** See that colours and tiles are there. @param {Columns} columns */
  #check({ colours, indexed, newTiles, references }) {
    const colourCount = this.#colourCount + colours.length;
    if (colourCount > MAX_COLOURS) throw new TilesError("it has too many colours");
    let most = -1;
    for (let at = 0; at < indexed.length; at += 2) most = Math.max(most, indexed[at] | (indexed[at + 1] << 8));
    if (most >= colourCount) throw new TilesError("it names a colour that never came");
    const tileCount = this.#tileCount + newTiles;
    if (references.some((number) => number >= tileCount)) throw new TilesError("it refers to a tile that never came");
  }

  /** Return the pixels of its JPEG. @param {Columns} columns @param {Uint8Array} scan */
  async #expand({ head, lossyTiles }, scan) {
    const { across, down } = sidesOf(lossyTiles);
    const [width, height] = [across * TILE, down * TILE];
    if (scan.length > mostScan(lossyTiles)) throw new TilesError("its scan is too long for its tiles");
    checkJpeg(head, scan, width, height);
    const file = new Uint8Array(head.length + scan.length);
    file.set(head);
    file.set(scan, head.length);
    let pixels;
    try {
      pixels = await this.#decodeJpeg(file, width, height);
    } catch (cause) {
      throw new TilesError("its JPEG does not decode", { cause });
    }
    if (pixels.length !== 4 * width * height) throw new TilesError("its JPEG has another size than its tiles");
    const aligned = pixels.byteOffset % 4 ? pixels.slice() : pixels;
    return new Uint32Array(aligned.buffer, aligned.byteOffset, width * height);
  }

  /** Copy as if the source were put aside first. @param {Copy} copy */
  #move({ left, top, width, height, fromLeft, fromTop }) {
    for (let index = 0; index < height; index++) {
      const row = top <= fromTop ? index : height - 1 - index;
      const from = (fromTop + row) * this.#grid.width + fromLeft;
      this.#canvas.copyWithin((top + row) * this.#grid.width + left, from, from + width);
    }
  }

  /** Place new tiles, then references. @param {Columns} columns @param {Uint32Array} lossy */
  #place({ byColumns, runs, kinds, references, indexed, raw, lossyTiles }, lossy) {
    const across = TILE * sidesOf(lossyTiles || 1).across;
    /** @type {number[]} */
    const repeated = [];
    const at = [0, 0, 0, 0]; // how many of each kind there were
    let index = 0;
    for (const { first, count } of runs) {
      for (let place = first; place < first + count; place++) {
        const kind = kinds[index++];
        const one = at[kind]++;
        if (kind === REFERENCE) {
          repeated.push(place);
          continue;
        }
        const [tiles, begin] = this.#room(this.#tileCount++ % KEPT);
        if (kind === INDEXED) readIndexed(tiles, begin, indexed, 2 * PIXELS * one, this.#colours, byColumns);
        if (kind === RAW) readRaw(tiles, begin, raw, 3 * PIXELS * one, byColumns);
        if (kind === LOSSY) readLossy(tiles, begin, lossy, TILE * one, across);
        this.#show(tiles, begin, place);
      }
    }
    for (const [one, place] of repeated.entries()) this.#show(...this.#room(references[one]), place);
  }

  /** Return where a tile is kept. @param {number} slot @returns {[Uint32Array, number]} */
  #room(slot) {
    const piece = Math.floor(slot / TOGETHER);
    this.#kept[piece] ??= new Uint32Array(TOGETHER * PIXELS);
    return [this.#kept[piece], (slot % TOGETHER) * PIXELS];
  }

  /** @param {Uint32Array} tiles @param {number} begin @param {number} place */
  #show(tiles, begin, place) {
    const canvas = this.#canvas;
    const { width: across, height: down, columns } = this.#grid;
    const [left, top] = [TILE * (place % columns), TILE * Math.floor(place / columns)];
    const [width, height] = [Math.min(TILE, across - left), Math.min(TILE, down - top)];
    for (let y = 0; y < height; y++) {
      const [to, from] = [(top + y) * across + left, begin + TILE * y];
      for (let x = 0; x < width; x++) canvas[to + x] = tiles[from + x];
    }
  }

  /** Return rectangles of tiles that changed. @param {Columns} columns */
  #rectangles({ runs }) {
    const { width, height, columns } = this.#grid;
    /** @type {Map<number, Rectangle>} The last one of each left and right. */
    const open = new Map();
    /** @type {Rectangle[]} */
    const all = [];
    for (const run of runs) {
      for (let place = run.first; place < run.first + run.count;) {
        const end = Math.min(run.first + run.count, place - (place % columns) + columns);
        const [left, top] = [TILE * (place % columns), TILE * Math.floor(place / columns)];
        const right = Math.min(width, left + TILE * (end - place));
        const bottom = Math.min(height, top + TILE);
        const above = open.get(left * (MAX_SIDE + 1) + right);
        if (above && above.top + above.height === top) above.height = bottom - above.top;
        else {
          const rectangle = { left, top, width: right - left, height: bottom - top };
          open.set(left * (MAX_SIDE + 1) + right, rectangle);
          all.push(rectangle);
        }
        place = end;
      }
    }
    return all;
  }
}

/**
 * @param {Uint32Array} tiles @param {number} begin @param {Uint8Array} bytes @param {number} at
 * @param {Uint32Array} colours @param {boolean} byColumns
 */
function readIndexed(tiles, begin, bytes, at, colours, byColumns) {
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    const colour = colours[bytes[at + 2 * pixel] | (bytes[at + 2 * pixel + 1] << 8)];
    tiles[begin + (byColumns ? turned(pixel) : pixel)] = colour;
  }
}

/**
 * @param {Uint32Array} tiles @param {number} begin @param {Uint8Array} bytes @param {number} at
 * @param {boolean} byColumns
 */
function readRaw(tiles, begin, bytes, at, byColumns) {
  for (let pixel = 0; pixel < PIXELS; pixel++, at += 3) {
    tiles[begin + (byColumns ? turned(pixel) : pixel)] =
      OPAQUE | (bytes[at + 2] << 16) | (bytes[at + 1] << 8) | bytes[at];
  }
}

/**
 * @param {Uint32Array} tiles @param {number} begin @param {Uint32Array} pixels @param {number} at  its left
 * @param {number} across  px
 */
function readLossy(tiles, begin, pixels, at, across) {
  const first = Math.floor(at / across) * TILE * across + (at % across);
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    tiles[begin + pixel] = OPAQUE | pixels[first + (pixel >> 4) * across + (pixel & 15)];
  }
}

/** Return where a pixel lies by rows that lies there by columns. @param {number} pixel */
function turned(pixel) {
  return ((pixel & 15) << 4) | (pixel >> 4);
}

/** What a page's browser makes of a JPEG. @type {DecodeJpeg} */
async function decodeJpegHere(bytes, width, height) {
  const file = new Blob([bytes], { type: "image/jpeg" });
  const bitmap = await createImageBitmap(file, { colorSpaceConversion: "none" });
  try {
    const drawing = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    if (!drawing || bitmap.width !== width || bitmap.height !== height) throw new Error("there is no such picture");
    drawing.drawImage(bitmap, 0, 0);
    return drawing.getImageData(0, 0, width, height).data;
  } finally {
    bitmap.close();
  }
}
