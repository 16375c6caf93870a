/** Entry of a helper thread in a browser. */

import { thread, type ThreadMessage } from "./thread.js";

const handle = thread(() => postMessage("ready"));
addEventListener("message", (event: MessageEvent<ThreadMessage>) => handle(event.data));
