/** Every vector of the screen codec, read by the page's reader. */

import { after, test } from "node:test";

import { judge } from "./judging.js";
import { vectors } from "./vectors.js";

/** @type {Record<string, number>} */
const counts = { shown: 0, refused: 0 };

for (const vector of vectors()) {
  test(`vector ${vector.name}`, async () => {
    counts[await judge(vector)]++;
  });
}

after(() => console.log(`vectors: ${counts.shown + counts.refused}, shown ${counts.shown}, refused ${counts.refused}`));
