/** Helper threads in Node: worker_threads, asked of the process and not imported, so that browsers can load this file. */

import { builtFile } from "../tensor/built-file.js";
import type { Start, ThreadMessage } from "./thread.js";

/** A helper thread that takes messages while the thread that leads waits. */
export interface PromptHelper {
  post(messages: readonly ThreadMessage[]): void;
  stop(): void;
}

const workers = () =>
  typeof process === "undefined" ? undefined : process.getBuiltinModule?.("node:worker_threads");

/** Whether helper threads can start while the calling thread waits. */
export const isPrompt = (): boolean => workers() !== undefined;

export function spawnPrompt(start: Start): PromptHelper {
  const { Worker } = workers() as NonNullable<ReturnType<typeof workers>>;
  const file = builtFile(import.meta.url, "engine/thread-entry.node.js");
  // Flags of the process, such as --input-type, would keep the file from loading.
  const worker = new Worker(file, { workerData: start, execArgv: [] });
  worker.unref(); // an idle helper keeps no process alive
  return {
    post: (messages) => worker.postMessage(messages),
    stop: () => void worker.terminate(),
  };
}
