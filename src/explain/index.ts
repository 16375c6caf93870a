/** Explanations of single predictions. */
export * from "./explanation.js";
export * from "./target.js";
export * from "./channels.js";
export * from "./baselines.js";
export * from "./quadrature.js";
export { lastRectified } from "./class-activation.js";
export * from "./batch-mates.js";
export * from "./table.js";
export {
  type BatchNormWay,
  batchNormWays,
  type Composite,
  type CompositeName,
  composites,
  type Entry,
  type Ledger,
  type LedgerEntry,
  type LinearRule,
  type RelevanceOptions,
  type Rule,
  relevance,
  type Share,
  type Term,
  type Transport,
} from "./relevance/index.js";
export * as relevanceRules from "./relevance/rules.js";
export { type Audit, audit, type AuditOptions } from "./audit.js";
