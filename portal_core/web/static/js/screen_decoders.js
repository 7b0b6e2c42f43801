/**
 * From packets of one configuration to a canvas: the door to WebCodecs, and the reader of tiles beside it.
 *
 * Whoever feeds them sees to it that packets follow each other. An error means: make a new one, at a keyframe.
 */

import { decoderConfiguration } from "./decoder_configuration.js";
import { TilesReader } from "./tiles.js";

const MOST_QUEUED = 4; // packets inside the decoder; what waits before it can still be left out

/** @typedef {import("./decoder_configuration.js").Configuration} Configuration */
/** @typedef {(atUs: number) => void} Shown  A picture was drawn; its time is that of its packet. */
/**
 * @typedef {object} Pictures
 * @property {(payload: Uint8Array, keyframe: boolean, atUs: number) => Promise<void>} feed
 * @property {() => void} close
 */

/** A codec that this browser cannot decode. */
export class CannotShowError extends Error {
  /** @param {string} codec */
  constructor(codec) {
    super(`this browser cannot decode ${codec}`);
    this.name = "CannotShowError";
  }
}

/**
 * Make what decodes such pictures. Errors: CannotShowError.
 * @param {Configuration} configuration @param {Uint8Array} keyframe  the one it will begin with
 * @param {Canvas} canvas @param {Shown} shown @param {(error: unknown) => void} failed
 * @returns {Promise<Pictures>}
 */
export async function picturesOf(configuration, keyframe, canvas, shown, failed) {
  if (configuration.codec === "tiles") return new TilePictures(configuration, canvas, shown);
  const told = decoderConfiguration(configuration, keyframe);
  if (!(await decodes(told))) throw new CannotShowError(configuration.codec);
  return new VideoPictures(configuration, told, canvas, shown, failed);
}

/** @param {VideoDecoderConfig} told */
async function decodes(told) {
  if (typeof VideoDecoder === "undefined") return false;
  try {
    return Boolean((await VideoDecoder.isConfigSupported(told)).supported);
  } catch {
    return false; // it is no configuration at all
  }
}

/** The canvas of a screen; it has the size of what is drawn. */
export class Canvas {
  #canvas;
  #page;

  /** @param {OffscreenCanvas} canvas @param {(width: number, height: number) => void} resized */
  constructor(canvas, resized) {
    const page = canvas.getContext("2d", { alpha: false });
    if (!page) throw new Error("there is no canvas to draw on");
    this.#canvas = canvas;
    this.#page = page;
    this.resized = resized;
  }

  /** @param {number} width @param {number} height */
  sized(width, height) {
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
      this.resized(width, height);
    }
    return this.#page;
  }
}

class VideoPictures {
  #decoder;
  #open = true;
  #goOn = () => {};

  /**
   * @param {Configuration} configuration @param {VideoDecoderConfig} told
   * @param {Canvas} canvas @param {Shown} shown @param {(error: unknown) => void} failed
   */
  constructor({ width, height }, told, canvas, shown, failed) {
    this.#decoder = new VideoDecoder({
      output: (frame) => {
        // What the decoder gives may be larger: the picture is its upper left.
        if (this.#open) canvas.sized(width, height).drawImage(frame, 0, 0, width, height, 0, 0, width, height);
        const atUs = frame.timestamp;
        frame.close();
        if (this.#open) shown(atUs);
      },
      error: (error) => {
        if (this.#open) failed(error);
      },
    });
    this.#decoder.addEventListener("dequeue", () => this.#goOn());
    this.#decoder.configure(told);
  }

  /** @type {Pictures["feed"]} */
  async feed(data, keyframe, timestamp) {
    this.#decoder.decode(new EncodedVideoChunk({ type: keyframe ? "key" : "delta", timestamp, data }));
    while (this.#open && this.#decoder.decodeQueueSize > MOST_QUEUED) {
      await new Promise((resolve) => (this.#goOn = () => resolve(undefined)));
    }
  }

  close() {
    this.#open = false;
    this.#goOn();
    if (this.#decoder.state !== "closed") this.#decoder.close();
  }
}

class TilePictures {
  #reader;
  #canvas;
  #shown;

  /** @param {Configuration} configuration @param {Canvas} canvas @param {Shown} shown */
  constructor({ width, height }, canvas, shown) {
    this.#reader = new TilesReader(width, height);
    this.#canvas = canvas;
    this.#shown = shown;
  }

  /** @type {Pictures["feed"]} */
  async feed(payload, keyframe, atUs) {
    await this.#reader.feed(payload, keyframe);
    const { width, height, data } = this.#reader.picture();
    const page = this.#canvas.sized(width, height);
    const picture = new ImageData(data, width, height);
    for (const { left, top, width: across, height: down } of this.#reader.changed) {
      page.putImageData(picture, 0, 0, left, top, across, down);
    }
    this.#shown(atUs);
  }

  close() {}
}
