/**
 * What a page has of a session's log, and what it said and was not told to be taken. PROTOCOL.md §1, §4.
 *
 * Pure: messages of the server go in, what the page must hear comes out; what is to be sent is asked for. A reloaded
 * page begins with nothing: the server's first welcome says which numbers are used.
 */

export const PROTOCOL = 1;
export const MAX_TEXT = 65_536; // bytes of a message, PROTOCOL.md §7
export const MAX_LINE = 8_192; // bytes of a chat line, PROTOCOL.md §4.1
const AT_ONCE = 60; // messages; less than §4.3 allows, so that nothing is refused as too fast
const A_SECOND = 15;
const HELD_MS = 1_000; // after a refusal that asks for patience

/** @typedef {{id: number, role: "customer" | "agent", name: string, away?: boolean}} Seat */
/** @typedef {{n: number, at_us: number, by: number, kind: string, key?: number, c?: number}} Told */
/**
 * What was said or done, with the fields of its kind. Units: at_us since the session's start; a hidden one has none.
 * key is that of say(), where this page said it.
 * @typedef {{is: "entry"} & Told & Record<string, any>} Entry
 */
/** @typedef {{you: number, entry: number, said: number, since_us: number}} Standing */
/** @typedef {{is: "welcome", state: string, recording: string, seats: Seat[]} & Standing} Welcome */
/** @typedef {{is: "refused", why: string, c?: number, key?: number}} Refused */
/** @typedef {{is: string} & Record<string, any>} Message */
/** @typedef {{do: string} & Record<string, any>} Saying */

/** The log does not go on where it was; with astray, this page cannot go on at all. */
export class LogError extends Error {
  /** @param {string} why @param {boolean} astray */
  constructor(why, astray) {
    super(why);
    this.name = "LogError";
    this.astray = astray;
  }
}

/** One participant's page. It owns what was said and not confirmed. */
export class LiveLog {
  last = 0; // number of the newest entry
  #keys = 0; // said by this page
  /** @type {number | undefined} */
  #before; // the highest c of earlier pages
  #sent = 0; // the highest c given to this connection
  #confirmed = 0; // the highest c known to be taken
  /** @type {Map<number, Saying>} */
  #waiting = new Map(); // by key
  #welcomed = false;
  #heldUntil = 0;
  #again = false; // something is to be said again
  #may = AT_ONCE;
  #countedAt = 0;

  /** Whether something said is not confirmed. */
  get waiting() {
    return this.#waiting.size > 0;
  }

  /** The connection is gone: nothing is due until the next welcome. */
  lost() {
    this.#welcomed = this.#again = false;
  }

  /** Return the first message of a connection. */
  hello() {
    this.lost();
    return { do: "hello", protocol: PROTOCOL, last: this.last, said: this.#confirmed };
  }

  /**
   * Keep something to say, to be numbered when it is sent; return its key: 1, 2, 3 …
   * Errors: RangeError. @param {Saying} saying
   */
  say(saying) {
    checkSize(saying);
    this.#waiting.set(++this.#keys, saying);
    return this.#keys;
  }

  /** Return what to send now, and in how many ms to ask again; 0 for when something changes. @param {number} nowMs */
  due(nowMs) {
    /** @type {Saying[]} */
    const messages = [];
    if (!this.#welcomed || this.#before === undefined) return { messages, againMs: 0 };
    if (nowMs < this.#heldUntil) return { messages, againMs: this.#heldUntil - nowMs };
    if (this.#again) [this.#again, this.#sent] = [false, this.#confirmed];
    this.#may = Math.min(AT_ONCE, this.#may + ((nowMs - this.#countedAt) * A_SECOND) / 1_000);
    this.#countedAt = nowMs;
    for (const [key, saying] of this.#waiting) {
      const c = this.#before + key;
      if (c <= this.#sent) continue;
      if (this.#may < 1) return { messages, againMs: 1_000 / A_SECOND };
      this.#may--;
      this.#sent = c;
      messages.push({ ...saying, c });
    }
    return { messages, againMs: 0 };
  }

  /**
   * Take a message of the server; return what the page is told, undefined when it has it already.
   * Errors: LogError. @param {Message} message @param {number} nowMs @returns {Message | undefined}
   */
  take(message, nowMs) {
    if (message.is === "welcome") return this.#welcome(/** @type {Welcome} */ (message));
    if (message.is === "entry") return this.#entry(/** @type {Entry} */ (message));
    if (message.is === "refused") return this.#refused(/** @type {Refused} */ (message), nowMs);
    return message;
  }

  /** @param {Welcome} welcome */
  #welcome(welcome) {
    this.#before ??= welcome.said;
    if (welcome.entry < this.last) throw new LogError("the server has fewer entries than this page", true);
    if (welcome.said > this.#before + this.#keys) throw new LogError("this was said on another page", true);
    this.#confirm(welcome.said);
    this.#sent = this.#confirmed;
    this.#welcomed = true;
    return welcome;
  }

  /** @param {Entry} entry */
  #entry(entry) {
    if (entry.n <= this.last) return undefined;
    if (entry.n !== this.last + 1) throw new LogError("an entry is missing", false);
    this.last = entry.n;
    if (entry.c === undefined) return entry;
    this.#confirm(entry.c);
    return this.#keyed(entry, entry.c);
  }

  /** @param {Refused} refused @param {number} nowMs */
  #refused(refused, nowMs) {
    const patience = refused.why === "slow_down" || refused.why === "out_of_order";
    if (patience) [this.#heldUntil, this.#again] = [nowMs + HELD_MS, true];
    // Behind one that is to be said again nothing has used its number up.
    if (this.#again) return patience && refused.c === undefined ? refused : undefined;
    if (refused.c === undefined) return refused;
    this.#confirm(refused.c);
    return this.#keyed(refused, refused.c);
  }

  /** @template {Message} M @param {M} message @param {number} c @returns {M} */
  #keyed(message, c) {
    const key = c - (this.#before ?? 0);
    return key > 0 ? { ...message, key } : message;
  }

  /** @param {number} c */
  #confirm(c) {
    this.#confirmed = Math.max(this.#confirmed, c);
    for (const key of this.#waiting.keys()) if ((this.#before ?? 0) + key <= c) this.#waiting.delete(key);
  }
}

/**
 * See that it is no larger than the protocol allows: the server refuses what is without looking for its number, and
 * everything after it. Errors: RangeError. @param {Saying} saying
 */
export function checkSize(saying) {
  const size = sizeOf(JSON.stringify({ ...saying, c: Number.MAX_SAFE_INTEGER }));
  if (size > MAX_TEXT) throw new RangeError("a message is larger than the protocol allows");
}

/** Return how many bytes a text has in UTF-8. @param {string} text */
export function sizeOf(text) {
  return new TextEncoder().encode(text).length;
}
