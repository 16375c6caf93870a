/** Helper threads in a browser: module workers. The page must be cross-origin isolated (shared memory). */

import type { Helper } from "./team.js";
import type { ThreadMessage } from "./thread.js";

export function spawn(): Helper {
  const worker = new Worker(new URL("./thread-entry.js", import.meta.url), { type: "module" });
  return {
    post: (message: ThreadMessage) => worker.postMessage(message),
    answer: () =>
      new Promise((resolve, reject) => {
        worker.onmessage = () => resolve();
        worker.onerror = (event) => reject(new Error(event.message));
      }),
    stop: () => worker.terminate(),
  };
}
