/** Activations and arithmetic, value by value or with constants. */

import { size, tensor } from "../../tensor/tensor.js";
import { gate, scaleAndShift, sum, times } from "../translation/arithmetic.js";
import { refuse } from "../translation/obstacles.js";
import type { Translation } from "../translation/translation.js";
import type { Value } from "../translation/value.js";
import { float32 } from "../translation/weights.js";
import type { Constant } from "./constants.js";
import { isConstant, type NodeView, type OnnxTranslation } from "./node-view.js";

const PLAIN = "simplify the model (onnxsim, onnxslim)";

/** An activation: the same op whatever shape the file sees the value in. */
function activation(
  t: Translation,
  n: NodeView,
  kind: "relu" | "leakyRelu" | "clip" | "sigmoid" | "tanh" | "elu" | "gelu",
  attributes: object = {},
): Value {
  const v = n.value(0);
  return { ...t.add(n, kind, attributes, [v]), theirs: v.theirs };
}

export const relu = (t: Translation, n: NodeView): Value => activation(t, n, "relu");
export const sigmoid = (t: Translation, n: NodeView): Value => activation(t, n, "sigmoid");
export const tanh = (t: Translation, n: NodeView): Value => activation(t, n, "tanh");
export const elu = (t: Translation, n: NodeView): Value =>
  activation(t, n, "elu", { alpha: n.float("alpha", 1) });
export const selu = (t: Translation, n: NodeView): Value =>
  activation(t, n, "elu", {
    alpha: n.float("alpha", 1.6732632423543772),
    scale: n.float("gamma", 1.0507009873554805),
  });
export const gelu = (t: Translation, n: NodeView): Value =>
  activation(t, n, "gelu", { approximate: n.text("approximate", "none") });
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
    if (given && given.data.length > 1) refuse(`has ${given.data.length} bounds`, "use one");
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

export function softmax(t: OnnxTranslation, n: NodeView): Value {
  return { ...t.add(n, "softmax", {}, [features(t, n)]), theirs: n.value(0).theirs };
}

/** At the end of a model: what goes into it are logits, and nothing else is asked of a classifier here. */
export function logSoftmax(t: OnnxTranslation, n: NodeView): Value {
  const v = features(t, n);
  if (n.message.outputs[0] !== t.output)
    refuse("is a log-softmax within the model", "end the model in logits");
  t.notes.push(
    "the file ends in a log-softmax; here the output is what goes into it, the logits, as everywhere",
  );
  return v;
}

/** What a softmax over all features reads. */
function features(t: OnnxTranslation, n: NodeView): Value {
  const axis = n.int("axis", t.opset < 13 ? 1 : -1);
  const v = n.value(0);
  const [C, ...pixels] = v.theirs;
  const isWhole = (axis < 0 ? axis + v.theirs.length + 1 : axis) === 1 && size(pixels) === 1;
  if (!isWhole) refuse(`works along axis ${axis} of [N,${v.theirs}]`, "end the model in logits");
  return t.vector({ ...v, theirs: [C] });
}

/** clip(α·x + β, 0, 1). */
export function hardSigmoid(t: Translation, n: NodeView): Value {
  return gate(t, n, n.value(0), n.float("alpha", Math.fround(0.2)), n.float("beta", 0.5));
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
  const values = float32(c, t.name);
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

/** v + c. */
function plus(t: Translation, n: NodeView, v: Value, c: Constant, sign: 1 | -1): Value {
  const { each, values } = spreadOver(t, c, v.theirs);
  const b = sign === 1 ? values : values.map((value) => -value);
  if (each !== "element") return scaleAndShift(t, n, v, undefined, each === "all" ? b[0] : b);
  const x = v.theirs.length === 1 ? t.vector(v) : t.image(v);
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
    const x = v.theirs.length === 1 ? t.vector(v) : t.image(v);
    const [C] = x.ours;
    const threshold = each === "all" ? new Float32Array(C).fill(values[0]) : values;
    const parameters = {
      threshold: tensor([C], threshold),
      sign: tensor([C], new Float32Array(C).fill(sign)),
    };
    return t.add(n, "clamp", {}, [x], parameters);
  };
