/** Two memories laid out alike, one per backend: a kernel runs on both, and every number of both is then accounted for. */

import { expect } from "vitest";
import type { Arithmetic, At, Backend, Kernels } from "../../src/kernels/index.js";
import { referenceBackend, wasmBackend } from "../../src/kernels/index.js";
import { type Random, random } from "../../src/tensor/random.js";

const ELEMENTS = 1 << 17;
const SENTINEL = 7777; // lies in all memory that no array owns, 16 numbers of it between arrays
const GUARD = 16;
const EPSILON = 2 ** -24;

let wasm = wasmBackend({ elements: ELEMENTS });
const reference = referenceBackend(ELEMENTS);

/** The arithmetic of the WASM kernels in all arenas that are made from now on. */
export function compute(arithmetic: Arithmetic): void {
  wasm = wasmBackend({ elements: ELEMENTS }, arithmetic);
}

/** The channel stride of C channels. */
export const stride = (C: number): number => (C + 3) & ~3;

interface Output {
  at: At;
  count: number;
  /** Allowed difference in units of 2⁻²⁴·(|expected| + scale). 0: bit for bit. */
  ulps: number;
  /** Size of what was added up to make a number; roundings are relative to it. */
  scale: number;
  /** Lanes of a pixel and how many of them are channels; the others must be 0. */
  lanes: number;
  channels: number;
}

export type Accuracy = Partial<Pick<Output, "ulps" | "scale">>;

/** Numbers for inputs. `exact` ones are small multiples of ¼: sums and products of a few round nowhere, ties abound. */
export type Kind = "uniform" | "exact" | "positive";

export interface Arena {
  readonly random: Random;
  /** An array of given numbers (rounded to float32). */
  numbers(values: ArrayLike<number>): At;
  integers(values: ArrayLike<number>): At;
  /** `count` random numbers. */
  draw(count: number, kind?: Kind): At;
  /** Random pixels of C channels; padding lanes 0. */
  pixels(count: number, C: number, kind?: Kind): At;
  /** A vector of C channels or, when `present` is false, −1. */
  channels(C: number, present?: boolean, kind?: Kind): At;
  /** Where the kernel writes pixels of C channels. */
  output(pixels: number, C: number, accuracy?: Accuracy): At;
  /** Says that the kernel changes an array that it also reads. */
  changes(at: At, pixels: number, C: number, accuracy?: Accuracy): At;
  /** Says that the kernel may leave anything in an array that it reads. */
  usedUp(at: At, count: number): At;
  /** Room for `count` numbers in which the kernel may leave anything. */
  room(count: number): At;
  /** Runs a call on both memories and compares them. */
  compare(call: (kernels: Kernels) => void): void;
  /** Runs calls on the WASM memory alone and returns the `count` numbers at an address. */
  run(call: (kernels: Kernels) => void, at: At, count: number): Float32Array;
}

export function arena(seed: number): Arena {
  const stream = random(seed);
  const outputs: Output[] = [];
  const usedUp: Pick<Output, "at" | "count">[] = [];
  let used = GUARD;
  wasm.memory.numbers.fill(SENTINEL);
  reference.memory.numbers.fill(SENTINEL);

  const allocate = (count: number): At => {
    const at = used;
    used += ((count + 3) & ~3) + GUARD;
    if (used > ELEMENTS) throw new Error(`arena: ${used} numbers asked, ${ELEMENTS} there`);
    return at;
  };
  const write = (at: At, i: number, value: number): void => {
    const rounded = Math.fround(value);
    wasm.memory.numbers[at + i] = rounded;
    reference.memory.numbers[at + i] = rounded;
  };
  const one = (kind: Kind): number => {
    if (kind === "exact") return (stream.below(17) - 8) / 4;
    return kind === "positive" ? stream.uniform(0.1, 2) : stream.uniform(-1, 1);
  };
  const self: Arena = {
    random: stream,
    numbers(values) {
      const at = allocate(values.length);
      for (let i = 0; i < values.length; i++) write(at, i, values[i]);
      return at;
    },
    integers(values) {
      const at = allocate(values.length);
      for (const { memory } of [wasm, reference]) memory.integers(at, values);
      return at;
    },
    draw: (count, kind = "uniform") => self.numbers(Array.from({ length: count }, () => one(kind))),
    pixels(count, C, kind = "uniform") {
      const cs = stride(C);
      const lane = (i: number): number => (i % cs < C ? one(kind) : 0);
      return self.numbers(Array.from({ length: count * cs }, (_, i) => lane(i)));
    },
    channels: (C, present = true, kind = "uniform") => (present ? self.pixels(1, C, kind) : -1),
    output: (pixels, C, accuracy) =>
      self.changes(allocate(pixels * stride(C)), pixels, C, accuracy),
    changes(at, pixels, C, { ulps = 4, scale = 0 } = {}) {
      const lanes = stride(C);
      outputs.push({ at, count: pixels * lanes, ulps, scale, lanes, channels: C });
      return at;
    },
    usedUp(at, count) {
      usedUp.push({ at, count });
      return at;
    },
    room: (count) => self.usedUp(allocate(count), count),
    compare(call) {
      const before = wasm.memory.numbers.slice(0, used + GUARD);
      call(wasm.kernels);
      call(reference.kernels);
      checkUntouched(before, [...outputs, ...usedUp]);
      for (const output of outputs) checkOutput(output);
    },
    run(call, at, count) {
      call(wasm.kernels);
      return new Float32Array(wasm.memory.numbers.subarray(at, at + count));
    },
  };
  return self;
}

/** Outside the outputs no bit has changed. */
function checkUntouched(
  before: Backend["memory"]["numbers"],
  outputs: readonly Pick<Output, "at" | "count">[],
): void {
  const now = new Int32Array(wasm.memory.numbers.slice(0, before.length).buffer);
  const then = new Int32Array(before.buffer);
  const inside = (i: number): boolean => outputs.some(({ at, count }) => i >= at && i < at + count);
  for (let i = 0; i < now.length; i++)
    if (now[i] !== then[i] && !inside(i)) expect.fail(`number ${i} outside the outputs changed`);
}

function checkOutput({ at, count, ulps, scale, lanes, channels }: Output): void {
  for (let i = 0; i < count; i++) {
    const got = wasm.memory.numbers[at + i];
    const expected = reference.memory.numbers[at + i];
    const allowed = ulps * EPSILON * (Math.abs(expected) + scale);
    const where = `output at ${at}, number ${i}`;
    if (got !== expected && !(Math.abs(got - expected) <= allowed))
      expect.fail(`${where}: got ${got}, expected ${expected} ± ${allowed}`);
    const padding = i % lanes >= channels && expected !== SENTINEL;
    if (padding && got !== 0) expect.fail(`${where}: got ${got} in a padding lane, expected 0`);
  }
}
