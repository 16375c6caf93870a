/** Files of the usual sizes, damaged at random: always a value or an error that names the file and the place, in
 *  bounded time and memory. (Small files are damaged at every byte beside the tests of their readers.) */

import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readPng } from "../../src/formats/png.node.js";
import { bytesOf, readers, shape } from "./fuzz-readers.js";
import { survive } from "./hostile.js";
import { damage } from "./mutations.js";
import { chunk, header, join } from "./png.js";

/** The most that values may take: limits above, or pictures of 512 × 512. */
const MOST_BYTES = 3 * 2 ** 20;
/** The most that may be reserved while a file is read, in bytes, values and all. */
const MOST_MEMORY = 2 ** 26;

// Keras files are damaged in every part beside the tests of their readers.
test.each(readers.filter(([name]) => !name.startsWith("Keras")))(
  "%s survives random damage",
  (_, sound, read) => {
    expect(read(sound, "sound")).toBeGreaterThan(0);
    fc.assert(
      fc.property(damage, (mutate) => {
        const damaged = mutate(new Uint8Array(sound));
        const before = process.memoryUsage().arrayBuffers;
        const length = survive(read, damaged);
        expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MOST_MEMORY);
        if (length !== undefined) expect(length).toBeLessThanOrEqual(MOST_BYTES);
      }),
      { seed: 7, numRuns: 500 },
    );
  },
);

test("PNG survives damage inside of chunks whose checksums are right", () => {
  const [head, stream] = [header(shape), deflateSync(bytesOf(80 * 301).map((b) => b % 5))];
  fc.assert(
    fc.property(damage, fc.boolean(), (mutate, inHead) => {
      const file = join(
        chunk("IHDR", inHead ? mutate(head) : head),
        chunk("IDAT", inHead ? stream : mutate(new Uint8Array(stream))),
        chunk("IEND", []),
      );
      const read = survive((b, name) => readPng(b, name, { maxSide: 512 }), file);
      if (read) expect(read.data.length).toBe(read.width * read.height * read.channels);
    }),
    { seed: 8, numRuns: 500 },
  );
});

test("every reader survives the files of all others, and noise", () => {
  const files = [...readers.map(([, file]) => file), bytesOf(5000), new Uint8Array(5000)];
  for (const [name, own, read] of readers)
    for (const file of files) {
      const length = survive(read, file);
      if (file === own) expect(length, name).toBeGreaterThan(0);
      else if (length !== undefined) expect(length, name).toBeLessThanOrEqual(MOST_BYTES);
    }
});
