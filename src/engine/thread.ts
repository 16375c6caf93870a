/** One helper thread of a team: loads programs when told, then runs passes as they are commanded. */

import type { Arithmetic } from "../kernels/arithmetic.js";
import type { Kernels } from "../kernels/kernels.js";
import { wasmBackend } from "../kernels/wasm.js";
import { barrier, nextCommand, RELOAD, reportFailure, sequence } from "./barrier.js";
import { type Program, run } from "./program.js";

/** What a helper thread is told: first its memory, then programs. */
export type ThreadMessage =
  | {
      readonly kind: "start";
      readonly memory: WebAssembly.Memory;
      readonly control: Int32Array;
      readonly threads: number;
      readonly arithmetic: Arithmetic;
    }
  | { readonly kind: "programs"; readonly programs: readonly Program[] };

/** Handles the messages of one thread. `reply` tells the team that the message has been taken. */
export function thread(reply: () => void): (message: ThreadMessage) => void {
  let kernels: Kernels | undefined;
  let control: Int32Array | undefined;
  let threads = 1;
  return (message) => {
    if (message.kind === "start") {
      kernels = wasmBackend(message.memory, message.arithmetic).kernels;
      control = message.control;
      threads = message.threads;
      reply();
      return;
    }
    if (!kernels || !control) return;
    const last = sequence(control);
    reply();
    obey(kernels, control, threads, message.programs, last);
  };
}

/** Runs commanded passes until told to look for a message. */
function obey(
  kernels: Kernels,
  control: Int32Array,
  threads: number,
  programs: readonly Program[],
  last: number,
): void {
  for (;;) {
    const pass = nextCommand(control, last);
    last = sequence(control);
    if (pass === RELOAD) return;
    runPass(kernels, control, threads, programs[pass]);
  }
}

/** Runs a pass in step with the other threads. Returns the first error of this thread. */
export function runPass(
  kernels: Kernels,
  control: Int32Array,
  threads: number,
  program: Program,
): unknown {
  let first: unknown;
  for (const segment of program) {
    try {
      run(kernels, segment);
    } catch (error) {
      first ??= error;
      reportFailure(control);
    }
    barrier(control, threads);
  }
  return first;
}
