/** The chat of a session as both pages show it: lines, what happened between them, who is writing. */

import { chatLines } from "./chat_lines.js";
import { button, make } from "./elements.js";
import { entryWords, refusedWords } from "./entry_words.js";
import { regional, t } from "./texts.js";

/** @typedef {import("./live_log.js").Entry} Entry */
/** @typedef {import("./live_log.js").Welcome} Welcome */
/** @typedef {import("./live.js").ConnectionIs} ConnectionIs */
/**
 * What a chat does. say returns the key of what was said, as Live.say() does; audience is there for agents alone.
 * @typedef {object} ChatActs
 * @property {(text: string, audience: "all" | "agents") => number} say
 * @property {() => void} typing
 */
/** @typedef {{language: string, agent?: boolean}} ChatOptions  agent: lines for agents alone can be said */

const TYPING_TOLD_MS = 3_000; // at most so often
const TYPING_SHOWN_MS = 5_000;
const AT_END_PX = 40;
const COMPOSING = 229; // Safari's Enter that ends a composition says so by this alone

export class ChatView {
  #acts;
  #clock;
  #startMs = 0; // wall time of the session's start
  #me = 0;
  #last = 0; // entry
  #known = 0; // the newest entry at the last welcome
  /** @type {Map<number, string>} */
  #names = new Map();
  /** @type {Map<number, HTMLElement>} */
  #unsent = new Map();
  /** @type {Map<number, ReturnType<typeof setTimeout>>} */
  #typing = new Map(); // seat → timer
  #toldAt = -TYPING_TOLD_MS;
  #mark = t("Sending…"); // of what is not confirmed yet
  #atEnd = true;
  #topPx = 0;
  #scrolling = false;
  #lines = make("ol", { class: "chat-lines" });
  #pending = make("ol", { class: "chat-lines chat-pending", "aria-live": "off" });
  #log = make("div", { class: "chat-log", role: "log", tabindex: 0, "aria-label": t("Conversation") });
  #newer;
  #writing = make("p", { class: "chat-typing", "aria-live": "polite" });
  #trouble = make("p", { class: "chat-trouble", role: "alert" });
  #input = make("textarea", { rows: 2, placeholder: t("Write a message"), "aria-label": t("Message") });
  #audience = make("input", { type: "checkbox" });
  #form = make("form", { class: "chat-form" }, this.#input, make("button", {}, t("Send")));

  /** @param {HTMLElement} place  is filled @param {ChatActs} acts @param {ChatOptions} options */
  constructor(place, acts, { language, agent = false }) {
    this.#acts = acts;
    this.#clock = new Intl.DateTimeFormat(regional(language), { hour: "2-digit", minute: "2-digit" });
    place.classList.add("chat");
    this.#log.append(this.#lines, this.#pending);
    this.#newer = button(t("New messages"), () => this.#showNewer(), { class: "chat-newer", hidden: true });
    if (agent) {
      const title = t("Customers do not see it here, but everybody who can open the recording does.");
      this.#form.append(make("label", { class: "chat-audience", title }, this.#audience, t("Only for agents")));
    }
    place.append(this.#log, this.#newer, this.#writing, this.#trouble, this.#form);
    this.#listen();
  }

  /** The names of seats, as far as the log told them. */
  get names() {
    return this.#names;
  }

  /** To be told every welcome. @param {Welcome} welcome */
  welcome(welcome) {
    this.#me = welcome.you;
    this.#startMs = Date.now() - welcome.since_us / 1_000;
    for (const seat of welcome.seats) this.#names.set(seat.id, seat.name);
    this.#known = welcome.entry;
    // What was said before is not read out line by line.
    this.#log.ariaBusy = String(this.#last < this.#known);
  }

  /** To be told every entry. @param {Entry} entry */
  entry(entry) {
    this.#last = entry.n;
    if (entry.n >= this.#known) this.#log.ariaBusy = "false";
    if (entry.kind === "joined") this.#names.set(entry.id, entry.name);
    if (entry.key !== undefined) this.#forget(entry.key);
    if (entry.kind === "line") {
      this.#stopTyping(entry.by);
      this.#show(this.#line(entry.by, entry.text, entry.audience, entry.at_us));
      return;
    }
    const words = entryWords(entry, this.#names);
    if (words) this.#show(make("li", { class: "chat-event" }, words, " ", this.#time(entry.at_us)));
    if (entry.kind === "ended") this.close();
  }

  /** Somebody is writing. @param {number} by */
  typing(by) {
    clearTimeout(this.#typing.get(by));
    this.#typing.set(by, setTimeout(() => this.#stopTyping(by), TYPING_SHOWN_MS));
    this.#sayTyping();
  }

  /** To be told every refusal. @param {number | undefined} key @param {string} why */
  refused(key, why) {
    const line = key === undefined ? undefined : this.#unsent.get(key);
    if (!line || key === undefined) return;
    this.#unsent.delete(key);
    line.classList.replace("chat-sending", "chat-refused");
    line.querySelector(".chat-mark")?.replaceChildren(t("Not sent."), " ", refusedWords(why));
    this.#show(line);
  }

  /** To be told how the connection stands. @param {ConnectionIs} is */
  connection({ state }) {
    this.#mark = state === "open" ? t("Sending…") : t("Will be sent when the connection is back");
    for (const line of this.#unsent.values()) line.querySelector(".chat-mark")?.replaceChildren(this.#mark);
    if (state === "over") this.close();
  }

  /** Nothing more can be said. */
  close() {
    this.#form.hidden = true;
    for (const key of [...this.#unsent.keys()]) this.refused(key, "not_now");
    for (const by of [...this.#typing.keys()]) this.#stopTyping(by);
  }

  /** Put the cursor where messages are written. */
  focus() {
    this.#input.focus();
  }

  /** Put whoever has nothing else to do where the conversation stands; no telephone shows its keys for that. */
  rest() {
    this.#log.focus({ preventScroll: true });
  }

  #listen() {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#say();
    });
    this.#input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === COMPOSING) return;
      event.preventDefault();
      this.#say();
    });
    this.#input.addEventListener("input", () => {
      this.#trouble.textContent = "";
      // The customer must not see that agents write to each other.
      if (this.#audience.checked || !this.#input.value.trim()) return;
      if (performance.now() - this.#toldAt < TYPING_TOLD_MS) return;
      this.#toldAt = performance.now();
      this.#acts.typing();
    });
    this.#log.addEventListener("scroll", () => this.#scrolled());
    // A question that opens below leaves less room.
    new ResizeObserver(() => this.#atEnd && this.#toEnd()).observe(this.#log);
  }

  /** Only people scroll up; that the end is further away may also mean that more has come. */
  #scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.#log;
    if (scrollHeight - scrollTop - clientHeight < AT_END_PX) {
      this.#atEnd = true;
      this.#newer.hidden = true;
    } else if (scrollTop < this.#topPx) this.#atEnd = false;
    this.#topPx = scrollTop;
  }

  #say() {
    const lines = chatLines(this.#input.value);
    if (!lines) {
      this.#trouble.textContent = t("This text is too long for the chat. Send the part that matters.");
      return;
    }
    const audience = this.#audience.checked ? "agents" : "all";
    for (const text of lines) {
      const line = this.#line(this.#me, text, audience);
      line.classList.add("chat-sending");
      this.#unsent.set(this.#acts.say(text, audience), line);
      this.#pending.append(line);
    }
    this.#input.value = "";
    this.#toldAt = -TYPING_TOLD_MS;
    this.#toEnd();
  }

  /** @param {number} by @param {string} text @param {string} audience @param {number} [atUs] */
  #line(by, text, audience, atUs) {
    const mine = by === this.#me;
    const name = mine ? t("You") : (this.#names.get(by) ?? t("Somebody"));
    const head = make("p", { class: "chat-head" }, make("bdi", { class: "chat-name" }, name));
    if (audience === "agents") head.append(make("span", { class: "chat-only" }, t("only for agents")));
    head.append(atUs === undefined ? make("span", { class: "chat-mark" }, this.#mark) : this.#time(atUs));
    const said = make("p", { class: "chat-text", dir: "auto" }, text);
    const line = make("li", { class: mine ? "chat-line chat-mine" : "chat-line" }, head, said);
    line.classList.toggle("chat-for-agents", audience === "agents");
    return line;
  }

  /** @param {number} atUs */
  #time(atUs) {
    const at = new Date(this.#startMs + atUs / 1_000);
    return make("time", { class: "chat-time", datetime: at.toISOString() }, this.#clock.format(at));
  }

  /** @param {HTMLElement} line */
  #show(line) {
    this.#lines.append(line);
    if (!this.#atEnd) this.#newer.hidden = false;
    else this.#toEnd();
  }

  #showNewer() {
    this.rest();
    this.#toEnd();
  }

  /** Measuring after every one of thousands of entries would take minutes: once a picture of the page is enough. */
  #toEnd() {
    this.#newer.hidden = true;
    this.#atEnd = true;
    if (this.#scrolling) return;
    this.#scrolling = true;
    requestAnimationFrame(() => {
      this.#scrolling = false;
      if (this.#atEnd) this.#log.scrollTop = this.#log.scrollHeight;
      else this.#newer.hidden = false; // somebody scrolled away meanwhile
    });
  }

  /** @param {number} key */
  #forget(key) {
    this.#unsent.get(key)?.remove();
    this.#unsent.delete(key);
  }

  /** @param {number} by */
  #stopTyping(by) {
    clearTimeout(this.#typing.get(by));
    if (this.#typing.delete(by)) this.#sayTyping();
  }

  #sayTyping() {
    const names = [...this.#typing.keys()].map((by) => this.#names.get(by) ?? t("Somebody"));
    this.#writing.textContent = names.length ? t("{names} is writing …", { names: names.join(", ") }) : "";
  }
}
