/** Reads the reference numbers in test/golden. */

import { readFileSync } from "node:fs";
import { readNpz } from "../src/formats/npz.js";
import { type Tensor, tensor } from "../src/tensor/tensor.js";

/** All arrays of an npz file under test/golden as float64 tensors. */
export function golden(path: string): ReadonlyMap<string, Tensor> {
  const bytes = readFileSync(new URL(`./golden/${path}`, import.meta.url));
  return new Map(
    [...readNpz(bytes, path)].map(([name, { shape, data }]) => [
      name,
      tensor(shape, Float64Array.from(data, Number)),
    ]),
  );
}

/** Largest |a − b| as a share of the largest |b|. */
export function worst(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let scale = 0;
  for (let i = 0; i < b.length; i++) {
    const d = Math.abs(a[i] - b[i]);
    difference = Math.max(difference, Number.isNaN(d) ? Number.POSITIVE_INFINITY : d);
    scale = Math.max(scale, Math.abs(b[i]));
  }
  return difference / Math.max(scale, 1e-300);
}
