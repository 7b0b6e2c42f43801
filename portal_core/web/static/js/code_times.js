/** Session codes as people read them. Pure. */

/** Return nine digits in groups of three. @param {string} digits */
export function grouped(digits) {
  return digits.replace(/(\d{3})(?=\d)/g, "$1 ");
}

/**
 * Return how long something lasts until then, such as *29:05*, or *1:00:00*.
 * @param {number} untilUs @param {number} nowUs
 */
export function timeLeft(untilUs, nowUs) {
  const seconds = Math.max(0, Math.ceil((untilUs - nowUs) / 1_000_000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const clock = `${hours ? String(minutes).padStart(2, "0") : minutes}:${String(seconds % 60).padStart(2, "0")}`;
  return hours ? `${hours}:${clock}` : clock;
}

/**
 * Return what opens somebody's own mail program with a message filled in.
 * @param {string} to @param {{subject: string, body: string}} text
 */
export function mailAddress(to, { subject, body }) {
  const lines = body.replace(/\r?\n/g, "\r\n"); // RFC 6068 §5
  const address = encodeURIComponent(to).replaceAll("%40", "@");
  return `mailto:${address}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(lines)}`;
}
