/** Results that several measures of one trained model share. */

import type { Options, Trained } from "./measure.js";

/** The function, whose results are kept as long as the trained model is: measures that ask for the same settings
 *  share one computation. */
export function remembered<O extends Options, T>(
  make: (trained: Trained, options: O) => T,
): (trained: Trained, options: O) => T {
  const known = new WeakMap<Trained, Map<string, { readonly result: T }>>();
  return (trained, options) => {
    const own = known.get(trained) ?? new Map<string, { readonly result: T }>();
    known.set(trained, own);
    const key = JSON.stringify(options);
    const found = own.get(key) ?? { result: make(trained, options) };
    own.set(key, found);
    return found.result;
  };
}
