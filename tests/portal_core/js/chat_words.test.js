/** What a chat says in words, and how what is pasted into it becomes lines. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { chatLines } from "../../../portal_core/web/static/js/chat_lines.js";
import { entryWords, refusedWords } from "../../../portal_core/web/static/js/entry_words.js";
import { t, useTexts } from "../../../portal_core/web/static/js/texts.js";

const NAMES = new Map([
  [1, "Ann"],
  [2, "Bob"],
]);

for (const [text, lines] of /** @type {[string, string[] | undefined][]} */ ([
  ["", []],
  [" \n\t ", []],
  [" hello\r\nthere ", ["hello\nthere"]],
  ["\ud83d", ["\ufffd"]],
  ["😀", ["😀"]],
  ["x".repeat(8_192), ["x".repeat(8_192)]],
  ["x".repeat(8_193), ["x".repeat(8_192), "x"]],
  [`${"x".repeat(8_000)} ${"y".repeat(500)}`, ["x".repeat(8_000), "y".repeat(500)]],
  [`${"x x ".repeat(2_000)}\n${"y".repeat(500)}`, ["x x ".repeat(2_000).trim(), "y".repeat(500)]],
  ["x".repeat(9 * 8_192), undefined],
])) {
  test(`${JSON.stringify(text.slice(0, 20))}, ${text.length} long, becomes ${lines?.length ?? "no"} lines`, () => {
    assert.deepEqual(chatLines(text), lines);
  });
}

test("no line is larger than the law allows, and no character is cut", () => {
  const text = "€😀 ".repeat(5_000);
  const lines = chatLines(text);
  assert.ok(lines);
  for (const line of lines) {
    assert.ok(new TextEncoder().encode(line).length <= 8_192);
    assert.equal(/\p{Surrogate}/u.test(line), false);
  }
  assert.equal(lines.join(" "), text.trim());
});

for (const [entry, words] of /** @type {[any, string][]} */ ([
  [{ by: 1, kind: "joined", id: 1, role: "customer", name: "Ann" }, "Ann has joined"],
  [{ by: 1, kind: "left", id: 1, why: "left" }, "Ann has left"],
  [{ by: 1, kind: "left", id: 1, why: "away" }, "Ann lost the connection and has left"],
  [{ by: 2, kind: "share_asked" }, "Bob asks to see the screen"],
  [{ by: 1, kind: "share_refused" }, "Ann does not show the screen now"],
  [{ by: 1, kind: "cannot_share" }, "The browser of Ann cannot show a screen"],
  [{ by: 1, kind: "sharing", track: "screen/customer", on: true }, "Ann shows the screen"],
  [{ by: 1, kind: "sharing", track: "screen/customer", on: false }, "Ann no longer shows the screen"],
  [{ by: 2, kind: "diagnostics_asked" }, "Bob asks for facts about the computer"],
  [{ by: 1, kind: "diagnostics_allowed" }, "Ann allows it"],
  [{ by: 1, kind: "diagnostics_refused" }, "Ann does not allow it"],
  [{ by: 1, kind: "snapshot" }, "Facts about the computer of Ann have come"],
  [{ by: 1, kind: "recording", state: "paused" }, "Ann has paused the recording"],
  [{ by: 1, kind: "recording", state: "on" }, "Ann lets the recording go on"],
  [{ by: 0, kind: "recording", state: "on" }, "The recording goes on"],
  [{ by: 0, kind: "recording", state: "stopped" }, "The recording has stopped"],
  [{ by: 0, kind: "recording", state: "off" }, "Nothing is recorded"],
  [{ by: 2, kind: "marker", name: "{name}" }, "Bob set a marker: {name}"],
  [{ by: 2, kind: "outcome", outcome: "resolved", note: "" }, "Bob closes the session: resolved"],
  [{ by: 2, kind: "outcome", outcome: "unresolved", note: "" }, "Bob closes the session: not resolved"],
  [{ by: 2, kind: "outcome", outcome: "unknown", note: "" }, "Bob closes the session"],
  [{ by: 2, kind: "ended", why: "closed" }, "The session has ended"],
  [{ by: 7, kind: "share_asked" }, "Somebody asks to see the screen"],
  [{ kind: "hidden" }, ""],
  [{ by: 1, kind: "of another time" }, ""],
])) {
  test(`${entry.kind} ${entry.state ?? entry.why ?? entry.outcome ?? ""}: ${words || "nothing"}`, () => {
    assert.equal(entryWords(entry, NAMES), words);
  });
}

test("whatever is refused is told", () => {
  const words = ["too_much", "not_now", "malformed", "of another time"].map(refusedWords);
  assert.ok(words.every((one) => one.endsWith(".")));
});

test("texts come in the page's language, else in English, with what is put in as it is", () => {
  useTexts({ "{name} has joined": "{name} ist da" });
  assert.equal(t("{name} has joined", { name: "{name} <b>" }), "{name} <b> ist da");
  assert.equal(t("{name} has left", { name: "Ann" }), "Ann has left");
  assert.equal(t("constructor"), "constructor");
  assert.equal(t("{toString}"), "{toString}");
  useTexts({});
});
