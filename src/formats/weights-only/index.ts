/** Weights without a network, onto one of the zoo. */
export { readWeights, type WeightsModel, type WeightsOptions } from "./read.js";
