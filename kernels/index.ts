/** The kernels of `src/kernels/kernels.ts` in float32 with 128-bit vectors, for one shared memory. */
export { elu, eluBackward, gelu, geluBackward, tanh, tanhBackward } from "./smooth";
export { bend, bendBackward, sigmoid, sigmoidBackward } from "./activations";
export {
  add, copy, fill, gather, multiply, pad, relu, reluBackward, sumParts, unpad,
} from "./arrays";
export { convolve } from "./convolve";
export { convolveDepthwise } from "./depthwise";
export { channelSums, convolveFilterGradient, transposeFilter } from "./filter-gradient";
export { convolveGrouped, convolveGroupedBackward, convolveGroupedFilterGradient } from "./grouped";
export { dense, denseBackward } from "./dense";
export { denseWeightGradient } from "./dense-gradient";
export { mergeBatch, mergeGroups, moments, reciprocalDeviation, updateRunning } from "./moments";
export {
  gradientSums, mergeGradients, mergeGroupGradients, normalise, normaliseBackward,
} from "./normalise";
export { interpolate, interpolateBackward } from "./interpolation";
export { averagePool, averagePoolBackward, maxPool, maxPoolBackward } from "./pooling";
export { normaliseMaxPool, normaliseMaxPoolBackward } from "./fused";
export { crossEntropy, crossEntropyDense, softmax, softmaxBackward, squaredError } from "./losses";
export { channelNoise, dropoutMask } from "./noise";
export { adam, addDecayed, descend, scaleByAdam, trace } from "./optimiser";
export { strassenConvolve } from "./strassen";
export {
  winogradConvolve, winogradConvolvePanels, winogradFilter, winogradFilterBack, winogradFilterGradient,
} from "./winograd";
