/** Arrays that explanations are made in, and the sums over them. */

import { size, type Tensor, tensor } from "../tensor/tensor.js";

/** Zeros of the same number type. */
export const zeros = (like: Tensor, shape = like.shape): Tensor =>
  tensor(
    shape,
    like.data instanceof Float64Array
      ? new Float64Array(size(shape))
      : new Float32Array(size(shape)),
  );

/** Σ of each image's numbers, in float64. */
export function imageSums({ shape: [n], data }: Tensor): Float64Array {
  const inner = data.length / n;
  return Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let p = i * inner; p < (i + 1) * inner; p++) sum += data[p];
    return sum;
  });
}
