/** Paired statistics with seeds as the unit of replication. */

export * from "./ancova.js";
export * from "./bootstrap.js";
export * from "./effect-size.js";
export * from "./equivalence.js";
export * from "./inference.js";
export * from "./joint-test.js";
export * from "./multiplicity.js";
export * from "./normal.js";
export * from "./power.js";
export * from "./quantile.js";
export * from "./sign-flip.js";
export * from "./sign-flip-interval.js";
export * from "./student.js";
