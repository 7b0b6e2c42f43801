/** Elements of a page, made of text: nothing that somebody wrote is ever taken for markup. */

/** @typedef {string | number | boolean | ((event: any) => void)} Attribute */
/** true sets one without a value, false leaves it out; `onclick` listens. @typedef {Record<string, Attribute>} Attributes */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {Attributes} [attributes] @param {(Node | string)[]} inside
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...inside);
  return made;
}

/** @param {string} text @param {() => void} act @param {Attributes} [attributes] */
export function button(text, act, attributes = {}) {
  const made = make("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", () => act());
  return made;
}

/** Put this in the place of what an element holds. @param {Element} element @param {(Node | string)[]} inside */
export function fill(element, ...inside) {
  element.replaceChildren(...inside);
}

/** Return the element of a page with this id; it must be there. @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found;
}
