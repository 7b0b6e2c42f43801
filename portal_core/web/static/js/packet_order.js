/** Which packets of a screen may be decoded: never one that does not follow the one before. PROTOCOL.md §5. Pure. */

/** @typedef {{configuration: boolean, keyframe: boolean, seq: number}} Head */

export class PacketOrder {
  /** Whether a picture is there that the next one can build upon. */
  going = false;
  #configured = false;
  #next = 0;

  /** Note a packet; return whether it is to be used. @param {Head} head */
  takes({ configuration, keyframe, seq }) {
    const follows = seq === this.#next;
    this.#next = seq + 1;
    if (configuration) {
      this.#configured = true;
      this.going = false;
      return true;
    }
    this.going = keyframe ? this.#configured : this.going && follows;
    return this.going;
  }

  /** What was decoded broke: nothing but a keyframe can follow. */
  lost() {
    this.going = false;
  }
}

/**
 * Return what is still worth decoding of packets that wait: nothing before the last keyframe but its configuration.
 * @template {Head} T
 * @param {T[]} waiting @returns {T[]}
 */
export function worthDecoding(waiting) {
  const last = waiting.map((one) => one.keyframe).lastIndexOf(true);
  if (last < 1) return waiting;
  const configurations = waiting.slice(0, last).filter((one) => one.configuration);
  return [...configurations.slice(-1), ...waiting.slice(last)];
}
