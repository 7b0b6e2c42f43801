/** Asks the portal for something. What it refuses comes as a sentence and a hint, ready to be shown. */

import { t } from "./texts.js";

/**
 * Ends the console's addresses of what belongs to a session: the agent asks, though he may have joined his own session
 * in this browser, too, as its customer.
 */
export const AS_AGENT = "?as=agent";

/** What was asked for is not possible. */
export class RefusedError extends Error {
  /** @param {string} why @param {string} hint @param {number} [status] */
  constructor(why, hint, status = 0) {
    super(spoken(why));
    this.name = "RefusedError";
    this.hint = spoken(hint);
    this.status = status;
  }
}

/**
 * Return what the portal answers: JSON, or null when it has nothing to say. Errors: RefusedError.
 * @param {string} method @param {string} path @param {unknown} [said] @returns {Promise<any>}
 */
export async function ask(method, path, said) {
  const response = await get(path, {
    method,
    headers: { accept: "application/json", ...(said === undefined ? {} : { "content-type": "application/json" }) },
    body: said === undefined ? undefined : JSON.stringify(said),
  });
  return response.status === 204 ? null : response.json();
}

/** Return the answer as it comes. Errors: RefusedError. @param {string} path @param {RequestInit} [how] */
export async function get(path, how = {}) {
  let response;
  try {
    response = await fetch(path, { cache: "no-store", ...how });
  } catch {
    throw new RefusedError(t("The portal cannot be reached"), t("Look at the connection, and try again"));
  }
  if (response.ok) return response;
  const { why = t("The portal did not answer as it should"), hint = t("Try again in a moment") } = await response
    .json()
    .catch(() => ({}));
  throw new RefusedError(why, hint, response.status);
}

/** Return a sentence as people read it. @param {string} text */
export function spoken(text) {
  const first = text.charAt(0).toLocaleUpperCase() + text.slice(1);
  return first && !/[.!?…]$/.test(first) ? `${first}.` : first;
}
