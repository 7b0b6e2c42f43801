/** What the console says and saves, without a browser. */

import assert from "node:assert/strict";
import { createHash, webcrypto } from "node:crypto";
import { test } from "node:test";

import { grouped, mailAddress, timeLeft } from "../../../portal_core/web/static/js/code_times.js";
import {
  fingerprintOf,
  numbered,
  renewInFolder,
  saveInFolder,
} from "../../../portal_core/web/static/js/copy_saving.js";
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
