/**
 * From a capture to screen packets, in a worker. PROTOCOL.md §5.
 *
 * The newest picture is kept as it came, as bytes: so what did not change is told apart (screens are captured thirty
 * times a second whether or not they change), and a keyframe can be made when nothing moves. No timer is in the way of
 * a picture; one wakes it only when nothing comes.
 */

import { CONFIGURATION, PICTURE, writePacket } from "./frames.js";
import { chooseCodec, encoderConfig } from "./screen_codecs.js";
import { SharePacing } from "./share_pacing.js";

/** @typedef {import("./frames.js").Track} Track */
/** @typedef {import("./frames.js").Configuration} Configuration */
/**
 * Where packets go: send says whether it took one; behind is what waits, in bytes.
 * @typedef {{send: (bytes: Uint8Array<ArrayBuffer>) => boolean, behind: () => number}} Way
 */
/** A picture as bytes. @typedef {{bytes: Uint32Array<ArrayBuffer>, init: VideoFrameBufferInit}} Raw */

export class ScreenSource {
  #frames;
  #track;
  #codecs;
  #way;
  #told;
  #pacing = new SharePacing();
  /** @type {Raw | undefined} */
  #newest;
  /** @type {Raw | undefined} */
  #spare; // a buffer to copy the next one into
  /** @type {VideoEncoder | undefined} */
  #encoder;
  /** @type {VideoEncoderConfig | undefined} */
  #config;
  #codec = "";
  /** @type {VideoDecoderConfig | undefined} */
  #decoder; // what the encoder says of its packets
  #choosing = false;
  #seq = 0;
  #said = ""; // the configuration that was sent
  #live = false;
  #begun = false; // a keyframe left since begin()
  #shown = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #wake;
  #done = false;

  /**
   * told: the first picture left; it failed; the capture ended.
   * @param {ReadableStream<VideoFrame>} frames @param {Track} track @param {string[]} codecs @param {Way} way
   * @param {(is: import("./live.js").SharingIs) => void} told
   */
  constructor(frames, track, codecs, way, told) {
    this.#frames = frames.getReader();
    this.#track = track;
    this.#codecs = [...codecs];
    this.#way = way;
    this.#told = told;
    this.#read();
  }

  /** Pictures may leave from here on: configuration and keyframe first. */
  begin() {
    this.#live = true;
    this.#begun = this.#shown = false;
    this.#said = "";
    this.#pacing.begin(performance.now());
    this.#pump();
  }

  /** No picture leaves any more, not even one that is being encoded. */
  hold() {
    this.#live = false;
    this.#pacing.hold();
  }

  wantKeyframe() {
    this.#pacing.wantKeyframe();
    this.#pump();
  }

  /** Let go of everything. */
  close() {
    this.#done = true;
    this.hold();
    clearTimeout(this.#wake);
    this.#frames.cancel().catch(() => {});
    if (this.#encoder?.state !== "closed") this.#encoder?.close();
    this.#newest = this.#spare = undefined;
  }

  async #read() {
    try {
      for (;;) {
        const { value, done } = await this.#frames.read();
        if (done) break;
        try {
          await this.#keep(value);
        } finally {
          value.close();
        }
        this.#pump();
      }
      if (!this.#done) this.#told({ state: "ended" });
    } catch (error) {
      this.#fail(error);
    }
  }

  /** @param {VideoFrame} frame */
  async #keep(frame) {
    const cameMs = performance.now(); // copying takes time, in which a pause may end
    const raw = await rawOf(frame, this.#spare);
    if (this.#done) return;
    const changed = !this.#newest || !same(this.#newest, raw);
    this.#pacing.picture(changed, cameMs);
    if (changed) [this.#newest, this.#spare] = [raw, this.#newest];
    else this.#spare = raw;
  }

  #pump() {
    if (this.#done || !this.#newest || this.#choosing) return;
    if (!this.#fits(this.#newest)) {
      this.#configure(this.#newest);
      return;
    }
    const now = performance.now();
    const due = this.#pacing.next(now, this.#way.behind());
    if (due) this.#encode(this.#newest, now, due === "keyframe");
    clearTimeout(this.#wake);
    const wakeMs = this.#pacing.wakeMs(now);
    if (wakeMs) this.#wake = setTimeout(() => this.#pump(), wakeMs);
  }

  /** @param {Raw} raw @param {number} nowMs @param {boolean} keyFrame */
  #encode(raw, nowMs, keyFrame) {
    const frame = new VideoFrame(raw.bytes, { ...raw.init, timestamp: Math.round(nowMs * 1_000) });
    try {
      this.#encoder?.encode(frame, { keyFrame });
    } finally {
      frame.close();
    }
  }

  /** @param {Raw} raw */
  #fits({ init }) {
    const { width, height } = sizeOf(init);
    return this.#encoder?.state === "configured" && this.#config?.width === width && this.#config.height === height;
  }

  /** @param {Raw} raw */
  async #configure({ init }) {
    const { width, height } = sizeOf(init);
    this.#choosing = true;
    try {
      const codec = await chooseCodec(this.#codecs, width, height);
      if (this.#done) return;
      if (!codec) throw new Error("no codec of this browser encodes such a screen");
      this.#codec = codec;
      this.#config = encoderConfig(codec, width, height);
      if (this.#encoder?.state !== "closed") this.#encoder?.close();
      /** @type {VideoEncoder} */
      const encoder = new VideoEncoder({
        output: (chunk, metadata) => encoder === this.#encoder && this.#send(chunk, metadata),
        error: (error) => encoder === this.#encoder && this.#next(error),
      });
      this.#encoder = encoder;
      encoder.configure(this.#config);
      this.#pacing.encoded();
      this.#pacing.wantKeyframe();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#choosing = false;
    }
    this.#pump();
  }

  /**
   * The codec said that it cannot after all: try the next one. One that rested for long was only taken back.
   * @param {DOMException} error
   */
  #next(error) {
    if (error.name !== "QuotaExceededError") this.#codecs = this.#codecs.filter((one) => one !== this.#codec);
    this.#encoder = undefined;
    this.#pump();
  }

  /** @param {EncodedVideoChunk} chunk @param {EncodedVideoChunkMetadata} [metadata] */
  #send(chunk, metadata) {
    this.#pacing.encoded();
    const keyframe = chunk.type === "key";
    if (metadata?.decoderConfig) this.#decoder = metadata.decoderConfig;
    if (this.#live && (keyframe || this.#begun)) {
      if (keyframe) this.#sayConfiguration();
      const payload = new Uint8Array(chunk.byteLength);
      chunk.copyTo(payload);
      this.#begun = this.#packet(PICTURE, keyframe, chunk.timestamp, payload);
      // What was not taken is missing for whatever comes after it.
      if (!this.#begun) this.#pacing.wantKeyframe();
      else if (!this.#shown) this.#told({ state: "shown" });
      this.#shown ||= this.#begun;
    } else if (this.#live) this.#pacing.wantKeyframe();
    this.#pump();
  }

  #sayConfiguration() {
    const text = JSON.stringify(configuration(this.#codec, this.#config, this.#decoder));
    if (text === this.#said) return;
    const nowUs = Math.round(performance.now() * 1_000);
    const sent = this.#packet(CONFIGURATION, false, nowUs, new TextEncoder().encode(text));
    this.#said = sent ? text : "";
  }

  /** @param {1 | 2} kind @param {boolean} keyframe @param {number} atUs @param {Uint8Array} payload */
  #packet(kind, keyframe, atUs, payload) {
    const sent = this.#way.send(writePacket({ kind, keyframe, track: this.#track, seq: this.#seq, atUs, payload }));
    if (sent) this.#seq++;
    return sent;
  }

  /** @param {unknown} error */
  #fail(error) {
    if (this.#done) return;
    this.close();
    this.#told({ state: "failed", why: String(error) });
  }
}

/** @param {string} codec @param {VideoEncoderConfig} [config] @param {VideoDecoderConfig} [decoder] */
function configuration(codec, config, decoder) {
  const said = { codec, width: config?.width, height: config?.height };
  const { description, colorSpace } = decoder ?? {};
  return {
    ...said,
    ...(description && { description: base64(description) }),
    ...(colorSpace && { colour: colourOf(colorSpace) }),
  };
}

/** @param {VideoColorSpaceInit} colour */
function colourOf({ primaries, transfer, matrix, fullRange }) {
  return { primaries, transfer, matrix, fullRange };
}

/** @param {AllowSharedBufferSource} bytes */
function base64(bytes) {
  const all = ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
  return btoa(String.fromCharCode(...all));
}

/** Return a frame's pixels as they are, in the spare buffer if they fit. @param {VideoFrame} frame @param {Raw} [spare] */
async function rawOf(frame, spare) {
  // What lies on a graphics card has no format of its own.
  /** @type {VideoFrameCopyToOptions} */
  const options = frame.format ? {} : { format: "RGBA" };
  const size = frame.allocationSize(options);
  const words = Math.ceil(size / 4);
  const bytes = spare?.bytes.length === words ? spare.bytes : new Uint32Array(words);
  const layout = await frame.copyTo(bytes, options);
  const { width, height } = frame.visibleRect ?? { width: frame.codedWidth, height: frame.codedHeight };
  /** @type {VideoFrameBufferInit} */
  const init = {
    format: frame.format ?? "RGBA",
    codedWidth: width,
    codedHeight: height,
    // Encoders want even sizes: the last row or column of an odd one is left out.
    visibleRect: { x: 0, y: 0, width: width & ~1, height: height & ~1 },
    colorSpace: frame.colorSpace,
    layout,
    timestamp: 0,
  };
  return { bytes, init };
}

/** @param {VideoFrameBufferInit} init */
function sizeOf({ visibleRect, codedWidth, codedHeight }) {
  return { width: visibleRect?.width ?? codedWidth, height: visibleRect?.height ?? codedHeight };
}

/** @param {Raw} one @param {Raw} other */
function same(one, other) {
  if (one.bytes.length !== other.bytes.length || one.init.codedWidth !== other.init.codedWidth) return false;
  for (let at = 0; at < one.bytes.length; at++) if (one.bytes[at] !== other.bytes[at]) return false;
  return one.init.format === other.init.format;
}
