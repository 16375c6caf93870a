/** NormLens without files: tensors, models, data, training, explanations, folding, measures and conclusions, in Node
 *  and in browsers alike. */

export { withClasses } from "./data/classes.js";
export { fitDataset } from "./data/fitting.js";
export { glyphs } from "./data/glyphs/glyphs.js";
export type { GlyphOptions } from "./data/glyphs/options.js";
export * from "./data/index.js";
export { type Session, type SessionOptions, session } from "./engine/session.js";
export * from "./explain/index.js";
export {
  type Fold,
  type FoldEvidence,
  type FoldOptions,
  fold,
  type NormEvidence,
} from "./fold/index.js";
export { type Inspection, inspect } from "./fold/inspection.js";
export {
  filesBeside,
  type LoadedModel,
  type LoadOptions,
  modelFormats,
  type ReadOptions,
  readAnyModel,
} from "./formats/any-model.js";
export { describeModel, readDescription } from "./formats/description.js";
export { type Fit, fitPlanes, type Interpolation, type Planes } from "./formats/fitting.js";
export {
  type KerasFile,
  type KerasOptions,
  type KerasReadOptions,
  readKeras,
  readKerasHdf5,
  readTfjs,
  type TfjsOptions,
  tfjsLocations,
} from "./formats/keras/index.js";
export {
  type OnnxModel,
  type OnnxOptions,
  type OnnxWriteOptions,
  readOnnx,
  writeOnnx,
} from "./formats/onnx/index.js";
export { overPixels } from "./formats/over-pixels.js";
export {
  PREPROCESSING_KEY,
  type Preprocessing,
  parsePreprocessing,
  preprocess,
  preprocessings,
  showPreprocessing,
} from "./formats/preprocessing.js";
export {
  readWeights,
  type WeightsModel,
  type WeightsOptions,
} from "./formats/weights-only/index.js";
export { type Arithmetic, arithmetics, hasFused } from "./kernels/arithmetic.js";
export {
  type Comparison,
  type ComparisonOptions,
  compareModels,
  evaluateMeasures,
  type MapAgreement,
  type Measure,
  type MeasureName,
  mapAgreement,
  measures,
  type Standing,
  type StandingOptions,
  standingOf,
} from "./measures/index.js";
export * from "./model/index.js";
export { claims, resolveClaims } from "./study/claims/index.js";
export { concludeStudy } from "./study/conclude.js";
export { conditionTitle, type StudyUnder, studiesUnder } from "./study/conditions.js";
export { planStudy } from "./study/plan.js";
export { type RemedyFacts, remedies, remedyFacts } from "./study/remedies.js";
export { type Power, power } from "./study/statistics/index.js";
export * from "./tensor/index.js";
export * from "./training/index.js";
