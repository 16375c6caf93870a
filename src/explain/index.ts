/** Explanations of single predictions: gradient family and controls. */
export * from "./explanation.js";
export * from "./integrated-gradients.js";
export * from "./quadrature.js";
export * from "./table.js";
