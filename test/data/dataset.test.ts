import { expect, test } from "vitest";
import {
  checkDataset,
  type Dataset,
  imageBatch,
  type Split,
  take,
} from "../../src/data/dataset.js";
import { messageOf } from "../formats/hostile.js";
import { parts, split } from "./samples.js";

const five = split(5);

test("bytes become byte/255 in float32, images in the order asked for", () => {
  const { shape, data } = imageBatch(five.images, [4, 0, 4]);
  expect(shape).toEqual([3, 2, 3, 4]);
  const image = (n: number) => [...five.images.data.subarray(24 * n, 24 * n + 24)];
  expect([...data]).toEqual(
    [...image(4), ...image(0), ...image(4)].map((byte) => Math.fround(byte / 255)),
  );
});

test("a range of images: from the first up to, but not with, the second number", () => {
  const { images } = five;
  expect(imageBatch(images, 1, 3)).toEqual(imageBatch(images, [1, 2]));
  expect(imageBatch(images, 3, 5)).toEqual(imageBatch(images, [3, 4]));
  expect(imageBatch(images, 2, 2).shape).toEqual([0, 2, 3, 4]);
});

test("floats stand for themselves", () => {
  const data = Float32Array.from({ length: 24 }, (_, i) => i * 1.5 - 7);
  const batch = imageBatch({ shape: [2, 3, 4], count: 1, data }, [0]);
  expect([...batch.data]).toEqual([...data]);
  expect(batch.data).not.toBe(data);
});

test("an image that is not there is refused", () => {
  for (const [bad, act] of [
    ["5", () => imageBatch(five.images, [0, 5])],
    ["-1", () => imageBatch(five.images, [-1])],
    ["0.5", () => imageBatch(five.images, [0.5])],
    ["5", () => imageBatch(five.images, 3, 6)],
  ] as const)
    expect(messageOf(act)).toBe(`imageBatch: got image ${bad}, expected 0 to 4`);
});

test("take keeps the first images with all that belongs to them", () => {
  expect(take(five, 2)).toEqual(split(2));
  expect(take(five, 9)).toEqual(five);
  const { masks, concepts, ...bare } = five;
  expect(Object.keys(take(bare, 1)).sort()).toEqual(["images", "labels"]);
  expect(messageOf(() => take(five, -1))).toBe(
    "take: got -1 images, expected a whole number that is not negative",
  );
  expect(messageOf(() => take(five, 1.5))).toMatch(/^take: got 1\.5 images/);
});

type Change = (parts: Omit<Dataset, "fingerprint">) => Omit<Dataset, "fingerprint">;

const inTrain =
  (change: Partial<Split>): Change =>
  (p) => ({ ...p, train: { ...p.train, ...change } });
const inImages = (change: Partial<Split["images"]>): Change =>
  inTrain({ images: { ...five.images, ...change } });
const withNaN = new Float32Array(120);
withNaN[24 + 12 + 4 + 2] = Number.NaN;
const twoMasks = Uint8Array.from({ length: 60 }, (_, i) => (i === 25 ? 2 : 0));
const words = new Uint16Array(60);

const faults: readonly (readonly [Change, string])[] = [
  [(p) => ({ ...p, classes: [] }), ": got 0 classes, expected 1 to 65536"],
  [
    (p) => ({ ...p, classes: Array.from({ length: 65537 }, String) }),
    ": got 65537 classes, expected 1 to 65536",
  ],
  [
    (p) => ({
      ...p,
      validation: {
        images: { shape: [1, 3, 4], count: 4, data: new Uint8Array(48) },
        labels: new Uint8Array(4),
      },
    }),
    ": train images are [2,3,4], validation images [1,3,4], expected one shape",
  ],
  [
    inImages({ shape: [2, 0, 4] }),
    ", train: got image shape [2,0,4], expected [C,H,W] of positive whole numbers",
  ],
  [inImages({ count: 0 }), ", train: got 0 images, expected at least 1"],
  [inImages({ count: 6 }), ", train: got 120 pixel values, expected 144 (6 images of [2,3,4])"],
  [
    inTrain({ labels: new Uint8Array(4) }),
    ", train: got 4 labels, expected 5 (5 images of [2,3,4])",
  ],
  [
    inTrain({ masks: new Uint8Array(61) }),
    ", train: got 61 mask values, expected 60 (5 images of [2,3,4])",
  ],
  [
    inTrain({ concepts: { names: ["a"], maps: new Uint16Array(12) } }),
    ", train: got 12 concept words, expected 60 (5 images of [2,3,4])",
  ],
  [
    inTrain({ concepts: { names: ["a", "a"], maps: words } }),
    ", train: got concepts a, a, expected at most 16 different names",
  ],
  [
    inTrain({ concepts: { names: Array.from({ length: 17 }, (_, i) => String(i)), maps: words } }),
    ", train: got concepts 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, expected at most 16 different names",
  ],
  [
    inTrain({ labels: Uint8Array.of(0, 1, 2, 3, 0) }),
    ", train, image 3: got label 3, expected 0 to 2 (3 classes); correct the label file or name more classes",
  ],
  [inTrain({ masks: twoMasks }), ", train, image 2: got mask value 2, expected 0 or 1"],
  [
    inImages({ data: withNaN }),
    ", train, image 1, channel 1, row 1, column 2: got NaN, expected a finite number; repair or remove the image",
  ],
  [
    (p) => ({ ...p, validation: { ...p.validation, labels: Uint8Array.of(0, 0, 0, 9) } }),
    ", validation, image 3: got label 9, expected 0 to 2 (3 classes); correct the label file or name more classes",
  ],
];

test.each(faults)("fault %#", (change, message) => {
  checkDataset(parts());
  expect(messageOf(() => checkDataset(change(parts())))).toBe(`dataset "sample"${message}`);
});
