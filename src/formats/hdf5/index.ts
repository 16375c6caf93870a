/** HDF5 in. */
export { type Hdf5Object, looksLikeHdf5, readHdf5 } from "./read.js";
