/** Helper threads in a browser: module workers. The page must be cross-origin isolated (shared memory). */

import type { Start, ThreadMessage } from "./thread.js";

/** A helper thread that takes messages when its event loop turns. */
export interface Helper {
  post(message: Start | readonly ThreadMessage[]): void;
  /** Resolves when the message posted last is taken. */
  answer(): Promise<void>;
  stop(): void;
}

export function spawn(): Helper {
  const worker = new Worker(new URL("./thread-entry.js", import.meta.url), { type: "module" });
  return {
    post: (message) => worker.postMessage(message),
    answer: () =>
      new Promise((resolve, reject) => {
        worker.onmessage = () => resolve();
        worker.onerror = (event) => reject(new Error(event.message));
      }),
    stop: () => worker.terminate(),
  };
}
