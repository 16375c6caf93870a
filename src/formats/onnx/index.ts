/** ONNX in and out. */
export { externalLocations, type OnnxModel, type OnnxOptions, readOnnx } from "./read.js";
