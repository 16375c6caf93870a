/** Entry of a helper thread in a browser, where messages come in the event loop alone. */

import { type Start, type Thread, type ThreadMessage, thread } from "./thread.js";

let own: Thread | undefined;
addEventListener("message", ({ data }: MessageEvent<Start | readonly ThreadMessage[]>) => {
  if ("control" in data) own = thread(data);
  else own?.take(data);
  postMessage("taken");
  if (!("control" in data)) own?.obey();
});
