/** CIFAR-10, binary version: records of 3,073 bytes, nothing before, between or after.
 *  - 1 byte: the label, 0 to 9
 *  - 3 × 1,024 bytes: the red, green and blue plane of a 32×32 image, row-major */

import { badFile, showBytes } from "./problems.js";

const PIXELS = 3 * 32 * 32;
const RECORD = 1 + PIXELS;
const CLASSES = 10;

export interface CifarRecords {
  readonly count: number;
  readonly labels: Uint8Array;
  /** NCHW, `count · 3 · 32 · 32`. */
  readonly pixels: Uint8Array;
}

/** The images and labels of one batch file. */
export function readCifar10(bytes: Uint8Array, name: string): CifarRecords {
  const count = bytes.length / RECORD;
  if (count < 1 || !Number.isInteger(count))
    badFile(
      name,
      "whole file",
      showBytes(bytes.length),
      `a multiple of ${showBytes(RECORD)} (one record each), at least one`,
    );
  const labels = new Uint8Array(count);
  const pixels = new Uint8Array(count * PIXELS);
  for (let record = 0; record < count; record++) {
    const at = record * RECORD;
    if (bytes[at] >= CLASSES)
      badFile(name, `record ${record}, byte ${at}`, `label ${bytes[at]}`, `0 to ${CLASSES - 1}`);
    labels[record] = bytes[at];
    pixels.set(bytes.subarray(at + 1, at + RECORD), record * PIXELS);
  }
  return { count, labels, pixels };
}
