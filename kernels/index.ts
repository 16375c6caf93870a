/** The kernels of `src/kernels/kernels.ts` in float32 with 128-bit vectors, for one shared memory. */
export { convolve } from "./convolve";
