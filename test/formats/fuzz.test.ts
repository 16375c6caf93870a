/** Files of the usual sizes, damaged at random: always a value or an error that names the file and the place, in
 *  bounded time and memory. (Small files are damaged at every byte beside the tests of their readers.) */

import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readCifar10 } from "../../src/formats/cifar.js";
import { gunzip } from "../../src/formats/gzip.js";
import { readIdx, writeIdx } from "../../src/formats/idx.js";
import { readJpeg } from "../../src/formats/jpeg.js";
import { readNpz, writeNpz } from "../../src/formats/npz.js";
import { readPng } from "../../src/formats/png.node.js";
import { readSafetensors } from "../../src/formats/safetensors.js";
import { writeSafetensors } from "../../src/formats/safetensors-write.js";
import { readTar } from "../../src/formats/tar.js";
import { golden, survive } from "./hostile.js";
import { damage } from "./mutations.js";
import { chunk, header, join } from "./png.js";
import { tar } from "./tar.js";

const bytesOf = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * i * 31 + (i >> 5)) % 256);
const floats = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => ((i * 7919) % 1000) / 500 - 1);

const images = writeIdx({ shape: [100, 28, 28], data: bytesOf(78400) });
const records = Uint8Array.from(bytesOf(5 * 3073), (byte, i) =>
  i % 3073 === 0 ? byte % 10 : byte,
);
const weights = writeSafetensors(
  Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [
      `layer${i}.weight`,
      { shape: [40, i + 1], data: floats(40 * (i + 1)) },
    ]),
  ),
  { format: "any", graph: JSON.stringify({ nodes: Array(30).fill({ id: "conv", inputs: [] }) }) },
);
const arrays = writeNpz(
  new Map([
    ["x_train", { shape: [20, 28, 28], data: bytesOf(15680) }],
    [
      "y_train",
      { shape: [20], data: BigInt64Array.from({ length: 20 }, (_, i) => BigInt(i % 10)) },
    ],
  ]),
);
const shape = { width: 100, height: 80, depth: 8, colourType: 2 } as const;
const pixels = chunk(
  "IDAT",
  deflateSync(bytesOf(80 * 301).map((byte, i) => (i % 301 === 0 ? (i / 301) % 5 : byte))),
);
const picture = join(chunk("IHDR", header(shape)), pixels, chunk("IEND", []));
const archive = tar({ "data_batch_1.bin": records, "test_batch.bin": records.slice(0, 3073) });
const small = { limit: 2 ** 20 };

/** [name, sound file, reader that returns how many bytes of values came out]. */
const readers: readonly (readonly [string, Uint8Array, (b: Uint8Array, name: string) => number])[] =
  [
    ["IDX", images, (b, name) => readIdx(b, name).data.length],
    ["IDX in gzip", gzipSync(images), (b, name) => readIdx(b, name, small).data.length],
    ["gzip", gzipSync(records, { level: 1 }), (b, name) => gunzip(b, name, small).length],
    ["CIFAR-10", records, (b, name) => readCifar10(b, name).pixels.length],
    ["tar", archive, (b, name) => sum(readTar(b, name).values())],
    ["npz", arrays, (b, name) => sum([...readNpz(b, name, small).values()].map((a) => a.data))],
    ["npz by NumPy", golden("numpy.npz"), (b, name) => readNpz(b, name, small).size],
    [
      "safetensors",
      weights,
      (b, name) => sum([...readSafetensors(b, name).arrays.values()].map((a) => a.data)),
    ],
    ["PNG", picture, (b, name) => readPng(b, name, { maxSide: 512 }).data.length],
    ["JPEG", golden("baseline.jpg"), (b, name) => readJpeg(b, name, { maxSide: 512 }).data.length],
    [
      "JPEG in scans",
      golden("progressive.jpg"),
      (b, name) => readJpeg(b, name, { maxSide: 512 }).data.length,
    ],
  ];

const sum = (parts: Iterable<{ readonly byteLength: number }>): number =>
  [...parts].reduce((total, { byteLength }) => total + byteLength, 0);

/** The most that values may take: limits above, or pictures of 512 × 512. */
const MOST_BYTES = 3 * 2 ** 20;
/** The most that may be reserved while a file is read, in bytes, values and all. */
const MOST_MEMORY = 2 ** 26;

test.each(readers)("%s survives random damage", (_, sound, read) => {
  expect(read(sound, "sound")).toBeGreaterThan(0);
  fc.assert(
    fc.property(damage, (mutate) => {
      const damaged = mutate(new Uint8Array(sound));
      const before = process.memoryUsage().arrayBuffers;
      const length = survive(read, damaged);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MOST_MEMORY);
      if (length !== undefined) expect(length).toBeLessThanOrEqual(MOST_BYTES);
    }),
    { seed: 7, numRuns: 1000 },
  );
});

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
