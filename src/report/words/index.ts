/** Words for the facts of a report, in every language: one engine for the page and the terminal. */
export * from "./labels.js";
export * from "./language.js";
export * from "./numbers.js";
export * from "./sentences.js";
export * from "./terms.js";
