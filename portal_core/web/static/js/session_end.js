/** The end of a session as a customer sees it: how it was, the chat to take along, his copy with what opens it. */

import { Copies, passing } from "./copies.js";
import { make } from "./elements.js";
import { RefusedError, ask } from "./requests.js";
import { t } from "./texts.js";

/** @typedef {import("./copies.js").Closing} Closing */

const AGAIN_MS = 2_000;
const MOST_STARS = 5;

/** Show it, and go on until the copies are saved. @param {HTMLElement} place @param {string} session */
export async function showEnd(place, session) {
  const survey = make("section", { class: "card", hidden: true, "aria-labelledby": "survey-title" });
  const copies = make("section", { class: "card", hidden: true, "aria-labelledby": "copies-title" });
  const chat = { class: "button", href: `/session/${session}/chat.txt`, download: "" };
  const log = make("a", chat, t("Save the chat log"));
  const title = make("h1", { tabindex: -1 }, t("The session has ended"));
  const thanks = make("p");
  const done = () => (thanks.textContent = t("Thank you. You can close this page."));
  done();
  place.replaceChildren(title, thanks, survey, copies, log);
  place.hidden = false;
  title.focus();
  const closing = await closingOf(session);
  if (closing.survey) askHowItWas(survey, session);
  if (!closing.copy) return;
  thanks.textContent = t("Thank you. Keep this page open until you have your copy.");
  const told = (/** @type {Closing} */ whole) => copies.append(...explained(whole));
  const saving = new Copies(session, false, { told, done });
  copies.append(make("h2", { id: "copies-title" }, t("Your copy of the recording")), saving.element);
  copies.hidden = false;
  await saving.start();
}

/** Ask until the portal answers. @param {string} session @returns {Promise<Closing>} */
async function closingOf(session) {
  for (;;) {
    try {
      return await ask("GET", `/session/${session}/closing`);
    } catch (error) {
      if (!(error instanceof RefusedError) || !passing(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

/** @param {Closing} closing */
function explained({ parts, keys }) {
  const opens = keys
    ? t("{name} opens it. Keep both in one folder, and open the recording with Sealcast.", { name: keys.name })
    : t("It opens with the company's passphrase. To see it, ask the company.");
  const prints = parts.map(({ name, fingerprint }) =>
    make("div", {}, make("dt", {}, name), make("dd", { class: "fixed" }, fingerprint ?? t("none: it was cut off"))),
  );
  const title = t("The fingerprint proves that nothing of the recording was changed:");
  return [make("p", {}, opens), make("p", { class: "hint" }, title), make("dl", { class: "fingerprints" }, ...prints)];
}

/** @param {HTMLElement} card @param {string} session */
function askHowItWas(card, session) {
  const stars = Array.from({ length: MOST_STARS }, (_, at) => star(at + 1));
  const comment = make("textarea", { id: "survey-comment", rows: 3, maxlength: 1_000 });
  const status = make("p", { class: "hint", role: "status" });
  const send = make("button", { class: "primary" }, t("Send"));
  const label = make("label", { for: "survey-comment" }, t("What do you want to tell us?"));
  const form = make(
    "form",
    {},
    make("fieldset", { class: "stars" }, make("legend", {}, t("Stars")), ...stars),
    make("div", { class: "field" }, label, comment),
    make("div", { class: "row" }, send, status),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = Number(new FormData(form).get("stars"));
    if (!chosen) {
      status.textContent = t("Choose one to five stars first.");
      return;
    }
    send.disabled = true;
    try {
      await ask("POST", `/session/${session}/survey`, { stars: chosen, comment: comment.value });
      card.replaceChildren(make("p", { role: "status" }, t("Thank you for telling us.")));
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      send.disabled = false;
      status.textContent = `${error.message} ${error.hint}`;
    }
  });
  card.append(make("h2", { id: "survey-title" }, t("How was it?")), form);
  card.hidden = false;
}

/** @param {number} number */
function star(number) {
  const input = make("input", { type: "radio", name: "stars", value: number, id: `stars-${number}` });
  const words = number === 1 ? t("1 star") : t("{number} stars", { number });
  const label = make("label", { for: `stars-${number}`, title: words }, make("span", { class: "unseen" }, words));
  label.append(make("span", { "aria-hidden": "true" }, "★"));
  return make("span", { class: "star" }, input, label);
}
