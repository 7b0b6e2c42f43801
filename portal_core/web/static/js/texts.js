/**
 * What a page says in its reader's language. English stands in the code; the page's JSON brings other languages.
 *
 * The first argument of t() is always a plain string in quotation marks: the catalogues are made by looking for them.
 */

/** @type {Record<string, string>} */
let texts = pageTexts();

/**
 * Return a text in the page's language, with `{name}` filled in.
 * @param {string} english @param {Record<string, string | number>} [values]
 */
export function t(english, values = {}) {
  const text = Object.hasOwn(texts, english) ? texts[english] : english;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
}

/** Speak another language. @param {Record<string, string>} others  by their English */
export function useTexts(others) {
  texts = others;
}

/** Return the language as its reader's region writes numbers and times. @param {string} language */
export function regional(language) {
  const own = navigator.languages.find((one) => one.split("-")[0] === language && one !== language);
  return own ?? (language === "en" ? "en-GB" : language);
}

/** Return a number as the page's language writes it. @param {number} number @param {Intl.NumberFormatOptions} options */
export function written(number, options) {
  return new Intl.NumberFormat(regional(document.documentElement.lang), options).format(number);
}

/** Return the values that the server put into this page. @param {string} id  of its script element @returns {any} */
export function pageValues(id) {
  return JSON.parse(document.getElementById(id)?.textContent || "{}");
}

/** @returns {Record<string, string>} */
function pageTexts() {
  if (typeof document === "undefined") return {};
  const script = document.querySelector('script[type="application/json"]');
  return JSON.parse(script?.textContent || "{}").texts ?? {};
}
