/** Collects kernel calls into phases. A new phase begins, behind a barrier, whenever the kind of call changes. */

import type { KernelName } from "../kernels/kernels.js";
import type { Arg, Args } from "../ops/op.js";
import type { Call, Phase } from "./plan.js";

export interface Calls {
  each<K extends KernelName>(kernel: K, ...args: Args<K>): void;
  beforeChunk<K extends KernelName>(kernel: K, ...args: Args<K>): void;
  afterChunk<K extends KernelName>(kernel: K, ...args: Args<K>): void;
  once<K extends KernelName>(kernel: K, ...args: Args<K>): void;
  late<K extends KernelName>(length: number, kernel: K, ...args: Args<K>): void;
  prepare<K extends KernelName>(kernel: K, ...args: Args<K>): void;
  /** What follows belongs to the backward pass. */
  startBackward(): void;
  finish(): { prepare: Phase[]; forward: Phase[]; backward: Phase[] };
}

const newPhase = (kind: Phase["kind"]): Phase => ({ kind, before: [], calls: [], after: [] });

export function calls(): Calls {
  const prepare = newPhase("once");
  const late = newPhase("late");
  const forward: Phase[] = [];
  const backward: Phase[] = [];
  let current = forward;

  const phase = (kind: Phase["kind"]): Phase => {
    const last = current.at(-1);
    if (last?.kind === kind) return last;
    const next = newPhase(kind);
    current.push(next);
    return next;
  };
  const call = (kernel: KernelName, args: readonly Arg[], length?: number): Call => ({
    kernel,
    args,
    ...(length === undefined ? {} : { length }),
  });

  return {
    each: (kernel, ...args) => void phase("each").calls.push(call(kernel, args)),
    beforeChunk: (kernel, ...args) => void phase("each").before.push(call(kernel, args)),
    afterChunk: (kernel, ...args) => void phase("each").after.push(call(kernel, args)),
    once: (kernel, ...args) => void phase("once").calls.push(call(kernel, args)),
    late: (length, kernel, ...args) => void late.calls.push(call(kernel, args, length)),
    prepare: (kernel, ...args) => void prepare.calls.push(call(kernel, args)),
    startBackward() {
      current = backward;
    },
    finish: () => ({
      prepare: prepare.calls.length > 0 ? [prepare] : [],
      forward,
      backward: late.calls.length > 0 ? [...backward, late] : backward,
    }),
  };
}
