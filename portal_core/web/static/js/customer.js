/** The customer's page of a session: chat, his screen, the agent's screen, the recording, and its end. */

import { ChatView } from "./chat.js";
import { elsewhere } from "./client_code.js";
import { confirmFirst } from "./dialogs.js";
import { byId, button, fill, make } from "./elements.js";
import { Live, liveUrl } from "./live.js";
import { Questions } from "./questions.js";
import { ask } from "./requests.js";
import { Screens } from "./screens.js";
import { showEnd } from "./session_end.js";
import { ScreenShare, whyNoSharing } from "./share.js";
import { pageValues, t } from "./texts.js";

/** @typedef {import("./live.js").Entry} Entry */
/** @typedef {import("./live.js").ConnectionIs} ConnectionIs */

/** @type {{session: string, portal: string, begins: string, language: string}} */
const page = pageValues("session");
const title = document.title;
let me = 0;
let known = 0; // the newest entry when this page was welcomed
let over = false;
let offered = false; // the question with which the session may begin was answered, or asked
let shareState = "off";
let toldCannot = false; // the others know that this browser cannot show its screen
let connected = false;
let sharer = 0; // the seat that shows screen/agent

const screens = new Screens((saying) => live.tell(saying));
const chat = new ChatView(
  byId("chat"),
  { say: (text) => live.say({ do: "say", text }), typing: () => live.tell({ do: "typing" }) },
  { language: page.language },
);
const cannot = cannotShow();
const questions = new Questions(
  byId("questions"),
  {
    share: () => share.start(),
    refuseShare: () => live.say({ do: "refuse_share" }),
    refuse: () => live.say({ do: "answer_diagnostics", allowed: false }),
    allow: (snapshot) => {
      live.say({ do: "answer_diagnostics", allowed: true });
      live.say({ do: "diagnostics", snapshot });
    },
    closed: () => chat.rest(),
  },
  cannot,
);
const live = new Live(
  liveUrl(page.session),
  {
    welcome: (welcome) => {
      me = welcome.you;
      known = welcome.entry;
      chat.welcome(welcome);
      share.welcome(welcome);
      screens.welcome(welcome.since_us);
      recordingIs(welcome.recording);
    },
    entry: hear,
    typing: (by) => chat.typing(by),
    here: (id, away) => id === sharer && screens.view("screen/agent", "").is({ away }),
    recording: recordingIs,
    refused: (key, why) => {
      chat.refused(key, why);
      share.refused(key);
    },
    sharing: (is) => share.sharing(is),
    connection: connectionIs,
  },
  screens.pictures,
);
const share = new ScreenShare(live, "screen/customer", sharingIs);

sharingIs("off", "");
byId("leave").addEventListener("click", leave);
document.addEventListener("visibilitychange", () => document.hidden || (document.title = title));
endIfItHas();

/** @param {Entry} entry */
function hear(entry) {
  if (entry.at_us !== undefined) screens.heard(entry.at_us);
  chat.entry(entry);
  share.entry(entry);
  // Whoever shows his screen already need not be asked.
  const shows = shareState !== "off" && shareState !== "paused";
  if (entry.kind !== "share_asked" || !shows) questions.entry(entry, nameOf(entry.by), entry.by === me);
  if (["share_asked", "share_refused", "sharing"].includes(entry.kind)) offered = true;
  if (entry.kind === "sharing" && entry.track === "screen/agent") watch(entry);
  if (entry.kind === "cannot_share" && entry.by === me) toldCannot = true;
  if (entry.n >= known && cannot.length && !toldCannot) {
    toldCannot = true;
    live.say({ do: "cannot_share" });
  }
  if (entry.kind === "joined" && entry.role === "agent") byId("waiting").hidden = true;
  if (document.hidden && entry.n > known && entry.kind !== "hidden") document.title = `● ${title}`;
  if (entry.n >= known && !offered && page.begins === "request to share") {
    offered = true;
    questions.askShare(page.portal);
  }
}

/** @param {number} id */
function nameOf(id) {
  return chat.names.get(id) ?? t("The agent");
}

/** Show the agent's screen. @param {Entry} entry */
function watch({ by, on, at_us }) {
  const place = byId("screen");
  sharer = on ? by : 0;
  const name = t("Screen of {name}", { name: nameOf(by) });
  const view = screens.view("screen/agent", name);
  if (!view.element.isConnected) place.append(view.element);
  place.hidden = !on;
  view.is({ away: false });
  screens.shared("screen/agent", on, at_us);
}

/** @param {string} state */
function recordingIs(state) {
  const sign = byId("recording");
  const does = (/** @type {string} */ act) => () => live.say({ do: act });
  sign.dataset.state = state;
  /** @type {Record<string, [string, HTMLElement[]]>} */
  const words = {
    on: [t("Recording"), [button(t("Pause"), does("pause"), labelled(t("Pause the recording")))]],
    paused: [t("Recording paused"), [button(t("Go on"), does("resume"), labelled(t("Let the recording go on")))]],
    stopped: [t("Recording stopped"), []],
  };
  const [word, buttons] = words[state] ?? [t("Not recorded"), []];
  refill(sign, word, buttons);
}

/** @param {import("./share.js").ShareState} state @param {string} why */
function sharingIs(state, why) {
  shareState = state;
  const bar = byId("sharing");
  bar.dataset.state = state;
  const small = { class: "small" };
  const pause = button(t("Pause"), () => share.pause(), labelled(t("Pause showing the screen")));
  const stop = button(t("Stop"), () => share.stop(), labelled(t("Stop showing the screen"), "small danger"));
  /** @type {Record<string, [string, HTMLElement[]]>} */
  const words = {
    off: ["", cannot.length ? [] : [button(t("Show my screen"), () => share.start(), small)]],
    choosing: [t("Choose what to show"), []],
    starting: [t("Your screen will be seen in a moment"), [stop]],
    on: connected
      ? [t("Your screen is seen"), [pause, stop]]
      : [t("Your screen is not seen now"), [stop]],
    paused: [t("Your screen is not seen now"), [button(t("Go on"), () => share.resume(), small), stop]],
  };
  const [word, buttons] = words[state];
  refill(bar, word || why, buttons);
}

/** @param {string} label @param {string} kind */
function labelled(label, kind = "small") {
  return { class: kind, "aria-label": label };
}

/**
 * Say something else in a bar, in the same place, so that it is read out; whoever was on a button of it stays on one.
 * @param {HTMLElement} bar @param {string} word @param {HTMLElement[]} buttons
 */
function refill(bar, word, buttons) {
  const here = bar.contains(document.activeElement);
  const place = bar.querySelector("[role=status]") ?? make("span", { class: `${bar.id}-word`, role: "status" });
  if (place.textContent !== word) place.textContent = word;
  if (!place.isConnected) bar.append(place);
  for (const each of bar.querySelectorAll("button")) each.remove();
  bar.append(...buttons);
  if (here) bar.querySelector("button")?.focus();
}

/** @param {ConnectionIs} is */
function connectionIs(is) {
  if (over) return;
  chat.connection(is);
  connected = is.state === "open";
  screens.connected(connected);
  if (shareState === "on") sharingIs(shareState, "");
  const line = byId("connection");
  line.hidden = is.state === "open" || is.state === "over";
  if (is.state === "connecting") fill(line, t("Connecting …"));
  if (is.state === "away")
    fill(line, t("The connection is lost and comes back by itself; what you write is sent then."));
  if (is.state === "lost") {
    fill(line, t("The connection has been lost for two minutes."), " ", button(t("Try again"), () => live.again()));
  }
  if (is.state === "away" || is.state === "lost") endIfItHas();
  if (is.state === "over") overBecause(is.why ?? "");
}

/** @param {string} why */
function overBecause(why) {
  if (why === "ended" || why === "left") {
    end();
    return;
  }
  share.stop();
  questions.close();
  for (const id of ["sharing", "recording", "leave"]) byId(id).hidden = true;
  const here = button(t("Go on here"), () => location.reload());
  const elsewhere = t("This session is open on another page.");
  const words = why === "elsewhere" ? elsewhere : t("This page and the portal do not understand each other.");
  byId("connection").hidden = false;
  fill(byId("connection"), words, " ", here);
}

/** A session may end while this page is away. */
async function endIfItHas() {
  const closing = await ask("GET", `/session/${page.session}/closing`).catch(() => null);
  if (closing?.state === "ended") end();
}

function end() {
  if (over) return;
  over = true;
  share.stop();
  live.close();
  questions.close();
  chat.close();
  screens.close();
  for (const id of ["screen", "sharing", "recording", "leave", "waiting", "connection"]) byId(id).hidden = true;
  // A page that was loaded after the end knows nothing of what was said.
  byId("chat").hidden = !byId("chat").querySelector(".chat-line");
  return showEnd(byId("end"), page.session);
}

function leave() {
  const texts = {
    title: t("Leave the session?"),
    question: t("The session ends for you. You cannot come back with the same code."),
    yes: t("Leave"),
  };
  confirmFirst(texts, () => {
    share.stop();
    live.say({ do: "leave" });
  });
}

/** Return what is said where this browser cannot show its screen; [] where it can. @returns {HTMLElement[]} */
function cannotShow() {
  const why = whyNoSharing();
  return why ? elsewhere(page.session, why) : [];
}

addEventListener("beforeunload", (event) => {
  if (!over && shareState !== "off") event.preventDefault();
});
