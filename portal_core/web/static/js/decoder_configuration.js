/**
 * From what a sharer says of his pictures to what a browser's decoder must be told. PROTOCOL.md §5,
 * recorder/format/SPEC.md §4.4. Pure.
 */

const MAX_SIDE = 16384; // px, SPEC.md §4.4
const CODECS = ["tiles", "av1", "vp9", "h264", "vp8"];
// AV1 §A.3: the largest picture of levels 4.0, 5.0 and 6.0 in px, and what they are called.
const AV1_LEVELS = [
  [2_359_296, "08"],
  [8_912_896, "12"],
  [35_651_584, "16"],
];
const SEQUENCE_PARAMETERS = 7; // H.264 §7.4.1, a type of NAL unit

/**
 * How pictures are coded; width and height in px.
 * @typedef {object} Configuration
 * @property {string} codec
 * @property {number} width
 * @property {number} height
 * @property {Uint8Array<ArrayBuffer> | null} description
 * @property {VideoColorSpaceInit | null} colour
 */

/**
 * Return what a configuration's payload says, if it is one that a page may be able to show.
 * @param {Uint8Array} payload
 */
export function readConfiguration(payload) {
  const fields = parsed(payload);
  const { codec, width, height, description, colour } = fields ?? {};
  if (!CODECS.includes(codec) || ![width, height].every(isSide)) return null;
  const bytes = typeof description === "string" ? fromBase64(description) : null;
  if (description && !bytes) return null;
  return { codec, width, height, description: bytes, colour: colour && typeof colour === "object" ? colour : null };
}

/**
 * Return what a video decoder is told, once the keyframe is there that it begins with.
 * @param {Configuration} configuration @param {Uint8Array} keyframe @returns {VideoDecoderConfig}
 */
export function decoderConfiguration({ codec, width, height, description, colour }, keyframe) {
  /** @type {VideoDecoderConfig} */
  const told = {
    codec: codecString(codec, width * height, description, keyframe),
    codedWidth: width,
    codedHeight: height,
    optimizeForLatency: true, // else the last changes of a screen that stands still are never shown
  };
  if (description) told.description = description;
  if (colour) told.colorSpace = colour;
  return told;
}

/** @param {string} codec @param {number} pixels @param {Uint8Array | null} description @param {Uint8Array} keyframe */
function codecString(codec, pixels, description, keyframe) {
  if (codec === "av1") {
    const level = AV1_LEVELS.find(([most]) => pixels <= Number(most)) ?? ["", "19"];
    return `av01.0.${level[1]}M.08`;
  }
  if (codec === "vp9") return "vp09.00.40.08";
  if (codec === "vp8") return "vp8";
  const parameters = description ? description.subarray(1, 4) : sequenceParameters(keyframe);
  return `avc1.${[...parameters].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Return profile, constraints and level of H.264 in Annex B; without them nothing. @param {Uint8Array} bytes */
function sequenceParameters(bytes) {
  for (let at = 0; at + 6 < bytes.length; at++) {
    const begins = bytes[at] === 0 && bytes[at + 1] === 0 && bytes[at + 2] === 1;
    if (begins && (bytes[at + 3] & 31) === SEQUENCE_PARAMETERS) return bytes.subarray(at + 4, at + 7);
  }
  return bytes.subarray(0, 0);
}

/** @param {Uint8Array} payload */
function parsed(payload) {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return null;
  }
}

/** @param {string} text */
function fromBase64(text) {
  try {
    return Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  } catch {
    return null;
  }
}

/** @param {unknown} side */
function isSide(side) {
  return Number.isInteger(side) && Number(side) >= 1 && Number(side) <= MAX_SIDE;
}
