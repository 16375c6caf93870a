/** A plan's memory against what is alive at the same time, counted here from the calls alone. */

import { describe, expect, test } from "vitest";
import { compile } from "../../src/engine/compile.js";
import { layOut } from "../../src/engine/memory.js";
import { modelBuffers } from "../../src/engine/model-buffers.js";
import { callsOf, type Phase, type Plan, type PlanOptions } from "../../src/engine/plan.js";
import { conv2d, dense, flatten, gelu, sequential, tanh } from "../../src/model/build.js";
import type { Graph } from "../../src/model/model.js";
import { zoo } from "../../src/model/zoo.js";
import { type Buffer, CHUNKS, type Place } from "../../src/ops/op.js";

/** When a buffer is needed: numbers of phases. */
interface Span {
  from: number;
  to: number;
}

const placesOf = (phase: Phase): Place[] =>
  callsOf(phase).flatMap(({ args }) =>
    args.filter((arg): arg is Place => typeof arg === "object" && "buffer" in arg),
  );

/** From the first to the last phase that names each buffer, longer where the world outside writes or reads it. */
function spans(plan: Plan): { spans: Map<Buffer, Span>; phases: readonly Phase[] } {
  const phases = [...plan.prepare, ...plan.forward, ...plan.backward];
  const found = new Map<Buffer, Span>();
  const need = (buffer: Buffer, from: number, to: number): void => {
    const span = found.get(buffer) ?? { from, to };
    found.set(buffer, { from: Math.min(span.from, from), to: Math.max(span.to, to) });
  };
  phases.forEach((phase, p) => {
    for (const { buffer } of placesOf(phase)) need(buffer, p, p);
  });
  const last = phases.length - 1;
  const seeded = plan.prepare.length + plan.forward.length - 1;
  const used = (place: Place): boolean => found.has(place.buffer);
  for (const { place } of plan.tables) need(place.buffer, 0, last);
  for (const place of [plan.input.place, plan.labels, plan.targets])
    if (used(place)) need(place.buffer, 0, 0);
  if (!plan.options.loss && used(plan.outputGradient))
    need(plan.outputGradient.buffer, seeded, seeded);
  const readLater = [plan.output, ...plan.values.values(), ...plan.gradients.values()];
  if (plan.inputGradient) readLater.push(plan.inputGradient);
  for (const { place } of readLater) need(place.buffer, last, last);
  if (plan.options.loss)
    for (const place of [plan.losses, plan.correct]) need(place.buffer, last, last);
  // What is prepared once serves every pass that follows.
  for (const phase of plan.prepare) for (const { buffer } of placesOf(phase)) need(buffer, 0, last);
  return { spans: found, phases };
}

/** What all copies of a buffer hold together. */
const numbersOf = ({ size, scope }: Buffer, batch: number): number =>
  size * (scope === "image" ? batch : scope === "chunk" ? CHUNKS : 1);

/** Whether a thread has this buffer for itself, if it lives within one phase. */
const isOwn = ({ scope, fixed }: Buffer): boolean =>
  (scope === "image" || scope === "thread") && !fixed;

/** Numbers alive at once, at the worst moment: one image per thread of what lives within one phase. */
function liveMinimum(plan: Plan, taken: ReadonlyMap<Buffer, number>, threads: number): number {
  const { spans: all, phases } = spans(plan);
  let most = 0;
  phases.forEach((phase, p) => {
    let live = 0;
    for (const [buffer, { from, to }] of all) {
      if (taken.has(buffer) || from > p || to < p) continue;
      const isScratch = isOwn(buffer) && from === to && phase.kind === "each";
      if (!isScratch) live += numbersOf(buffer, plan.options.batch);
    }
    most = Math.max(most, live + threads * scratch(phase, all));
  });
  return most;
}

/** What one image needs within a phase, at the worst call. */
function scratch(phase: Phase, all: ReadonlyMap<Buffer, Span>): number {
  if (phase.kind !== "each") return 0;
  const calls = callsOf(phase);
  const own = (k: number, buffer: Buffer): boolean =>
    calls[k].args.some(
      (arg) => typeof arg === "object" && "buffer" in arg && arg.buffer === buffer,
    );
  const buffers = new Set(placesOf(phase).map(({ buffer }) => buffer));
  const alive = calls.map(() => 0);
  for (const buffer of buffers) {
    const span = all.get(buffer) as Span;
    if (!isOwn(buffer) || span.from !== span.to) continue;
    const uses = calls.flatMap((_, k) => (own(k, buffer) ? [k] : []));
    for (let k = uses[0]; k <= (uses.at(-1) as number); k++) alive[k] += buffer.size;
  }
  return Math.max(0, ...alive);
}

const networks: Record<string, Graph> = {
  "ResNet-20": zoo.resnet20({ norm: "batch" }),
  "plain of 8 blocks": zoo.plain({ norm: "batch", depth: 8, inputShape: [3, 32, 32] }),
};

const bottleneck = sequential(
  [4, 20, 20],
  [
    conv2d({ id: "wide", filters: 12, kernel: 1 }),
    tanh({ id: "bent" }),
    conv2d({ id: "deep", filters: 12, kernel: 3, groups: 12, stride: 2, padding: 1 }),
    gelu({ id: "curved" }),
    flatten(),
    dense({ units: 3 }),
  ],
);

const forward: Omit<PlanOptions, "batch"> = {
  stats: "running",
  training: false,
  wants: { input: false, parameters: false },
  fuse: true,
  retain: [],
};
const saliency: typeof forward = { ...forward, wants: { input: true, parameters: false } };
const training: typeof forward = {
  ...forward,
  stats: "batch",
  training: true,
  wants: { input: false, parameters: true },
  loss: "crossEntropy",
};

const purposes: Record<string, typeof forward> = {
  training,
  forward,
  saliency,
  "guided backpropagation": { ...saliency, backward: "guided" },
};

/** The plan for a batch, laid out behind nothing. */
function laidOut(graph: Graph, purpose: typeof forward, batch: number, threads: number) {
  const model = modelBuffers(graph);
  const plan = compile(graph, model, { ...purpose, batch });
  const taken = new Map([model.parameters, model.gradients, model.noise].map((own) => [own, 0]));
  return { plan, taken, at: layOut(plan, taken, threads, 0) };
}

/** What kernels say of their arguments: which may be which. */
const OVER: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    ["relu", "bend", "sigmoid", "tanh", "elu", "gelu", "pad", "normalise"].map((name) => [
      name,
      ["0,1"],
    ]),
  ),
  add: ["0,2", "1,2"],
  multiply: ["0,2", "1,2"],
};

/** Pairs of a thread's own buffers that lie on each other while both are needed, the older first. */
function overlaps(phase: Phase, { local, tiles }: ReturnType<typeof layOut>) {
  const found = new Map<Buffer, Span>();
  callsOf(phase).forEach(({ args }, k) => {
    for (const arg of args)
      if (typeof arg === "object" && "buffer" in arg && local.has(arg.buffer))
        found.set(arg.buffer, { from: found.get(arg.buffer)?.from ?? k, to: k });
  });
  const lying = [...found].map(([buffer, span]) => {
    const begin = local.get(buffer) as number;
    const copies = buffer.scope === "image" ? (tiles.get(phase) ?? 1) : 1;
    return { buffer, ...span, begin, end: begin + buffer.size * copies };
  });
  return lying
    .flatMap((a, i) => lying.slice(i + 1).map((b) => (a.from <= b.from ? [a, b] : [b, a])))
    .filter(([a, b]) => b.from <= a.to && a.begin < b.end && b.begin < a.end);
}

function checkPhases({ plan, at }: ReturnType<typeof laidOut>): void {
  for (const phase of [...plan.forward, ...plan.backward])
    for (const [a, b] of overlaps(phase, at)) {
      const { kernel, args } = callsOf(phase)[b.from];
      const numbers = [a, b].map(({ buffer }) =>
        args.findIndex(
          (arg) => typeof arg === "object" && "buffer" in arg && arg.buffer === buffer,
        ),
      );
      expect(a.to, `${a.buffer.name} and ${b.buffer.name}`).toBe(b.from);
      expect(OVER[kernel] ?? [], kernel).toContain(numbers.join());
    }
}

test("what nothing reads again is written over: an expanded image, bent, padded, takes one place", () => {
  for (const purpose of Object.values(purposes)) checkPhases(laidOut(bottleneck, purpose, 13, 2));
  const { plan, at } = laidOut(bottleneck, forward, 1, 1);
  const [phase] = plan.forward;
  const shared = overlaps(phase, at).map(([a, b]) => `${a.buffer.name} ${b.buffer.name}`);
  expect(shared).toEqual(expect.arrayContaining(["wide bent", "bent deep.padded", "deep curved"]));
  // 12 channels of 22×22 padded pixels, and 12 of 10×10 that are made of them, and the input.
  expect(at.areaSize).toBeLessThan(12 * (22 * 22 + 10 * 10) + 64);
});

describe.each(Object.entries(networks))("%s", (_, graph) => {
  describe.each(Object.entries(purposes))("%s", (_, purpose) => {
    test.each([1, 2])("%i thread(s): at most 1.3 times what is alive at once", (threads) => {
      const { plan, taken, at } = laidOut(graph, purpose, 64, threads);
      expect(at.end).toBeLessThanOrEqual(1.3 * liveMinimum(plan, taken, threads));
    });

    test("what is alive at the same time lies apart", () => {
      const { plan, taken, at } = laidOut(graph, purpose, 13, 2);
      const { spans: all } = spans(plan);
      const lying = [...all].flatMap(([buffer, span]) => {
        const begin = at.shared.get(buffer);
        if (begin === undefined || taken.has(buffer)) return [];
        return [{ buffer, ...span, begin, end: begin + numbersOf(buffer, 13) }];
      });
      expect(lying.length).toBeGreaterThan(0);
      for (const [i, a] of lying.entries())
        for (const b of lying.slice(i + 1))
          if (a.from <= b.to && b.from <= a.to && a.begin < b.end && b.begin < a.end)
            expect.fail(`${a.buffer.name} and ${b.buffer.name} overlap`);
      expect(Math.max(...lying.map(({ end }) => end))).toBeLessThanOrEqual(at.areas);
    });

    test("within a phase, too, unless a call may write over what it reads", () => {
      checkPhases(laidOut(graph, purpose, 13, 2));
    });
  });
});
