/** A sheet of numbers for closed-form cases: arrays go in, a reference kernel runs, arrays come out. */

import type { Kernels } from "../../../src/kernels/index.js";
import { referenceBackend } from "../../../src/kernels/index.js";

export interface Sheet {
  readonly kernels: Kernels;
  /** The address of an array holding these numbers. */
  put(...values: number[]): number;
  /** The address of `count` NaN, to be overwritten. */
  space(count: number): number;
  /** The numbers at an address. */
  get(at: number, count: number): number[];
}

export function sheet(): Sheet {
  const { memory, kernels } = referenceBackend(4096);
  let used = 1; // address 0 is as good as any other, and hides mistakes
  const put = (...values: number[]): number => {
    memory.numbers.set(values, used);
    used += values.length + 1;
    return used - values.length - 1;
  };
  return {
    kernels,
    put,
    space: (count) => put(...new Array<number>(count).fill(Number.NaN)),
    get: (at, count) => [...memory.numbers.subarray(at, at + count)],
  };
}
