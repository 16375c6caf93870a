/** Lays out a plan's memory: what lives at different times shares it, and what only one tile needs exists once per
 *  thread instead of once per image (a whole forward pass without statistics of the batch is of that kind). */

import { type Buffer, CHUNKS } from "../ops/op.js";
import { fail } from "../tensor/errors.js";
import { inPlace, isPlace, type Lifetime, pack } from "./lifetimes.js";
import { callsOf, type Phase, type Plan } from "./plan.js";

/** Where buffers stand. Addresses count elements. */
export interface Addresses {
  /** Address of a buffer that all threads share. */
  readonly shared: ReadonlyMap<Buffer, number>;
  /** Offset of a buffer inside a thread's own area. */
  readonly local: ReadonlyMap<Buffer, number>;
  /** The threads' areas: thread t has [areas + t·areaSize, …). */
  readonly areas: number;
  readonly areaSize: number;
  /** One past the last element used. */
  readonly end: number;
  /** Images per call, for every phase that runs tile by tile. */
  readonly tiles: ReadonlyMap<Phase, number>;
}

/** What one tile may touch, in elements, so that it stays in a core's second-level cache. */
const TILE_ELEMENTS = 160 * 1024;
const LARGEST_TILE = 4;

/** Images per call of a phase; a call never covers more than a chunk. */
function tileOf(phase: Phase, batch: number): number {
  const touched = new Set(
    phase.calls.flatMap((call) => call.args.filter(isPlace).map((place) => place.buffer)),
  );
  let elements = 1;
  for (const { scope, size } of touched) if (scope === "image") elements += size;
  const most = Math.min(LARGEST_TILE, Math.ceil(batch / CHUNKS));
  return Math.max(1, Math.min(most, Math.floor(TILE_ELEMENTS / elements)));
}

/** Buffers begin at multiples of 16 elements, a cache line. */
const aligned = (n: number): number => (n + 15) & ~15;

/** Uses of a buffer: phases, and calls (in the order of `callsOf`) within its only phase. */
interface Use {
  firstPhase: number;
  lastPhase: number;
  firstCall: number;
  lastCall: number;
  isPrepared: boolean;
}

function uses(phases: readonly Phase[], prepared: number): Map<Buffer, Use> {
  const found = new Map<Buffer, Use>();
  phases.forEach((phase, p) => {
    callsOf(phase).forEach((call, k) => {
      for (const arg of call.args) {
        if (!isPlace(arg)) continue;
        const use = found.get(arg.buffer);
        if (!use)
          found.set(arg.buffer, {
            firstPhase: p,
            lastPhase: p,
            firstCall: k,
            lastCall: k,
            isPrepared: p < prepared,
          });
        else {
          use.lastPhase = p;
          use.lastCall = k;
        }
      }
    });
  });
  return found;
}

/** Lays out everything that `taken` (the model's own memory) does not hold yet, from address `start` on. */
export function layOut(
  plan: Plan,
  taken: ReadonlyMap<Buffer, number>,
  threads: number,
  start: number,
): Addresses {
  const phases = [...plan.prepare, ...plan.forward, ...plan.backward];
  const tiles = new Map(phases.map((phase) => [phase, tileOf(phase, plan.options.batch)]));
  const retained = new Set([...plan.values.values()].map((value) => value.place.buffer));
  const found = uses(phases, plan.prepare.length);
  for (const place of [
    plan.input.place,
    plan.output.place,
    plan.outputGradient,
    plan.labels,
    plan.targets,
    plan.losses,
    plan.correct,
  ])
    if (!found.has(place.buffer))
      found.set(place.buffer, {
        firstPhase: 0,
        lastPhase: 0,
        firstCall: 0,
        lastCall: 0,
        isPrepared: false,
      });

  const forAll: Lifetime[] = [];
  const perThread = new Map<number, Lifetime[]>();
  for (const [buffer, use] of found) {
    if (taken.has(buffer)) continue;
    const stays =
      buffer.fixed || use.isPrepared || retained.has(buffer) || buffer === plan.output.place.buffer;
    const isLocal =
      !stays &&
      (buffer.scope === "image" || buffer.scope === "thread") &&
      use.firstPhase === use.lastPhase &&
      phases[use.firstPhase].kind === "each";
    if (buffer.scope === "thread" && !isLocal)
      fail("shape", `plan: buffer "${buffer.name}" of a thread is used beyond one phase`);
    if (isLocal) {
      const list = perThread.get(use.firstPhase) ?? [];
      const images = buffer.scope === "image" ? (tiles.get(phases[use.firstPhase]) ?? 1) : 1;
      list.push({
        buffers: [buffer],
        size: aligned(buffer.size * images),
        from: use.firstCall,
        to: use.lastCall,
      });
      perThread.set(use.firstPhase, list);
      continue;
    }
    const copies =
      buffer.scope === "image" ? plan.options.batch : buffer.scope === "chunk" ? CHUNKS : 1;
    const [from, to] = stays ? [0, phases.length] : [use.firstPhase, use.lastPhase];
    forAll.push({ buffers: [buffer], size: aligned(buffer.size * copies), from, to });
  }

  const shared = new Map(taken);
  const local = new Map<Buffer, number>();
  const areas = pack(forAll, aligned(start), shared);
  const areaSize = aligned(
    Math.max(
      0,
      ...[...perThread].map(([p, list]) => pack(inPlace(callsOf(phases[p]), list), 0, local)),
    ),
  );
  return { shared, local, areas, areaSize, end: areas + areaSize * threads, tiles };
}
