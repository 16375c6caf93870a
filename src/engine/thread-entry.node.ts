/** Entry of a helper thread in Node: it takes its messages without going back to its event loop, so that the thread
 *  that leads need not go back to its own. */

import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { type ThreadMessage, thread } from "./thread.js";

const { take, obey } = thread(workerData);
for (;;) {
  obey();
  const received = parentPort && receiveMessageOnPort(parentPort);
  take((received?.message ?? []) as readonly ThreadMessage[]);
}
