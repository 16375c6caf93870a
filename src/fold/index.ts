/** Folding: a model of the same function without batch norms. */
export * from "./fold.js";
export { rewrite } from "./rewrite.js";
export type { Leftover, Merge } from "./rewriter.js";
export { type NormEvidence, normFacts } from "./evidence.js";
export * from "./traces.js";
