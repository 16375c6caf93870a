/** A plan with its memory: puts batches in, runs passes, reads results. Mutable and private to the library's own
 *  loops; what users hold are models and sessions. */

import { doubleBackend } from "../kernels/double.js";
import type { Backend, Kernels } from "../kernels/kernels.js";
import { wasmBackend, wasmMemory } from "../kernels/wasm.js";
import type { Graph } from "../model/model.js";
import type { Buffer, Place } from "../ops/op.js";
import { fail } from "../tensor/errors.js";
import { size, type Tensor } from "../tensor/tensor.js";
import { isForwardOnly } from "./compilation.js";
import { compile } from "./compile.js";
import { type Crew, patientCrew, soloCrew } from "./crew.js";
import { type Addresses, layOut } from "./memory.js";
import { modelBuffers } from "./model-buffers.js";
import type { Learns, ModelBuffers, Phase, Plan, PlanOptions } from "./plan.js";
import { addressOf, bind, type Program } from "./program.js";
import type { Team } from "./team.js";

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
  /** The executor for a batch of this size (at most the one it was made for), on the same memory. A promise where a new
   *  size must reach helpers in their event loops. */
  withBatch(batch: number): Promise<void> | undefined;
  close(): void;
}

/** Everything but the threads. */
function prepareExecutor(graph: Graph, options: ExecutorOptions, threads: number) {
  const { learns } = options;
  const buffers = modelBuffers(graph, {
    ...(learns ? { learns } : {}),
    packs: isForwardOnly(options),
  });
  const extra = options.extra?.(buffers) ?? { buffers: [], update: [] };
  const taken = new Map<Buffer, number>();
  let end = 0;
  const gradients = options.wants.parameters ? [buffers.gradients] : [];
  for (const buffer of [buffers.parameters, ...gradients, buffers.noise, ...extra.buffers]) {
    taken.set(buffer, end);
    end += (buffer.size + 15) & ~15;
  }

  const bound = (batch: number): Bound => {
    const plain = options.plain ?? options.backend === "reference";
    const plan = compile(graph, buffers, { ...options, plain, batch });
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

/** The executor around a team. */
function assemble(
  { buffers, bound }: ReturnType<typeof prepareExecutor>,
  first: Bound,
  backend: Backend,
  team: Team,
  end: () => void,
): Executor {
  const { numbers } = backend.memory;
  /** Every batch size that was asked for, in the order of its programs. */
  const known: Bound[] = [first];
  let [current, passes] = [first, 0];

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
      for (const [key, { memory, value }] of buffers.places) {
        const at = address(value);
        const { data } = parameters[key] ?? fail("shape", `engine: parameter "${key}" is missing`);
        numbers.fill(0, at, at + memory.size);
        memory.runs((from, step, to, stride, count) => {
          for (let k = 0; k < count; k++) numbers[at + to + k * stride] = data[from + k * step];
        });
      }
    },
    read(what = "value") {
      const out: Record<string, Tensor> = {};
      for (const [key, { spec, memory, value, gradient }] of buffers.places) {
        const place = what === "value" ? value : gradient;
        if (!place) continue;
        const at = address(place);
        const data = new (numbers.constructor as Float32ArrayConstructor)(size(spec.shape));
        memory.runs((from, step, to, stride, count) => {
          for (let k = 0; k < count; k++) data[from + k * step] = numbers[at + to + k * stride];
        });
        out[key] = { shape: spec.shape, data };
      }
      return out;
    },
    run: (pass) => team.run(passes + PASSES.indexOf(pass)),
    segments: (pass) => current.programs[0][PASSES.indexOf(pass)],
    kernels: backend.kernels,
    withBatch(batch) {
      if (current.plan.options.batch === batch) return undefined;
      const at = known.findIndex(({ plan }) => plan.options.batch === batch);
      const next = at < 0 ? bound(batch) : known[at];
      if (next.at.end > numbers.length)
        fail(
          "shape",
          `engine: got a batch of ${batch}, expected at most ${first.plan.options.batch}`,
        );
      current = next;
      passes = PASSES.length * (at < 0 ? known.length : at);
      writeTables();
      if (at >= 0) return undefined;
      known.push(next);
      return team.load(next.programs);
    },
    close: end,
  };
}

/** An executor and, where its programs are taken later, the promise that they have been. */
function executorOn(crew: Crew, graph: Graph, options: ExecutorOptions, end: () => void) {
  const made = prepareExecutor(graph, options, crew.threads);
  const first = made.bound(options.batch);
  const { arithmetic = "exact" } = options;
  const isReference = options.backend === "reference";
  const memory = isReference || crew.threads === 1 ? undefined : wasmMemory(first.at.end, "shared");
  const backend = isReference
    ? doubleBackend(first.at.end)
    : wasmBackend(memory ?? { elements: first.at.end }, arithmetic);
  const team = crew.team(backend, memory, arithmetic);
  const loaded = team.load(first.programs);
  const close = () => {
    team.close();
    end();
  };
  return { loaded, executor: assemble(made, first, backend, team, close) };
}

/** An executor on the calling thread, or on the threads of a crew that is ready at once. */
export const executor = (graph: Graph, options: ExecutorOptions, crew: Crew = soloCrew): Executor =>
  executorOn(crew, graph, options, () => {}).executor;

/** An executor on `threads` threads of its own (wasm only). */
export async function threadedExecutor(
  graph: Graph,
  options: ExecutorOptions,
  threads: number,
): Promise<Executor> {
  const own = await patientCrew(threads);
  const { loaded, executor } = executorOn(own, graph, options, own.close);
  await loaded;
  return executor;
}
