/** Ops with two inputs as layers that rules can be applied to. (Sums: `sumLayer`.) */

import type { Tensor } from "../../tensor/tensor.js";
import { split } from "../hand-down.js";
import { each, type LinearLayer, type LinearMap } from "./linear-map.js";

/** y = a ⊙ b as linear in the signal a, with the gate b for weights: the signal takes all relevance, the gate none.
 *  Arras et al. 2017. */
export const signalLayer: LinearLayer = {
  map({ weight }): LinearMap {
    let [signal, gate]: readonly Tensor[] = [];
    const weighed = (x: Tensor): Tensor => {
      const shared = signal.data.length / gate.data.length; // elements under one number of the gate
      const at = (i: number): number => gate.data[Math.floor(i / shared)];
      const data = x.data.map((v, i) => v * (weight ? weight(at(i)) : at(i)));
      return { shape: x.shape, data };
    };
    return {
      forward([a, b]) {
        [signal, gate] = [a, b];
        return weighed(a);
      },
      backward: (s) => [weighed(s), each(gate, () => 0)],
    };
  },
};

/** y = a and b one after the other: every element hands down to the one it is. */
export const concatLayer: LinearLayer = {
  map({ weight }): LinearMap {
    const w = weight ? weight(1) : 1;
    const scaled = (x: Tensor): Tensor => each(x, weight ? (v) => w * v : undefined);
    let [a, b]: readonly Tensor[] = [];
    return {
      forward(inputs) {
        [a, b] = inputs;
        return scaled(joined(a, b));
      },
      backward: (s) => split(scaled(s), a, b),
    };
  },
};

/** a and b one after the other, image by image. */
function joined(a: Tensor, b: Tensor): Tensor {
  const [n, channels, ...pixels] = a.shape;
  const [first, second] = [a.data.length / n, b.data.length / n];
  const data = new (a.data instanceof Float64Array ? Float64Array : Float32Array)(
    n * (first + second),
  );
  for (let i = 0; i < n; i++) {
    data.set(a.data.subarray(i * first, (i + 1) * first), i * (first + second));
    data.set(b.data.subarray(i * second, (i + 1) * second), i * (first + second) + first);
  }
  return { shape: [n, channels + b.shape[1], ...pixels], data };
}
