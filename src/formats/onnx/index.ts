/** ONNX in and out. */
export { externalLocations, looksLikeOnnx } from "./message-tables.js";
export { type OnnxModel, type OnnxOptions, readOnnx } from "./read.js";
export { NEWEST_OPSET, type OnnxWriteOptions, writeOnnx } from "./write.js";
export { encodeOnnx, type OnnxArray, type OnnxNode } from "./encode.js";
