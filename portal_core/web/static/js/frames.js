/** Screen packets of a live session: 24 bytes of head, then the payload.  PROTOCOL.md §5. */

export const HEAD = 24; // bytes
export const MAX_PAYLOAD = 8 * 1024 * 1024; // bytes
export const CONFIGURATION = 1;
export const PICTURE = 2;
const KEYFRAME = 1;

/** @typedef {"screen/customer" | "screen/agent"} Track */
/** @type {Track[]} */
const TRACKS = ["screen/customer", "screen/agent"];
/**
 * One message of a screen track. Units: atUs as PROTOCOL.md §5 says.
 * @typedef {object} ScreenPacket
 * @property {1 | 2} kind
 * @property {boolean} keyframe
 * @property {Track} track
 * @property {number} seq
 * @property {number} atUs
 * @property {Uint8Array} payload
 */
/**
 * What a configuration's payload says; colour is a VideoColorSpaceInit, description base64.
 * @typedef {object} Configuration
 * @property {"av1" | "vp9" | "h264" | "vp8" | "tiles"} codec
 * @property {number} width
 * @property {number} height
 * @property {string} [description]
 * @property {VideoColorSpaceInit} [colour]
 */

/** Bytes that are no screen packet. */
export class PacketError extends Error {
  /** @param {string} why */
  constructor(why) {
    super(`the screen packet is malformed: ${why}`);
    this.name = "PacketError";
  }
}

/** Return a packet as it is sent. @param {ScreenPacket} packet @returns {Uint8Array<ArrayBuffer>} */
export function writePacket({ kind, keyframe, track, seq, atUs, payload }) {
  const message = new Uint8Array(HEAD + payload.length);
  const view = new DataView(message.buffer);
  view.setUint8(0, kind);
  view.setUint8(1, keyframe ? KEYFRAME : 0);
  view.setUint16(2, TRACKS.indexOf(track) + 1, true);
  view.setUint32(4, seq, true);
  view.setBigInt64(8, BigInt(atUs), true);
  view.setUint32(20, payload.length, true);
  message.set(payload, HEAD);
  return message;
}

/** Return the packet of a binary message. Errors: PacketError. @param {ArrayBuffer} message @returns {ScreenPacket} */
export function readPacket(message) {
  if (message.byteLength < HEAD) throw new PacketError("its head is cut");
  const view = new DataView(message);
  const [kind, flags, track] = [view.getUint8(0), view.getUint8(1), view.getUint16(2, true)];
  const size = view.getUint32(20, true);
  if (kind !== CONFIGURATION && kind !== PICTURE) throw new PacketError("it is of another kind");
  if (flags > KEYFRAME || (flags && kind === CONFIGURATION)) throw new PacketError("it has other flags");
  if (track < 1 || track > TRACKS.length) throw new PacketError("it is of another track");
  if (view.getUint32(16, true)) throw new PacketError("what is reserved is not 0");
  if (size > MAX_PAYLOAD || size !== message.byteLength - HEAD) throw new PacketError("it has another size");
  return {
    kind,
    keyframe: flags === KEYFRAME,
    track: TRACKS[track - 1],
    seq: view.getUint32(4, true),
    atUs: Number(view.getBigInt64(8, true)),
    payload: new Uint8Array(message, HEAD),
  };
}
