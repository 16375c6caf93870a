/** Activations: as layers of their own, and at the end of others. */

import { isObject, type Json } from "../json.js";
import { showText } from "../problems.js";
import { gate, times } from "../translation/arithmetic.js";
import { refuse } from "../translation/obstacles.js";
import type { Origin, Value } from "../translation/value.js";
import type { KerasTranslation, KerasValue, LayerView } from "./layer-view.js";

const OTHER = "use relu, leaky_relu, elu, gelu, tanh, sigmoid or swish";

const SELU = { alpha: 1.6732632423543772, scale: 1.0507009873554805 };

type Activation = (t: KerasTranslation, n: Origin, v: KerasValue) => Value;

/** Activations by the names that Keras gives them. Adding one: a line here. */
const activations: Readonly<Record<string, Activation>> = {
  linear: (_, __, v) => v,
  relu: (t, n, v) => t.add(n, "relu", {}, [v]),
  relu6: (t, n, v) => t.add(n, "clip", { low: 0, high: 6 }, [v]),
  leaky_relu: (t, n, v) => t.add(n, "leakyRelu", { slope: 0.2 }, [v]),
  sigmoid: (t, n, v) => t.add(n, "sigmoid", {}, [v]),
  tanh: (t, n, v) => t.add(n, "tanh", {}, [v]),
  elu: (t, n, v) => t.add(n, "elu", {}, [v]),
  selu: (t, n, v) => t.add(n, "elu", SELU, [v]),
  gelu: (t, n, v) => t.add(n, "gelu", {}, [v]),
  gelu_new: (t, n, v) => t.add(n, "gelu", { approximate: "tanh" }, [v]),
  hard_sigmoid: (t, n, v) => gate(t, n, v, hardSlope(t), 0.5),
  swish,
  silu: swish,
  hard_swish: hardSwish,
  hard_silu: hardSwish,
  softmax: softmaxOf,
};

/** Keras 3 computes clip(x/6 + 1/2, 0, 1), older ones and TensorFlow.js clip(x/5 + 1/2, 0, 1). */
const hardSlope = ({ version }: KerasTranslation): number =>
  Number.parseInt(version ?? "2", 10) >= 3 ? 1 / 6 : 0.2;

function swish(t: KerasTranslation, n: Origin, v: KerasValue): Value {
  const own = { ...v, sole: false };
  return times(t, n, own, t.add({ name: `${n.name}/sigmoid` }, "sigmoid", {}, [own]));
}

function hardSwish(t: KerasTranslation, n: Origin, v: KerasValue): Value {
  const own = { ...v, sole: false };
  return times(t, n, own, gate(t, { name: `${n.name}/gate` }, own, 1 / 6, 0.5));
}

/** Over the features of a vector, or the channels of one pixel. */
function softmaxOf(t: KerasTranslation, n: Origin, v: KerasValue): Value {
  const [C, ...pixels] = v.theirs;
  if (pixels.some((length) => length !== 1))
    refuse("takes a softmax at every pixel", "end the model in logits");
  return t.add(n, "softmax", {}, [t.vector({ ...v, theirs: [C] })]);
}

/** The value after the named activation; it keeps the order of the elements. */
function activation(t: KerasTranslation, n: Origin, v: KerasValue, name: string): KerasValue {
  if (!Object.hasOwn(activations, name)) refuse(`has the activation ${showText(name)}`, OTHER);
  const x = v.ours.length === 3 && v.theirs.length === 1 ? t.vector(v) : v;
  const y = activations[name](t, n, x);
  return { ...y, ...(v.flattened ? { flattened: v.flattened } : {}) };
}

/** A name, or a serialised function with one. */
function nameOf(json: Json | undefined): string {
  if (json === undefined) return "linear";
  if (typeof json === "string") return json;
  if (isObject(json) && json.class_name === "function" && typeof json.config === "string")
    return json.config;
  return refuse(`has the activation ${showText(JSON.stringify(json))}`, OTHER);
}

/** What a layer computes, through its setting "activation". */
export function activated(t: KerasTranslation, n: LayerView, v: KerasValue): KerasValue {
  const name = nameOf(n.setting("activation"));
  return name === "linear" ? v : activation(t, { name: `${n.name}/${name}` }, v, name);
}

export const activationLayer = (t: KerasTranslation, n: LayerView): KerasValue =>
  activation(t, n, n.value(), nameOf(n.setting("activation")));

export const named =
  (name: string) =>
  (t: KerasTranslation, n: LayerView): KerasValue =>
    activation(t, n, n.value(), name);

export function softmaxLayer(t: KerasTranslation, n: LayerView): KerasValue {
  const axis = n.setting("axis") ?? -1;
  const last = n.value().theirs.length;
  const [only, ...more] = Array.isArray(axis) ? axis : [axis];
  const isLast = only === -1 || only === (t.channelsFirst ? 1 : last);
  if (more.length > 0 || !isLast)
    refuse(`works along axis ${JSON.stringify(axis)}`, "use the last axis");
  return activation(t, n, n.value(), "softmax");
}

export function reluLayer(t: KerasTranslation, n: LayerView): KerasValue {
  const slope = n.number("negative_slope", 0);
  const threshold = n.number("threshold", 0);
  const high = n.setting("max_value") === undefined ? null : n.number("max_value", 0);
  const v = n.value();
  if (threshold !== 0) refuse(`has a threshold of ${threshold}`, "use a threshold of 0");
  if (slope !== 0 && high !== null)
    refuse("has both a slope below 0 and a largest value", "use one of them");
  const y =
    high !== null
      ? t.add(n, "clip", { low: 0, high }, [v])
      : slope === 0
        ? t.add(n, "relu", {}, [v])
        : t.add(n, "leakyRelu", { slope }, [v]);
  return { ...v, ...y, theirs: v.theirs };
}

export function leakyReluLayer(t: KerasTranslation, n: LayerView): KerasValue {
  const older = n.number("alpha", 0.3);
  const v = n.value();
  const y = t.add(n, "leakyRelu", { slope: n.number("negative_slope", older) }, [v]);
  return { ...v, ...y, theirs: v.theirs };
}

export function eluLayer(t: KerasTranslation, n: LayerView): KerasValue {
  const v = n.value();
  const y = t.add(n, "elu", { alpha: n.number("alpha", 1) }, [v]);
  return { ...v, ...y, theirs: v.theirs };
}

/** With one slope for all. */
export function preluLayer(t: KerasTranslation, n: LayerView): KerasValue {
  n.setting("shared_axes");
  const { alpha } = n.weights(["alpha"]);
  const [slope = 0] = alpha.data;
  if (alpha.data.some((a) => a !== slope))
    refuse("has slopes that differ from element to element", "use one slope (LeakyReLU)");
  const v = n.value();
  const y = t.add(n, "leakyRelu", { slope }, [v]);
  return { ...v, ...y, theirs: v.theirs };
}
