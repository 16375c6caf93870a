/** Folding: a model of the same function without batch norms. */
export * from "./fold.js";
export { rewrite, type Rewritten } from "./rewrite.js";
export type { Leftover, Merge } from "./rewriter.js";
export { type Difference, type NormEvidence, normFacts } from "./evidence.js";
export * from "./traces.js";
