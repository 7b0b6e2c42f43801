/**
 * The folder for local copies: chosen once where the browser allows it, and kept. Where it does not, there is none and
 * copies become downloads.
 */

const DATABASE = "sealcast";
const STORE = "folders";
const KEY = "copies";

/**
 * @typedef {(how: object) => Promise<PermissionState>} Permission
 * @typedef {FileSystemDirectoryHandle & {queryPermission: Permission, requestPermission: Permission}} Folder
 */
/**
 * `ask`: the browser wants a click on each visit.
 * @typedef {{is: "unable"} | {is: "none"} | {is: "ask" | "granted", folder: Folder}} FolderIs
 */

const WRITING = { mode: "readwrite" };

/** Return how it stands with the folder. @returns {Promise<FolderIs>} */
export async function folderIs() {
  if (!("showDirectoryPicker" in window)) return { is: "unable" };
  const folder = await kept();
  if (!folder) return { is: "none" };
  return { is: (await folder.queryPermission(WRITING)) === "granted" ? "granted" : "ask", folder };
}

/** Ask for the folder; by a click. Return null when nobody chose one. @returns {Promise<Folder | null>} */
export async function chooseFolder() {
  try {
    // @ts-ignore: browsers have it, TypeScript's tables do not
    const folder = await window.showDirectoryPicker({ id: "sealcast-copies", startIn: "documents", ...WRITING });
    await inStore("readwrite", (store) => store.put(folder, KEY));
    return folder;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return null;
    throw error;
  }
}

/** Ask whether the page may write there; by a click. @param {Folder} folder */
export async function askAgain(folder) {
  return (await folder.requestPermission(WRITING)) === "granted";
}

/** @returns {Promise<Folder | undefined>} */
async function kept() {
  try {
    return await inStore("readonly", (store) => store.get(KEY));
  } catch {
    return undefined; // a private window has no storage: then there is no folder
  }
}

/**
 * @template T
 * @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest<T>} act @returns {Promise<T>}
 */
function inStore(mode, act) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const transaction = opening.result.transaction(STORE, mode);
      const done = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => {
        opening.result.close();
        resolve(done.result);
      };
      transaction.onabort = () => reject(transaction.error);
    };
  });
}
