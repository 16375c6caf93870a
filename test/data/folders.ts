/** Folders of data for tests, below one temporary folder that is removed at the end. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import { writeIdx } from "../../src/formats/idx.js";
import { png } from "../formats/png.js";

const root = mkdtempSync(join(tmpdir(), "normlens-data-"));
afterAll(() => rmSync(root, { recursive: true }));
let made = 0;

/** A new folder with these files. */
export function folderOf(files: Readonly<Record<string, Uint8Array | string>>): string {
  const folder = join(root, String(made++));
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** The four files of an IDX dataset: 6 + 3 images of 4 × 5, labels 0 to 2. */
export const idxFiles = {
  "train-images-idx3-ubyte": writeIdx({
    shape: [6, 4, 5],
    data: Uint8Array.from({ length: 120 }, (_, i) => i),
  }),
  "train-labels-idx1-ubyte": writeIdx({ shape: [6], data: Uint8Array.of(0, 1, 2, 0, 1, 2) }),
  "t10k-images-idx3-ubyte": writeIdx({
    shape: [3, 4, 5],
    data: Uint8Array.from({ length: 60 }, (_, i) => 200 - i),
  }),
  "t10k-labels-idx1-ubyte": writeIdx({ shape: [3], data: Uint8Array.of(2, 1, 0) }),
} as const;

/** CIFAR-10 records with these labels, each image filled with its label times ten. */
export const cifarFile = (...labels: readonly number[]): Uint8Array =>
  new Uint8Array(
    Buffer.concat(
      labels.flatMap((label) => [Uint8Array.of(label), new Uint8Array(3072).fill(10 * label)]),
    ),
  );

/** A PNG of one grey level. */
export const greyPng = (width: number, height: number, level: number): Uint8Array =>
  png({ width, height, depth: 8, colourType: 0, sample: () => level });
