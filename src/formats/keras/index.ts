/** Keras in: archives of version 3, HDF5 files of versions 2 and 3, TensorFlow.js' layers models. */
export { type KerasFile, type KerasReadOptions, readKeras, readKerasHdf5 } from "./read.js";
export { looksLikeTfjs, readTfjs, type TfjsOptions, tfjsLocations } from "./tfjs.js";
export type { KerasOptions } from "./translate.js";
