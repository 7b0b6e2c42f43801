/**
 * A watched screen, without a browser: what may be decoded, what a decoder is told, how large it is shown, how late.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import { decoderConfiguration, readConfiguration } from "../../../portal_core/web/static/js/decoder_configuration.js";
import { PacketOrder, worthDecoding } from "../../../portal_core/web/static/js/packet_order.js";
import { shownSize } from "../../../portal_core/web/static/js/screen_size.js";
import { SessionClock } from "../../../portal_core/web/static/js/session_clock.js";

/** C a configuration, K a keyframe, p a picture; the digit is its seq. @param {string} text */
function packets(text) {
  return text.split(" ").map((one) => ({ configuration: one[0] === "C", keyframe: one[0] === "K", seq: +one[1] }));
}

const ORDERS = [
  ["C0 K1 p2 p3", "C0 K1 p2 p3"],
  ["K0 p1 C2 K3", "C2 K3"], // nothing before it is said how pictures are coded
  ["C0 p1 K2", "C0 K2"],
  ["C0 K1 p3 p4 K5 p6", "C0 K1 K5 p6"], // one is missing
  ["C0 K1 p2 p2 p3", "C0 K1 p2"], // one came twice
  ["C3 K7 p8", "C3 K7 p8"], // whoever comes late gets the configuration and the last keyframe
  ["C0 K1 C2 p3 K4", "C0 K1 C2 K4"],
];

for (const [come, used] of ORDERS) {
  test(`of ${come} are used ${used}`, () => {
    const order = new PacketOrder();
    assert.deepEqual(
      packets(come).filter((one) => order.takes(one)),
      packets(used),
    );
  });
}

test("after an error only a keyframe is used", () => {
  const order = new PacketOrder();
  for (const one of packets("C0 K1 p2")) order.takes(one);
  order.lost();
  assert.deepEqual(
    packets("p3 p4 K5 p6").filter((one) => order.takes(one)),
    packets("K5 p6"),
  );
});

const WAITING = [
  ["p3 p4 p5", "p3 p4 p5"],
  ["p3 p4 K5 p6", "K5 p6"],
  ["p3 C4 K5 p6", "C4 K5 p6"],
  ["C1 K2 C3 K4 p5 C6", "C3 K4 p5 C6"],
  ["K2 p3", "K2 p3"],
  ["C1 p2 K3", "C1 K3"],
];

for (const [wait, worth] of WAITING) {
  test(`of ${wait} that wait are worth decoding ${worth}`, () => {
    assert.deepEqual(worthDecoding(packets(wait)), packets(worth));
  });
}

const SPS = Uint8Array.of(0, 0, 0, 1, 9, 16, 0, 0, 1, 0x67, 0x64, 0x00, 0x2a, 0xac, 0, 0, 1, 0x65, 1, 2, 3);
const NAMES = [
  ["av1", 1920, 1080, "av01.0.08M.08"],
  ["av1", 2560, 1440, "av01.0.12M.08"],
  ["av1", 7680, 4320, "av01.0.16M.08"],
  ["av1", 16384, 16384, "av01.0.19M.08"],
  ["vp9", 1920, 1080, "vp09.00.40.08"],
  ["vp8", 1920, 1080, "vp8"],
  ["h264", 1920, 1080, "avc1.64002a"],
];

for (const [codec, width, height, name] of NAMES) {
  test(`${codec} of ${width} × ${height} px is ${name}`, () => {
    const read = readConfiguration(Buffer.from(JSON.stringify({ codec, width, height })));
    assert.ok(read);
    const told = decoderConfiguration(read, SPS);
    assert.deepEqual(told, { codec: name, codedWidth: width, codedHeight: height, optimizeForLatency: true });
  });
}

test("a description says which H.264 it is, and goes to the decoder like the colours", () => {
  const description = Buffer.from([1, 0x4d, 0x40, 0x1f, 255]);
  const colour = { matrix: "smpte170m", fullRange: false };
  const fields = { codec: "h264", width: 8, height: 8, description: description.toString("base64"), colour };
  const read = readConfiguration(Buffer.from(JSON.stringify(fields)));
  assert.ok(read);
  const told = decoderConfiguration(read, SPS);
  assert.equal(told.codec, "avc1.4d401f");
  assert.deepEqual(told.description, new Uint8Array(description));
  assert.deepEqual(told.colorSpace, colour);
});

const NONE = [
  "",
  "[]",
  "null",
  '{"codec":"vvc","width":8,"height":8}',
  '{"codec":"av1","width":0,"height":8}',
  '{"codec":"av1","width":8,"height":16385}',
  '{"codec":"av1","width":8.5,"height":8}',
  '{"codec":"av1","width":8}',
  '{"codec":"h264","width":8,"height":8,"description":"?"}',
];

for (const text of NONE) {
  test(`no configuration: ${text}`, () => assert.equal(readConfiguration(Buffer.from(text)), null));
}

test("H.264 without its parameters is no codec that a decoder knows", () => {
  const read = readConfiguration(Buffer.from('{"codec":"h264","width":8,"height":8}'));
  assert.ok(read);
  assert.equal(decoderConfiguration(read, Uint8Array.of(0, 0, 1)).codec, "avc1.");
});

const PICTURE = { width: 1600, height: 1200 };
const ROOM = { width: 800, height: 800 };

test("a picture that fits is made smaller only, but in full screen", () => {
  const fit = { mode: /** @type {const} */ ("fit"), full: false, ratio: 1 };
  assert.deepEqual(shownSize(PICTURE, ROOM, fit), { width: 800, height: 600 });
  const small = { width: 160, height: 120 };
  assert.deepEqual(shownSize(small, ROOM, fit), small);
  assert.deepEqual(shownSize(small, ROOM, { ...fit, full: true }), { width: 800, height: 600 });
});

test("actual size is one px on one of the display", () => {
  const actual = { mode: /** @type {const} */ ("actual"), full: false, ratio: 2 };
  assert.deepEqual(shownSize(PICTURE, ROOM, actual), { width: 800, height: 600 });
});

test("a delay is what something took longer than the quickest", () => {
  const clock = new SessionClock();
  assert.equal(clock.behindMs(0, 1000), null);
  clock.note(1_000_000, 5_050);
  clock.note(2_000_000, 6_020);
  clock.note(500_000, 9_000); // an old entry
  assert.equal(clock.behindMs(3_000_000, 7_120), 100);
  assert.equal(clock.behindMs(3_000_000, 7_000), 0);
});

test("clocks that drift apart are forgotten after ten minutes", () => {
  const clock = new SessionClock();
  clock.note(0, 0);
  clock.note(400_000_000, 400_100);
  assert.equal(clock.behindMs(400_000_000, 400_100), 100);
  clock.note(800_000_000, 800_100);
  assert.equal(clock.behindMs(800_000_000, 800_100), 0);
});
