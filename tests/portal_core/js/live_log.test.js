/** The log of a session in a page: connections are cut anywhere, and nothing is lost, nothing doubled. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { LiveLog, LogError } from "../../../portal_core/web/static/js/live_log.js";
import { Server, chances } from "./live_server.js";

/** @typedef {import("../../../portal_core/web/static/js/live_log.js").Message} Message */

const FINAL = ["not_now", "too_much", "malformed"];
const PATIENCE = ["slow_down"];
const SESSIONS = 300;
const STEPS = 120;
const MOST_TURNS = 400;

/** A page and its server, with two directions between them that can be cut. */
class Way {
  now = 0;
  log = new LiveLog();
  /** @type {any[]} */
  up = [];
  /** @type {Message[]} */
  down = [];
  /** @type {Message[]} */
  told = [];
  connected = false;
  joined = false; // the server heard its hello

  /** @param {Server} server */
  constructor(server) {
    this.server = server;
  }

  connect() {
    this.cut();
    this.connected = true;
    this.up.push(this.log.hello());
  }

  cut() {
    this.connected = this.joined = false;
    [this.up, this.down] = [[], []];
  }

  send() {
    if (this.connected) this.up.push(...this.log.due(this.now).messages);
  }

  reach() {
    const message = this.up.shift();
    if (message) this.down.push(...this.server.hear(message));
    this.joined ||= message?.do === "hello";
  }

  happens() {
    this.server.happens("joined");
    if (this.joined) this.down.push(...this.server.log.slice(-1));
  }

  hear() {
    const message = this.down.shift();
    const told = message && this.log.take(message, this.now);
    if (told) this.told.push(told);
    this.send();
  }

  /** Let everything arrive. */
  settle() {
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      this.now += 1_100;
      this.send();
      while (this.up.length) this.reach();
      while (this.down.length) this.hear();
      if (!this.log.waiting) return;
    }
    assert.fail("something said is never confirmed");
  }
}

/** @param {number} seed @param {string[]} refusals */
function session(seed, refusals) {
  const chance = chances(seed);
  const way = new Way(new Server());
  let said = 0;
  /** @type {(() => void)[]} */
  const acts = [
    () => way.connect(),
    () => way.cut(),
    () => way.log.say({ do: "say", text: String(++said) }),
    () => way.log.say({ do: "say", text: String(++said) }),
    () => way.happens(),
    () => way.send(),
    () => way.reach(),
    () => way.reach(),
    () => way.hear(),
    () => way.hear(),
  ];
  if (refusals.length) acts.push(() => way.server.refusing.push(refusals[Math.floor(chance() * refusals.length)]));
  for (let step = 0; step < STEPS; step++) {
    way.now += 400 * chance();
    acts[Math.floor(chance() * acts.length)]();
  }
  way.connect();
  way.settle();
  return { way, said };
}

test("whatever is cut when, everything said is in the log once and in order, and every entry is heard once", () => {
  let cut = 0;
  for (let seed = 0; seed < SESSIONS; seed++) {
    const { way, said } = session(seed, seed % 2 ? PATIENCE : []);
    const mine = way.server.log.filter((one) => one.kind === "line").map((one) => one.text);
    assert.deepEqual(mine, Array.from({ length: said }, (_, at) => String(at + 1)), `session ${seed}`);
    const heard = way.told.filter((one) => one.is === "entry");
    assert.deepEqual(heard.map((one) => one.n), way.server.log.map((one) => one.n));
    for (const one of heard) assert.equal(one.key, one.kind === "line" ? Number(one.text) : undefined);
    assert.equal(way.log.waiting, false);
    cut += way.told.filter((one) => one.is === "welcome").length;
  }
  assert.ok(cut > SESSIONS, "connections were cut and came back");
});

test("what is refused for good is told or was under way when it was cut, and nothing else is missing", () => {
  let refused = 0;
  for (let seed = 0; seed < SESSIONS; seed++) {
    const { way, said } = session(SESSIONS + seed, [...FINAL, ...PATIENCE]);
    const mine = way.server.log.filter((one) => one.kind === "line").map((one) => Number(one.text));
    assert.deepEqual(mine, [...new Set(mine)].sort((one, other) => one - other));
    const told = way.told.filter((one) => one.is === "refused").map((one) => one.key);
    assert.equal(told.some((key) => mine.includes(key)), false, "what was refused is not in the log");
    assert.equal(way.server.said, said);
    refused += told.length;
  }
  assert.ok(refused > SESSIONS / 2);
});

test("a page that was loaded anew goes on with the numbers of the one before", () => {
  const server = new Server();
  const before = new Way(server);
  before.log.say({ do: "say", text: "one" });
  before.connect();
  before.settle();
  const after = new Way(server);
  after.log.say({ do: "say", text: "two" });
  assert.deepEqual(after.log.due(0).messages, [], "before the welcome nobody knows its number");
  after.connect();
  after.settle();
  assert.deepEqual(server.log.map((one) => [one.text, one.c]), [["one", 1], ["two", 2]]);
  assert.deepEqual(after.told.filter((one) => one.is === "entry").map((one) => one.key), [undefined, 1]);
});

test("nothing is said faster than the server takes it", () => {
  const log = new LiveLog();
  for (let one = 0; one < 300; one++) log.say({ do: "say", text: "x" });
  log.hello();
  log.take({ is: "welcome", you: 1, entry: 0, said: 0, since_us: 0, seats: [] }, 0);
  const first = log.due(0);
  assert.equal(first.messages.length, 60);
  assert.ok(first.againMs > 0);
  assert.equal(log.due(1_000).messages.length, 15);
});

test("an entry that does not follow means to connect anew", () => {
  const log = new LiveLog();
  log.take({ is: "entry", n: 1, at_us: 0, by: 2, kind: "joined" }, 0);
  assert.equal(log.take({ is: "entry", n: 1, at_us: 0, by: 2, kind: "joined" }, 0), undefined);
  assert.throws(() => log.take({ is: "entry", n: 3, at_us: 0, by: 2, kind: "left" }, 0), (error) => {
    assert.ok(error instanceof LogError);
    return !error.astray;
  });
});

for (const [name, welcome] of Object.entries({
  "another page said something": { entry: 1, said: 1 },
  "the server has fewer entries": { entry: 0, said: 0 },
})) {
  test(`${name}: this page cannot go on`, () => {
    const log = new LiveLog();
    log.take({ is: "welcome", you: 1, entry: 0, said: 0, since_us: 0, seats: [] }, 0);
    log.take({ is: "entry", n: 1, at_us: 0, by: 2, kind: "joined" }, 0);
    assert.throws(() => log.take({ is: "welcome", you: 1, since_us: 0, seats: [], ...welcome }, 0), (error) => {
      assert.ok(error instanceof LogError);
      return error.astray;
    });
  });
}
