/** The agent's console: which sessions there are, the open ones in tabs, session codes, news. */

import { Alerts } from "./alerts.js";
import { Codes } from "./codes.js";
import { ConsoleFeed } from "./console_feed.js";
import { ConsoleMenu } from "./console_menu.js";
import { Copies } from "./copies.js";
import { AGENTS_NOTES } from "./copy_notes.js";
import { byId, button, fill, make } from "./elements.js";
import { SessionView } from "./session_view.js";
import { Tabs } from "./tabs.js";
import { pageValues, regional, t } from "./texts.js";

const OPEN = "sealcast.open"; // in this tab's storage: sessions that are open, so that a reload finds them again

/** @typedef {import("./console_feed.js").Running} Running */

class Console {
  #page = pageValues("console");
  #alerts = new Alerts();
  #codes = new Codes(this.#page);
  #tabs = new Tabs(t("Open sessions"), (id) => this.#chosen(id));
  /** @type {Map<string, SessionView>} */
  #views = new Map();
  /** @type {Set<string> | null} Sessions that were told of; null before the first time. */
  #known = null;
  #waiting = 0; // sessions that nobody opened here
  #reopen = readOpen();
  #list = byId("sessions");
  #none = byId("no-session");
  #trouble = byId("trouble");

  constructor() {
    byId("tabs").append(this.#tabs.element, this.#tabs.panels);
    new ConsoleMenu(this.#alerts, () => this.#codes.toggle());
    addEventListener("focus", () => this.#chosen(this.#tabs.selected));
    new ConsoleFeed({ state: (state) => this.#show(state), connection: (is) => this.#connection(is) });
  }

  /** @param {import("./console_feed.js").ConsoleState} state */
  #show({ codes, sessions, now_us }) {
    this.#codes.show(codes, now_us);
    const here = [...this.#list.children];
    const at = here.find((row) => row.contains(document.activeElement));
    const rows = sessions.map((running) => this.#row(running));
    // One that says the same stays: a press on its button may have begun.
    const kept = rows.map((row) => here.find((one) => one.isEqualNode(row)) ?? row);
    if (kept.length !== here.length || kept.some((row, place) => row !== here[place])) {
      fill(this.#list, ...kept);
      kept.find((row) => at && row.id === at.id)?.querySelector("button")?.focus();
    }
    this.#none.hidden = sessions.length > 0;
    for (const running of sessions) {
      if (this.#known && !this.#known.has(running.session)) this.#isNew(running);
      if (this.#reopen.delete(running.session)) this.#open(running);
    }
    this.#waiting = sessions.filter(({ session }) => !this.#views.has(session)).length;
    this.#count();
    if (!this.#known) this.#saveRest(sessions);
    this.#known = new Set(sessions.map(({ session }) => session));
  }

  /** @param {Running} running */
  #isNew({ session, customer }) {
    if (this.#views.has(session)) return;
    this.#alerts.tell(t("{name} is waiting", { name: customer }));
  }

  /** Return a line of the list. @param {Running} running */
  #row(running) {
    const { session, customer, portal, state, since_us } = running;
    const open = this.#views.has(session);
    const began = new Intl.DateTimeFormat(regional(this.#page.language), { timeStyle: "short" }).format(
      new Date(since_us / 1000),
    );
    const badge = make(
      "span",
      { class: `badge ${state === "waiting" ? "warn" : "good"}` },
      state === "waiting" ? t("waiting") : t("running"),
    );
    const about = make(
      "div",
      {},
      make("strong", {}, make("bdi", {}, customer)),
      make("p", { class: "hint" }, portal, " · ", began),
    );
    const act = button(open ? t("Show") : t("Join"), () => this.#open(running), {
      class: open ? "small" : "small primary",
    });
    act.setAttribute("aria-label", open ? t("Show {name}", { name: customer }) : t("Join {name}", { name: customer }));
    return make("li", { id: `running-${session}` }, about, badge, act);
  }

  /** @param {Running} running */
  #open(running) {
    const { session, customer } = running;
    if (!this.#views.has(session)) {
      const view = new SessionView(running, this.#page.language, {
        came: (sentence) => this.#came(session, sentence),
        over: () => {
          this.#close(session);
          if (!this.#tabs.focus()) byId("tools").querySelector("button")?.focus();
        },
        again: () => {
          this.#close(session);
          this.#open(running);
        },
      });
      this.#views.set(session, view);
      this.#tabs.add(session, customer, view.element);
      this.#keepOpen();
    }
    this.#tabs.select(session);
    this.#views.get(session)?.focus();
  }

  /** @param {string} session */
  #close(session) {
    this.#views.get(session)?.close();
    this.#views.delete(session);
    this.#tabs.remove(session);
    this.#keepOpen();
  }

  /** @param {string} session @param {string} sentence */
  #came(session, sentence) {
    if (this.#tabs.selected === session && document.hasFocus()) return;
    this.#tabs.came(session);
    this.#alerts.tell(sentence);
    this.#count();
  }

  /** @param {string} id */
  #chosen(id) {
    if (document.hasFocus()) this.#tabs.mark(id, 0);
    byId("welcome").hidden = this.#views.size > 0;
    this.#count();
  }

  #count() {
    this.#alerts.count(this.#tabs.unread + this.#waiting);
  }

  /** @param {"open" | "away" | "signed out"} is */
  #connection(is) {
    this.#trouble.hidden = is === "open";
    if (is === "open") return;
    const sentence =
      is === "away" ? t("The portal cannot be reached. This page tries again by itself.") : t("You are signed out.");
    const signIn = is === "away" ? [] : [make("a", { href: "/sign-in" }, t("Sign in"))];
    fill(this.#trouble, make("p", {}, sentence), ...signIn);
  }

  /** Go on with copies of sessions that ended while this page was closed. @param {Running[]} running */
  #saveRest(running) {
    const still = new Set(running.map(({ session }) => session));
    for (const session of AGENTS_NOTES.sessions.filter((one) => !still.has(one))) {
      const copies = new Copies(session, true);
      byId("rest").append(copies.element);
      copies.start();
    }
  }

  #keepOpen() {
    sessionStorage.setItem(OPEN, JSON.stringify([...this.#views.keys()]));
  }
}

/** @returns {Set<string>} */
function readOpen() {
  return new Set(JSON.parse(sessionStorage.getItem(OPEN) ?? "[]"));
}

new Console();
