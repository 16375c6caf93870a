/** Ops as data: what an op is, and the table of them. */
export * from "./op.js";
export * from "./table.js";
