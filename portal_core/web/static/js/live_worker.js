/** The worker of a session: its socket, and the screen that is shown through it. The page's side is live.js. */

import { Connection } from "./live_connection.js";
import { ScreenSource } from "./screen_source.js";

/** @type {Connection | undefined} */
let connection;
/** @type {ScreenSource | undefined} */
let source;
/** @type {MessagePort | undefined} */
let pictures;
let track = "";
let me = 0;
let shared = false; // by the log
let hidden = false;

const CLOSING_MS = 1_000; // so long a socket may take to say goodbye

self.onmessage = ({ data }) => act(data);
addEventListener("offline", () => connection?.restart());
addEventListener("online", () => connection?.restart());

/** @param {any} message */
function act(message) {
  switch (message.act) {
    case "open":
      pictures = message.pictures;
      connection = new Connection(message.url, { message: hear, picture: pass, connection: connectionIs });
      return;
    case "say":
      return connection?.say(message.saying);
    case "tell":
      return connection?.tell(message.saying);
    case "again":
      return connection?.again();
    case "close":
      source?.close();
      connection?.close();
      setTimeout(() => self.close(), CLOSING_MS);
      return;
    case "show":
      return show(message);
    case "hide":
      hidden = message.hidden;
      // Until the log says that it is shown again, nothing leaves.
      if (hidden) source?.hold();
      return;
    case "showNothing":
      source?.close();
      source = undefined;
      return;
  }
}

/** @param {{frames: ReadableStream<VideoFrame>, track: import("./frames.js").Track, codecs: string[]}} capture */
function show(capture) {
  source?.close();
  ({ track } = capture);
  [hidden, shared] = [false, false];
  const way = {
    send: (/** @type {Uint8Array<ArrayBuffer>} */ bytes) => connection?.show(bytes) ?? false,
    behind: () => connection?.behind ?? 0,
  };
  source = new ScreenSource(capture.frames, capture.track, capture.codecs, way, (is) => tell({ is: "sharing", ...is }));
}

/** @param {import("./live_log.js").Message} message */
function hear(message) {
  if (message.is === "welcome") {
    me = message.you;
    // What was under way when the connection was lost is missing: begin anew.
    if (shared && !hidden) source?.begin();
  }
  if (message.is === "entry" && message.kind === "sharing" && message.by === me && message.track === track) {
    shared = message.on;
    if (shared && !hidden) source?.begin();
    else source?.hold();
  }
  if (message.is === "keyframe" && message.track === track) source?.wantKeyframe();
  tell(message);
}

/** @param {ArrayBuffer} bytes */
function pass(bytes) {
  pictures?.postMessage(bytes, [bytes]);
}

/** @param {import("./live.js").ConnectionIs} is */
function connectionIs(is) {
  if (is.state !== "open") source?.hold();
  tell({ is: "connection", ...is });
}

/** @param {object} message */
function tell(message) {
  self.postMessage(message);
}
