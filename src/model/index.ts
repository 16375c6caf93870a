/** Models as values: graphs, parameters, builders, the zoo. */
export * from "./model.js";
export * as layers from "./build.js";
export { modelHash } from "./hash.js";
export { graph, type GraphBuilder, type Layer, sequential } from "./build.js";
export { type NormName, norms } from "./norms.js";
export { wellScaled } from "./well-scaled.js";
export { deepNames, type Placement, zoo, type ZooName, type ZooOptions } from "./zoo.js";
