/** The socket of a session: it comes back, gives up after two minutes, and notices a network that died silently. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Connection } from "../../../portal_core/web/static/js/live_connection.js";
import { Server } from "./live_server.js";

/** @typedef {import("../../../portal_core/web/static/js/live_log.js").Message} Message */
/** @typedef {{at: number, act: () => void}} Timer */

/** A socket in the hands of a test. */
class Socket {
  bufferedAmount = 0;
  binaryType = "";
  open = false;
  closed = false;
  /** @type {any[]} */
  sent = [];
  /** @type {(() => void) | null} */
  onopen = null;
  /** @type {((event: {data: unknown}) => void) | null} */
  onmessage = null;
  /** @type {(() => void) | null} */
  onclose = null;

  /** @param {any} message */
  send(message) {
    assert.ok(this.open && !this.closed, "what is sent now is lost");
    this.sent.push(typeof message === "string" ? JSON.parse(message) : message);
  }

  close() {
    this.closed = true;
  }
}

/** A world with a clock of its own; a network that is there or not; a server. */
class World {
  now = 0;
  reachable = true;
  answers = true;
  farMs = 0; // from asking to being connected
  server = new Server();
  /** @type {Socket[]} */
  sockets = [];
  /** @type {Set<Timer>} */
  timers = new Set();
  /** @type {any[]} */
  states = [];
  /** @type {Message[]} */
  told = [];
  /** @type {ArrayBuffer[]} */
  pictures = [];

  constructor() {
    const told = {
      message: (/** @type {Message} */ message) => this.told.push(message),
      picture: (/** @type {ArrayBuffer} */ bytes) => this.pictures.push(bytes),
      connection: (/** @type {object} */ is) => this.states.push(Object.values(is).join(" ")),
    };
    this.connection = new Connection("wss://here/session/1/live", told, {
      open: () => this.#socket(),
      later: (act, ms) => this.#later(act, ms),
      never: (timer) => this.timers.delete(timer),
      nowMs: () => this.now,
      random: () => 1,
    });
    this.run(0);
  }

  get socket() {
    return this.sockets[this.sockets.length - 1];
  }

  /** @returns {any} */
  #socket() {
    const socket = new Socket();
    this.sockets.push(socket);
    this.#later(() => {
      socket.open = this.reachable;
      if (this.reachable) socket.onopen?.();
      else socket.onclose?.();
    }, this.farMs);
    return socket;
  }

  /** @param {() => void} act @param {number} ms */
  #later(act, ms) {
    const timer = { at: this.now + ms, act };
    this.timers.add(timer);
    return timer;
  }

  /** Let time pass, and everything that is said be answered. @param {number} ms */
  run(ms) {
    const end = this.now + ms;
    for (;;) {
      this.#answer();
      const next = [...this.timers].sort((one, other) => one.at - other.at)[0];
      if (!next || next.at > end) break;
      this.timers.delete(next);
      this.now = Math.max(this.now, next.at);
      next.act();
    }
    this.now = end;
  }

  /** Let time pass in which nothing happens, and the server says so. @param {number} ms */
  quiet(ms) {
    for (const end = this.now + ms; this.now < end; this.says({ is: "alive" })) this.run(20_000);
  }

  /** @param {Message} message */
  says(message) {
    this.socket.onmessage?.({ data: JSON.stringify(message) });
  }

  #answer() {
    const { socket } = this;
    if (!this.answers || !socket) return;
    for (let message = socket.sent.shift(); message; message = socket.sent.shift()) {
      if (message.do) for (const answer of this.server.hear(message)) this.says(answer);
    }
  }
}

/** @param {string} text */
function line(text) {
  return { do: "say", text };
}

/** @param {World} world */
function lines(world) {
  return world.server.log.map((one) => one.text);
}

test("what is said without a connection is said when it is back", () => {
  const world = new World();
  world.connection.say(line("one"));
  world.run(0);
  world.reachable = false;
  world.socket.onclose?.();
  world.connection.say(line("two"));
  for (let second = 0; second < 30; second++) {
    world.run(1_000);
    if (second === 20) world.connection.say(line("three"));
  }
  assert.deepEqual(lines(world), ["one"]);
  world.reachable = true;
  world.run(6_000);
  assert.deepEqual(lines(world), ["one", "two", "three"]);
  assert.deepEqual(new Set(world.states), new Set(["connecting", "open", "away"]));
  assert.equal(world.states.at(-1), "open");
});

test("what is said while it connects waits", () => {
  const world = new World();
  world.says({ is: "over", why: "stopping" });
  world.farMs = 400;
  while (world.sockets.length < 2) world.run(1);
  world.connection.say(line("one"));
  world.run(1_000);
  assert.deepEqual(lines(world), ["one"]);
});

test("the pauses between tries grow to five seconds, and after two minutes it says that it is lost", () => {
  const world = new World();
  world.reachable = false;
  world.socket.onclose?.();
  const began = world.now;
  /** @type {number[]} */
  const tries = [];
  while (world.states.at(-1) !== "lost") {
    const before = world.sockets.length;
    world.run(50);
    if (world.sockets.length > before) tries.push(world.now);
  }
  assert.ok(world.now - began >= 120_000);
  const pauses = tries.map((at, index) => at - (tries[index - 1] ?? began));
  assert.deepEqual(pauses.slice(0, 6), [250, 500, 1_000, 2_000, 4_000, 5_000]);
  assert.ok(pauses.slice(6).every((pause) => pause === 5_000));
  const sockets = world.sockets.length;
  world.run(600_000);
  assert.equal(world.sockets.length, sockets, "then it waits for somebody to ask");
  world.reachable = true;
  world.connection.again();
  world.run(0);
  assert.equal(world.states.at(-1), "open");
});

for (const why of ["ended", "left", "elsewhere", "protocol"]) {
  test(`over, ${why}: it does not come back`, () => {
    const world = new World();
    world.says({ is: "over", why });
    world.run(600_000);
    assert.equal(world.states.at(-1), `over ${why}`);
    assert.equal(world.sockets.length, 1);
    assert.ok(world.socket.closed);
  });
}

for (const why of ["slow", "stopping"]) {
  test(`over, ${why}: it comes back`, () => {
    const world = new World();
    world.says({ is: "over", why });
    world.run(1_000);
    assert.deepEqual(world.states, ["connecting", "open", "away", "open"]);
  });
}

test("an entry that is missing is fetched by connecting anew", () => {
  const world = new World();
  world.server.happens("joined");
  world.server.happens("joined");
  world.says(world.server.log[1]);
  world.run(1_000);
  assert.deepEqual(world.told.filter((one) => one.is === "entry").map((one) => one.n), [1, 2]);
});

test("a server that does not answer what was said is left, and the same is said to it anew", () => {
  const world = new World();
  world.answers = false;
  world.connection.say(line("one"));
  world.run(10_000);
  assert.equal(world.sockets.length, 1);
  world.run(10_000);
  assert.ok(world.sockets.length > 1);
  world.answers = true;
  world.run(20_000);
  assert.deepEqual(lines(world), ["one"]);
});

test("a server that takes what was said and does not tell its number is not dead", () => {
  const world = new World();
  world.answers = false;
  world.run(1_000);
  world.connection.say({ do: "diagnostics", snapshot: {} });
  world.run(1_000);
  world.says({ is: "entry", n: 1, kind: "hidden" });
  world.quiet(600_000);
  assert.equal(world.sockets.length, 1);
});

test("a server that never says welcome is left", () => {
  const world = new World();
  world.answers = false;
  world.says({ is: "over", why: "stopping" });
  world.run(30_000);
  assert.ok(world.sockets.length > 2);
});

test("a socket in which everything stays is left", () => {
  const world = new World();
  world.socket.bufferedAmount = 1_000_000;
  world.run(30_000);
  assert.ok(world.sockets[0].closed);
  assert.equal(world.states.at(-1), "open");
});

test("a quiet session is no dead one, and a socket that empties slowly neither", () => {
  const world = new World();
  world.quiet(600_000);
  world.socket.bufferedAmount = 1_000_000;
  for (let one = 0; one < 60; one++) {
    world.socket.bufferedAmount -= 10_000;
    world.run(10_000);
    world.says({ is: "alive" });
  }
  assert.equal(world.sockets.length, 1);
});

test("a network that died without a word is left, though nobody says anything", () => {
  const world = new World();
  world.run(40_000);
  assert.equal(world.sockets.length, 1);
  world.run(15_000);
  assert.ok(world.sockets[0].closed);
  assert.deepEqual(world.states, ["connecting", "open", "away", "open"]);
});

test("that it is away is told once, however often it is tried", () => {
  const world = new World();
  world.reachable = false;
  world.socket.onclose?.();
  world.run(100_000);
  assert.ok(world.sockets.length > 10);
  assert.deepEqual(world.states, ["connecting", "open", "away"]);
});

test("screen packets go only while the server hears", () => {
  const world = new World();
  assert.equal(world.connection.show(new Uint8Array(3)), true);
  world.reachable = false;
  world.socket.onclose?.();
  assert.equal(world.connection.show(new Uint8Array(3)), false);
});

test("binary messages go to who shows pictures", () => {
  const world = new World();
  const picture = new ArrayBuffer(3);
  world.socket.onmessage?.({ data: picture });
  assert.deepEqual(world.pictures, [picture]);
});

test("a message larger than the law allows is not sent", () => {
  const world = new World();
  assert.throws(() => world.connection.say(line("€".repeat(30_000))), RangeError);
  world.connection.say(line("one"));
  world.run(0);
  assert.deepEqual(lines(world), ["one"]);
});

test("a page that is left closes its socket and stays away", () => {
  const world = new World();
  world.connection.close();
  world.run(600_000);
  assert.ok(world.socket.closed);
  assert.equal(world.sockets.length, 1);
});
