/** When a picture of a shared screen is encoded: one at a time, none for nothing, the last one sharp. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { MOST_BEHIND, SharePacing } from "../../../portal_core/web/static/js/share_pacing.js";

/** A pacing that shows; the encoder needs so long. */
class Screen {
  now = 0;
  pacing = new SharePacing();
  behind = 0;
  /** What was encoded, and when. @type {[string, number][]} */
  encoded = [];
  /** @type {number | undefined} */
  #ready;

  /** @param {number} encodeMs */
  constructor(encodeMs = 10) {
    this.encodeMs = encodeMs;
  }

  /**
   * Let time pass; every 33 ms a picture comes that has changed or not, or none.
   * @param {number} ms @param {(now: number) => boolean | undefined} changes
   */
  run(ms, changes) {
    for (const end = this.now + ms; this.now < end; this.now++) {
      if (this.#ready !== undefined && this.now >= this.#ready) {
        this.#ready = undefined;
        this.pacing.encoded();
      }
      if (this.now % 33 === 0) {
        const changed = changes(this.now);
        if (changed !== undefined) this.pacing.picture(changed, this.now);
      }
      const due = this.pacing.next(this.now, this.behind);
      if (!due) continue;
      assert.equal(this.#ready, undefined, "one picture at a time");
      this.encoded.push([due, this.now]);
      this.#ready = this.now + this.encodeMs;
    }
  }

  take() {
    return this.encoded.splice(0).map(([due]) => due);
  }
}

const STILL = () => false;
const MOVING = () => true;

test("it begins with a keyframe, gets sharp with three repeats, and then nothing is sent", () => {
  const screen = new Screen();
  screen.pacing.begin(0);
  screen.run(1, MOVING);
  screen.run(60_000, STILL);
  assert.deepEqual(screen.take(), ["keyframe", "delta", "delta", "delta"]);
});

test("what changes is sent as often as the encoder can, and always the newest", () => {
  const screen = new Screen(100);
  screen.pacing.begin(0);
  screen.run(3_000, MOVING);
  const sent = screen.encoded.length;
  assert.ok(sent >= 22 && sent <= 30, `${sent} of 90 pictures`);
  screen.run(3_000, STILL);
  assert.equal(screen.encoded.length - sent, 4, "the newest, and three repeats");
});

test("a keyframe comes after five seconds of changing picture, and never while it stands still", () => {
  const screen = new Screen();
  screen.pacing.begin(0);
  screen.run(21_000, MOVING);
  const keys = screen.encoded.filter(([due]) => due === "keyframe").map(([, at]) => at);
  assert.equal(keys.length, 5);
  screen.run(600_000, STILL);
  assert.deepEqual(new Set(screen.encoded.slice(-3).map(([due]) => due)), new Set(["delta"]));
  assert.equal(screen.encoded.filter(([due]) => due === "keyframe").length, 5);
});

test("one change a minute does not make keyframes", () => {
  const screen = new Screen();
  screen.pacing.begin(0);
  screen.run(4 * 60_000, (now) => now % (33 * 1_800) === 0);
  assert.equal(screen.encoded.filter(([due]) => due === "keyframe").length, 1);
});

test("a keyframe that is asked for comes though nothing moves", () => {
  const screen = new Screen();
  screen.pacing.begin(0);
  screen.run(60_000, () => (screen.now === 0 ? true : undefined));
  screen.take();
  screen.pacing.wantKeyframe();
  screen.run(1_000, () => undefined);
  assert.deepEqual(screen.take(), ["keyframe"]);
});

test("while the socket is behind nothing is encoded, and then the newest", () => {
  const screen = new Screen();
  screen.pacing.begin(0);
  screen.run(1_000, MOVING);
  screen.take();
  screen.behind = MOST_BEHIND + 1;
  screen.run(5_000, MOVING);
  screen.run(5_000, () => undefined);
  assert.deepEqual(screen.take(), []);
  assert.ok(screen.pacing.wakeMs(screen.now) > 0, "somebody looks whether it still is");
  screen.behind = 0;
  screen.run(40, () => undefined);
  assert.deepEqual(screen.take(), ["delta"]);
});

test("nothing that was captured in a pause is shown, unless it stands still", () => {
  const screen = new Screen();
  screen.pacing.begin(0);
  screen.run(1_000, MOVING);
  screen.pacing.hold();
  screen.take();
  screen.run(10_000, MOVING);
  assert.deepEqual(screen.take(), []);
  assert.equal(screen.pacing.wakeMs(screen.now), 0);
  const resumed = screen.now;
  screen.pacing.begin(resumed);
  screen.run(100, (now) => (now > resumed ? true : undefined));
  assert.equal(screen.encoded[0][0], "keyframe");
  assert.ok(screen.encoded[0][1] > resumed, "a picture that came after the pause");
});

test("after a pause a picture that stands still is shown in the end", () => {
  const screen = new Screen();
  screen.run(1_000, (now) => (now === 0 ? true : undefined));
  screen.pacing.begin(screen.now);
  const resumed = screen.now;
  screen.run(2_000, () => undefined);
  assert.equal(screen.encoded[0][0], "keyframe");
  assert.ok(screen.encoded[0][1] >= resumed + 500);
});

test("after a pause it is waited longer: what was captured in it may come late", () => {
  const screen = new Screen();
  screen.run(1_000, (now) => (now === 0 ? true : undefined));
  screen.pacing.hold();
  screen.pacing.begin(screen.now);
  const resumed = screen.now;
  screen.run(3_000, () => undefined);
  assert.equal(screen.encoded[0][0], "keyframe");
  assert.ok(screen.encoded[0][1] >= resumed + 2_000);
});

test("an encoder that leaves a picture out does not end it all", () => {
  const screen = new Screen(1e9);
  const { pacing } = screen;
  pacing.begin(0);
  pacing.picture(true, 0);
  assert.equal(pacing.next(0, 0), "keyframe");
  pacing.picture(true, 100);
  assert.equal(pacing.next(100, 0), "");
  assert.ok(pacing.wakeMs(100) > 0);
  assert.equal(pacing.next(2_100, 0), "delta");
});

test("before a first picture there is nothing to wake for", () => {
  const pacing = new SharePacing();
  pacing.begin(0);
  assert.equal(pacing.wakeMs(0), 0);
  assert.equal(pacing.next(0, 0), "");
});
