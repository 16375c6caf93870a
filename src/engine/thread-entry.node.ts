/** Entry of a helper thread in Node. */

import { parentPort } from "node:worker_threads";
import { type ThreadMessage, thread } from "./thread.js";

const handle = thread(() => parentPort?.postMessage("ready"));
parentPort?.on("message", (message: ThreadMessage) => handle(message));
