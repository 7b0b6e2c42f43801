/** The head of screen packets: as PROTOCOL.md §5 has it, byte for byte, and nothing else. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { PacketError, readPacket, writePacket } from "../../../portal_core/web/static/js/frames.js";

/** @typedef {import("../../../portal_core/web/static/js/frames.js").ScreenPacket} ScreenPacket */

/** @type {ScreenPacket} */
const PACKET = {
  kind: 2,
  keyframe: true,
  track: "screen/agent",
  seq: 7,
  atUs: 1_234_567_890_123,
  payload: Uint8Array.of(1, 2, 3),
};
// struct.pack("<BBHIqII", 2, 1, 2, 7, 1234567890123, 0, 3) + bytes([1, 2, 3])
const BYTES = "02010200" + "07000000" + "cb04fb711f010000" + "00000000" + "03000000" + "010203";

/** @param {string} hex */
function bytes(hex) {
  return Uint8Array.from(Buffer.from(hex, "hex")).buffer;
}

test("a packet is written and read", () => {
  assert.equal(Buffer.from(writePacket(PACKET)).toString("hex"), BYTES);
  assert.deepEqual(readPacket(bytes(BYTES)), PACKET);
});

test("an empty payload and the earliest and latest times come back", () => {
  for (const atUs of [0, -1, 2 ** 53 - 1]) {
    /** @type {ScreenPacket} */
    const packet = { ...PACKET, atUs, kind: 1, keyframe: false, seq: 2 ** 32 - 1, payload: new Uint8Array() };
    assert.deepEqual(readPacket(writePacket(packet).buffer), packet);
  }
});

for (const [name, at, byte] of /** @type {[string, number, number][]} */ ([
  ["kind 0", 0, 0],
  ["kind 3", 0, 3],
  ["other flags", 1, 2],
  ["a configuration that is a keyframe", 0, 1],
  ["track 0", 2, 0],
  ["track 3", 2, 3],
  ["track 258", 3, 1],
  ["a reserved byte", 16, 1],
  ["a size too small", 20, 2],
  ["a size too large", 20, 4],
  ["a huge size", 23, 1],
])) {
  test(`${name} is refused`, () => {
    const changed = new Uint8Array(bytes(BYTES));
    changed[at] = byte;
    assert.throws(() => readPacket(changed.buffer), PacketError);
  });
}

test("a cut head is refused", () => {
  for (let size = 0; size < 24; size++) assert.throws(() => readPacket(bytes(BYTES).slice(0, size)), PacketError);
});
