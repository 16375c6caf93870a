/** NormLens without files: tensors, models, data, training and explanations, in Node and in browsers alike. */

export { glyphs } from "./data/glyphs/glyphs.js";
export * from "./data/index.js";
export { type Session, type SessionOptions, session } from "./engine/session.js";
export * from "./model/index.js";
export * from "./tensor/index.js";
export * from "./training/index.js";
