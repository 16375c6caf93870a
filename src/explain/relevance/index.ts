/** Relevance propagation: rules as data, the engine that reads them, composites, explainers. */
export type { LinearRule, Rule, Share, Term, Transport } from "./rule.js";
export * from "./rules.js";
export {
  type BatchNormWay,
  batchNormWays,
  type Composite,
  type CompositeName,
  composites,
  type Entry,
} from "./composite.js";
export type { Ledger, LedgerEntry } from "./ledger.js";
export { relevance, type RelevanceExplanation, type RelevanceOptions } from "./relevance.js";
export * from "./explainers.js";
