/** Small datasets for tests. */

import type { Dataset, Split } from "../../src/data/dataset.js";

/** `count` images of [2, 3, 4] that differ in every value, labels 0, 1, 2, 0, … */
export function split(count: number, first = 0): Split {
  const pixels = 2 * 3 * 4;
  return {
    images: {
      shape: [2, 3, 4],
      count,
      data: Uint8Array.from({ length: count * pixels }, (_, i) => first + 3 * i),
    },
    labels: Uint8Array.from({ length: count }, (_, i) => i % 3),
    masks: Uint8Array.from({ length: count * 12 }, (_, i) => i % 2),
    concepts: {
      names: ["edge", "dot"],
      maps: Uint16Array.from({ length: count * 12 }, (_, i) => i % 4),
    },
  };
}

export const parts = (): Omit<Dataset, "fingerprint"> => ({
  name: "sample",
  classes: ["a", "b", "c"],
  train: split(5),
  validation: split(4, 100),
});
