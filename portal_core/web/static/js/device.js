/**
 * What this browser tells of itself and its machine, as a snapshot: recorder/format/SPEC.md §4.7.
 *
 * What a browser does not tell is left out, or said to be missing; nothing is guessed.
 */

/** @typedef {string | number | boolean} Value */
/** @typedef {Record<string, Value>} Item */
/** @typedef {{name: string, items: Item[], missing?: string}} Category */
/** @typedef {{taken_us: number, source: string, categories: Category[]}} Snapshot */

const MAX_VALUE = 4_096; // characters, §4.7
const MAX_NAME = 64;
const GIB = 2 ** 30;
// Those that the portal's own policy forbids its pages, such as the camera, say nothing about the browser.
const PERMISSIONS = ["display-capture", "notifications", "clipboard-read", "clipboard-write", "persistent-storage"];
/** What only some browsers have. @type {any} */
const browser = globalThis.navigator;

/** @type {[string, () => Promise<Record<string, unknown>[]>][]} */
const CATEGORIES = [
  ["browser", async () => [await aboutBrowser()]],
  ["system", async () => [await aboutSystem()]],
  ["languages", async () => [aboutLanguages()]],
  ["screen", async () => [aboutScreen()]],
  ["hardware", async () => [aboutHardware()]],
  ["graphics", async () => [aboutGraphics()]],
  ["connection", async () => [aboutConnection()]],
  ["permissions", aboutPermissions],
  ["storage", async () => [await aboutStorage()]],
];

/** Ask the browser for everything. @returns {Promise<Snapshot>} */
export async function takeSnapshot() {
  const categories = await Promise.all(CATEGORIES.map(([name, ask]) => category(name, ask)));
  return { taken_us: Date.now() * 1_000, source: "browser", categories };
}

/**
 * Return a category; what cannot be asked is missing.
 * @param {string} name @param {() => Promise<Record<string, unknown>[]>} ask @returns {Promise<Category>}
 */
export async function category(name, ask) {
  try {
    return { name, items: (await ask()).map(facts).filter((item) => Object.keys(item).length) };
  } catch (error) {
    return { name, items: [], missing: `the browser does not tell: ${String(error)}`.slice(0, MAX_VALUE) };
  }
}

/** Return what is known, as the law wants it. @param {Record<string, unknown>} found @returns {Item} */
export function facts(found) {
  /** @type {Item} */
  const kept = {};
  for (const [name, value] of Object.entries(found)) {
    const known = fact(value);
    if (known !== undefined) kept[name.slice(0, MAX_NAME)] = known;
  }
  return kept;
}

/** @param {unknown} value @returns {Value | undefined} */
function fact(value) {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? Math.round(value) : undefined;
  if (typeof value !== "string" || !value) return undefined;
  return [...value.replace(/\p{Surrogate}/gu, "\ufffd")].slice(0, MAX_VALUE / 2).join("");
}

async function aboutBrowser() {
  const more = await highEntropy();
  /** @type {{brand: string, version: string}[]} */
  const brands = more.fullVersionList ?? [];
  const names = brands.filter(({ brand }) => !/not.?a.?brand/i.test(brand));
  return {
    name: names.map(({ brand, version }) => `${brand} ${version}`).join(", "),
    user_agent: browser.userAgent,
    vendor: browser.vendor,
    mobile: browser.userAgentData?.mobile,
    cookies: browser.cookieEnabled,
    do_not_track: browser.doNotTrack ?? undefined,
    pdf_viewer: browser.pdfViewerEnabled,
    can_show_screen: Boolean(browser.mediaDevices?.getDisplayMedia),
    can_encode_video: "VideoEncoder" in globalThis,
    web_assembly: "WebAssembly" in globalThis,
  };
}

async function aboutSystem() {
  const { platform, platformVersion, architecture, bitness, model } = await highEntropy();
  return {
    platform: platform || browser.platform,
    version: platformVersion,
    architecture: architecture && `${architecture} ${bitness ?? ""}`.trim(),
    model,
    time_us: Date.now() * 1_000,
  };
}

/** @returns {Promise<Record<string, any>>} */
async function highEntropy() {
  const wanted = ["architecture", "bitness", "fullVersionList", "model", "platformVersion"];
  return (await browser.userAgentData?.getHighEntropyValues(wanted)) ?? {};
}

function aboutLanguages() {
  const { timeZone, calendar, numberingSystem, locale } = Intl.DateTimeFormat().resolvedOptions();
  return {
    languages: browser.languages?.join(", "),
    formats: locale,
    time_zone: timeZone,
    utc_offset_s: -60 * new Date().getTimezoneOffset(),
    calendar,
    numbers: numberingSystem,
  };
}

function aboutScreen() {
  const { width, height, availWidth, availHeight, colorDepth, orientation } = screen;
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  return {
    width_px: width,
    height_px: height,
    usable_width_px: availWidth,
    usable_height_px: availHeight,
    // Numbers are whole; a scale is not.
    scale: String(devicePixelRatio),
    colour_depth: `${colorDepth} bits`,
    orientation: orientation?.type,
    several_screens: /** @type {any} */ (screen).isExtended,
    window_width_px: outerWidth,
    window_height_px: outerHeight,
    page_width_px: innerWidth,
    page_height_px: innerHeight,
    colour_scheme: dark ? "dark" : "light",
    less_motion: matchMedia("(prefers-reduced-motion: reduce)").matches,
    touch_points: browser.maxTouchPoints,
  };
}

function aboutHardware() {
  return {
    cores: browser.hardwareConcurrency,
    // Browsers round it, and tell no more than 8 GiB or 32.
    memory_at_least_bytes: browser.deviceMemory && browser.deviceMemory * GIB,
  };
}

function aboutGraphics() {
  const canvas = document.createElement("canvas");
  const gl = /** @type {WebGLRenderingContext | null} */ (canvas.getContext("webgl2") ?? canvas.getContext("webgl"));
  if (!gl) throw new Error("no WebGL");
  const more = gl.getExtension("WEBGL_debug_renderer_info");
  const told = {
    renderer: gl.getParameter(more ? more.UNMASKED_RENDERER_WEBGL : gl.RENDERER),
    vendor: gl.getParameter(more ? more.UNMASKED_VENDOR_WEBGL : gl.VENDOR),
    version: gl.getParameter(gl.VERSION),
    largest_texture_px: gl.getParameter(gl.MAX_TEXTURE_SIZE),
    web_gpu: "gpu" in browser,
  };
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return told;
}

function aboutConnection() {
  const { effectiveType, type, downlink, rtt, saveData } = browser.connection ?? {};
  return {
    online: browser.onLine,
    kind: type,
    as_fast_as: effectiveType,
    down_mbit_s: downlink,
    round_trip: rtt === undefined ? undefined : `${rtt} ms`,
    saves_data: saveData,
    address: location.origin,
  };
}

async function aboutPermissions() {
  const asked = PERMISSIONS.map(async (name) => {
    try {
      const { state } = await browser.permissions.query({ name });
      return { name, state };
    } catch {
      return { name, state: "not known to this browser" };
    }
  });
  return Promise.all(asked);
}

async function aboutStorage() {
  const { quota, usage } = (await browser.storage?.estimate()) ?? {};
  return { quota_bytes: quota, used_bytes: usage, persistent: await browser.storage?.persisted() };
}
