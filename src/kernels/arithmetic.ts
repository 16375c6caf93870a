/** Which arithmetic the WASM kernels do, and whether this machine can. */

import { fail } from "../tensor/errors.js";

/** The choices.
 *  - `exact`: a product is rounded before it is added. Same bits on every machine.
 *  - `fused`: relaxed SIMD. One rounding where the processor fuses multiply and add, two where not: faster, and the bits
 *    depend on the machine. Results record it, and a study has one arithmetic. */
export const arithmetics = ["exact", "fused"] as const;

export type Arithmetic = (typeof arithmetics)[number];

/** A module with one instruction of relaxed SIMD. */
const probe = Uint8Array.from([
  0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, // magic number, version
  1, 5, 1, 0x60, 0, 1, 0x7b, // type: () → v128
  3, 2, 1, 0, // one function of this type:
  10, 15, 1, 13, 0, 0x41, 1, 0xfd, 15, 0x41, 2, 0xfd, 15, 0xfd, 0x80, 2, 11, // i8x16.relaxed_swizzle of two splats
]); // biome-ignore format: by section

const isSupported = (): boolean => WebAssembly.validate(probe);

/** Whether fused arithmetic is there. Node 20 has it behind a flag, which this sets, for the calling thread too. */
export function hasFused(): boolean {
  if (isSupported()) return true;
  if (typeof process === "undefined" || process.versions?.node === undefined) return false;
  const v8 = process.getBuiltinModule?.("node:v8");
  v8?.setFlagsFromString("--experimental-wasm-relaxed-simd");
  return isSupported();
}

/** Refuses fused arithmetic where it is missing. */
export function checkArithmetic(arithmetic: Arithmetic): void {
  if (arithmetic === "fused" && !hasFused())
    fail(
      "unsupported",
      "arithmetic: got fused, expected a WebAssembly engine with relaxed SIMD (Node 20.19, Chrome 114, Firefox 145 or newer); " +
        "use exact arithmetic, which runs everywhere",
    );
}
