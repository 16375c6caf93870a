import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
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
