/** Datasets: the value, its fingerprint, and the ones that need no files. (Files: load.node.ts.) */
export * from "./dataset.js";
export * from "./fingerprint.js";
