import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { dataset, fingerprint } from "../../src/data/fingerprint.js";
import { messageOf } from "../formats/hostile.js";
import { parts, split } from "./samples.js";

test("the fingerprint is SHA-256 of a description and of the arrays in their order", () => {
  const { train, validation } = parts();
  const description = {
    shape: [2, 3, 4],
    count: 5,
    values: "byte",
    masks: true,
    concepts: ["edge", "dot"],
  };
  const hash = createHash("sha256").update(
    JSON.stringify({
      classes: ["a", "b", "c"],
      splits: [description, { ...description, count: 4 }],
    }),
  );
  for (const { images, labels, masks, concepts } of [train, validation])
    hash
      .update(images.data)
      .update(labels)
      .update(masks ?? "")
      .update(
        Uint8Array.from([...(concepts?.maps ?? [])].flatMap((word) => [word & 255, word >> 8])),
      );
  expect(fingerprint(parts())).toBe(hash.digest("hex"));
});

test("anything but the name changes it", () => {
  const base = parts();
  const { train } = base;
  const changed = <A extends Uint8Array | Uint16Array>(array: A): A => {
    const copy = array.slice() as A;
    copy[copy.length - 1] ^= 1;
    return copy;
  };
  const { masks, ...unmasked } = train;
  const { concepts, ...unnamed } = train;
  const variants = [
    base,
    { ...base, classes: ["a", "b", "d"] },
    { ...base, classes: ["a", "b", "c", "d"] },
    { ...base, validation: split(3, 100) },
    { ...base, train: { ...train, labels: changed(train.labels) } },
    { ...base, train: { ...train, masks: changed(train.masks ?? new Uint8Array()) } },
    { ...base, train: unmasked },
    { ...base, train: unnamed },
    {
      ...base,
      train: {
        ...train,
        concepts: {
          names: ["edge", "dot"],
          maps: changed(train.concepts?.maps ?? new Uint16Array()),
        },
      },
    },
    {
      ...base,
      train: {
        ...train,
        concepts: { names: ["edge", "spot"], maps: train.concepts?.maps ?? new Uint16Array() },
      },
    },
    {
      ...base,
      train: { ...train, images: { ...train.images, data: split(5, 1).images.data } },
    },
    {
      ...base,
      train: { ...train, images: { ...train.images, data: Float32Array.from(train.images.data) } },
    },
    {
      ...base,
      train: { ...train, images: { ...train.images, shape: [2, 4, 3] } },
      validation: { ...base.validation, images: { ...base.validation.images, shape: [2, 4, 3] } },
    },
  ] as const;
  expect(new Set(variants.map(fingerprint)).size).toBe(variants.length);
  expect(fingerprint({ ...base, name: "another" })).toBe(fingerprint(base));
});

test("views of a larger buffer count as what they show", () => {
  const base = parts();
  const data = Uint8Array.of(9, 9, ...base.train.images.data, 9).subarray(2, -1);
  const images = { ...base.train.images, data };
  expect(fingerprint({ ...base, train: { ...base.train, images } })).toBe(fingerprint(base));
});

test("a dataset is checked before it gets its fingerprint", () => {
  expect(dataset(parts())).toEqual({ ...parts(), fingerprint: fingerprint(parts()) });
  expect(messageOf(() => dataset({ ...parts(), classes: [] }))).toBe(
    'dataset "sample": got 0 classes, expected 1 to 65536',
  );
});
