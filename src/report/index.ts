/** The report: a study's data for the page, and how the page reads them. */
export * from "./build.js";
export * from "./command.js";
export * from "./fill.js";
export * from "./list.js";
export * from "./read.js";
export * from "./report-data.js";
