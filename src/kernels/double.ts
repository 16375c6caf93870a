/** The reference backend with its convolution loop as a WASM program, float64 as well: the same bits, fast enough for networks
 *  with billions of multiply-adds. */

import type { Backend, Kernels } from "./kernels.js";
import { referenceBackend } from "./reference/index.js";
import { compiledProgram, MAX_BYTES, wasmMemory } from "./wasm.js";

/** A backend over `elements` new zeros. What WASM cannot address goes without the program. */
export function doubleBackend(elements: number): Backend {
  if (8 * elements > MAX_BYTES) return referenceBackend(elements);
  const memory = wasmMemory(2 * elements); // a number is as large as two of float32
  const program = compiledProgram("double", "private");
  const { exports } = new WebAssembly.Instance(program, { env: { memory } });
  const backend = referenceBackend(new Float64Array(memory.buffer));
  const { convolve } = exports as unknown as Pick<Kernels, "convolve">; // the exports carry no types
  return { ...backend, kernels: { ...backend.kernels, convolve } };
}
