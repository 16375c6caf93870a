import { run } from "./run.js";

addEventListener("message", async ({ data }) => {
  try {
    postMessage(await run(data));
  } catch (error) {
    postMessage({ error: String(error?.stack ?? error) });
  }
});
