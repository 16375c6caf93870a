/** NormLens in Node: everything. In browsers use the same names from `normlens/browser`, which leaves out files. */
export * from "./browser.js";
export { loadDataset } from "./data/load.node.js";
export * from "./formats/checkpoint.node.js";
export { loadAnyModel } from "./formats/load-model.node.js";
export type { StudyWatcher } from "./study/laboratory.node.js";
export { runStudy, type StudyOutcome, type StudyRunOptions } from "./study/run.node.js";
