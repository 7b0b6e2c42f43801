/** A session's server as PROTOCOL.md says, small: it numbers, confirms, and hands out what is missing. */

/** @typedef {import("../../../portal_core/web/static/js/live_log.js").Message} Message */

/** One seat's side of a session that others take part in, too. */
export class Server {
  /** @type {Message[]} */
  log = [];
  said = 0;
  /** Words with which the next numbered messages are refused. @type {string[]} */
  refusing = [];

  /** Something happens that this seat did not cause. @param {string} kind */
  happens(kind) {
    this.log.push({ is: "entry", n: this.log.length + 1, at_us: this.log.length, by: 2, kind });
  }

  /** Return the answers to a message of the seat. @param {any} message @returns {Message[]} */
  hear(message) {
    if (message.do === "hello") {
      const welcome = { is: "welcome", you: 1, entry: this.log.length, said: this.said, since_us: 0, seats: [] };
      return [welcome, ...this.log.slice(message.last)];
    }
    const { c } = message;
    if (c <= this.said) return [];
    const why = c > this.said + 1 ? "out_of_order" : this.refusing.shift();
    if (why) {
      if (why !== "slow_down" && why !== "out_of_order") this.said = c;
      return [{ is: "refused", why, c }];
    }
    this.said = c;
    this.log.push({ is: "entry", n: this.log.length + 1, at_us: 0, by: 1, kind: "line", text: message.text, c });
    return this.log.slice(-1);
  }
}

/** Chance that is the same every time: mulberry32. @param {number} seed */
export function chances(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
