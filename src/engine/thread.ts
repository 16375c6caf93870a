/** One helper thread of a crew: enters executors' memories and takes their programs when told, and runs passes as they
 *  are commanded. */

import type { Arithmetic } from "../kernels/arithmetic.js";
import type { Kernels } from "../kernels/kernels.js";
import { wasmBackend } from "../kernels/wasm.js";
import { barrier, nextCommand, RELOAD, reportFailure, reportTaken, sequence } from "./barrier.js";
import { type Program, run } from "./program.js";

/** What a helper thread begins with. */
export interface Start {
  readonly control: Int32Array;
  readonly threads: number;
}

/** What a helper thread is told. A room is the memory of one executor, with its kernels and its programs. */
export type ThreadMessage =
  | {
      readonly kind: "enter";
      readonly room: number;
      readonly memory: WebAssembly.Memory;
      readonly arithmetic: Arithmetic;
    }
  /** More programs, behind those that the room has. */
  | { readonly kind: "programs"; readonly room: number; readonly programs: readonly Program[] }
  | { readonly kind: "leave"; readonly room: number };

export interface Thread {
  /** Does what some messages say, and reports it. */
  take(messages: readonly ThreadMessage[]): void;
  /** Runs commanded passes until messages wait. */
  obey(): void;
}

interface Room {
  readonly kernels: Kernels;
  readonly programs: Program[];
}

export function thread({ control, threads }: Start): Thread {
  const rooms = new Map<number, Room>();
  let last = 0;
  const handle = (message: ThreadMessage): void => {
    const { room } = message;
    if (message.kind === "enter") {
      const { kernels } = wasmBackend(message.memory, message.arithmetic);
      rooms.set(room, { kernels, programs: [] });
    } else if (message.kind === "programs") rooms.get(room)?.programs.push(...message.programs);
    else rooms.delete(room);
  };
  return {
    take(messages) {
      last = sequence(control); // the next command may follow the report at once
      try {
        for (const message of messages) handle(message);
      } catch {
        reportFailure(control);
      }
      reportTaken(control);
    },
    obey() {
      for (;;) {
        const { pass, room } = nextCommand(control, last);
        last = sequence(control);
        if (pass === RELOAD) return;
        const { kernels, programs } = rooms.get(room) as Room;
        runPass(kernels, control, threads, programs[pass]);
      }
    },
  };
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
