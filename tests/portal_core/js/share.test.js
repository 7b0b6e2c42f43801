/** What a page does of its screen when the portal was away: the capture itself is the browser's. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { ScreenShare } from "../../../portal_core/web/static/js/share.js";

const TRACK = "screen/customer";
const WELCOME = { is: "welcome", you: 1, since_us: 0, state: "live", seats: [] };

/** A browser that can show its screen, and a page that does: its share was entry 2. */
class Page {
  stopped = false;
  /** @type {string[]} */
  said = [];
  /** @type {string[]} */
  states = [];

  constructor() {
    const page = this;
    const capture = { stop: () => (page.stopped = true), contentHint: "" };
    const stream = { getVideoTracks: () => [capture], getTracks: () => [capture] };
    const mediaDevices = { getDisplayMedia: async () => stream };
    Object.defineProperty(globalThis, "navigator", { value: { mediaDevices }, configurable: true });
    const able = { VideoEncoder: class {}, MediaStreamTrackProcessor: class {} };
    Object.assign(globalThis, able);
    const live = {
      say: (/** @type {{do: string}} */ saying) => page.said.push(saying.do),
      show() {},
      showNothing() {},
      hide() {},
    };
    this.share = new ScreenShare(/** @type {any} */ (live), TRACK, (state) => page.states.push(state));
  }

  async shows() {
    this.share.welcome({ .../** @type {any} */ (WELCOME), entry: 1, said: 0, recording: "on" });
    await this.share.start();
    this.entry(2, true, this.said.length);
    assert.equal(this.share.state, "on");
  }

  /** The portal was stopped and started again: its own entry says that nothing is shown. @param {string} recording */
  comesBack(recording = "on", at = 3) {
    this.share.welcome({ .../** @type {any} */ (WELCOME), entry: at, said: this.said.length, recording });
    this.entry(at, false);
  }

  /** @param {number} n @param {boolean} on @param {number} [key] */
  entry(n, on, key) {
    this.share.entry({ is: "entry", n, at_us: n, by: 1, kind: "sharing", track: TRACK, on, key });
  }
}

test("after the portal was stopped and started again the screen is shown again", async () => {
  const page = new Page();
  await page.shows();
  page.comesBack();
  assert.deepEqual(page.said, ["share", "share"]);
  assert.equal(page.stopped, false);
  assert.equal(page.share.state, "starting");
  page.entry(4, true, 2);
  assert.equal(page.share.state, "on");
  page.comesBack("on", 5);
  assert.deepEqual(page.said, ["share", "share", "share"]);
});

test("what is paused stays paused, and can go on", async () => {
  const page = new Page();
  await page.shows();
  page.share.pause();
  page.comesBack();
  assert.deepEqual([page.share.state, page.stopped, page.said], ["paused", false, ["share", "unshare"]]);
  page.share.resume();
  assert.deepEqual(page.said, ["share", "unshare", "share"]);
});

test("where nothing can be recorded that must be, the capture goes", async () => {
  const page = new Page();
  await page.shows();
  page.comesBack("stopped");
  assert.deepEqual([page.share.state, page.stopped, page.said], ["off", true, ["share"]]);
});

test("what the server ends while the page is here has ended", async () => {
  const page = new Page();
  await page.shows();
  page.entry(3, false);
  assert.deepEqual([page.share.state, page.stopped, page.said], ["off", true, ["share"]]);
});

test("what is chosen after the session ended is let go", async () => {
  const page = new Page();
  page.share.welcome({ .../** @type {any} */ (WELCOME), entry: 1, said: 0, recording: "on" });
  const chosen = page.share.start();
  page.share.stop();
  await chosen;
  assert.deepEqual([page.stopped, page.said, page.states], [true, [], ["choosing", "off"]]);
});

test("who presses before the page knows that the one before it shows the screen shows it", async () => {
  const page = new Page();
  page.share.welcome({ .../** @type {any} */ (WELCOME), entry: 2, said: 1, recording: "on" });
  const chosen = page.share.start();
  page.entry(2, true);
  await chosen;
  page.share.refused(page.said.length);
  assert.deepEqual(page.said.slice(-2), ["unshare", "share"]);
  page.entry(3, false, page.said.length - 1);
  page.entry(4, true, page.said.length);
  assert.deepEqual([page.share.state, page.stopped], ["on", false]);
});
