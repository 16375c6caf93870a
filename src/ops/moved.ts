/** Ops that move elements and change none: every output element is one input element, or 0. */

import { type Shape, size } from "../tensor/tensor.js";
import { type Layout, order } from "./layout.js";
import { images, noParameters, type Op } from "./op.js";

/** For every output element in row-major order, the input element it is, or −1 for a 0. No input twice. */
type Sources = Int32Array;

/** Sources of an output of shape y, given for each of its places [c, h, w] the place in x, or undefined. */
export function sources(
  x: Shape,
  y: Shape,
  from: (place: readonly number[]) => readonly number[] | undefined,
): Sources {
  const [, H = 1, W = 1] = x;
  const [C, Ho = 1, Wo = 1] = y;
  const found = new Int32Array(size(y));
  for (let c = 0, i = 0; c < C; c++)
    for (let h = 0; h < Ho; h++)
      for (let w = 0; w < Wo; w++, i++) {
        const at = from([c, h, w]);
        found[i] = at ? (at[0] * H + at[1]) * W + at[2] : -1;
      }
  return found;
}

/** In memory: where each element of `to` comes from, −1 for nowhere. */
function placesIn(to: Layout, from: Layout, elements: Sources): Int32Array {
  const [here, there] = [order(to), order(from)];
  const table = new Int32Array(to.size).fill(-1);
  elements.forEach((source, i) => {
    if (source >= 0) table[here[i]] = there[source];
  });
  return table;
}

/** The way back: where each element of `from` has gone, −1 for nowhere. */
function placesBack(to: Layout, from: Layout, elements: Sources): Int32Array {
  const [here, there] = [order(to), order(from)];
  const table = new Int32Array(from.size).fill(-1);
  elements.forEach((source, i) => {
    if (source >= 0) table[there[source]] = here[i];
  });
  return table;
}

/** An op with one input whose elements `from` moves. */
export function moved<A>(op: {
  readonly summary: string;
  readonly attributes: Op<A>["attributes"];
  shape(a: A, inputs: readonly Shape[]): Shape;
  from(a: A, x: Shape, y: Shape): Sources;
}): Op<A> {
  return {
    summary: op.summary,
    inputs: 1,
    attributes: op.attributes,
    ordered: true,
    shape: op.shape,
    parameters: noParameters,
    macs: () => 0,
    affine: () => ({ form: "fixed" }),
    forward(c) {
      const [x, y] = [c.inputs[0], c.output];
      const table = placesIn(y, x, op.from(c.attributes, x.shape, y.shape));
      c.each("gather", c.x(), c.y, c.integers(table), images(), y.size, x.size, y.size);
    },
    backward(c) {
      const dx = c.dx();
      if (!dx) return;
      const [x, y] = [c.inputs[0], c.output];
      const table = placesBack(y, x, op.from(c.attributes, x.shape, y.shape));
      c.each("gather", c.dy, dx, c.integers(table), images(), x.size, y.size, x.size);
    },
  };
}
