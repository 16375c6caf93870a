/** The threads that run one executor's passes. */

import type { Backend } from "../kernels/kernels.js";
import { fail } from "../tensor/errors.js";
import { command, hasFailed } from "./barrier.js";
import { type Program, run } from "./program.js";
import { runPass } from "./thread.js";

export interface Team {
  /** Gives every thread more programs, `programs[thread][pass]`, behind those that it has; a promise where helpers take
   *  them later. */
  load(programs: readonly (readonly Program[])[]): Promise<void> | undefined;
  /** Runs a pass on all threads, by its number among all programs; returns when it is complete. */
  run(pass: number): void;
  /** Forgets the programs, and the memory. */
  close(): void;
}

/** One thread: nothing to agree on. */
export function soloTeam(backend: Backend): Team {
  const own: Program[] = [];
  return {
    load([programs]) {
      own.push(...programs);
      return undefined;
    },
    run(pass) {
      for (const segment of own[pass]) run(backend.kernels, segment);
    },
    close() {},
  };
}

/** What a team needs of its crew. */
export interface Ranks {
  readonly control: Int32Array;
  readonly threads: number;
  /** Number of the executor's memory among all that the helpers know. */
  readonly room: number;
  /** Throws if the crew is closed. */
  check(): void;
  /** Hands helper i the programs of thread i + 1. */
  hand(programs: readonly (readonly Program[])[]): Promise<void> | undefined;
  leave(): void;
}

/** Several threads on the backend's memory. */
export function rankedTeam(
  backend: Backend,
  { control, threads, room, check, hand, leave }: Ranks,
): Team {
  const own: Program[] = [];
  return {
    load([first, ...others]) {
      check();
      own.push(...first);
      return hand(others);
    },
    run(pass) {
      check();
      // Commands follow each other only behind a barrier, and an empty pass has none.
      if (own[pass].length === 0) return;
      command(control, pass, room);
      const error = runPass(backend.kernels, control, threads, own[pass]);
      if (hasFailed(control))
        fail(
          "unsupported",
          "engine: a thread failed inside a kernel; please report this with the model",
          error,
        );
    },
    close: leave,
  };
}
