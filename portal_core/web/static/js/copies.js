/**
 * What is kept of a session at its end: how its recording stands, and local copies, by themselves: into the folder that was chosen once, else as downloads. Each is
 * read back, its fingerprint computed and told to the portal; what is missing is said, with a way to try again.
 */

import { askAgain, chooseFolder, folderIs } from "./copy_folder.js";
import { download, fingerprintOf, renewInFolder, saveInFolder } from "./copy_saving.js";
import { button, fill, make } from "./elements.js";
import { AS_AGENT, RefusedError, ask } from "./requests.js";
import { t, written } from "./texts.js";

const NOT_YET_MS = 500; // a part is still being finished
const NO_ANSWER_MS = 3000;
const LOOKS = 100; // for the copies of others, one every three seconds
const PENDING = "sealcast.copies"; // in this browser's storage: sessions whose copies are not all saved

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
 * @property {Wanted | null} keys
 * @property {boolean} whole
 * @property {boolean} copy
 * @property {boolean} saved
 */
/** @typedef {{name: string, href: string, part?: Part}} Wanted */

/** Return the sessions whose copies were not all saved by this browser. @returns {string[]} */
export function pendingCopies() {
  try {
    const kept = JSON.parse(localStorage.getItem(PENDING) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => /^[0-9a-f]{32}$/.test(one)) : [];
  } catch {
    return [];
  }
}

/**
 * Note that copies of a session are still to be saved, or no longer.
 * @param {string} session @param {boolean} pending
 */
export function setPending(session, pending) {
  const others = pendingCopies().filter((one) => one !== session);
  try {
    localStorage.setItem(PENDING, JSON.stringify(pending ? [...others, session] : others));
  } catch {
    // Without storage nothing outlives this page: then it is saved while it is open.
  }
}

export class Copies {
  element = make("section", { class: "copies stack", hidden: true });
  #session;
  #stands = make("p", { class: "recording-state" });
  #word = make("p", { role: "status" });
  #acts = make("div", { class: "row" });
  #list = make("ul", { class: "copy-list" });
  /** @type {Set<string>} */
  #saved = new Set();
  #stopped = false;

  /** @param {string} session  its id, 32 hex digits */
  constructor(session) {
    this.#session = session;
    this.element.setAttribute("aria-label", t("Recording"));
    this.element.append(make("h3", {}, t("Recording")), this.#stands, this.#word, this.#list, this.#acts);
  }

  /** Begin when the session has ended; resolves when there is nothing left to do or somebody has to press something. */
  async start() {
    setPending(this.#session, true);
    const closing = await this.#whole();
    if (!closing) return;
    this.#say("");
    this.#stands.textContent = closing.recording_state;
    if (!closing.copy || !closing.parts.length) {
      setPending(this.#session, false);
      return this.#watch();
    }
    const folder = await folderIs();
    if (folder.is === "granted") return this.#save(closing, folder.folder);
    if (folder.is !== "ask") return this.#save(closing, null);
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
        /** @type {Closing} */
        const closing = await ask("GET", `/session/${this.#session}/closing${AS_AGENT}`);
        if (closing.whole) return closing;
        this.#say(t("The recording is being finished …"));
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        if (error.status) {
          this.#say(`${error.message} ${error.hint}`);
          if (error.status === 404) setPending(this.#session, false);
          return null;
        }
        this.#say(error.message);
        waitMs = NO_ANSWER_MS;
      }
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
    return null;
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
    // What opens the copies first: then every copy that is there can be opened.
    /** @type {Wanted[]} */
    const wanted = [...(closing.keys ? [closing.keys] : []), ...closing.parts.map((part) => ({ ...part, part }))];
    const missing = [];
    for (const one of wanted) {
      if (this.#saved.has(one.href)) continue;
      try {
        await this.#saveOne(one, folder);
        this.#saved.add(one.href);
      } catch (error) {
        missing.push(one);
        this.#note(one, "missing", reason(error));
      }
    }
    this.#end(closing, folder, missing.length);
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
      await ask("POST", `/session/${this.#session}/copies${AS_AGENT}`, { part: part.part, fingerprint });
    }
    const where = folder ? t("saved in {folder}", { folder: folder.name }) : t("handed to the browser's downloads");
    this.#note({ ...one, name }, "saved", `${where}, ${sizeWords(file.size)}`);
  }

  /** @param {Closing} closing @param {Folder | null} folder @param {number} missing */
  async #end(closing, folder, missing) {
    setPending(this.#session, missing > 0);
    this.#watch();
    if (missing) {
      this.#say(t("Not everything could be saved."));
      fill(
        this.#acts,
        button(t("Try again"), () => this.#save(closing, folder), { class: "primary" }),
      );
      return;
    }
    this.#say(
      folder ? t("Everything is saved in {folder}.", { folder: folder.name }) : t("Everything was downloaded."),
    );
    if (!folder && (await folderIs()).is === "none") {
      fill(
        this.#acts,
        button(t("Choose a folder for the next ones …"), () => chooseCopyFolder(this.#word)),
      );
    }
  }

  /** Follow the copies that are still to come, of the customer for one. */
  async #watch() {
    for (let looks = 0; looks < LOOKS && !this.#stopped; looks++) {
      /** @type {Closing | null} */
      const closing = await ask("GET", `/session/${this.#session}/closing${AS_AGENT}`).catch(() => null);
      if (closing) this.#stands.textContent = closing.recording_state;
      if (closing?.saved) return;
      await new Promise((resolve) => setTimeout(resolve, NO_ANSWER_MS));
    }
  }

  /** @param {string} sentence */
  #say(sentence) {
    this.element.hidden = false;
    this.#word.textContent = sentence;
  }

  /** Show what became of a file. @param {Wanted} one @param {string} state @param {string} sentence */
  #note({ name, href }, state, sentence) {
    let line = [...this.#list.children].find((each) => each.getAttribute("data-href") === href);
    if (!line) {
      line = make("li", { "data-href": href });
      this.#list.append(line);
    }
    line.className = state;
    fill(line, make("bdi", { class: "fixed" }, name), make("span", { class: "hint" }, sentence));
  }
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
