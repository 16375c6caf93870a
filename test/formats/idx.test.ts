import { existsSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readCifar10 } from "../../src/formats/cifar.js";
import { readIdx, writeIdx } from "../../src/formats/idx.js";
import { damageEverywhere, messageOf, withByte } from "./hostile.js";

const END = "; the file is damaged or incomplete, fetch or write it again";
const array = { shape: [2, 3, 4], data: Uint8Array.from({ length: 24 }, (_, i) => i * 10) };
const file = writeIdx(array);

test("an IDX file is its magic, its lengths and its bytes", () => {
  expect([...writeIdx({ shape: [3], data: Uint8Array.of(7, 8, 9) })]).toEqual([
    0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9,
  ]);
  expect(readIdx(file, "f")).toEqual(array);
  expect(readIdx(gzipSync(file), "f")).toEqual(array);
});

test("arrays of any shape survive writing and reading", () => {
  const shapes = fc.array(fc.nat(5), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(shapes, fc.nat(255), (shape, first) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const data = Uint8Array.from({ length: size }, (_, i) => first + 7 * i);
      expect(readIdx(writeIdx({ shape, data }), "f")).toEqual({ shape, data });
    }),
    { seed: 1 },
  );
});

test("each error of IDX", () => {
  const cases: readonly (readonly [Uint8Array, string])[] = [
    [file.slice(0, 3), `got 3 bytes, expected an IDX file of at least 4 bytes (whole file)${END}`],
    [
      withByte(file, 0, 1),
      "got magic 0x01000803, expected an IDX file (0x0000…) (byte 0); give an IDX file",
    ],
    [
      withByte(file, 2, 13),
      "got element type 0x0d, expected 0x08 (unsigned bytes) (byte 2); convert the elements to unsigned bytes",
    ],
    [withByte(file, 3, 0), `got 0 axes, expected 1 to 4 (byte 3)${END}`],
    [file.slice(0, 9), `got 9 bytes, expected 16 bytes of header for 3 axes (header)${END}`],
    [
      file.slice(0, 39),
      `got 23 bytes of elements, expected 24 bytes for 2 × 3 × 4 (from byte 16)${END}`,
    ],
    [
      withByte(file, 4, 255),
      `got 24 bytes of elements, expected 51,338,280,984 bytes for 4278190082 × 3 × 4 (from byte 16)${END}`,
    ],
  ];
  for (const [bytes, message] of cases)
    expect(messageOf(() => readIdx(bytes, "images"))).toBe(`images: ${message}`);
});

test("damaged IDX files, plain and gzipped, give a sound array or a proper error", () => {
  damageEverywhere(readIdx, file, ({ shape, data }) => {
    expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
  });
  damageEverywhere(readIdx, new Uint8Array(gzipSync(file)), (value, damage) => {
    expect(value, damage).toEqual(array);
  });
});

const record = Uint8Array.from({ length: 3073 }, (_, i) => (i === 0 ? 7 : i % 256));

test("CIFAR-10 records are a label and three planes", () => {
  const two = Uint8Array.of(...record, ...withByte(record, 0, 2));
  const { count, labels, pixels } = readCifar10(two, "f");
  expect([count, ...labels]).toEqual([2, 7, 2]);
  expect(pixels.length).toBe(6144);
  expect([pixels[0], pixels[1024], pixels[3072]]).toEqual([1, 1025 % 256, 1]);
});

test("each error of CIFAR-10", () => {
  const whole = `expected a multiple of 3,073 bytes (one record each), at least one (whole file)${END}`;
  expect(messageOf(() => readCifar10(new Uint8Array(0), "b.bin"))).toBe(
    `b.bin: got 0 bytes, ${whole}`,
  );
  expect(messageOf(() => readCifar10(record.slice(1), "b.bin"))).toBe(
    `b.bin: got 3,072 bytes, ${whole}`,
  );
  const second = Uint8Array.of(...record, ...withByte(record, 0, 10));
  expect(messageOf(() => readCifar10(second, "b.bin"))).toBe(
    `b.bin: got label 10, expected 0 to 9 (record 1, byte 3073)${END}`,
  );
});

test("damaged CIFAR-10 files give sound records or a proper error", () => {
  damageEverywhere(readCifar10, record, ({ labels, pixels }) => {
    expect(labels[0]).toBeLessThan(10);
    expect(pixels.length).toBe(3072);
  });
});

const real = new URL("../../../shared/data/", import.meta.url);

test.skipIf(!announce())("real files: shapes, first labels and class counts", () => {
  const read = (name: string) => readIdx(readFileSync(new URL(name, real)), name);
  const images = read("mnist/t10k-images-idx3-ubyte.gz");
  expect(images.shape).toEqual([10000, 28, 28]);
  expect(images.data.reduce((a, b) => a + b, 0)).toBe(264_923_200);
  expect([...read("mnist/t10k-labels-idx1-ubyte.gz").data.slice(0, 10)]).toEqual([
    7, 2, 1, 0, 4, 1, 4, 9, 5, 9,
  ]);
  expect([...read("mnist/train-labels-idx1-ubyte.gz").data.slice(0, 10)]).toEqual([
    5, 0, 4, 1, 9, 2, 1, 3, 1, 4,
  ]);
  expect([...read("fashion-mnist/train-labels-idx1-ubyte.gz").data.slice(0, 10)]).toEqual([
    9, 0, 0, 3, 0, 2, 7, 2, 5, 5,
  ]);
  const file = "cifar10-slice/test_batch_first1000.bin";
  const { labels } = readCifar10(readFileSync(new URL(file, real)), file);
  expect([...labels.slice(0, 10)]).toEqual([3, 8, 8, 0, 6, 6, 1, 6, 3, 1]);
  const counts = new Array<number>(10).fill(0);
  for (const label of labels) counts[label]++;
  expect(counts).toEqual([103, 89, 100, 103, 90, 86, 112, 102, 106, 109]);
});

function announce(): boolean {
  if (existsSync(real)) return true;
  console.info("notice: no ../shared/data beside the project, tests on real files are skipped");
  return false;
}
