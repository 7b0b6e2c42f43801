/** News for whoever looks elsewhere: a sound, the page's title, a notification of the system. */

import { t } from "./texts.js";

const SOUND = "sealcast.sound"; // in this browser's storage; "off" for none
const TONES_HZ = [660, 880];
const TONE_S = 0.14;

export class Alerts {
  #title = document.title;
  /** @type {AudioContext | undefined} */
  #audio;

  constructor() {
    // Browsers let a page sound only after somebody did something on it.
    const begin = () => {
      this.#audio ??= new AudioContext();
    };
    addEventListener("pointerup", begin, { once: true }); // to some browsers a press alone is nothing
    addEventListener("keydown", begin, { once: true });
  }

  /** Whether news sound. */
  get sound() {
    return localStorage.getItem(SOUND) !== "off";
  }

  set sound(on) {
    localStorage.setItem(SOUND, on ? "on" : "off");
    if (on) this.#beep();
  }

  /** Whether the system may still be asked to show notifications. */
  get mayAsk() {
    return "Notification" in window && Notification.permission === "default";
  }

  /** Ask whether notifications may be shown; by a click. */
  async askForNotifications() {
    await Notification.requestPermission();
  }

  /** Tell news. @param {string} sentence */
  tell(sentence) {
    if (this.sound) this.#beep();
    if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
    try {
      const shown = new Notification(t("Sealcast"), { body: sentence, tag: sentence });
      shown.onclick = () => {
        focus();
        shown.close();
      };
    } catch {
      // Telephones have the word, but only workers may use it there.
    }
  }

  /** Show in the page's title how much is new. @param {number} count */
  count(count) {
    document.title = count ? `(${count}) ${this.#title}` : this.#title;
  }

  #beep() {
    const audio = this.#audio;
    if (!audio) return;
    audio.resume();
    for (const [at, frequency] of TONES_HZ.entries()) {
      const begins = audio.currentTime + at * TONE_S;
      const tone = new OscillatorNode(audio, { frequency });
      const loudness = new GainNode(audio, { gain: 0 });
      loudness.gain.setValueAtTime(0.12, begins);
      loudness.gain.exponentialRampToValueAtTime(0.001, begins + TONE_S);
      tone.connect(loudness).connect(audio.destination);
      tone.start(begins);
      tone.stop(begins + TONE_S);
    }
  }
}
