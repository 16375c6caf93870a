/** Helper threads in Node: worker_threads. */

import { Worker } from "node:worker_threads";
import { builtFile } from "../tensor/built-file.js";
import type { Helper } from "./team.js";
import type { ThreadMessage } from "./thread.js";

export function spawn(): Helper {
  const worker = new Worker(builtFile(import.meta.url, "engine/thread-entry.node.js"));
  worker.unref();
  return {
    post: (message: ThreadMessage) => worker.postMessage(message),
    answer: () =>
      new Promise((resolve, reject) => {
        worker.ref();
        const settle = (done: () => void) => {
          worker.unref();
          worker.off("message", onMessage);
          worker.off("error", onError);
          done();
        };
        const onMessage = () => settle(resolve);
        const onError = (error: Error) => settle(() => reject(error));
        worker.on("message", onMessage);
        worker.on("error", onError);
      }),
    stop: () => void worker.terminate(),
  };
}
