/** The reference kernels: float64, plain TypeScript. */
export * from "./backend.js";
