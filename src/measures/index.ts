/** Measures: everything that turns a trained model and its history into a number. */

export { explainedImages } from "./bench.js";
export { fitTemperature } from "./calibration.js";
export {
  type Comparison,
  type ComparisonOptions,
  compareModels,
  type MapAgreement,
  mapAgreement,
} from "./comparison.js";
export * from "./cost.js";
export * from "./evaluator.js";
export * from "./key.js";
export * from "./context.js";
export * from "./measure.js";
export { snapshooter } from "./dynamics/snapshots.js";
export * from "./table.js";
export { type Standing, type StandingOptions, standingOf } from "./standing.js";
