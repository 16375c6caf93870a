/** Plan + addresses → programs: for every thread the flat list of kernel calls with numbers for arguments.
 *  Programs are plain data, so they can be sent to a worker. */

import type { KernelName, Kernels } from "../kernels/kernels.js";
import { type Arg, CHUNKS, type Place } from "../ops/op.js";
import { fail } from "../tensor/errors.js";
import type { Addresses } from "./memory.js";
import type { Call, Phase } from "./plan.js";

/** Calls of one thread between two barriers. */
export type Segment = readonly (readonly [KernelName, readonly number[]])[];
export type Program = readonly Segment[];

/** What a call's own numbers are. */
interface Slot {
  readonly thread: number;
  readonly chunk: number;
  readonly first: number;
  readonly count: number;
  readonly lo: number;
  readonly hi: number;
}

/** [from, to) of part k of n things cut in CHUNKS. */
const part = (n: number, k: number): readonly [number, number] => [
  Math.floor((n * k) / CHUNKS),
  Math.floor((n * (k + 1)) / CHUNKS),
];

export function addressOf(
  at: Addresses,
  place: Place,
  slot: Pick<Slot, "thread" | "chunk" | "first">,
): number {
  const own = at.local.get(place.buffer);
  if (own !== undefined) return at.areas + slot.thread * at.areaSize + own + place.offset;
  const base = at.shared.get(place.buffer);
  if (base === undefined)
    return fail("shape", `program: buffer "${place.buffer.name}" has no address`);
  return base + place.offset + place.image * slot.first + place.chunk * slot.chunk;
}

function resolve(at: Addresses, arg: Arg, slot: Slot): number {
  if (typeof arg === "number") return arg;
  if (typeof arg === "string") return slot[arg];
  return "images" in arg ? arg.images * slot.count : addressOf(at, arg, slot);
}

/** The program of thread `thread` of `threads`: it has a fixed run of chunks, so sums never depend on the number of threads. */
export function bind(
  phases: readonly Phase[],
  at: Addresses,
  { batch, thread, threads }: { batch: number; thread: number; threads: number },
): Program {
  const from = Math.floor((CHUNKS * thread) / threads);
  const to = Math.floor((CHUNKS * (thread + 1)) / threads);
  const line = (call: Call, slot: Slot) =>
    [call.kernel, call.args.map((arg) => resolve(at, arg, slot))] as const;
  const none = { thread, chunk: 0, first: 0, count: batch, lo: 0, hi: 0 };

  return phases.map((phase) => {
    if (phase.kind === "once")
      return thread === 0 ? phase.calls.map((call) => line(call, none)) : [];
    const segment: (readonly [KernelName, readonly number[]])[] = [];
    for (let chunk = from; chunk < to; chunk++) {
      if (phase.kind === "late") {
        for (const call of phase.calls) {
          const [lo, hi] = part((call.length ?? 0) / 4, chunk);
          if (lo < hi) segment.push(line(call, { ...none, lo: 4 * lo, hi: 4 * hi }));
        }
        continue;
      }
      const [begin, end] = part(batch, chunk);
      const whole = { ...none, chunk, first: begin, count: end - begin };
      for (const call of phase.before) segment.push(line(call, whole));
      const tile = at.tiles.get(phase) ?? 1;
      for (let first = begin; first < end; first += tile)
        for (const call of phase.calls)
          segment.push(line(call, { ...none, chunk, first, count: Math.min(tile, end - first) }));
      for (const call of phase.after) segment.push(line(call, whole));
    }
    return segment;
  });
}

/** Runs one segment. */
export function run(kernels: Kernels, segment: Segment): void {
  for (const [name, args] of segment)
    (kernels[name] as (...numbers: readonly number[]) => void)(...args);
}
