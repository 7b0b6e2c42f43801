/** Whether a session's customer is there, as an agent's page hears of it: he may take part with several machines. */

/** @typedef {import("./live_log.js").Entry} Entry */
/** @typedef {import("./live_log.js").Welcome} Welcome */

export class Attendance {
  /** @type {Map<number, boolean>} Whether they are away, by the customer's seats that take part. */
  #away = new Map();
  #caughtUp = 0; // the newest entry at the last welcome, which said who was there then

  /** Whether one of his machines is connected. */
  get there() {
    return [...this.#away.values()].includes(false);
  }

  /** To be told every welcome. @param {Welcome} welcome */
  welcome({ seats, entry }) {
    this.#caughtUp = entry;
    this.#away.clear();
    for (const { id, role, away } of seats) if (role === "customer") this.#away.set(id, Boolean(away));
  }

  /** To be told every entry; return whether it changes who takes part. @param {Entry} entry */
  entry(entry) {
    if (entry.n <= this.#caughtUp) return false;
    if (entry.kind === "left") return this.#away.delete(entry.id);
    if (entry.kind !== "joined" || entry.role !== "customer") return false;
    this.#away.set(entry.id, false);
    return true;
  }

  /**
   * To be told who lost or found his connection; return whether he is the customer.
   * @param {number} id @param {boolean} away
   */
  here(id, away) {
    if (!this.#away.has(id)) return false;
    this.#away.set(id, away);
    return true;
  }
}
