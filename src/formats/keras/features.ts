/** Dense layers, norms, scales. */

import { scaleAndShift } from "../translation/arithmetic.js";
import { refuse } from "../translation/obstacles.js";
import type { Value } from "../translation/value.js";
import type { Weights } from "../translation/weights.js";
import { activated } from "./activations.js";
import type { KerasTranslation, KerasValue, LayerView } from "./layer-view.js";
import { axesMoved, rowsByChannel } from "./order.js";
import { expectShape } from "./spatial.js";

const AGAIN = "save the model again";

/** The value as ops see it: an image, or a vector; with the channels, whose order is the file's or that of an image. */
function channelled(t: KerasTranslation, v: KerasValue): KerasValue {
  if (v.theirs.length === 3) return t.image(v);
  return { ...t.vector(v), ...(v.flattened ? { flattened: v.flattened } : {}) };
}

/** One number per channel, in our order. */
function perChannel(x: KerasValue, w: Weights, what: string): Weights {
  expectShape(w, what, [x.ours[0]]);
  return x.flattened ? rowsByChannel(w, x.flattened) : w;
}

/** y, whose elements are in the order of x. */
const ordered = (x: KerasValue, y: Value): KerasValue => ({
  ...y,
  ...(x.flattened ? { flattened: x.flattened } : {}),
});

/** y = x·W + b; at every pixel of an image, as a 1×1 convolution. */
export function dense(t: KerasTranslation, n: LayerView): KerasValue {
  const x = channelled(t, n.value());
  const units = n.number("units", 0);
  const bias = n.flag("use_bias", true);
  const w = n.weights(["kernel", ...(bias ? ["bias"] : [])]);
  expectShape(w.kernel, "kernel", [x.ours[0], units]);
  const rows = axesMoved(x.flattened ? rowsByChannel(w.kernel, x.flattened) : w.kernel, [1, 0]);
  const added = bias ? { bias: expectShape(w.bias, "bias", [units]) } : {};
  if (x.ours.length === 1)
    return activated(t, n, t.add(n, "dense", { units, bias }, [x], { weight: rows, ...added }));
  if (t.channelsFirst) refuse("works along the columns of an image", "flatten or pool before it");
  const weight = { ...rows, shape: [...rows.shape, 1, 1] };
  const layer = { filters: units, kernel: [1, 1], bias };
  return activated(t, n, t.add(n, "conv2d", layer, [x], { weight, ...added }));
}

/** Axes of a setting, counted from 0 among those of one sample. */
function axesOf(n: LayerView, rank: number, fallback: number): number[] {
  const given = n.setting("axis") ?? fallback;
  const list = Array.isArray(given) ? given : [given];
  return list.map((axis) =>
    typeof axis === "number" && Number.isInteger(axis)
      ? (axis < 0 ? axis + rank + 1 : axis) - 1
      : refuse(`has the setting axis = ${JSON.stringify(given)}`, AGAIN),
  );
}

/** Refuses a layer that works along anything but the channels. */
function expectChannels(t: KerasTranslation, n: LayerView, x: KerasValue): void {
  const rank = x.theirs.length;
  const channels = t.channelsFirst ? 0 : rank - 1;
  const axes = axesOf(n, rank, -1);
  if (axes.length !== 1 || axes[0] !== channels)
    refuse(
      `works along axis ${axes.map((axis) => axis + 1).join(", ")} of [N,${keras(t, x)}], expected the channels`,
      `set axis to ${channels + 1}`,
    );
}

/** The shape as the file has it. */
export const keras = (t: KerasTranslation, { theirs }: KerasValue): readonly number[] =>
  theirs.length === 3 && !t.channelsFirst ? [theirs[1], theirs[2], theirs[0]] : theirs;

/** Batch norm: `momentum` is the fraction of the old value kept, and the variance biased, as here. */
export function batchNormalization(t: KerasTranslation, n: LayerView): KerasValue {
  const x = channelled(t, n.value());
  expectChannels(t, n, x);
  if (n.setting("virtual_batch_size") !== undefined)
    refuse("takes statistics over parts of a batch", "save it without virtual_batch_size");
  if (n.flag("renorm", false)) refuse("is renormalised", "save it with renorm = False");
  const [scale, center] = [n.flag("scale", true), n.flag("center", true)];
  const [epsilon, keep] = [n.number("epsilon", 1e-3), n.number("momentum", 0.99)];
  const names = [...(scale ? ["gamma"] : []), ...(center ? ["beta"] : [])];
  const w = n.weights([...names, "moving_mean", "moving_variance"]);
  const negative = w.moving_variance.data.findIndex((v) => v < 0);
  if (negative >= 0)
    refuse(
      `has a running variance below 0 in channel ${negative}`,
      "save a model in working order",
    );
  const parameters = {
    ...(scale ? { gamma: perChannel(x, w.gamma, "γ") } : {}),
    ...(center ? { beta: perChannel(x, w.beta, "β") } : {}),
    runningMean: perChannel(x, w.moving_mean, "running mean"),
    runningVariance: perChannel(x, w.moving_variance, "running variance"),
  };
  return ordered(x, t.add(n, "batchNorm", { epsilon, keep, scale, center }, [x], parameters));
}

/** γ and β where the layer has them. */
function affine(n: LayerView, take: (w: Weights, what: string) => Weights) {
  const [scale, center] = [n.flag("scale", true), n.flag("center", true)];
  const w = n.weights([...(scale ? ["gamma"] : []), ...(center ? ["beta"] : [])]);
  const parameters = {
    ...(scale ? { gamma: take(w.gamma, "γ") } : {}),
    ...(center ? { beta: take(w.beta, "β") } : {}),
  };
  return { attributes: { scale, center, epsilon: n.number("epsilon", 1e-3) }, parameters };
}

export function groupNormalization(t: KerasTranslation, n: LayerView): KerasValue {
  const x = channelled(t, n.value());
  expectChannels(t, n, x);
  if (x.flattened)
    refuse("has groups of a flattened image's elements", "normalise the image before it");
  const given = n.number("groups", 32);
  const { attributes, parameters } = affine(n, (w, what) => perChannel(x, w, what));
  const groups = given === -1 ? x.ours[0] : given;
  return t.add(n, "groupNorm", { groups, ...attributes }, [x], parameters);
}

/** Over all elements of a sample: the only form in which statistics of a vector and of an image are alike. */
export function layerNormalization(t: KerasTranslation, n: LayerView): KerasValue {
  const x = channelled(t, n.value());
  const axes = axesOf(n, x.theirs.length, -1);
  if (n.flag("rms_scaling", false))
    refuse("scales by the root mean square", "use LayerNormalization");
  const isWhole = x.theirs.every((length, axis) => {
    const theirAxis = x.theirs.length < 3 || t.channelsFirst ? axis : (axis + 2) % 3;
    return length === 1 || axes.includes(theirAxis);
  });
  if (!isWhole)
    refuse(
      `normalises axes ${axes.map((axis) => axis + 1).join(", ")} of [N,${keras(t, x)}]`,
      "normalise all of an image's pixels and channels, or a vector",
    );
  const { attributes, parameters } = affine(n, (w, what) => everywhereAlike(t, x, w, what));
  return ordered(x, t.add(n, "layerNorm", attributes, [x], parameters));
}

/** One number per channel of a weight that has one for every element. */
function everywhereAlike(t: KerasTranslation, x: KerasValue, w: Weights, what: string): Weights {
  const [C] = x.ours;
  const pixels = w.data.length / C;
  if (x.ours.length === 1 || pixels === 1)
    return perChannel(x, { ...w, shape: [w.data.length] }, what);
  if (!Number.isInteger(pixels)) refuse(`has a ${what} of shape [${w.shape}]`, AGAIN);
  const at = (c: number, p: number): number => w.data[t.channelsFirst ? c * pixels + p : p * C + c];
  const data = Float32Array.from({ length: C }, (_, c) => at(c, 0));
  for (let c = 0; c < C; c++)
    for (let p = 1; p < pixels; p++)
      if (at(c, p) !== data[c])
        refuse(`has a ${what} that differs from pixel to pixel`, "use one number per channel");
  return { ...w, shape: [C], data };
}

/** s·x + b: at the model's beginning what is done to pixels, elsewhere a layer. */
function line(t: KerasTranslation, n: LayerView, s: Float64Array, b: Float64Array): KerasValue {
  const v = n.value();
  if (v.id === "input" && v.sole && t.addPreprocessing([...s], [...b])) {
    t.notes.push(
      `layer "${n.name}" (${n.className}) stands first: it is read as what is done to pixels, and the model begins after it`,
    );
    return v;
  }
  if (v.theirs.length === 2) refuse("scales an image without channels", "add an axis of channels");
  const x = channelled(t, v);
  const [C] = x.ours;
  const list = (values: Float64Array): Float32Array => {
    const all = Float32Array.from({ length: C }, (_, c) => values[values.length === 1 ? 0 : c]);
    return Float32Array.from(perChannel(x, { shape: [C], data: all }, "scale").data);
  };
  if (![1, C].includes(s.length) || ![1, C].includes(b.length))
    refuse(`has ${s.length} scales for ${C} channels`, AGAIN);
  return ordered(x, scaleAndShift(t, n, { ...x, sole: false }, list(s), list(b)));
}

/** A number, or a list of any depth. */
function numbersOf(n: LayerView, key: string, fallback: number): Float64Array {
  const given = n.setting(key);
  const flat = (Array.isArray(given) ? given.flat(4) : [given]) as unknown[];
  if (given === undefined) return Float64Array.of(fallback);
  return flat.length > 0 && flat.every((v) => typeof v === "number" && Number.isFinite(v))
    ? Float64Array.from(flat as number[])
    : refuse(`has ${key} = ${JSON.stringify(given).slice(0, 60)}`, "use numbers");
}

export function rescaling(t: KerasTranslation, n: LayerView): KerasValue {
  const [s, o] = [numbersOf(n, "scale", 1), numbersOf(n, "offset", 0)];
  const length = Math.max(s.length, o.length);
  const all = (values: Float64Array): Float64Array =>
    values.length === length ? values : new Float64Array(length).fill(values[0]);
  return line(t, n, all(s), all(o));
}

/** The least deviation that Keras divides by. */
const LEAST_DEVIATION = 1e-7;

/** (x − mean)/√variance, from the settings or from weights; x·√variance + mean if inverted. */
export function normalization(t: KerasTranslation, n: LayerView): KerasValue {
  const v = n.value();
  const axis = n.setting("axis");
  if (axis !== undefined && !(Array.isArray(axis) && axis.length === 0)) expectChannels(t, n, v);
  const inverted = n.flag("invert", false);
  n.setting("input_mean");
  const isGiven = n.setting("mean") !== undefined;
  const w = isGiven ? undefined : n.weights(["mean", "variance"], ["count"]);
  const mean = w ? Float64Array.from(w.mean.data) : numbersOf(n, "mean", 0);
  const variance = w ? Float64Array.from(w.variance.data) : numbersOf(n, "variance", 1);
  n.setting("variance");
  n.setting("input_variance");
  if (mean.length !== variance.length || variance.some((value) => !(value >= 0)))
    refuse("has means and variances that do not fit each other", AGAIN);
  const deviation = variance.map((value) => Math.max(Math.sqrt(value), LEAST_DEVIATION));
  return inverted
    ? line(t, n, deviation, mean)
    : line(
        t,
        n,
        deviation.map((d) => 1 / d),
        mean.map((m, k) => -m / deviation[k]),
      );
}
