/**
 * Decodes the screens of a session away from its page.
 *
 * In: `{pictures}`, the port that Live fills; `{track, canvas}` for each screen. Out: what watched_screen.js tells,
 * with its `track`. What comes for a screen before its canvas is kept back until then.
 */

import { CONFIGURATION, PacketError, readPacket } from "./frames.js";
import { worthDecoding } from "./packet_order.js";
import { Canvas } from "./screen_decoders.js";
import { WatchedScreen } from "./watched_screen.js";

/** @type {Map<string, WatchedScreen>} By their tracks. */
const screens = new Map();
/** @type {Map<string, import("./watched_screen.js").Waiting[]>} What came before its canvas. */
const early = new Map();

addEventListener("message", ({ data: { pictures, track, canvas } }) => {
  if (pictures) pictures.onmessage = (/** @type {MessageEvent} */ event) => take(event.data);
  if (canvas) {
    const tell = (/** @type {import("./watched_screen.js").Word} */ word) => postMessage({ track, ...word });
    const drawn = new Canvas(canvas, (width, height) => tell({ is: "size", width, height }));
    const screen = new WatchedScreen(drawn, tell);
    screens.set(track, screen);
    for (const packet of early.get(track) ?? []) screen.take(packet);
    early.delete(track);
  }
});

/** @param {ArrayBuffer} message */
function take(message) {
  try {
    give(readPacket(message));
  } catch (error) {
    // A newer server may send what this page does not know: it is skipped.
    if (!(error instanceof PacketError)) throw error;
  }
}

/** @param {import("./frames.js").ScreenPacket} packet */
function give(packet) {
  const { track, kind } = packet;
  const screen = screens.get(track);
  if (screen) return screen.take(packet);
  const waiting = { ...packet, configuration: kind === CONFIGURATION };
  early.set(track, worthDecoding([...(early.get(track) ?? []), waiting]));
}
