/** Folders with one damaged file: loading ends with a sound dataset or an error that names the folder's file. */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkDataset } from "../../src/data/dataset.js";
import { loadDataset } from "../../src/data/load.node.js";
import { writeNpy } from "../../src/formats/npy.js";
import { writeZip } from "../../src/formats/zip.js";
import { NormLensError } from "../../src/tensor/errors.js";
import { golden } from "../formats/hostile.js";
import { damage } from "../formats/mutations.js";
import { cifarFile, folderOf, greyPng, idxFiles } from "./folders.js";

type Files = Readonly<Record<string, Uint8Array>>;

/** The arrays of an npz as npy files, before they are packed: checksums do not protect them from damage. */
const arrays: Files = {
  "x_train.npy": writeNpy({ shape: [3, 4, 5, 3], data: new Uint8Array(180).fill(3) }),
  "y_train.npy": writeNpy({ shape: [3], data: BigInt64Array.of(0n, 2n, 1n) }),
  "x_test.npy": writeNpy({ shape: [2, 4, 5, 3], data: new Uint8Array(120).fill(9) }),
  "y_test.npy": writeNpy({ shape: [2], data: BigInt64Array.of(1n, 0n) }),
};

const layouts: readonly (readonly [string, Files, (files: Files) => Files])[] = [
  ["IDX", idxFiles, (files) => files],
  [
    "CIFAR-10",
    { "data_batch_1.bin": cifarFile(1, 2, 3), "test_batch.bin": cifarFile(4, 5) },
    (files) => files,
  ],
  ["npz", arrays, (files) => ({ "data.npz": writeZip(new Map(Object.entries(files))) })],
  [
    "pictures",
    {
      "train/a/1.jpg": golden("baseline.jpg"),
      "train/b/1.png": golden("rgb.png"),
      "test/a/1.png": greyPng(16, 12, 5),
    },
    (files) => files,
  ],
];

test.each(layouts)("%s", async (_, sound, packed) => {
  const dataDir = folderOf({});
  const put = (files: Files): void => {
    for (const [name, content] of Object.entries(packed(files))) {
      mkdirSync(dirname(join(dataDir, name)), { recursive: true });
      writeFileSync(join(dataDir, name), content);
    }
  };
  put(sound);
  checkDataset(await loadDataset("mine", { dataDir }));
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.keys(sound)), damage, async (name, mutate) => {
      put({ ...sound, [name]: mutate(sound[name]) });
      const start = performance.now();
      try {
        checkDataset(await loadDataset("mine", { dataDir }));
      } catch (error) {
        if (!(error instanceof NormLensError)) throw error;
        expect(error.message).toContain(dataDir);
        expect(error.message).toMatch(/: got .+, expected |: train images are /s);
        refused++;
      }
      expect(performance.now() - start).toBeLessThan(5000);
    }),
    { seed: 11, numRuns: 250 },
  );
  expect(refused).toBeGreaterThan(50);
});
