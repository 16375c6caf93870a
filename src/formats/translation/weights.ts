/** Weights on their way from a file into a model. */

import { firstNonFinite } from "../../tensor/tensor.js";
import { badFile, showText } from "../problems.js";

/** A parameter as a file gives it. */
export interface Weights {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
  /** The file's name for it. */
  readonly name?: string;
}

/** Float32 numbers of a weight. Refuses NaN and infinities. */
export function float32(w: Weights, file: string): Float32Array {
  const data = w.data instanceof Float32Array ? w.data : Float32Array.from(w.data);
  const at = firstNonFinite(data);
  if (at >= 0)
    badFile(
      file,
      `tensor ${showText(w.name ?? "")}, element ${at}`,
      `${data[at]}`,
      "a finite number",
      "the values were broken when the model was exported; export it again from a sound model",
    );
  return data;
}
