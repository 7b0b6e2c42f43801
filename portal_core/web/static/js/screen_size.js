/** How large a watched screen is shown. Pure. Units: px of the picture; css px of the page. */

/** @typedef {"fit" | "actual"} Mode */
/** @typedef {{width: number, height: number}} Size */

/**
 * Return the size in css px. Fitting makes it smaller only, but in full screen; its actual size is one px of the
 * picture on one of the display.
 * @param {Size} picture @param {Size} room @param {{mode: Mode, full: boolean, ratio: number}} how @returns {Size}
 */
export function shownSize(picture, room, { mode, full, ratio }) {
  const actual = 1 / ratio;
  const fitting = Math.min(room.width / picture.width, room.height / picture.height);
  const scale = mode === "actual" ? actual : full ? fitting : Math.min(fitting, actual);
  return { width: picture.width * scale, height: picture.height * scale };
}
