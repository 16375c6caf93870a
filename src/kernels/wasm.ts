/** The WASM backend: float32 kernels with 128-bit vectors on a shared memory. Works in Node and in browsers (there, a
 *  shared memory needs a cross-origin isolated page). The program owns no part of the memory, so backends on several
 *  threads may work on one memory at once, as long as they write to different places. */

import { fail } from "../tensor/errors.js";
import { type Arithmetic, checkArithmetic } from "./arithmetic.js";
import { binaries } from "./binary.generated.js";
import type { Backend, Kernels } from "./kernels.js";

const PAGE = 65536;
const MAX_PAGES = 65536; // 4 GiB: what 32-bit addresses reach

const compiled = new Map<Arithmetic, WebAssembly.Module>();

/** The compiled kernels; compiled once per thread. */
function compiledModule(arithmetic: Arithmetic): WebAssembly.Module {
  let module = compiled.get(arithmetic);
  if (!module) {
    checkArithmetic(arithmetic);
    module = new WebAssembly.Module(decodeBase64(binaries[arithmetic]));
    compiled.set(arithmetic, module);
  }
  return module;
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}

/** A shared memory of at least `elements` float32 zeros. */
export function wasmMemory(elements: number): WebAssembly.Memory {
  const pages = Math.max(1, Math.ceil((elements * 4) / PAGE));
  if (!Number.isSafeInteger(elements) || elements < 0 || pages > MAX_PAGES)
    fail(
      "unsupported",
      `wasmMemory: got ${elements} float32 numbers, expected at most ${(MAX_PAGES * PAGE) / 4} ` +
        "(32-bit addresses); use a smaller batch",
    );
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch (cause) {
    const size = ((pages * PAGE) / 2 ** 20).toFixed(1);
    return fail(
      "unsupported",
      `wasmMemory: got no ${size} MiB of shared memory, expected enough for ${elements} float32 numbers; ` +
        "use a smaller batch (in a browser the page must also be cross-origin isolated)",
      cause,
    );
  }
}

/** The kernels bound to a memory (made by `wasmMemory`), or to a new one of `elements` numbers. */
export function wasmBackend(
  memory: WebAssembly.Memory | { elements: number },
  arithmetic: Arithmetic = "exact",
): Backend {
  const bound = memory instanceof WebAssembly.Memory ? memory : wasmMemory(memory.elements);
  const instance = new WebAssembly.Instance(compiledModule(arithmetic), { env: { memory: bound } });
  const numbers = new Float32Array(bound.buffer);
  const words = new Int32Array(bound.buffer);
  return {
    name: "wasm",
    memory: { numbers, integers: (at, values) => words.set(values, at) },
    // The exports carry no types; the property tests call every kernel by its name in `Kernels`.
    kernels: instance.exports as unknown as Kernels,
  };
}
