/**
 * What a browser remembers of the copies of sessions: an agent's for as long as they are not saved, a customer's for as
 * long as his tab is open. Without storage nothing outlives the page: then they are saved while it is open.
 */

const KEY = "sealcast.copies";

/**
 * How far it is: still to be saved; handed to the browser's downloads, with the fingerprint of each part, by its
 * number; saved.
 * @typedef {"wanted" | "saved" | Record<string, string>} Note
 */

export class CopyNotes {
  #storage;
  /** @type {Record<string, Note>} */
  #own = {}; // where nothing can be stored
  #failed = false;

  /** @param {() => Storage} storage */
  constructor(storage) {
    this.#storage = storage;
  }

  /** The sessions of which something is noted. @returns {string[]} */
  get sessions() {
    return Object.keys(this.#read());
  }

  /** @param {string} session @returns {Note | undefined} */
  of(session) {
    return this.#read()[session];
  }

  /** @param {string} session @param {Note | undefined} note */
  put(session, note) {
    const { [session]: _, ...others } = this.#read();
    this.#own = note === undefined ? others : { ...others, [session]: note };
    try {
      this.#storage().setItem(KEY, JSON.stringify(this.#own));
      this.#failed = false;
    } catch {
      this.#failed = true; // some private windows have none, and some are full
    }
  }

  /** @returns {Record<string, Note>} */
  #read() {
    if (this.#failed) return this.#own;
    try {
      const kept = JSON.parse(this.#storage().getItem(KEY) ?? "{}");
      const notes = kept instanceof Object ? Object.entries(kept) : [];
      return Object.fromEntries(notes.filter(([session]) => /^[0-9a-f]{32}$/.test(session)));
    } catch {
      return this.#own;
    }
  }
}

export const AGENTS_NOTES = new CopyNotes(() => localStorage);
export const CUSTOMERS_NOTES = new CopyNotes(() => sessionStorage);
