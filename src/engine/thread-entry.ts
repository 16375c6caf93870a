/** Entry of a helper thread in a browser. */

import { type ThreadMessage, thread } from "./thread.js";

const handle = thread(() => postMessage("ready"));
addEventListener("message", (event: MessageEvent<ThreadMessage>) => handle(event.data));
