/** Folding: a model of the same function without batch norms. */
export * from "./fold.js";
export { type Leftover, type Merge, rewrite, type Rewritten } from "./rewrite.js";
export { type Difference, type NormEvidence, normFacts } from "./evidence.js";
export * from "./traces.js";
