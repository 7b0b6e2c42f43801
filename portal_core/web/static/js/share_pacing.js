/**
 * When a picture of a shared screen is encoded, and whether as a keyframe. Pure: times come in, decisions out.
 *
 * One picture at a time is in the encoder, and none while the socket is behind: raw pictures are left out, never
 * encoded ones. What stands still is encoded a few times more, which makes it sharp; then nothing is sent.
 */

export const MOST_BEHIND = 64 * 1024; // bytes in the socket: chat never waits for more than that and one picture
const KEYFRAME_AFTER_MS = 5_000; // of changing picture
const REPEATS_MS = [80, 300, 900]; // after the last change; measured: three are plenty
const FRESH_MS = 500; // what stands still is not captured anew
const FRESH_AGAIN_MS = 2_000; // after a pause: a busy browser may give late what was on the screen in it
const STUCK_MS = 2_000; // encoders may leave a picture out and say nothing
const LOOK_AGAIN_MS = 50;
const LONGEST_STEP_MS = 1_000; // between two pictures, for it to count as changing

/** @typedef {"keyframe" | "delta" | ""} Due */

export class SharePacing {
  #live = false; // pictures may leave
  #freshMs = 0; // pictures captured before are not shown …
  #waitMs = FRESH_MS; // … or only so long after
  #pictureMs = -1; // when the newest came; -1 for none
  #changed = false; // since it was encoded
  #changedMs = 0; // when a change was encoded
  #repeats = REPEATS_MS.length; // done since the last change
  #keyframe = true; // wanted
  #changingMs = 0; // since the last keyframe
  #encodedMs = 0;
  #encodingMs = -1; // since when; -1 for nothing

  /** Pictures may leave that are captured from now on; the first as a keyframe. @param {number} nowMs */
  begin(nowMs) {
    this.#live = true;
    this.#freshMs = nowMs;
    this.#keyframe = true;
  }

  /** No picture leaves any more. */
  hold() {
    this.#live = false;
    this.#waitMs = FRESH_AGAIN_MS;
  }

  /** A picture came. @param {boolean} changed  against the one before @param {number} nowMs */
  picture(changed, nowMs) {
    this.#pictureMs = nowMs;
    if (!changed) return;
    this.#changed = true;
    this.#repeats = 0;
  }

  /** The next picture is to be a keyframe: asked for, or nothing before it is of use. */
  wantKeyframe() {
    this.#keyframe = true;
  }

  /** The encoder gave what was put into it. */
  encoded() {
    this.#encodingMs = -1;
  }

  /**
   * Say what to encode now, and note that it is; "" for nothing. @param {number} nowMs @param {number} behind  bytes
   * that wait in the socket @returns {Due}
   */
  next(nowMs, behind) {
    if (!this.#may(nowMs) || behind > MOST_BEHIND) return "";
    const repeat = !this.#changed && this.#repeats < REPEATS_MS.length && nowMs >= this.#repeatMs;
    if (!this.#keyframe && !this.#changed && !repeat) return "";
    if (this.#changed) {
      this.#changingMs += Math.min(nowMs - this.#encodedMs, LONGEST_STEP_MS);
      this.#changedMs = nowMs;
    }
    const keyframe = this.#keyframe || (this.#changed && this.#changingMs >= KEYFRAME_AFTER_MS);
    if (repeat) this.#repeats++;
    this.#changed = this.#keyframe = false;
    this.#encodedMs = this.#encodingMs = nowMs;
    if (keyframe) this.#changingMs = 0;
    return keyframe ? "keyframe" : "delta";
  }

  /** Return in how many ms to ask again, though nothing happens until then; 0 for never. @param {number} nowMs */
  wakeMs(nowMs) {
    if (!this.#live || this.#pictureMs < 0) return 0;
    if (this.#encodingMs >= 0) return Math.max(1, this.#encodingMs + STUCK_MS - nowMs);
    if (this.#keyframe || this.#changed) return LOOK_AGAIN_MS;
    return this.#repeats < REPEATS_MS.length ? Math.max(LOOK_AGAIN_MS, this.#repeatMs - nowMs) : 0;
  }

  get #repeatMs() {
    return this.#changedMs + REPEATS_MS[this.#repeats];
  }

  /** @param {number} nowMs */
  #may(nowMs) {
    if (!this.#live || this.#pictureMs < 0) return false;
    if (this.#pictureMs < this.#freshMs && nowMs < this.#freshMs + this.#waitMs) return false;
    return this.#encodingMs < 0 || nowMs >= this.#encodingMs + STUCK_MS;
  }
}
