/** One watched screen: its packets in, pictures onto its canvas, and word of what is shown. In a worker. */

import { readConfiguration } from "./decoder_configuration.js";
import { CONFIGURATION } from "./frames.js";
import { PacketOrder, worthDecoding } from "./packet_order.js";
import { CannotShowError, picturesOf } from "./screen_decoders.js";

const BETWEEN_WISHES_MS = 1000; // PROTOCOL.md §4.1: the sharer is asked once a second at most
const FAR_BEHIND = 90; // packets that wait

/** @typedef {import("./frames.js").ScreenPacket} ScreenPacket */
/** @typedef {import("./packet_order.js").Head & ScreenPacket} Waiting */
/**
 * What is told: `size` of the picture in px; `shown`; `waiting`, when what is shown is not what there is; `cannot`,
 * when nothing here decodes such pictures; `keyframe`, when one is to be asked for. atUs is the time of the packet.
 * @typedef {{is: "size", width: number, height: number} | {is: "keyframe"}
 *   | {is: "shown" | "waiting" | "cannot", atUs: number}} Word
 */

export class WatchedScreen {
  #canvas;
  #tell;
  #order = new PacketOrder();
  /** @type {Waiting[]} */
  #waiting = [];
  #busy = false;
  /** @type {import("./decoder_configuration.js").Configuration | null} */
  #configuration = null;
  /** @type {import("./screen_decoders.js").Pictures | null} */
  #pictures = null;
  #wished = -BETWEEN_WISHES_MS;
  #wishing = false;

  /** @param {import("./screen_decoders.js").Canvas} canvas @param {(word: Word) => void} tell */
  constructor(canvas, tell) {
    this.#canvas = canvas;
    this.#tell = tell;
  }

  /** @param {ScreenPacket} packet */
  take(packet) {
    this.#waiting.push({ ...packet, configuration: packet.kind === CONFIGURATION });
    this.#waiting = worthDecoding(this.#waiting);
    if (this.#waiting.length > FAR_BEHIND) this.#wish();
    if (!this.#busy) this.#work();
  }

  async #work() {
    this.#busy = true;
    for (let packet = this.#waiting.shift(); packet; packet = this.#waiting.shift()) {
      try {
        await this.#use(packet);
      } catch (error) {
        this.#lose(error, packet.atUs);
      }
    }
    this.#busy = false;
  }

  /** @param {Waiting} packet */
  async #use(packet) {
    const wasGoing = this.#order.going;
    if (!this.#order.takes(packet)) {
      if (wasGoing && this.#configuration) this.#tell({ is: "waiting", atUs: packet.atUs });
      this.#wish();
      return;
    }
    if (packet.configuration) return this.#configure(packet);
    if (!this.#configuration) return;
    this.#pictures ??= await this.#begin(this.#configuration, packet);
    await this.#pictures.feed(packet.payload, packet.keyframe, packet.atUs);
  }

  /** @param {Waiting} packet */
  #configure({ payload, atUs }) {
    this.#forget();
    this.#configuration = readConfiguration(payload);
    if (!this.#configuration) this.#tell({ is: "cannot", atUs });
  }

  /** @param {import("./decoder_configuration.js").Configuration} configuration @param {Waiting} keyframe */
  #begin(configuration, { payload, atUs: beganUs }) {
    const shown = (/** @type {number} */ atUs) => this.#tell({ is: "shown", atUs });
    return picturesOf(configuration, payload, this.#canvas, shown, (error) => this.#lose(error, beganUs));
  }

  /**
   * Begin anew at the next keyframe; a codec that nothing here decodes stays so.
   * @param {unknown} error @param {number} atUs
   */
  #lose(error, atUs) {
    this.#order.lost();
    this.#forget();
    if (error instanceof CannotShowError) {
      this.#configuration = null;
      this.#tell({ is: "cannot", atUs });
      return;
    }
    this.#tell({ is: "waiting", atUs });
    this.#wish();
  }

  #forget() {
    this.#pictures?.close();
    this.#pictures = null;
  }

  /** Ask for a keyframe, unless one came until it may be asked for. */
  #wish() {
    if (this.#wishing || !this.#configuration) return;
    this.#wishing = true;
    setTimeout(
      () => {
        this.#wishing = false;
        if (this.#order.going && this.#waiting.length <= FAR_BEHIND) return;
        this.#wished = performance.now();
        this.#tell({ is: "keyframe" });
      },
      Math.max(0, this.#wished + BETWEEN_WISHES_MS - performance.now()),
    );
  }
}
