import { expect, test } from "vitest";
import {
  imagesFromIdx,
  imagesFromNumpy,
  imagesFromPictures,
  labelsFromIdx,
  labelsFromNumpy,
  splitFromCifar,
} from "../../src/data/images.js";
import { messageOf } from "../formats/hostile.js";

const END = "; the file is damaged or incomplete, fetch or write it again";
const count = (n: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => i);

/** [N, H, W, C] to [N, C, H, W], element by element. */
const planar = (data: ArrayLike<number>, [N, H, W, C]: readonly number[]): number[] => {
  const out: number[] = [];
  for (let n = 0; n < N; n++)
    for (let c = 0; c < C; c++)
      for (let h = 0; h < H; h++)
        for (let w = 0; w < W; w++) out.push(data[((n * H + h) * W + w) * C + c]);
  return out;
};

test("IDX: grey images keep their order, interleaved channels become planes", () => {
  expect(imagesFromIdx({ shape: [2, 3, 4], data: count(24) }, "f")).toEqual({
    shape: [1, 3, 4],
    count: 2,
    data: count(24),
  });
  const coloured = imagesFromIdx({ shape: [2, 3, 4, 3], data: count(72) }, "f");
  expect(coloured.shape).toEqual([3, 3, 4]);
  expect([...coloured.data]).toEqual(planar(count(72), [2, 3, 4, 3]));
});

test("IDX: other numbers of axes, and labels that do not belong to the images", () => {
  expect(messageOf(() => imagesFromIdx({ shape: [24], data: count(24) }, "f"))).toBe(
    `f: got 1 axes, expected 3 (count, rows, columns) or 4 (and channels) (byte 3)${END}`,
  );
  expect(messageOf(() => labelsFromIdx({ shape: [2, 2], data: count(4) }, "f", 4))).toBe(
    `f: got 2 axes, expected 1 (labels) (byte 3)${END}`,
  );
  expect(messageOf(() => labelsFromIdx({ shape: [4], data: count(4) }, "f", 5))).toBe(
    `f: got 4 labels, expected 5, one for each image (byte 4)${END}`,
  );
  expect(labelsFromIdx({ shape: [4], data: count(4) }, "f", 4)).toEqual(count(4));
});

test("arrays of billions of empty images end at once", () => {
  const many = 2 ** 32 - 1;
  expect(messageOf(() => imagesFromIdx({ shape: [many, 0, 1, 255], data: count(0) }, "f"))).toBe(
    `f: got 4294967295 × 0 × 1 × 255, expected at least 1 along each axis (byte 4)${END}`,
  );
  expect(messageOf(() => imagesFromNumpy({ shape: [2 ** 50, 0, 3, 3], data: count(0) }, "f"))).toBe(
    `f: got 1125899906842624 × 0 × 3 × 3, expected at least 1 along each axis (shape)${END}`,
  );
});

test("CIFAR-10: batches follow one another", () => {
  const batch = (labels: number[], first: number) => ({
    count: labels.length,
    labels: Uint8Array.from(labels),
    pixels: new Uint8Array(labels.length * 3072).fill(first),
  });
  const { images, labels } = splitFromCifar([batch([3, 4], 7), batch([5], 9)]);
  expect([...labels]).toEqual([3, 4, 5]);
  expect(images).toMatchObject({ shape: [3, 32, 32], count: 3 });
  expect([0, 6143, 6144, 9215].map((i) => images.data[i])).toEqual([7, 7, 9, 9]);
  expect(images.data.length).toBe(9216);
});

test("pictures: grey ones stay grey, among coloured ones they get three equal channels", () => {
  const grey = { width: 2, height: 1, channels: 1, data: Uint8Array.of(5, 6) } as const;
  const colour = { width: 2, height: 1, channels: 3, data: count(6) } as const;
  expect(imagesFromPictures([grey, grey])).toEqual({
    shape: [1, 1, 2],
    count: 2,
    data: Uint8Array.of(5, 6, 5, 6),
  });
  expect(imagesFromPictures([grey, colour])).toEqual({
    shape: [3, 1, 2],
    count: 2,
    data: Uint8Array.of(5, 6, 5, 6, 5, 6, 0, 3, 1, 4, 2, 5),
  });
});

test("NumPy: every layout of axes", () => {
  const read = (shape: readonly number[]) =>
    imagesFromNumpy({ shape, data: count(shape.reduce((a, b) => a * b)) }, "f");
  expect(read([2, 4, 5])).toEqual({ shape: [1, 4, 5], count: 2, data: count(40) });
  expect(read([2, 3, 4, 5])).toEqual({ shape: [3, 4, 5], count: 2, data: count(120) });
  expect(read([2, 1, 4, 5])).toEqual({ shape: [1, 4, 5], count: 2, data: count(40) });
  expect(read([2, 4, 5, 3]).shape).toEqual([3, 4, 5]);
  expect([...read([2, 4, 5, 3]).data]).toEqual(planar(count(120), [2, 4, 5, 3]));
  expect(read([2, 4, 5, 1])).toEqual({ shape: [1, 4, 5], count: 2, data: count(40) });
  // Both ends could be channels: the last axis is.
  expect(read([2, 3, 4, 3]).shape).toEqual([3, 3, 4]);
});

test("NumPy: bytes stay bytes, other numbers become float32", () => {
  const kinds = [Float64Array.of(0.1, -2), Int32Array.of(1, -2), BigInt64Array.of(7n, -8n)];
  for (const data of kinds)
    expect(imagesFromNumpy({ shape: [1, 1, 2], data }, "f").data).toEqual(
      Float32Array.from(data, Number),
    );
  const halves = Float32Array.of(0.5, 0.25, 1, 2, 3, 4);
  expect(imagesFromNumpy({ shape: [1, 1, 2, 3], data: halves }, "f").data).toEqual(
    Float32Array.of(0.5, 2, 0.25, 3, 1, 4),
  );
});

test("NumPy: each error", () => {
  const cases: readonly (readonly [() => unknown, string])[] = [
    [
      () => imagesFromNumpy({ shape: [2, 4, 5, 6], data: count(240) }, "f"),
      "f: got (2, 4, 5, 6), expected (N, H, W), (N, H, W, C) or (N, C, H, W) with C = 1 or 3 (shape); reshape the array",
    ],
    [
      () => imagesFromNumpy({ shape: [6], data: count(6) }, "f"),
      "f: got (6), expected (N, H, W), (N, H, W, C) or (N, C, H, W) with C = 1 or 3 (shape); reshape the array",
    ],
    [
      () => imagesFromNumpy({ shape: [1, 1, 2], data: BigUint64Array.of(0n, 2n ** 60n) }, "f"),
      "f: got 1152921504606846976, expected at most 2^53 (element 1); store it as a float",
    ],
    [
      () => labelsFromNumpy({ shape: [2], data: count(2) }, "f", 3),
      `f: got (2), expected (3,), one label for each image (shape)${END}`,
    ],
    [
      () => labelsFromNumpy({ shape: [2, 10], data: count(20) }, "f", 2),
      `f: got (2, 10), expected (2,), one label for each image (shape)${END}`,
    ],
    [
      () => labelsFromNumpy({ shape: [2], data: Float32Array.of(1, 1.5) }, "f", 2),
      `f: got label 1.5, expected a whole number from 0 to 65535 (element 1)${END}`,
    ],
    [
      () => labelsFromNumpy({ shape: [2], data: Int8Array.of(-1, 1) }, "f", 2),
      `f: got label -1, expected a whole number from 0 to 65535 (element 0)${END}`,
    ],
    [
      () => labelsFromNumpy({ shape: [2], data: Int32Array.of(1, 65536) }, "f", 2),
      `f: got label 65536, expected a whole number from 0 to 65535 (element 1)${END}`,
    ],
  ];
  for (const [act, message] of cases) expect(messageOf(act)).toBe(message);
  expect(labelsFromNumpy({ shape: [2], data: Int32Array.of(1, 999) }, "f", 2)).toEqual(
    Uint16Array.of(1, 999),
  );
  const column = { shape: [3, 1], data: BigInt64Array.of(2n, 0n, 1n) };
  expect(labelsFromNumpy(column, "f", 3)).toEqual(Uint8Array.of(2, 0, 1));
});
