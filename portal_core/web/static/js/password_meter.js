/**
 * Shows how hard a new password is to guess while it is typed.  The portal judges, by the same rule as when the form is
 * sent; without this script the form works as well.
 */

const REST_MS = 250; // so long nothing is typed before it asks

for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("input[data-strength]"))) {
  const place = document.getElementById(field.dataset.strength ?? "");
  const meter = place?.querySelector("meter");
  const text = place?.querySelector("p");
  if (place && meter && text) watch(field, place, meter, text);
}

/**
 * @param {HTMLInputElement} field
 * @param {HTMLElement} place
 * @param {HTMLMeterElement} meter
 * @param {HTMLElement} text
 */
function watch(field, place, meter, text) {
  let timer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
  let newest = 0;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    place.hidden = field.value === "";
    const asked = ++newest;
    if (field.value !== "") timer = setTimeout(() => show(asked), REST_MS);
  });

  /** @param {number} asked */
  async function show(asked) {
    const strength = await strengthOf(field.value);
    if (asked !== newest || strength === null) return;
    meter.value = Math.max(strength.guesses, 1); // an empty meter looks like none
    text.textContent = strength.why || (text.dataset.good ?? "");
  }
}

/**
 * @param {string} password
 * @returns {Promise<{guesses: number, why: string} | null>} null where the portal cannot be asked now
 */
async function strengthOf(password) {
  try {
    const answer = await fetch("/password-strength", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ password }),
    });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
