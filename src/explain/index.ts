/** Explanations of single predictions. */
export * from "./explanation.js";
export * from "./target.js";
export * from "./channels.js";
export * from "./baselines.js";
export * from "./quadrature.js";
export { lastRectified } from "./class-activation.js";
export * from "./table.js";
