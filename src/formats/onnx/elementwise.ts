/** Activations and arithmetic, value by value or with constants. */

import { sameShape, size, tensor } from "../../tensor/tensor.js";
import { type Constant, weights } from "./constants.js";
import { isConstant, type NodeView, refuse, type Value } from "./node-view.js";
import type { Translation } from "./translation.js";

const PLAIN = "simplify the model (onnxsim, onnxslim)";

/** An activation: the same op whatever shape the file sees the value in. */
function activation(
  t: Translation,
  n: NodeView,
  kind: "relu" | "leakyRelu" | "clip" | "sigmoid",
  attributes: object = {},
): Value {
  const v = n.value(0);
  return { ...t.add(n, kind, attributes, [v]), theirs: v.theirs };
}

export const relu = (t: Translation, n: NodeView): Value => activation(t, n, "relu");
export const sigmoid = (t: Translation, n: NodeView): Value => activation(t, n, "sigmoid");
export const leakyRelu = (t: Translation, n: NodeView): Value =>
  activation(t, n, "leakyRelu", { slope: n.float("alpha", 0.01) });

export function pRelu(t: Translation, n: NodeView): Value {
  const slope = n.constant(1, "slope") ?? refuse("has no slope", PLAIN);
  if (slope.data.some((v) => v !== slope.data[0]))
    refuse("has slopes that differ from channel to channel", "use one slope for all channels");
  return activation(t, n, "leakyRelu", { slope: slope.data[0] ?? 0 });
}

/** The largest float32: exporters' way to say "no bound". */
const NONE = 3.4e38;

export function clip(t: Translation, n: NodeView): Value {
  const bound = (i: number, name: string, none: number): number => {
    const given = n.constant(i, "bounds");
    return given ? (given.data[0] ?? none) : n.float(name, none);
  };
  const [low, high] = [bound(1, "min", -Infinity), bound(2, "max", Infinity)];
  if (Number.isNaN(low) || Number.isNaN(high)) refuse("has a bound that is no number", PLAIN);
  if (low === 0 && high > NONE) return activation(t, n, "relu");
  return activation(t, n, "clip", {
    low: low < -NONE ? null : low,
    high: high > NONE ? null : high,
  });
}

export function softmax(t: Translation, n: NodeView): Value {
  const axis = n.int("axis", t.opset < 13 ? 1 : -1);
  const v = n.value(0);
  const isWhole = v.theirs.length === 1 && (axis === 1 || axis === -1);
  if (!isWhole) refuse(`works along axis ${axis} of [N,${v.theirs}]`, "end the model in logits");
  return t.add(n, "softmax", {}, [t.vector(n, v)]);
}

/** clip(α·x + β, 0, 1). */
export function hardSigmoid(t: Translation, n: NodeView): Value {
  return gate(t, n, n.value(0), n.float("alpha", Math.fround(0.2)), n.float("beta", 0.5));
}

function gate(t: Translation, n: NodeView, v: Value, alpha: number, beta: number): Value {
  const line = scaleAndShift(t, n, { ...v, sole: false }, alpha, beta);
  return { ...t.add(n, "clip", { low: 0, high: 1 }, [line]), theirs: v.theirs };
}

export function hardSwish(t: Translation, n: NodeView): Value {
  const v = n.value(0);
  return times(t, n, v, gate(t, n, v, 1 / 6, 0.5));
}

/** x·σ(αx). */
export function swish(t: Translation, n: NodeView): Value {
  const v = n.value(0);
  if (n.float("alpha", 1) !== 1) refuse("has an alpha other than 1", PLAIN);
  return times(t, n, v, t.add(n, "sigmoid", {}, [v]));
}

/** What a constant is to a value: one number, one per channel, or one per element. */
type Spread = { readonly each: "all" | "channel" | "element"; readonly values: Float32Array };

function spreadOver(t: Translation, c: Constant, theirs: readonly number[]): Spread {
  const values = weights(c, t.name);
  if (values.length === 1) return { each: "all", values };
  const lengths = [1, ...theirs];
  const shape = [
    ...new Array<number>(Math.max(0, lengths.length - c.shape.length)).fill(1),
    ...c.shape,
  ];
  const fits =
    shape.length === lengths.length && shape.every((n, k) => n === 1 || n === lengths[k]);
  if (!fits) refuse(`meets a constant of shape [${c.shape}] with a value of [N,${theirs}]`, PLAIN);
  if (shape.every((n, k) => n === 1 || k === 1)) return { each: "channel", values };
  const element = new Float32Array(size(theirs));
  for (let i = 0; i < element.length; i++) {
    let [at, rest, step] = [0, i, 1];
    for (let k = lengths.length - 1; k >= 0; k--) {
      if (shape[k] > 1) at += (rest % lengths[k]) * step;
      rest = Math.floor(rest / lengths[k]);
      step *= shape[k];
    }
    element[i] = values[at];
  }
  return { each: "element", values: element };
}

/** s·v + b with a number for all or one per channel; into a norm or layer that can take it, else a layer of its own. */
function scaleAndShift(
  t: Translation,
  n: NodeView,
  v: Value,
  s: number | Float32Array | undefined,
  b: number | Float32Array | undefined,
): Value {
  const x = v.theirs.length === 1 ? t.vector(n, v) : v.theirs.length === 3 ? t.image(n, v) : v;
  const [C] = x.ours;
  const list = (values: number | Float32Array): Float32Array =>
    typeof values === "number" ? new Float32Array(C).fill(values) : values;
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

/** v + c. */
function plus(t: Translation, n: NodeView, v: Value, c: Constant, sign: 1 | -1): Value {
  const { each, values } = spreadOver(t, c, v.theirs);
  const b = sign === 1 ? values : values.map((value) => -value);
  if (each !== "element") return scaleAndShift(t, n, v, undefined, each === "all" ? b[0] : b);
  const x = v.theirs.length === 1 ? t.vector(n, v) : t.image(n, v);
  return t.add(n, "biasMap", {}, [x], { bias: tensor(x.ours, b) });
}

/** v·c. */
function scaled(t: Translation, n: NodeView, v: Value, c: Constant, invert: boolean): Value {
  const { each, values } = spreadOver(t, c, v.theirs);
  if (each === "element")
    return refuse("scales every element by a constant of its own", "scale channels, or none");
  const s = invert ? values.map((value) => 1 / value) : values;
  if (s.some((value) => !Number.isFinite(value))) refuse("divides by 0", PLAIN);
  return scaleAndShift(t, n, v, each === "all" ? s[0] : s, undefined);
}

/** Two values as ops see them: both images, or both vectors. */
function alike(t: Translation, n: NodeView, a: Value, b: Value): readonly [Value, Value] {
  if (sameShape(a.ours, b.ours) && sameShape(a.theirs, b.theirs)) return [a, b];
  const view = (v: Value): Value => (v.theirs.length === 1 ? t.vector(n, v) : t.image(n, v));
  return [view(a), view(b)];
}

function sum(t: Translation, n: NodeView, a: Value, b: Value): Value {
  if (!sameShape(a.theirs, b.theirs))
    refuse(`adds values of shapes [N,${a.theirs}] and [N,${b.theirs}]`, "add values of one shape");
  const [x, y] = alike(t, n, a, b);
  return { ...t.add(n, "add", {}, [x, y]), theirs: a.theirs };
}

export function add(t: Translation, n: NodeView): Value {
  const all = Array.from({ length: n.count }, (_, i) => n.input(i));
  const [first, ...rest] = all;
  return rest.reduce<Value>(
    (a, b) => (isConstant(b) ? plus(t, n, a, b, 1) : sum(t, n, a, b)),
    isConstant(first) ? refuseConstants() : first,
  );
}

const refuseConstants = (): never => refuse("adds constants alone", PLAIN);

/** a + b with a constant on either side. */
export function addTwo(t: Translation, n: NodeView): Value {
  const [a, b] = [n.input(0), n.input(1)];
  if (!isConstant(a)) return isConstant(b) ? plus(t, n, a, b, 1) : sum(t, n, a, b);
  return isConstant(b) ? refuseConstants() : plus(t, n, b, a, 1);
}

export function subtract(t: Translation, n: NodeView): Value {
  const [a, b] = [n.input(0), n.input(1)];
  if (isConstant(b)) return isConstant(a) ? refuseConstants() : plus(t, n, a, b, -1);
  const minus = scaleAndShift(t, n, { ...b, sole: false }, -1, undefined);
  return isConstant(a) ? plus(t, n, minus, a, 1) : sum(t, n, a, minus);
}

export function multiply(t: Translation, n: NodeView): Value {
  const [a, b] = [n.input(0), n.input(1)];
  if (isConstant(a)) return isConstant(b) ? refuseConstants() : scaled(t, n, b, a, false);
  return isConstant(b) ? scaled(t, n, a, b, false) : times(t, n, a, b);
}

export function divide(t: Translation, n: NodeView): Value {
  const c = n.constant(1, "divisor") ?? refuse("has no divisor", PLAIN);
  return scaled(t, n, n.value(0), c, true);
}

export const negate = (t: Translation, n: NodeView): Value =>
  scaleAndShift(t, n, { ...n.value(0), sole: false }, -1, undefined);

/** The signal first: the larger one; of two alike, the one that is not an activation with an end. */
function times(t: Translation, n: NodeView, a: Value, b: Value): Value {
  const [x, y] = alike(t, n, a, b);
  const isGate = (v: Value): boolean =>
    ["sigmoid", "clip", "softmax"].includes(t.node(v)?.kind ?? "");
  const swap =
    size(x.ours) < size(y.ours) || (sameShape(x.ours, y.ours) && isGate(x) && !isGate(y));
  const [signal, second] = swap ? [y, x] : [x, y];
  return { ...t.add(n, "multiply", {}, [signal, second]), theirs: (swap ? b : a).theirs };
}

/** Max (sign 1) or Min (−1) with one constant per channel: a floor or a ceiling. */
export const limit =
  (sign: 1 | -1) =>
  (t: Translation, n: NodeView): Value => {
    const [a, b] = [n.input(0), n.input(1)];
    const [v, c] = isConstant(a) ? [b, a] : [a, b];
    if (n.count !== 2 || isConstant(v) || !isConstant(c))
      return refuse("compares values with each other", "use ReLU, Clip or pooling");
    const { each, values } = spreadOver(t, c, v.theirs);
    if (each === "element") return refuse("has a bound per element", "use one per channel");
    const x = v.theirs.length === 1 ? t.vector(n, v) : t.image(n, v);
    const [C] = x.ours;
    const threshold = each === "all" ? new Float32Array(C).fill(values[0]) : values;
    const parameters = {
      threshold: tensor([C], threshold),
      sign: tensor([C], new Float32Array(C).fill(sign)),
    };
    return t.add(n, "clamp", {}, [x], parameters);
  };
