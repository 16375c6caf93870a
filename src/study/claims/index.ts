/** Claims of the literature and their verdicts. */
export * from "./claim.js";
export * from "./judge.js";
export * from "./resolve.js";
export * from "./table.js";
