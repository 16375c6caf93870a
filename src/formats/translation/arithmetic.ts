/** Arithmetic that many formats know, in our ops: scales and shifts, sums, products, gates. */

import { sameShape, size, tensor } from "../../tensor/tensor.js";
import { refuse } from "./obstacles.js";
import type { Translation } from "./translation.js";
import type { Origin, Value } from "./value.js";

const PLAIN = "scale and shift images [N,C,H,W] or vectors [N,F]";

/** s·v + b with a number for all or one per channel; into a norm or layer that can take it, else a layer of its own. */
export function scaleAndShift(
  t: Translation,
  n: Origin,
  v: Value,
  s: number | Float32Array | undefined,
  b: number | Float32Array | undefined,
): Value {
  const x = v.theirs.length === 1 ? t.vector(v) : v.theirs.length === 3 ? t.image(v) : v;
  const [C] = x.ours;
  // Channels of the file's shape may be groups of ours, one after the other.
  const list = (values: number | Float32Array): Float32Array => {
    if (typeof values === "number") return new Float32Array(C).fill(values);
    if (C % values.length !== 0)
      refuse(`has ${values.length} numbers for ${C} channels that were reshaped`, PLAIN);
    return spread(values, C);
  };
  const merged = v.sole && x.sole ? merge(t, x, s && list(s), b && list(b)) : undefined;
  if (merged) return { ...merged, theirs: v.theirs };
  const [scale, shift] = [list(s ?? 1), list(b ?? 0)];
  const bias = shift.some((value) => value !== 0);
  if (x.ours.length === 3) {
    const weight = tensor([C, 1, 1, 1], scale);
    const parameters = { weight, ...(bias ? { bias: tensor([C], shift) } : {}) };
    const layer = { filters: C, kernel: [1, 1], groups: C, bias };
    return { ...t.add(n, "conv2d", layer, [x], parameters), theirs: v.theirs };
  }
  if (scale.every((value) => value === 1))
    return { ...t.add(n, "biasMap", {}, [x], { bias: tensor([C], shift) }), theirs: v.theirs };
  if (C > LARGEST_DIAGONAL)
    refuse(`scales a vector of ${C} features`, "move the scale into the layer before or after it");
  const weight = tensor([C, C]);
  for (let c = 0; c < C; c++) weight.data[c * C + c] = scale[c];
  const parameters = { weight, ...(bias ? { bias: tensor([C], shift) } : {}) };
  return t.add(n, "dense", { units: C, bias }, [x], parameters);
}

/** One number per channel from one per group of channels. */
export const spread = (values: ArrayLike<number>, channels: number): Float32Array =>
  Float32Array.from(
    { length: channels },
    (_, c) => values[Math.floor((c * values.length) / channels)],
  );

const LARGEST_DIAGONAL = 1024;

/** A shift as the missing bias of the layer before; a scale and a shift as γ and β of a norm that has none. */
function merge(
  t: Translation,
  x: Value,
  s: Float32Array | undefined | 0,
  b: Float32Array | undefined | 0,
): Value | undefined {
  const node = t.node(x);
  const [C] = x.ours;
  if (s) {
    const isNorm =
      node?.kind === "groupNorm" || node?.kind === "instanceNorm" || node?.kind === "layerNorm";
    if (!isNorm || node.attributes.scale || node.attributes.center) return undefined;
    t.amend(x, { scale: true }, { gamma: tensor([C], s) });
  }
  if (!b) return x;
  switch (t.node(x)?.kind) {
    case "conv2d":
    case "convTranspose2d":
    case "dense":
      if (hasAttribute(t, x, "bias")) return undefined;
      return t.amend(x, { bias: true }, { bias: tensor([C], b) });
    case "groupNorm":
    case "instanceNorm":
    case "layerNorm":
      if (hasAttribute(t, x, "center")) return undefined;
      return t.amend(x, { center: true }, { beta: tensor([C], b) });
    default:
      return undefined;
  }
}

function hasAttribute(t: Translation, x: Value, name: "bias" | "center"): boolean {
  const attributes: object = t.node(x)?.attributes ?? {};
  return Object.entries(attributes).some(([key, value]) => key === name && value === true);
}

/** a + b, of one shape. */
export function sum(t: Translation, n: Origin, a: Value, b: Value): Value {
  if (!sameShape(a.theirs, b.theirs))
    refuse(`adds values of shapes [N,${a.theirs}] and [N,${b.theirs}]`, "add values of one shape");
  const [x, y] = alike(t, a, b);
  return { ...t.add(n, "add", {}, [x, y]), theirs: a.theirs };
}

/** Two values as ops see them: both images, or both vectors. */
function alike(t: Translation, a: Value, b: Value): readonly [Value, Value] {
  if (sameShape(a.ours, b.ours) && sameShape(a.theirs, b.theirs)) return [a, b];
  const view = (v: Value): Value => (v.theirs.length === 1 ? t.vector(v) : t.image(v));
  return [view(a), view(b)];
}

/** The signal first: the larger one; of two alike, the one that is not an activation with an end. */
export function times(t: Translation, n: Origin, a: Value, b: Value): Value {
  const [x, y] = alike(t, a, b);
  const isGate = (v: Value): boolean =>
    ["sigmoid", "clip", "softmax"].includes(t.node(v)?.kind ?? "");
  const swap =
    size(x.ours) < size(y.ours) || (sameShape(x.ours, y.ours) && isGate(x) && !isGate(y));
  const [signal, second] = swap ? [y, x] : [x, y];
  return { ...t.add(n, "multiply", {}, [signal, second]), theirs: (swap ? b : a).theirs };
}

/** clip(α·v + β, 0, 1). */
export function gate(t: Translation, n: Origin, v: Value, alpha: number, beta: number): Value {
  const line = scaleAndShift(t, n, { ...v, sole: false }, alpha, beta);
  return { ...t.add(n, "clip", { low: 0, high: 1 }, [line]), theirs: v.theirs };
}
