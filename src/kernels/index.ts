/** Kernels: the interface, and its two implementations. */
export * from "./arithmetic.js";
export * from "./double.js";
export * from "./kernels.js";
export * from "./reference/index.js";
export * from "./wasm.js";
