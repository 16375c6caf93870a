/** Memory that a finished trial leaves behind, collected before the next one starts.
 *  An engine collects late what lies outside its heap: short trials follow each other so fast that each thread of a
 *  pool let 100 MB of forgotten WASM memories and arrays pile up. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Bytes outside the heap that a thread may keep between trials: a collection takes some 5 ms. */
const ENOUGH = 32 * 2 ** 20;

/** The engine's collector, which Node hands out under this flag alone; undefined where there is none. */
function collector(): (() => void) | undefined {
  setFlagsFromString("--expose-gc");
  const found: unknown = runInNewContext("typeof gc === 'function' ? gc : undefined");
  return typeof found === "function" ? () => void found() : undefined;
}

const collect = collector();

/** Collects if there is much to collect. */
export function collectGarbage(): void {
  if (process.memoryUsage().external > ENOUGH) collect?.();
}
