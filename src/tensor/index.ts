/** Shapes, numbers, randomness, errors: what everything above stands on. */
export * from "./errors.js";
export * from "./tensor.js";
export * from "./random.js";
