/** Saves a file of the portal on this computer: in a folder, or as a download. */

import { get } from "./requests.js";

const FINAL = 1024; // bytes of a sealed file's last block, vault/SPEC.md
const SIGNATURE = 64;
const MOST_NAMES = 100;

/** @typedef {import("./copy_folder.js").Folder} Folder */
/**
 * A file of the portal; its size in bytes where it is known.
 * @typedef {{name: string, href: string, size?: number}} Served
 */

/**
 * Return the fingerprint of a sealed file, in hex: the hash of its last block without the signature.
 * @param {Blob} file
 */
export async function fingerprintOf(file) {
  const last = file.slice(Math.max(0, file.size - FINAL), Math.max(0, file.size - SIGNATURE));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await last.arrayBuffer()));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Save it in a folder; return the file as it lies there. What lies there already is left if it is the same, and never
 * overwritten if it is another. @param {Folder} folder @param {Served} served @param {string | null} fingerprint
 */
export async function saveInFolder(folder, served, fingerprint) {
  for (let number = 1; number <= MOST_NAMES; number++) {
    const name = numbered(served.name, number);
    const before = await existing(folder, name);
    if (before && (await same(before, served, fingerprint))) return { name, file: before };
    if (!before) return { name, file: await write(folder, name, served) };
  }
  throw new Error("there are too many files of this name");
}

/** Write it anew, whatever lies there: what opens copies is renewed. @param {Folder} folder @param {Served} served */
export async function renewInFolder(folder, served) {
  return { name: served.name, file: await write(folder, served.name, served) };
}

/** Let the browser download it; return what it got: whether it writes that, no page hears. @param {Served} served */
export async function download(served) {
  const response = await get(served.href);
  const file = await response.blob();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = served.name;
  link.click();
  // The browser needs the address until it has written the file.
  setTimeout(() => URL.revokeObjectURL(link.href), 600_000);
  return { name: served.name, file };
}

/** Return a name that says which of several it is: *name (2).sealcast*. @param {string} name @param {number} number */
export function numbered(name, number) {
  if (number === 1) return name;
  const dot = name.lastIndexOf(".");
  const end = dot > 0 ? dot : name.length;
  return `${name.slice(0, end)} (${number})${name.slice(end)}`;
}

/** @param {Folder} folder @param {string} name */
async function existing(folder, name) {
  try {
    return await (await folder.getFileHandle(name)).getFile();
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotFoundError") return null;
    throw error;
  }
}

/** @param {File} file @param {Served} served @param {string | null} fingerprint */
async function same(file, { size }, fingerprint) {
  return size === file.size && fingerprint !== null && (await fingerprintOf(file)) === fingerprint;
}

/**
 * What lies there is replaced when all of it came.
 * @param {Folder} folder @param {string} name @param {Served} served
 */
async function write(folder, name, { href }) {
  const response = await get(href);
  if (!response.body) throw new Error("the portal sent nothing");
  const anew = !(await existing(folder, name));
  const handle = await folder.getFileHandle(name, { create: true });
  try {
    await response.body.pipeTo(await handle.createWritable());
  } catch (error) {
    if (anew) await folder.removeEntry(name); // an empty file would stay
    throw error;
  }
  return handle.getFile();
}
