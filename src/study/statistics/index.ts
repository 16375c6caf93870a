/** Paired statistics with seeds as the unit of replication. */

export * from "./bootstrap.js";
export * from "./effect-size.js";
export * from "./holm.js";
export * from "./normal.js";
export * from "./sign-flip.js";
export * from "./student.js";
