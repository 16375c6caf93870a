/** Buffers and the times at which they are needed: what takes the place of what, and where each lies. */

import type { KernelName } from "../kernels/kernels.js";
import type { Arg, Buffer, Place } from "../ops/op.js";
import type { Call } from "./plan.js";

/** When something is needed, and by which buffers one after the other. */
export interface Lifetime {
  readonly buffers: Buffer[];
  size: number;
  readonly from: number;
  to: number;
}

export const isPlace = (arg: unknown): arg is Place =>
  typeof arg === "object" && arg !== null && "buffer" in arg;

/** Kernels that may write over what they read, by the numbers of the arguments read and written. */
const OVER: { readonly [K in KernelName]?: readonly (readonly [from: number, to: number])[] } = {
  relu: [[0, 1]],
  bend: [[0, 1]],
  sigmoid: [[0, 1]],
  tanh: [[0, 1]],
  elu: [[0, 1]],
  gelu: [[0, 1]],
  pad: [[0, 1]],
  normalise: [[0, 1]],
  add: [
    [0, 2],
    [1, 2],
  ],
  multiply: [
    [0, 2],
    [1, 2],
  ],
};

/** Lets what a call makes lie where something lies that nothing reads after it. Images alone: what a thread has for a
 *  whole chunk is read again with the next tile. */
export function inPlace(
  calls: readonly Call[],
  lifetimes: readonly Lifetime[],
): readonly Lifetime[] {
  const found = new Map(lifetimes.map((one) => [one.buffers[0], one]));
  const lifetimeOf = (arg: Arg): Lifetime | undefined =>
    isPlace(arg) && arg.offset === 0 && arg.buffer.scope === "image"
      ? found.get(arg.buffer)
      : undefined;
  for (const [k, { kernel, args }] of calls.entries())
    for (const [read, written] of OVER[kernel] ?? []) {
      const [old, made] = [lifetimeOf(args[read]), lifetimeOf(args[written])];
      if (!old || !made || old === made || old.to !== k || made.from !== k) continue;
      old.buffers.push(...made.buffers);
      old.size = Math.max(old.size, made.size);
      old.to = made.to;
      for (const buffer of made.buffers) found.set(buffer, old);
    }
  return [...new Set(found.values())];
}

/** Greedy by size: the largest first, each at the lowest offset free during its lifetime. Returns the end. */
export function pack(
  lifetimes: readonly Lifetime[],
  start: number,
  into: Map<Buffer, number>,
): number {
  const placed: (Lifetime & { at: number })[] = []; // by address
  let end = start;
  for (const item of [...lifetimes].sort((a, b) => b.size - a.size)) {
    let at = start;
    for (const other of placed) {
      const meets = other.from <= item.to && item.from <= other.to;
      if (meets && at < other.at + other.size && other.at < at + item.size)
        at = other.at + other.size;
    }
    const next = placed.findIndex((other) => other.at > at);
    placed.splice(next < 0 ? placed.length : next, 0, { ...item, at });
    for (const buffer of item.buffers) into.set(buffer, at);
    end = Math.max(end, at + item.size);
  }
  return end;
}
