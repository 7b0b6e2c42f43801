/** One session as an agent sees it: chat, screens, diagnostics, tools, and what becomes of it at the end. */

import { Attendance } from "./attendance.js";
import { ChatView } from "./chat.js";
import { Copies } from "./copies.js";
import { AGENTS_NOTES } from "./copy_notes.js";
import { DiagnosticsView } from "./diagnostics_view.js";
import { button, fill, make } from "./elements.js";
import { refusedWords } from "./entry_words.js";
import { Live, liveUrl } from "./live.js";
import { AS_AGENT, spoken } from "./requests.js";
import { Screens } from "./screens.js";
import { SessionTools } from "./session_tools.js";
import { ScreenShare } from "./share.js";
import { t } from "./texts.js";

/** @typedef {import("./live.js").Entry} Entry */
/** @typedef {import("./live.js").Welcome} Welcome */
/** @typedef {import("./frames.js").Track} Track */
/** @typedef {{session: string, customer: string, portal: string}} About */
/**
 * What the console is told: something came, in one sentence; the session is over for this agent; it is to be opened
 * anew.
 * @typedef {object} SessionListener
 * @property {(sentence: string) => void} came
 * @property {() => void} over
 * @property {() => void} again
 */

/** @type {[Track, Track]} */
const [CUSTOMER, AGENT] = ["screen/customer", "screen/agent"];

export class SessionView {
  element = make("section", { class: "session" });
  #about;
  #listener;
  #me = 0;
  #known = Infinity; // the entries up to this one are history
  #connected = false;
  #running = false; // and the customer is there
  #ended = false;
  /** @type {Map<string, number>} Who shows a screen, by track. */
  #sharers = new Map();
  #customer = new Attendance();
  /** @type {Set<number>} What was said by tools. */
  #said = new Set();

  #title = make("h2", { tabindex: -1 });
  #state = make("span", { class: "badge" });
  #recording = make("span", { class: "badge", role: "status" });
  #trouble = make("div", { class: "notice warn", role: "alert", hidden: true });
  #place = make("div", { class: "session-chat" });
  #side = make("div", { class: "session-side stack" });
  #screens = new Screens((saying) => this.#live.tell(saying));
  #live;
  #chat;
  #share;
  #tools;
  #diagnostics;
  #copies;

  /** @param {About} about @param {string} language @param {SessionListener} listener */
  constructor(about, language, listener) {
    this.#about = about;
    this.#listener = listener;
    this.#live = new Live(liveUrl(about.session, AS_AGENT), this.#heard(), this.#screens.pictures);
    this.#share = new ScreenShare(this.#live, AGENT, (state, why) => {
      this.#tools.is({ sharing: state });
      if (why) this.#warn(why);
    });
    const [live, share] = [this.#live, this.#share];
    const acts = {
      say: (/** @type {string} */ text, /** @type {"all" | "agents"} */ audience) =>
        live.say({ do: "say", text, audience }),
      typing: () => live.tell({ do: "typing" }),
    };
    this.#chat = new ChatView(this.#place, acts, { language, agent: true });
    this.#tools = new SessionTools((saying) => this.#say(saying), share);
    this.#diagnostics = new DiagnosticsView(about.session, () => this.#say({ do: "ask_diagnostics" }));
    this.#copies = new Copies(about.session, true);
    this.#build();
  }

  /** Put the cursor where messages are written. */
  focus() {
    this.#chat.focus();
  }

  /** Let everything go; the seat stays for two minutes. */
  close() {
    this.#share.stop();
    this.#live.close();
    this.#screens.close();
    this.#copies.close();
  }

  #build() {
    const { customer, portal } = this.#about;
    this.element.setAttribute("aria-label", customer);
    this.#title.append(make("bdi", {}, customer));
    const head = make("div", { class: "session-head" }, this.#title, make("span", { class: "hint" }, portal));
    head.append(this.#state, this.#recording);
    const screen = this.#screens.view(CUSTOMER, t("Screen of {name}", { name: customer }));
    this.#side.append(screen.element, this.#diagnostics.element, this.#copies.element);
    const body = make("div", { class: "session-body" }, this.#place, this.#side);
    this.element.append(head, this.#tools.element, this.#trouble, body);
    this.#stands("waiting");
  }

  /** @returns {import("./live.js").Listener} */
  #heard() {
    return {
      welcome: (welcome) => this.#welcome(welcome),
      entry: (entry) => this.#entry(entry),
      typing: (by) => this.#chat.typing(by),
      here: (id, away) => this.#here(id, away),
      recording: (state, why) => this.#recorded(state, why),
      refused: (key, why) => this.#refused(key, why),
      connection: (is) => this.#connection(is),
      sharing: (is) => this.#share.sharing(is),
    };
  }

  /** @param {{do: string} & Record<string, unknown>} saying */
  #say(saying) {
    this.#said.add(this.#live.say(saying));
    if (this.#connected) this.#quiet();
  }

  /** @param {Welcome} welcome */
  #welcome(welcome) {
    this.#me = welcome.you;
    if (this.#known === Infinity) this.#known = welcome.entry;
    this.#screens.welcome(welcome.since_us);
    this.#chat.welcome(welcome);
    this.#share.welcome(welcome);
    this.#customer.welcome(welcome);
    // Should this page be closed before the session's end, the next one saves the copies.
    if (welcome.state !== "ended") AGENTS_NOTES.put(this.#about.session, "wanted");
    for (const { id, away } of welcome.seats) this.#here(id, Boolean(away));
    this.#recorded(welcome.recording);
    this.#stands(welcome.state === "live" && !this.#customer.there ? "away" : welcome.state);
  }

  /** @param {Entry} entry */
  #entry(entry) {
    this.#screens.heard(entry.at_us);
    this.#chat.entry(entry);
    this.#share.entry(entry);
    if (entry.key !== undefined) this.#said.delete(entry.key);
    if (this.#customer.entry(entry)) this.#customerStands();
    if (entry.kind === "sharing") this.#shared(entry);
    if (entry.kind.startsWith("diagnostics_")) this.#diagnostics.is(entry.kind);
    if (entry.kind === "snapshot") {
      const of = this.#chat.names.get(entry.by) ?? this.#about.customer;
      this.#diagnostics.add({ time_us: entry.at_us, snapshot: entry.snapshot, of, role: "customer" });
    }
    if (entry.kind === "ended") this.#end();
    this.#tell(entry);
  }

  /** Tell what somebody who looks elsewhere wants to know. @param {Entry} entry */
  #tell(entry) {
    if (entry.n <= this.#known || entry.by === this.#me) return;
    const name = this.#chat.names.get(entry.by) ?? this.#about.customer;
    if (entry.kind === "line") this.#listener.came(t("{name} wrote something", { name }));
    else if (entry.kind === "joined") this.#listener.came(t("{name} has joined", { name }));
    else if (entry.kind === "ended")
      this.#listener.came(t("The session with {name} has ended", { name: this.#about.customer }));
  }

  /** @param {Entry} entry */
  #shared({ by, track, on, at_us }) {
    if (by === this.#me) return;
    if (on) this.#sharers.set(track, by);
    else this.#sharers.delete(track);
    if (track === CUSTOMER) this.#tools.is({ shown: on });
    const name = this.#chat.names.get(by) ?? t("Agent");
    const view = this.#screens.view(track, t("Screen of {name}", { name }));
    if (!view.element.isConnected) this.#side.prepend(view.element);
    if (track === AGENT) view.element.hidden = !on;
    view.is({ away: false });
    this.#screens.shared(track, on, at_us);
  }

  /** @param {number} id @param {boolean} away */
  #here(id, away) {
    if (this.#customer.here(id, away)) this.#customerStands();
    for (const [track, by] of this.#sharers) {
      if (by === id) this.#screens.view(/** @type {Track} */ (track), "").is({ away });
    }
  }

  #customerStands() {
    if (!this.#ended) this.#stands(this.#customer.there ? "live" : "away");
  }

  /** @param {string} state */
  #stands(state) {
    /** @type {Record<string, string>} */
    const words = {
      waiting: t("waiting for the customer"),
      live: t("running"),
      away: t("customer lost the connection"),
      ended: t("ended"),
    };
    this.#state.textContent = words[state] ?? "";
    this.#state.className = `badge ${state === "live" ? "good" : state === "ended" ? "" : "warn"}`;
    this.#running = state === "live";
    this.#tools.is({ live: this.#running && this.#connected });
    if (state === "ended") this.#end();
  }

  /** @param {string} state @param {string} [why] */
  #recorded(state, why) {
    /** @type {Record<string, [string, string]>} */
    const words = {
      on: ["bad", t("● recording")],
      paused: ["warn", t("recording paused")],
      stopped: ["warn", t("recording stopped")],
      off: ["", t("not recorded")],
    };
    const [look, text] = words[state] ?? ["", state];
    this.#recording.className = `badge ${look}`;
    this.#recording.textContent = text;
    if (why) this.#warn(t("The recording stopped: {why}", { why: spoken(why) }));
    this.#tools.is({ recording: state });
  }

  /** @param {number | undefined} key @param {string} why */
  #refused(key, why) {
    this.#chat.refused(key, why);
    this.#share.refused(key);
    if (key !== undefined && this.#said.delete(key)) this.#warn(refusedWords(why));
  }

  /** @param {import("./live.js").ConnectionIs} is */
  #connection(is) {
    this.#chat.connection(is);
    this.#connected = is.state === "open";
    this.#screens.connected(this.#connected);
    this.#tools.is({ live: this.#running && this.#connected });
    if (is.state === "open") this.#quiet();
    else if (is.state === "away") this.#warn(t("The connection is interrupted. It comes back by itself."));
    else if (is.state === "lost")
      this.#warn(
        t("The connection is lost."),
        button(t("Try again"), () => this.#live.again()),
      );
    else if (is.state === "over") this.#over(is.why ?? "");
  }

  /** @param {string} why */
  #over(why) {
    if (why === "ended" || why === "left") return this.#end();
    this.#share.stop();
    const again = button(t("Go on here"), () => this.#listener.again());
    if (why === "elsewhere") this.#warn(t("This session is open in another window."), again);
    else this.#warn(t("The portal ended this connection. Load this page again."), again);
    this.#tools.is({ ended: true });
  }

  #end() {
    if (this.#ended) return;
    this.#ended = true;
    const here = this.element.contains(document.activeElement); // on what is gone in a moment
    this.#quiet();
    this.#share.stop();
    this.#stands("ended");
    this.#tools.is({ ended: true });
    this.#diagnostics.close();
    this.#chat.close();
    const log = make(
      "a",
      { class: "button small", href: `/session/${this.#about.session}/chat.txt${AS_AGENT}` },
      t("Save the chat"),
    );
    const close = button(t("Close this tab"), () => this.#listener.over(), { class: "small" });
    for (const track of [CUSTOMER, AGENT]) this.#screens.view(track, "").element.remove();
    this.#side.prepend(make("div", { class: "row" }, log, close), this.#copies.element);
    this.#recording.textContent = "";
    if (here) this.#title.focus();
    this.#copies.start();
  }

  /** @param {string} sentence @param {Node[]} more */
  #warn(sentence, ...more) {
    this.#trouble.hidden = false;
    fill(this.#trouble, make("p", {}, sentence), ...more);
  }

  #quiet() {
    this.#trouble.hidden = true;
  }
}
