/** The threads that run one executor's passes: the calling thread and `threads − 1` helpers on the same memory. */

import type { Arithmetic } from "../kernels/arithmetic.js";
import type { Backend } from "../kernels/kernels.js";
import { fail } from "../tensor/errors.js";
import { CONTROL_WORDS, command, hasFailed, RELOAD } from "./barrier.js";
import { type Program, run } from "./program.js";
import { runPass, type ThreadMessage } from "./thread.js";

/** A helper thread as the team sees it. */
export interface Helper {
  post(message: ThreadMessage): void;
  /** Resolves at the next answer. */
  answer(): Promise<void>;
  stop(): void;
}

export interface Team {
  /** Gives every thread its programs: `programs[thread][pass]`. Complete when the promise resolves. */
  load(programs: readonly (readonly Program[])[]): Promise<void>;
  /** Runs a pass on all threads; returns when it is complete. */
  run(pass: number): void;
  close(): void;
}

/** One thread: nothing to agree on. */
export function soloTeam(backend: Backend): Team & { loadNow(programs: readonly Program[]): void } {
  let own: readonly Program[] = [];
  return {
    loadNow(programs) {
      own = programs;
    },
    async load([programs]) {
      own = programs;
    },
    run(pass) {
      for (const segment of own[pass]) run(backend.kernels, segment);
    },
    close() {},
  };
}

/** Several threads on the backend's memory. */
export async function team(
  backend: Backend,
  memory: WebAssembly.Memory,
  threads: number,
  arithmetic: Arithmetic,
): Promise<Team> {
  const isNode = typeof process !== "undefined" && process.versions?.node !== undefined;
  const { spawn } = isNode ? await import("./spawn.node.js") : await import("./spawn.js");
  const control = new Int32Array(new SharedArrayBuffer(4 * CONTROL_WORDS));
  const helpers = Array.from({ length: threads - 1 }, () => spawn());
  let isListening = true; // helpers are in their event loops
  let own: readonly Program[] = [];

  const tell = async (message: (helper: number) => ThreadMessage): Promise<void> => {
    if (!isListening) command(control, RELOAD);
    isListening = true;
    const answers = helpers.map((helper) => helper.answer());
    for (const [i, helper] of helpers.entries()) helper.post(message(i));
    try {
      await Promise.all(answers);
    } catch (cause) {
      for (const helper of helpers) helper.stop(); // one that is missing would be waited for, for ever
      fail(
        "unsupported",
        `engine: got no helper thread (${cause}), expected ${threads - 1}`,
        cause,
      );
    }
  };

  await tell(() => ({ kind: "start", memory, control, threads, arithmetic }));
  return {
    async load(programs) {
      own = programs[0];
      await tell((i) => ({ kind: "programs", programs: programs[i + 1] }));
      isListening = false;
    },
    run(pass) {
      // Commands follow each other only behind a barrier, and an empty pass has none.
      if (own[pass].length === 0) return;
      command(control, pass);
      const error = runPass(backend.kernels, control, threads, own[pass]);
      if (hasFailed(control))
        fail(
          "unsupported",
          "engine: a thread failed inside a kernel; please report this with the model",
          error,
        );
    },
    close() {
      for (const helper of helpers) helper.stop();
    },
  };
}
