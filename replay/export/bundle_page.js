"use strict";
// Shows what told holds beside the video: the line of this moment, what is searched for, where to go by a click.
const told = JSON.parse(document.getElementById("told").textContent);
const entries = told.entries;
const at = (id) => document.getElementById(id);
const video = at("video"), list = at("list"), strip = at("strip"), query = at("query"), kinds = at("kinds");
const follow = at("follow"), count = at("count");
const rows = [], parts = [];
const PART = 200, ROW_PX = 40; // lines are laid out part by part, as they come near
let here = -1, focusable = -1;

const two = (number) => String(number).padStart(2, "0");
const clock = (ms) => {
  const s = Math.floor(ms / 1000);
  return `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
};
const made = (tag, className, text) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};
const group = (kind) => (kind === "line" ? "chat" : kind === "marker" ? "marker" : "event");

function row(entry, number) {
  const item = made("li", group(entry.kind) === "event" ? `event ${entry.kind}` : entry.kind);
  const time = made(video ? "button" : "span", "time", clock(entry.ms));
  if (video) Object.assign(time, { type: "button", tabIndex: -1 });
  if (entry.wall) time.title = entry.wall;
  const text = made("div");
  if (entry.kind === "line") {
    const who = made("div", `who ${["customer", "agent", "specialist"].includes(entry.role) ? entry.role : ""}`);
    who.append(made("bdi", "", entry.who), " ");
    const role = [entry.role, entry.audience === "agents" ? "to agents" : ""].filter(Boolean).join(", ");
    if (role) who.append(made("small", "", role));
    text.append(who);
  }
  text.append(made("p", "", entry.text));
  item.append(time, text);
  item.dataset.number = number;
  return item;
}

function number(item) {
  return Number(item.closest("li").dataset.number);
}

function goTo(ms) {
  video.currentTime = ms / 1000 + 0.001;
  setFollow(true);
}

function outside(item) {
  const box = item.getBoundingClientRect(), all = list.getBoundingClientRect(), screen = at("screen");
  const over = screen && getComputedStyle(screen).position === "sticky" ? screen.getBoundingClientRect().bottom : 0;
  return box.top < Math.max(all.top, over) || box.bottom > Math.min(all.bottom, innerHeight);
}

function intoView(item, frames = 4) {
  if (outside(item)) item.scrollIntoView({ block: "center" });
  // How high the parts around it are is known only once they are near.
  if (frames) requestAnimationFrame(() => intoView(item, frames - 1));
}

function setFollow(on) {
  follow?.setAttribute("aria-pressed", String(on));
  if (on && here >= 0) intoView(rows[here]);
}

function reachable(next) {
  if (!video || next < 0) return;
  if (focusable >= 0) rows[focusable].firstChild.tabIndex = -1;
  rows[next].firstChild.tabIndex = 0;
  focusable = next;
}

function lastUntil(ms) {
  let low = 0, high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle].ms <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function tell() {
  strip.querySelector(".here").style.left = `${(100 * video.currentTime * 1000) / told.length_ms}%`;
  const now = lastUntil(video.currentTime * 1000 + 1);
  if (now === here) return;
  if (here >= 0) {
    rows[here].classList.remove("now");
    rows[here].removeAttribute("aria-current");
  }
  here = now;
  if (now < 0) return;
  rows[now].classList.add("now");
  rows[now].setAttribute("aria-current", "true");
  if (!list.contains(document.activeElement)) reachable(now);
  if (follow.getAttribute("aria-pressed") === "true") intoView(rows[now]);
}

const plain = (text) => text.normalize("NFC").toLowerCase();
const searched = entries.map((entry) => plain(`${entry.who || ""} ${entry.text}`));

function search() {
  const words = plain(query.value).split(/\s+/).filter(Boolean);
  let shown = 0;
  entries.forEach((entry, at) => {
    const fits = (kinds.value === "all" || group(entry.kind) === kinds.value) && words.every((word) => searched[at].includes(word));
    rows[at].hidden = !fits;
    shown += fits;
  });
  parts.forEach(measure);
  at("nothing").hidden = shown > 0;
  count.textContent = words.length || kinds.value !== "all" ? `${shown} of ${entries.length}` : "";
  highlight(words);
  if (shown && (focusable < 0 || rows[focusable].hidden)) reachable(rows.findIndex((item) => !item.hidden));
}

function measure(part) {
  let shown = 0;
  for (const item of part.children) shown += !item.hidden;
  part.hidden = shown === 0;
  part.style.containIntrinsicBlockSize = `auto ${shown * ROW_PX}px`;
}

function highlight(words) {
  if (!globalThis.Highlight) return;
  const found = new Highlight();
  if (words.length) {
    for (const item of rows) {
      if (item.hidden) continue;
      for (const element of item.querySelectorAll("p, bdi")) {
        const text = element.firstChild, lower = (text?.data || "").toLowerCase();
        if (!text || lower.length !== text.data.length) continue;
        for (const word of words) {
          for (let from = lower.indexOf(word); from >= 0 && found.size < 2000; from = lower.indexOf(word, from + word.length)) {
            const range = new Range();
            range.setStart(text, from);
            range.setEnd(text, from + word.length);
            found.add(range);
          }
        }
      }
    }
  }
  CSS.highlights.set("found", found);
}

function neighbour(from, step) {
  let next = from + step;
  while (rows[next]?.hidden) next += step;
  return rows[next] ? next : from;
}

function onListKey(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.closest("li")) return;
  event.preventDefault();
  event.stopPropagation();
  const next = neighbour(number(event.target), step);
  reachable(next);
  setFollow(false);
  rows[next].firstChild.focus({ preventScroll: true });
  intoView(rows[next]);
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && event.target === query) {
    query.value = "";
    search();
    return;
  }
  if (event.target.closest("input, select, textarea")) return;
  if (event.key === "/") {
    event.preventDefault();
    query.focus();
  }
  // The video's own controls know these keys while it has the focus.
  if (!video || event.target === video) return;
  const jump = { ArrowLeft: -5, ArrowRight: 5 }[event.key];
  if (jump) {
    event.preventDefault();
    video.currentTime = Math.max(0, video.currentTime + jump);
  } else if (event.key === "k" || (event.key === " " && !event.target.closest("button, a, summary"))) {
    event.preventDefault();
    if (video.paused) video.play();
    else video.pause();
  }
}

function mark(className, from, until) {
  const tick = made("i", className);
  tick.style.left = `${(100 * from) / told.length_ms}%`;
  if (until > from) tick.style.width = `${(100 * (until - from)) / told.length_ms}%`;
  return tick;
}

function captions() {
  const track = video.addTextTrack("captions", "Chat");
  track.mode = "hidden";
  const lines = entries.filter((entry) => entry.kind === "line");
  lines.forEach((entry, at) => {
    const next = at + 1 < lines.length ? lines[at + 1].ms : Infinity;
    const until = Math.max(entry.ms + 1000, Math.min(entry.ms + Math.min(10000, 2000 + 60 * entry.text.length), next));
    const text = `${entry.who}: ${entry.text}`.replace(/\n\s*\n/g, "\n");
    track.addCue(new VTTCue(entry.ms / 1000, until / 1000, text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")));
  });
}

function withVideo() {
  document.body.classList.add("seekable");
  captions();
  const marks = document.createDocumentFragment();
  const steps = new Set(); // one tick for all that is said within a thousandth of the video
  for (const entry of entries) {
    const step = Math.floor((1000 * entry.ms) / told.length_ms);
    if (entry.kind !== "line" || steps.has(step)) continue;
    steps.add(step);
    marks.append(mark("said", entry.ms, entry.ms));
  }
  for (const one of told.missing) marks.append(mark("missing", one.from_ms, one.until_ms));
  for (const entry of entries.filter((one) => one.kind === "marker")) {
    marks.append(mark("marked", entry.ms, entry.ms));
    const chip = made("button");
    chip.type = "button";
    chip.append(made("span", "time", clock(entry.ms)), " ", made("bdi", "", entry.text));
    chip.addEventListener("click", () => goTo(entry.ms));
    at("markers").append(chip);
  }
  marks.append(made("i", "here"));
  strip.append(marks);
  at("marked").hidden = !at("markers").children.length;
  strip.addEventListener("click", (event) => {
    const box = strip.getBoundingClientRect();
    goTo(((event.clientX - box.left) / box.width) * told.length_ms);
  });
  list.addEventListener("click", (event) => {
    if (!event.target.closest("li") || String(getSelection())) return;
    reachable(number(event.target));
    goTo(entries[number(event.target)].ms);
  });
  list.addEventListener("keydown", onListKey);
  for (const kind of ["wheel", "touchmove"]) addEventListener(kind, (event) => list.contains(event.target) && setFollow(false), { passive: true });
  for (const kind of ["timeupdate", "seeked"]) video.addEventListener(kind, tell);
  const broken = () => (at("broken").hidden = false);
  video.addEventListener("error", broken);
  if (video.error) broken();
  follow.addEventListener("click", () => setFollow(follow.getAttribute("aria-pressed") !== "true"));
  tell();
}

const all = document.createDocumentFragment();
entries.forEach((entry, at) => {
  if (at % PART === 0) parts.push(all.appendChild(made("ul")));
  rows.push(row(entry, at));
  parts.at(-1).append(rows[at]);
});
list.append(all);
if (entries.length) reachable(0);
query.addEventListener("input", search);
kinds.addEventListener("change", search);
query.form.addEventListener("submit", (event) => {
  event.preventDefault();
  const next = neighbour(here, 1);
  if (video && next !== here && rows[next] && !rows[next].hidden) goTo(entries[next].ms);
});
document.addEventListener("keydown", onKey);
if (video) withVideo();
search();
