/**
 * What is kept of a session at its end: how its recording stands, and local copies, by themselves: into the folder
 * that was chosen once, else as downloads. What lies in the folder is read back, and its fingerprint told to the
 * portal. Of a download no page hears whether it was written: whoever sees it says so. Agents and customers alike.
 */

import { askAgain, chooseFolder, folderIs } from "./copy_folder.js";
import { AGENTS_NOTES, CUSTOMERS_NOTES } from "./copy_notes.js";
import { download, fingerprintOf, renewInFolder, saveInFolder } from "./copy_saving.js";
import { button, fill, make } from "./elements.js";
import { AS_AGENT, RefusedError, ask } from "./requests.js";
import { t, written } from "./texts.js";

const NOT_YET_MS = 500; // a part is still being finished
const NO_ANSWER_MS = 3000;
const LOOKS = 100; // for the copies of others, one every three seconds

/** @typedef {import("./copy_folder.js").Folder} Folder */
/**
 * @typedef {{part: number, name: string, size: number, fingerprint: string | null, href: string}} Part
 */
/**
 * What GET /session/…/closing says. saved: all copies that were to be made are confirmed.
 * @typedef {object} Closing
 * @property {string} state
 * @property {string} recording_state
 * @property {Part[]} parts
 * @property {{name: string, href: string} | null} keys
 * @property {boolean} whole
 * @property {boolean} copy
 * @property {boolean} saved
 * @property {boolean} survey
 */
/** @typedef {{name: string, href: string, part?: Part}} Wanted */

export class Copies {
  element = make("section", { class: "copies stack", hidden: true });
  #session;
  #agent;
  #notes;
  #tell;
  #stands = make("p");
  #word = make("p", { role: "status" });
  #acts = make("div", { class: "row" });
  #list = make("ul", { class: "copy-list" });
  /** @type {Set<string>} */
  #saved = new Set();
  /** @type {Record<string, string>} Fingerprints of what was handed to the downloads, by part. */
  #handed = {};
  #stopped = false;

  /**
   * @param {string} session  its id, 32 hex digits @param {boolean} agent  else the customer
   * @param {{told?: (closing: Closing) => void, done?: () => void}} [acts]  told what there is, when all of it is
   * finished; done when it is saved
   */
  constructor(session, agent, acts = {}) {
    this.#session = session;
    this.#agent = agent;
    this.#notes = agent ? AGENTS_NOTES : CUSTOMERS_NOTES;
    this.#tell = acts;
    this.element.setAttribute("aria-label", t("Recording"));
    if (agent) this.element.append(make("h3", {}, t("Recording")), this.#stands);
    this.element.append(this.#word, this.#list, this.#acts);
  }

  /** Begin when the session has ended; resolves when there is nothing left to do or somebody has to press something. */
  async start() {
    const closing = await this.#whole();
    if (!closing) return;
    this.#say("");
    this.#stands.textContent = closing.recording_state;
    this.#tell.told?.(closing);
    if (!closing.copy || !closing.parts.length) return this.#done("");
    // What an agent did not see running was perhaps saved before, and is not saved again by itself.
    const note = this.#notes.of(this.#session) ?? (this.#agent ? undefined : "wanted");
    if (note === undefined) return this.#offer(t("Save copies"), () => this.#begin(closing));
    if (note === "saved") {
      for (const one of wantedOf(closing)) this.#note(one, "saved", "");
      return this.#done(t("Everything is saved."));
    }
    // A part may have come since the others were handed over.
    if (note === "wanted" || closing.parts.some(({ part }) => !(part in note))) return this.#begin(closing);
    this.#askWhether(closing, note);
  }

  /** @param {Closing} closing */
  async #begin(closing) {
    const folder = this.#agent ? await folderIs() : null;
    if (folder?.is === "granted") return this.#save(closing, folder.folder);
    if (folder?.is !== "ask") return this.#save(closing, null);
    this.#say(t("The browser asks before this page may write into the folder {name}.", { name: folder.folder.name }));
    fill(
      this.#acts,
      button(t("Save there"), () => this.#saveIfAllowed(closing, folder.folder), { class: "primary" }),
      button(t("Download instead"), () => this.#save(closing, null)),
    );
  }

  /** Wait no longer. */
  close() {
    this.#stopped = true;
  }

  /**
   * Return what there is when all of it is finished; null when that is refused or nobody waits.
   * @returns {Promise<Closing | null>}
   */
  async #whole() {
    while (!this.#stopped) {
      let waitMs = NOT_YET_MS;
      try {
        const closing = await this.#closing();
        if (closing.whole) return closing;
        this.#say(t("The recording is being finished …"));
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        this.#say(`${error.message} ${error.hint}`);
        if (!passing(error)) {
          if (error.status === 404) this.#notes.put(this.#session, undefined);
          return null;
        }
        waitMs = NO_ANSWER_MS;
      }
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
    return null;
  }

  /** @returns {Promise<Closing>} */
  #closing() {
    return ask("GET", this.#path("closing"));
  }

  /** @param {string} what */
  #path(what) {
    return `/session/${this.#session}/${what}${this.#agent ? AS_AGENT : ""}`;
  }

  /** @param {Closing} closing @param {Folder} folder */
  async #saveIfAllowed(closing, folder) {
    if (await askAgain(folder)) return this.#save(closing, folder);
    this.#say(t("The browser does not let this page write into {name}. Allow it, or download.", { name: folder.name }));
  }

  /** @param {Closing} closing @param {Folder | null} folder  null for downloads */
  async #save(closing, folder) {
    fill(this.#acts);
    this.#say(t("Saving …"));
    const missing = [];
    for (const one of wantedOf(closing)) {
      if (this.#saved.has(one.href)) continue;
      try {
        await this.#saveOne(one, folder);
        this.#saved.add(one.href);
      } catch (error) {
        missing.push(one);
        this.#note(one, "missing", reason(error));
      }
    }
    if (missing.length) {
      this.#say(t("Not everything could be saved."));
      this.#offer(t("Try again"), () => this.#save(closing, folder));
    } else if (folder) this.#done(t("Everything is saved in {folder}.", { folder: folder.name }));
    else this.#askWhether(closing, this.#handed);
  }

  /** @param {Wanted} one @param {Folder | null} folder */
  async #saveOne(one, folder) {
    const { part } = one;
    this.#note(one, "saving", t("Saving …"));
    const print = part?.fingerprint ?? null;
    const into = folder && (part ? saveInFolder(folder, one, print) : renewInFolder(folder, one));
    const { name, file } = await (into ?? download(one));
    if (part) {
      const fingerprint = await fingerprintOf(file);
      if (file.size !== part.size || (print && fingerprint !== print)) throw new DifferentError();
      if (folder) await this.#confirm(part, fingerprint);
      else this.#handed[part.part] = fingerprint;
    }
    const where = folder ? t("saved in {folder}", { folder: folder.name }) : t("handed to the browser's downloads");
    this.#note({ ...one, name }, folder ? "saved" : "handed", `${where}, ${sizeWords(file.size)}`);
  }

  /** Ask whether the downloads are there. @param {Closing} closing @param {Record<string, string>} handed */
  #askWhether(closing, handed) {
    this.#notes.put(this.#session, handed);
    for (const one of wantedOf(closing)) if (!this.#saved.has(one.href)) this.#note(one, "handed", "");
    this.#say(t("Handed to the browser's downloads. Look whether every file is there."));
    const again = button(t("Download again"), () => {
      this.#saved.clear();
      this.#save(closing, null);
    });
    this.#offer(t("They are there"), () => this.#confirmAll(closing, handed), again);
  }

  /** @param {Closing} closing @param {Record<string, string>} handed */
  async #confirmAll(closing, handed) {
    try {
      for (const part of closing.parts) await this.#confirm(part, handed[part.part]);
    } catch (error) {
      return this.#say(reason(error));
    }
    for (const line of this.#list.children) line.className = "saved";
    this.#done(t("Everything is saved."));
    if (!this.#agent || (await folderIs()).is !== "none") return;
    this.#offer(t("Choose a folder for the next ones …"), () => chooseCopyFolder(this.#word));
  }

  /** @param {Part} part @param {string} fingerprint */
  async #confirm({ part }, fingerprint) {
    await ask("POST", this.#path("copies"), { part, fingerprint });
  }

  /** @param {string} sentence */
  #done(sentence) {
    fill(this.#acts);
    this.#say(sentence);
    this.#notes.put(this.#session, this.#agent ? undefined : "saved");
    this.#tell.done?.();
    if (this.#agent) this.#watch();
  }

  /** Follow the copies that are still to come, of the customer for one. */
  async #watch() {
    for (let looks = 0; looks < LOOKS && !this.#stopped; looks++) {
      const closing = await this.#closing().catch(() => null);
      if (closing) this.#stands.textContent = closing.recording_state;
      if (closing?.saved) return;
      await new Promise((resolve) => setTimeout(resolve, NO_ANSWER_MS));
    }
  }

  /** @param {string} text @param {() => void} act @param {HTMLElement[]} others */
  #offer(text, act, ...others) {
    fill(this.#acts, button(text, act, { class: "primary" }), ...others);
  }

  /** @param {string} sentence */
  #say(sentence) {
    this.element.hidden = false;
    if (this.#word.textContent !== sentence) this.#word.textContent = sentence;
  }

  /**
   * Show what became of a file; a click on its name downloads it.
   * @param {Wanted} one @param {string} state @param {string} sentence
   */
  #note({ name, href }, state, sentence) {
    let line = [...this.#list.children].find((each) => each.getAttribute("data-href") === href);
    if (!line) {
      line = make("li", { "data-href": href });
      this.#list.append(line);
    }
    line.className = state;
    const link = make("a", { class: "fixed", href, download: name }, make("bdi", {}, name));
    fill(line, link, make("span", { class: "hint" }, sentence));
  }
}

/**
 * Return what is to be saved. What opens the copies comes first: then every copy that is there can be opened.
 * @param {Closing} closing
 */
function wantedOf({ keys, parts }) {
  /** @type {Wanted[]} */
  const first = keys ? [keys] : [];
  return [...first, ...parts.map((part) => ({ ...part, part }))];
}

/** Whether it may be otherwise in a moment. @param {RefusedError} error */
export function passing({ status }) {
  return !status || status === 429 || status >= 500;
}

/** @param {number} size  bytes */
function sizeWords(size) {
  const [unit, one] = size < 1e6 ? ["kilobyte", 1e3] : size < 1e9 ? ["megabyte", 1e6] : ["gigabyte", 1e9];
  return written(size / Number(one), { style: "unit", unit: String(unit), maximumFractionDigits: 1 });
}

/** Let the person choose the folder; by a click. @param {HTMLElement} status  where it is said what came of it */
export async function chooseCopyFolder(status) {
  const folder = await chooseFolder();
  if (folder) status.textContent = t("Copies will be saved in {folder}.", { folder: folder.name });
}

/** What lies here is not what the portal has. */
class DifferentError extends Error {}

/** Return why something was not saved. @param {unknown} error */
function reason(error) {
  if (error instanceof RefusedError) return `${error.message} ${error.hint}`;
  if (error instanceof DifferentError) return t("What was saved is not what the portal has.");
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError") return t("The browser does not let this page write into the folder.");
  if (name === "NotFoundError") return t("The folder is no longer there. Choose it again.");
  if (name === "QuotaExceededError") return t("The disk is full.");
  return t("It broke off on the way.");
}
