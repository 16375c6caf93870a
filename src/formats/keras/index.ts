/** Keras in: archives of version 3, HDF5 files of versions 2 and 3, TensorFlow.js' layers models. */
export { readKeras, readKerasHdf5 } from "./read.js";
export { looksLikeTfjs, readTfjs, tfjsLocations } from "./tfjs.js";
export type { KerasModel, KerasOptions } from "./translate.js";
