/**
 * What time it is in a session by the server's clock, as well as a page can know. Pure.
 *
 * Everything that comes from the server carries its time; what came quickest says how far the two clocks are apart. Old
 * entries only look slow. Clocks drift, so what is older than ten minutes is forgotten.
 */

const KEPT_MS = 300_000;

export class SessionClock {
  #apartMs = Infinity;
  #beforeMs = Infinity;
  #sinceMs = 0;

  /** Note something that came now. @param {number} atUs  by the server @param {number} nowMs  by the page */
  note(atUs, nowMs) {
    if (nowMs - this.#sinceMs > KEPT_MS) {
      this.#beforeMs = nowMs - this.#sinceMs > 2 * KEPT_MS ? Infinity : this.#apartMs;
      this.#apartMs = Infinity;
      this.#sinceMs = nowMs;
    }
    this.#apartMs = Math.min(this.#apartMs, nowMs - atUs / 1000);
  }

  /**
   * How long after the server had it, beyond the quickest way, something is there.
   * @param {number} atUs @param {number} nowMs
   */
  behindMs(atUs, nowMs) {
    const apartMs = Math.min(this.#apartMs, this.#beforeMs);
    return apartMs === Infinity ? null : Math.max(0, nowMs - atUs / 1000 - apartMs);
  }
}
