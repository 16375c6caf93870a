/** Files in and out: pure functions from bytes to values and back. (Disk and PNG: files.node.ts, png.node.ts.) */
export * from "./safetensors.js";
export * from "./safetensors-write.js";
export * from "./npy.js";
export * from "./npz.js";
export * from "./zip.js";
export * from "./idx.js";
export * from "./gzip.js";
export * from "./cifar.js";
export * from "./tar.js";
export * from "./jpeg.js";
export * from "./pixels.js";
