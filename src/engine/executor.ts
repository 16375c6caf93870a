/** A plan with its memory: puts batches in, runs passes, reads results. Mutable and private to the library's own
 *  loops; what users hold are models and sessions. */

import type { Backend, Kernels } from "../kernels/kernels.js";
import { referenceBackend } from "../kernels/reference/index.js";
import { wasmBackend, wasmMemory } from "../kernels/wasm.js";
import type { Graph } from "../model/model.js";
import { type Layout, order } from "../ops/layout.js";
import type { Buffer, Place } from "../ops/op.js";
import { fail } from "../tensor/errors.js";
import { size, type Tensor } from "../tensor/tensor.js";
import { compile } from "./compile.js";
import { type Addresses, layOut } from "./memory.js";
import { modelBuffers } from "./model-buffers.js";
import type { Learns, ModelBuffers, Phase, Plan, PlanOptions } from "./plan.js";
import { addressOf, bind, type Program } from "./program.js";
import { soloTeam, type Team, team } from "./team.js";

export type BackendName = Backend["name"];

export interface ExecutorOptions extends PlanOptions {
  readonly backend?: BackendName;
  /** Trainable parameters that have a gradient; defaults to all. */
  readonly learns?: Learns;
  /** Buffers and passes beyond forward and backward, e.g. an optimiser's. */
  readonly extra?: (model: ModelBuffers) => {
    readonly buffers: readonly Buffer[];
    readonly update: readonly Phase[];
  };
}

/** The passes an executor can run. `step` is everything that training does between two batches. */
export type PassName = "prepare" | "forward" | "backward" | "step";
const PASSES: readonly PassName[] = ["prepare", "forward", "backward", "step"];

/** A plan at its addresses, bound for every thread. */
interface Bound {
  readonly plan: Plan;
  readonly at: Addresses;
  /** `programs[thread][pass]`. */
  readonly programs: readonly (readonly Program[])[];
}

export interface Executor {
  readonly buffers: ModelBuffers;
  readonly numbers: Float32Array | Float64Array;
  /** Bytes of memory in use. */
  readonly bytes: number;
  readonly plan: Plan;
  /** Copies parameters in. They must fit the graph. */
  write(parameters: Readonly<Record<string, Tensor>>): void;
  /** Copies of all parameters, or of the gradients of the trainable ones. */
  read(what?: "value" | "gradient"): Record<string, Tensor>;
  /** Address of a place, for image number `first`. */
  address(place: Place, first?: number): number;
  run(pass: PassName): void;
  /** The calls of a pass on the calling thread, and the kernels that they name: for profiles. */
  segments(pass: PassName): Program;
  readonly kernels: Kernels;
  /** The executor for a batch of this size (at most the one it was made for), on the same memory. */
  withBatch(batch: number): Promise<void> | undefined;
  close(): void;
}

/** Everything but the threads. */
function prepareExecutor(graph: Graph, options: ExecutorOptions, threads: number) {
  const buffers = modelBuffers(graph, options.learns);
  const extra = options.extra?.(buffers) ?? { buffers: [], update: [] };
  const taken = new Map<Buffer, number>();
  let end = 0;
  const gradients = options.wants.parameters ? [buffers.gradients] : [];
  for (const buffer of [buffers.parameters, ...gradients, buffers.noise, ...extra.buffers]) {
    taken.set(buffer, end);
    end += (buffer.size + 15) & ~15;
  }

  const bound = (batch: number): Bound => {
    const plan = compile(graph, buffers, { ...options, batch });
    const at = layOut(plan, taken, threads, end);
    const { prepare, forward, backward } = plan;
    const passes: Record<PassName, readonly Phase[]> = {
      prepare,
      forward,
      backward,
      step: [...prepare, ...forward, ...backward, ...extra.update],
    };
    const programs = Array.from({ length: threads }, (_, thread) =>
      PASSES.map((pass) => bind(passes[pass], at, { batch, thread, threads })),
    );
    return { plan, at, programs };
  };
  return { buffers, bound };
}

/** The executor around a team. `load` hands programs to the team's threads. */
function assemble(
  { buffers, bound }: ReturnType<typeof prepareExecutor>,
  first: Bound,
  backend: Backend,
  passes: Pick<Team, "run" | "close">,
  load: (programs: Bound["programs"]) => Promise<void> | undefined,
): Executor {
  const { numbers } = backend.memory;
  const known = new Map<number, Bound>([[first.plan.options.batch, first]]);
  let current = first;

  const address = (place: Place, image = 0) =>
    addressOf(current.at, place, { thread: 0, chunk: 0, first: image });
  const writeTables = () => {
    for (const { place, values } of current.plan.tables)
      backend.memory.integers(address(place), values);
  };
  writeTables();

  return {
    buffers,
    numbers,
    bytes: numbers.byteLength,
    get plan() {
      return current.plan;
    },
    address,
    write(parameters) {
      for (const [key, { spec, value }] of buffers.places) {
        const at = address(value);
        const given = parameters[key] ?? fail("shape", `engine: parameter "${key}" is missing`);
        numbers.fill(0, at, at + spec.size);
        const own = spec.positions();
        for (let i = 0; i < own.length; i++) numbers[at + own[i]] = given.data[i];
      }
    },
    read(what = "value") {
      const out: Record<string, Tensor> = {};
      for (const [key, { spec, value, gradient }] of buffers.places) {
        const place = what === "value" ? value : gradient;
        if (!place) continue;
        const at = address(place);
        const data = new (numbers.constructor as Float32ArrayConstructor)(size(spec.shape));
        const own = spec.positions();
        for (let i = 0; i < own.length; i++) data[i] = numbers[at + own[i]];
        out[key] = { shape: spec.shape, data };
      }
      return out;
    },
    run: (pass) => passes.run(PASSES.indexOf(pass)),
    segments: (pass) => current.programs[0][PASSES.indexOf(pass)],
    kernels: backend.kernels,
    withBatch(batch) {
      if (current.plan.options.batch === batch) return undefined;
      const next = known.get(batch) ?? bound(batch);
      if (next.at.end > numbers.length)
        fail(
          "shape",
          `engine: got a batch of ${batch}, expected at most ${first.plan.options.batch}`,
        );
      known.set(batch, next);
      current = next;
      writeTables();
      return load(next.programs);
    },
    close: () => passes.close(),
  };
}

/** An executor on the calling thread. */
export function executor(graph: Graph, options: ExecutorOptions) {
  const made = prepareExecutor(graph, options, 1);
  const first = made.bound(options.batch);
  const { arithmetic = "exact" } = options;
  const backend =
    options.backend === "reference"
      ? referenceBackend(first.at.end)
      : wasmBackend({ elements: first.at.end }, arithmetic);
  const solo = soloTeam(backend);
  solo.loadNow(first.programs[0]);
  return assemble(made, first, backend, solo, (programs) => {
    solo.loadNow(programs[0]);
    return undefined;
  });
}

/** An executor on `threads` threads (wasm only). */
export async function threadedExecutor(
  graph: Graph,
  options: ExecutorOptions,
  threads: number,
): Promise<Executor> {
  if (threads === 1) return executor(graph, options);
  const made = prepareExecutor(graph, options, threads);
  const first = made.bound(options.batch);
  const memory = wasmMemory(first.at.end, "shared");
  const { arithmetic = "exact" } = options;
  const backend = wasmBackend(memory, arithmetic);
  const all = await team(backend, memory, threads, arithmetic);
  await all.load(first.programs);
  return assemble(made, first, backend, all, (programs) => all.load(programs));
}

/** What copying images in and out needs of an executor. */
type Numbered = Pick<Executor, "numbers" | "address">;

/** Copies n images of `t` (from image `from` on) into the plan's layout at `place`. */
export function writeImages(
  { numbers, address }: Numbered,
  place: Place,
  layout: Layout,
  t: Tensor,
  from: number,
  n: number,
): void {
  const positions = order(layout);
  const { data } = t;
  const { C, H, W, cs } = layout;
  let source = from * positions.length;
  for (let i = 0, at = address(place); i < n; i++, at += place.image)
    if (layout.flattened)
      for (let k = 0; k < positions.length; k++) numbers[at + positions[k]] = data[source++];
    // Channel by channel, without the table: twice as fast, and no other thread can work meanwhile.
    else
      for (let c = 0; c < C; c++)
        for (let to = at + c, end = to + H * W * cs; to < end; to += cs)
          numbers[to] = data[source++];
}

/** Copies n images out of the plan's layout into `t` (from image `from` on). */
export function readImages(
  { numbers, address }: Numbered,
  place: Place,
  layout: Layout,
  t: Tensor,
  from: number,
  n: number,
): void {
  const positions = order(layout);
  const { data } = t;
  const { C, H, W, cs } = layout;
  let target = from * positions.length;
  for (let i = 0, at = address(place); i < n; i++, at += place.image)
    if (layout.flattened)
      for (let k = 0; k < positions.length; k++) data[target++] = numbers[at + positions[k]];
    else
      for (let c = 0; c < C; c++)
        for (let source = at + c, end = source + H * W * cs; source < end; source += cs)
          data[target++] = numbers[source];
}
