/** Ctrl-C: the first asks the work to stop and save what is done, the second stops at once. */

import { exitCodes } from "./errors.js";

/** Runs `work` with a signal that SIGINT and SIGTERM fire. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.cancelled);
    process.stderr.write(
      "\nnormlens: stopping, what is done will be saved (Ctrl-C again stops at once)\n",
    );
    controller.abort(new Error("interrupted"));
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}
