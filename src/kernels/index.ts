/** Kernels: the interface, and its implementations. */
export * from "./kernels.js";
export * from "./reference/index.js";
