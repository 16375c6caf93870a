/** The WASM backend: float32 kernels with 128-bit vectors. The program owns no part of the memory, so backends on
 *  several threads may work on one shared memory at once, as long as they write to different places. One thread alone
 *  has a private memory: any page may have one (a shared memory needs a cross-origin isolated page), and engines know
 *  its size and collect it in time (a thousand forgotten shared memories of 3 MB fill 3 GB). */

import { fail } from "../tensor/errors.js";
import { type Arithmetic, checkArithmetic } from "./arithmetic.js";
import { binaries } from "./binary.generated.js";
import type { Backend, Kernels } from "./kernels.js";

const PAGE = 65536;
const MAX_PAGES = 65536;
/** 4 GiB: what 32-bit addresses reach. */
export const MAX_BYTES = MAX_PAGES * PAGE;

/** Who may use a memory: one thread, or several. */
type Access = "private" | "shared";

const compiled = new Map<string, WebAssembly.Module>();

/** Kernels, compiled once per thread. */
export function compiledProgram(name: keyof typeof binaries, access: Access): WebAssembly.Module {
  const key = `${name} ${access}`;
  let module = compiled.get(key);
  if (!module) {
    const bytes = decodeBase64(binaries[name]);
    if (access === "private") importPrivate(bytes);
    module = new WebAssembly.Module(bytes);
    compiled.set(key, module);
  }
  return module;
}

/** In WASM: imports of "env" "memory", a memory (2) that is shared and bounded (3). */
const sharedImport = [3, 0x65, 0x6e, 0x76, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 3];

/** Makes the program import a private memory instead of a shared one; nothing else differs. */
function importPrivate(bytes: Uint8Array): void {
  for (let at = 0; at + sharedImport.length <= bytes.length; at++)
    if (sharedImport.every((byte, i) => bytes[at + i] === byte)) {
      bytes[at + sharedImport.length - 1] = 1; // bounded
      return;
    }
  fail("unsupported", "wasmBackend: the kernels import no shared memory; build them again");
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}

/** A memory of at least `elements` float32 zeros. */
export function wasmMemory(elements: number, access: Access = "private"): WebAssembly.Memory {
  const pages = Math.max(1, Math.ceil((elements * 4) / PAGE));
  if (!Number.isSafeInteger(elements) || elements < 0 || pages > MAX_PAGES)
    fail(
      "unsupported",
      `wasmMemory: got ${elements} float32 numbers, expected at most ${MAX_BYTES / 4} ` +
        "(32-bit addresses); use a smaller batch",
    );
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: access === "shared" });
  } catch (cause) {
    const size = ((pages * PAGE) / 2 ** 20).toFixed(1);
    return fail(
      "unsupported",
      `wasmMemory: got no ${size} MiB of ${access} memory, expected enough for ${elements} float32 numbers; ` +
        `use a smaller batch${access === "shared" ? " (in a browser the page must also be cross-origin isolated)" : ""}`,
      cause,
    );
  }
}

/** The kernels bound to a memory (made by `wasmMemory`), or to a new one of `elements` numbers. */
export function wasmBackend(
  memory: WebAssembly.Memory | { elements: number },
  arithmetic: Arithmetic = "exact",
): Backend {
  checkArithmetic(arithmetic);
  const bound = memory instanceof WebAssembly.Memory ? memory : wasmMemory(memory.elements);
  const access = bound.buffer instanceof ArrayBuffer ? "private" : "shared";
  const program = compiledProgram(arithmetic, access);
  const instance = new WebAssembly.Instance(program, { env: { memory: bound } });
  const numbers = new Float32Array(bound.buffer);
  const words = new Int32Array(bound.buffer);
  return {
    name: "wasm",
    memory: { numbers, integers: (at, values) => words.set(values, at) },
    // The exports carry no types; the property tests call every kernel by its name in `Kernels`.
    kernels: instance.exports as unknown as Kernels,
  };
}
