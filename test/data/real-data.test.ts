/** The public datasets themselves, if they lie beside the project in ../shared/data (or where
 *  NORMLENS_TEST_DATA says). Without them these tests are skipped, with a notice. */

import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { Split } from "../../src/data/dataset.js";
import { loadDataset } from "../../src/data/load.node.js";
import { datasets } from "../../src/data/registry.js";
import { areShared, sharedFile, sharedPath } from "../shared.js";

const sum = (data: ArrayLike<number>): number => {
  let total = 0;
  for (let i = 0; i < data.length; i++) total += data[i];
  return total;
};

const counts = ({ labels }: Split): number[] => {
  const found = new Array<number>(10).fill(0);
  for (const label of labels) found[label]++;
  return found;
};

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** First ten labels and sum of all pixels, of training and test set; images of each class in training. */
const facts = {
  mnist: {
    labels: [
      [5, 0, 4, 1, 9, 2, 1, 3, 1, 4],
      [7, 2, 1, 0, 4, 1, 4, 9, 5, 9],
    ],
    sums: [1_567_298_545, 264_923_200],
    classes: [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
  },
  "fashion-mnist": {
    labels: [
      [9, 0, 0, 3, 0, 2, 7, 2, 5, 5],
      [9, 2, 1, 1, 6, 1, 4, 6, 5, 7],
    ],
    sums: [3_431_114_169, 573_469_082],
    classes: new Array<number>(10).fill(6000),
  },
} as const;

for (const name of ["mnist", "fashion-mnist"] as const) {
  const there = areShared(`data/${name}`);

  test.skipIf(!there)(`${name}: the files are those that the table names`, () => {
    for (const file of datasets[name].source.files) {
      const bytes = sharedFile(`data/${name}/${file.name}`);
      expect([file.name, bytes.length, sha256(bytes)]).toEqual([
        file.name,
        file.bytes,
        file.sha256,
      ]);
    }
  });

  test.skipIf(!there)(`${name}: labels, class counts and pixels`, async () => {
    // The folder of one as a filled cache, that of the other as the user's own: neither needs the network.
    const place =
      name === "mnist" ? { cache: sharedPath("data") } : { dataDir: sharedPath(`data/${name}`) };
    const { classes, train, validation } = await loadDataset(name, place);
    const { labels, sums } = facts[name];
    expect(classes).toEqual(datasets[name].classes);
    for (const [i, split] of [train, validation].entries()) {
      expect(split.images).toMatchObject({ shape: [1, 28, 28], count: [60_000, 10_000][i] });
      expect([...split.labels.slice(0, 10)]).toEqual(labels[i]);
      expect(sum(split.images.data)).toBe(sums[i]);
    }
    expect(counts(train)).toEqual(facts[name].classes);
  });
}

test.skipIf(!areShared("data/cifar10-slice"))(
  "CIFAR-10: labels, class counts, pixels, order of planes",
  async () => {
    const dataDir = sharedPath("data/cifar10-slice");
    const files = {
      "data_batch_1_first5000.bin":
        "25c919756e77f926c2ce5d52f3af2a33de8d75ff7868e4fcd0fa499745217b8d",
      "test_batch_first1000.bin":
        "8314c96d7cd65618193bab23acdd5d4c4af15bf6dd00a1781d55beedf3be1ef5",
    };
    for (const [file, expected] of Object.entries(files))
      expect([file, sha256(sharedFile(`data/cifar10-slice/${file}`))]).toEqual([file, expected]);
    const { train, validation } = await loadDataset("cifar10", { dataDir });
    expect(train.images).toMatchObject({ shape: [3, 32, 32], count: 5000 });
    expect(train.labels[0]).toBe(6);
    expect([0, 1024, 2048].map((i) => train.images.data[i])).toEqual([59, 62, 63]);
    expect([...validation.labels.slice(0, 10)]).toEqual([3, 8, 8, 0, 6, 6, 1, 6, 3, 1]);
    expect(counts(train)).toEqual([505, 460, 519, 486, 519, 488, 519, 486, 520, 498]);
    expect(counts(validation)).toEqual([103, 89, 100, 103, 90, 86, 112, 102, 106, 109]);
  },
);
