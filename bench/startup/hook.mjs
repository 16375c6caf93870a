/** Loaded before the program (`node --import`): writes to the file in FIRST_STEP when the optimiser's kernel first
 *  returns, in milliseconds since the process began. */

import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const { Instance } = WebAssembly;
let isDone = false;

/** The kernels, with a watch on the last one of a step. */
const watched = (kernels) => ({
  ...kernels,
  adam(...args) {
    kernels.adam(...args);
    if (isDone) return;
    isDone = true;
    writeFileSync(process.env.FIRST_STEP, String(performance.now()));
  },
});

if (isMainThread && process.env.FIRST_STEP)
  WebAssembly.Instance = function instance(...args) {
    return { exports: watched(new Instance(...args).exports) };
  };
