/** How browsers are asked to encode a screen: codecs by the names of recorder/format/SPEC.md §4.4. */

/** @typedef {"av1" | "vp9" | "h264" | "vp8"} Codec */

const BITRATE = 4_000_000; // bits a second, variable
const FPS = 30;

/** One level for up to so many px, another for larger pictures. @type {Record<Codec, [number, string, string]>} */
const STRINGS = {
  av1: [2048 * 1152, "av01.0.08M.08", "av01.0.12M.08"],
  vp9: [2048 * 1088, "vp09.00.40.08", "vp09.00.50.08"],
  h264: [8192 * 256, "avc1.420028", "avc1.420033"],
  vp8: [Infinity, "vp8", "vp8"],
};

/** @param {Codec} codec @param {number} width @param {number} height @returns {VideoEncoderConfig} */
export function encoderConfig(codec, width, height) {
  const [most, usual, large] = STRINGS[codec];
  const config = {
    codec: width * height <= most ? usual : large,
    width,
    height,
    framerate: FPS,
    bitrate: BITRATE,
    bitrateMode: /** @type {const} */ ("variable"),
    latencyMode: /** @type {const} */ ("realtime"),
    contentHint: "text", // measured: six times smaller scrolling, and sharper
  };
  return codec === "h264" ? { ...config, avc: { format: "annexb" } } : config;
}

/**
 * Return the first of these that this browser encodes at such a size; undefined for none.
 * @param {string[]} codecs @param {number} width @param {number} height @returns {Promise<Codec | undefined>}
 */
export async function chooseCodec(codecs, width, height) {
  for (const codec of codecs) {
    if (!Object.hasOwn(STRINGS, codec)) continue;
    const known = /** @type {Codec} */ (codec);
    const { supported } = await VideoEncoder.isConfigSupported(encoderConfig(known, width, height));
    if (supported) return known;
  }
  return undefined;
}
