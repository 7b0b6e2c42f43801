/** What the console says and saves, without a browser. */

import assert from "node:assert/strict";
import { createHash, webcrypto } from "node:crypto";
import { test } from "node:test";

import { Attendance } from "../../../portal_core/web/static/js/attendance.js";
import { grouped, mailAddress, timeLeft } from "../../../portal_core/web/static/js/code_times.js";
import {
  fingerprintOf,
  numbered,
  renewInFolder,
  saveInFolder,
} from "../../../portal_core/web/static/js/copy_saving.js";
import { CopyNotes } from "../../../portal_core/web/static/js/copy_notes.js";
import { RefusedError, ask, spoken } from "../../../portal_core/web/static/js/requests.js";

if (!globalThis.crypto) Object.assign(globalThis, { crypto: webcrypto }); // Node 18

const LEFT = [
  [0, "0:00"],
  [-5, "0:00"],
  [0.2, "0:01"],
  [59, "0:59"],
  [1745, "29:05"],
  [3600, "1:00:00"],
  [36_061, "10:01:01"],
];

for (const [seconds, text] of LEFT) {
  test(`${seconds} s are ${text}`, () =>
    assert.equal(timeLeft(7_000_000 + Number(seconds) * 1_000_000, 7_000_000), text));
}

test("nine digits are read in three groups", () => assert.equal(grouped("123456789"), "123 456 789"));

test("a mail program gets subject and body whatever is in them", () => {
  const address = mailAddress("ann+x?cc=b@example.org", { subject: "A & B?", body: "One\nTwo #3\r\nÄ" });
  const url = new URL(address);
  assert.equal(url.pathname, "ann%2Bx%3Fcc%3Db@example.org");
  assert.equal(url.searchParams.get("subject"), "A & B?");
  assert.equal(url.searchParams.get("body"), "One\r\nTwo #3\r\nÄ");
});

test("what the portal refuses is spoken as a sentence", () => {
  assert.equal(spoken("the name is taken"), "The name is taken.");
  assert.equal(spoken("Try again!"), "Try again!");
  assert.equal(spoken(""), "");
});

/** Let the portal answer so. @param {() => Response} answer */
function answering(answer) {
  globalThis.fetch = async () => answer();
}

test("a refusal carries sentence, hint and status", async () => {
  answering(() => Response.json({ why: "there are eight", hint: "revoke one" }, { status: 409 }));
  await assert.rejects(ask("POST", "/x", {}), new RefusedError("there are eight", "revoke one", 409));
  answering(() => new Response("<html>", { status: 502 }));
  await assert.rejects(ask("GET", "/x"), (error) => error instanceof RefusedError && error.status === 502);
  answering(() => {
    throw new TypeError("no network");
  });
  await assert.rejects(ask("GET", "/x"), (error) => error instanceof RefusedError && error.status === 0);
});

const SEALED = Buffer.from(Array.from({ length: 5000 }, (_, at) => at * 7));
const PRINT = createHash("sha256").update(SEALED.subarray(-1024, -64)).digest("hex");

test("the fingerprint is the hash of the last block without its signature", async () => {
  assert.equal(await fingerprintOf(new Blob([SEALED])), PRINT);
  const empty = createHash("sha256").digest("hex");
  assert.equal(await fingerprintOf(new Blob([SEALED.subarray(0, 10)])), empty);
});

test("several files of a name are numbered before their ending", () => {
  assert.deepEqual(
    ["a.b.sealcast", "none", ".hidden"].map((name) => numbered(name, 2)),
    ["a.b (2).sealcast", "none (2)", ".hidden (2)"],
  );
});

/** A folder as browsers give it: what is written is there when it is closed. */
class Folder {
  /** @type {Map<string, Uint8Array<ArrayBuffer>>} */
  files = new Map();

  /** @param {string} name @param {{create?: boolean}} [how] */
  async getFileHandle(name, { create = false } = {}) {
    if (name.includes("/")) throw new TypeError("no name");
    if (!this.files.has(name) && !create) throw new DOMException("", "NotFoundError");
    if (!this.files.has(name)) this.files.set(name, new Uint8Array());
    return {
      getFile: async () => new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (this.files.get(name))]),
      createWritable: async () => {
        /** @type {number[]} */
        const written = [];
        return new WritableStream({
          write: (bytes) => void written.push(...bytes),
          close: () => void this.files.set(name, Uint8Array.from(written)),
        });
      },
    };
  }

  /** @param {string} name */
  async removeEntry(name) {
    this.files.delete(name);
  }
}

/** @param {Folder} folder @returns {any} */
const given = (folder) => folder;
const SERVED = { name: "a.sealcast", href: "/part/1", size: SEALED.length };
const sealed = () => new Response(SEALED);

test("a copy is saved, and found again instead of saved twice", async () => {
  const folder = new Folder();
  answering(sealed);
  assert.equal((await saveInFolder(given(folder), SERVED, PRINT)).name, "a.sealcast");
  answering(() => assert.fail("nothing is asked for"));
  const again = await saveInFolder(given(folder), SERVED, PRINT);
  assert.equal(await fingerprintOf(again.file), PRINT);
  assert.deepEqual([...folder.files.keys()], ["a.sealcast"]);
});

test("another file of that name stays", async () => {
  const folder = new Folder();
  folder.files.set("a.sealcast", new Uint8Array(5000));
  answering(sealed);
  assert.equal((await saveInFolder(given(folder), SERVED, PRINT)).name, "a (2).sealcast");
  assert.deepEqual(folder.files.get("a.sealcast"), new Uint8Array(5000));
});

test("what opens copies is renewed", async () => {
  const folder = new Folder();
  folder.files.set("help.keyring", new Uint8Array(3));
  answering(() => new Response("new"));
  await renewInFolder(given(folder), { name: "help.keyring", href: "/keys" });
  assert.equal(Buffer.from(folder.files.get("help.keyring") ?? []).toString(), "new");
});

test("of a copy that broke off nothing stays, and what was there before is whole", async () => {
  const broken = () =>
    new Response(
      new ReadableStream({
        start: (stream) => stream.enqueue(SEALED.subarray(0, 100)),
        pull: (stream) => stream.error(new TypeError("the line broke")),
      }),
    );
  const folder = new Folder();
  answering(broken);
  await assert.rejects(saveInFolder(given(folder), SERVED, PRINT), TypeError);
  assert.equal(folder.files.size, 0);
  folder.files.set("help.keyring", new Uint8Array(3));
  await assert.rejects(renewInFolder(given(folder), { name: "help.keyring", href: "/keys" }), TypeError);
  assert.equal(folder.files.get("help.keyring")?.length, 3);
});

/** @param {any[]} seats */
function attended(...seats) {
  const attendance = new Attendance();
  attendance.welcome(/** @type {any} */ ({ seats, entry: 9 }));
  return attendance;
}

const [CUSTOMER, AGENT] = [{ id: 1, role: "customer" }, { id: 2, role: "agent" }];

test("a customer who was away when the agent came stays so, whatever the log tells of before", () => {
  const attendance = attended({ ...CUSTOMER, away: true }, AGENT);
  assert.equal(attendance.there, false);
  attendance.entry(/** @type {any} */ ({ n: 1, kind: "joined", id: 1, role: "customer" }));
  assert.equal(attendance.there, false);
  assert.equal(attendance.here(1, false), true);
  assert.equal(attendance.there, true);
});

test("a customer is there while one of his machines is", () => {
  const attendance = attended(CUSTOMER, AGENT);
  attendance.entry(/** @type {any} */ ({ n: 10, kind: "joined", id: 3, role: "customer" }));
  attendance.here(3, true);
  assert.equal(attendance.there, true);
  attendance.here(1, true);
  assert.equal(attendance.there, false);
  assert.equal(attendance.entry(/** @type {any} */ ({ n: 11, kind: "left", id: 1 })), true);
  attendance.here(3, false);
  assert.equal(attendance.there, true);
  assert.equal(attendance.here(2, true), false);
});

/** A storage of a browser, or one that refuses everything. @param {boolean} refuses @returns {any} */
function storage(refuses) {
  const kept = new Map();
  const may = () => {
    if (refuses) throw new DOMException("", "SecurityError");
  };
  return {
    getItem: (/** @type {string} */ key) => (may(), kept.get(key) ?? null),
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => (may(), kept.set(key, value)),
  };
}

for (const refuses of [false, true]) {
  test(`what is noted of copies is known again${refuses ? ", without a storage by this page" : ""}`, () => {
    const notes = new CopyNotes(() => storage_);
    const storage_ = storage(refuses);
    const [one, other] = ["a".repeat(32), "b".repeat(32)];
    notes.put(one, "wanted");
    notes.put(other, { 1: "ff" });
    assert.deepEqual(notes.sessions, [one, other]);
    assert.deepEqual(notes.of(other), { 1: "ff" });
    notes.put(one, undefined);
    assert.equal(notes.of(one), undefined);
    assert.deepEqual(new CopyNotes(() => storage_).sessions, refuses ? [] : [other]);
  });
}

test("a storage that is full forgets nothing of this page", () => {
  const full = storage(false);
  full.setItem = () => {
    throw new DOMException("", "QuotaExceededError");
  };
  const notes = new CopyNotes(() => full);
  notes.put("a".repeat(32), "wanted");
  assert.equal(notes.of("a".repeat(32)), "wanted");
});

for (const kept of ["[]", "nonsense", "null", '{"x": "wanted"}', '"a"']) {
  test(`a storage in which ${kept} lies is one in which nothing is noted`, () => {
    const spoiled = storage(false);
    spoiled.setItem("sealcast.copies", kept);
    assert.deepEqual(new CopyNotes(() => spoiled).sessions, []);
  });
}
