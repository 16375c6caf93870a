/** Layers that move elements, look at them in another shape, or bring several values together. */

import { size } from "../../tensor/tensor.js";
import { scaleAndShift, sum, times } from "../translation/arithmetic.js";
import { refuse } from "../translation/obstacles.js";
import type { Origin, Value } from "../translation/value.js";
import { keras } from "./features.js";
import type { KerasTranslation, KerasValue, LayerView } from "./layer-view.js";

const AGAIN = "save the model again";
const SHAPES = "reshape to images [H,W,C] or vectors [F]";

/** Layers that do something in training alone. */
export function same(_: KerasTranslation, n: LayerView): KerasValue {
  n.disregardSettings();
  return n.value();
}

/** Outside training nothing is dropped; whoever trains on gets our dropout. */
export function dropout(t: KerasTranslation, n: LayerView): KerasValue {
  const v = n.value();
  const y = t.add(n, "dropout", { rate: n.number("rate", 0.5) }, [v]);
  return { ...v, ...y, theirs: v.theirs };
}

/** Layers that change images in training alone. */
export function augmentation(t: KerasTranslation, n: LayerView): KerasValue {
  n.disregardSettings();
  t.notes.push(`layer "${n.name}" (${n.className}) acts in training alone; it is left out`);
  return n.value();
}

/** All elements in a row. The pixels' order stays ours; whoever reads the vector next puts its weights in that order. */
export function flatten(t: KerasTranslation, n: LayerView): KerasValue {
  const v = n.value();
  // With channels first, Keras moves them last before it flattens; "channels_last" leaves everything in place.
  const isMoved = n.text("data_format", "channels_last") === "channels_first";
  if (v.theirs.length === 1) return v;
  const [C, H, W] = v.ours;
  const y = t.vector({ ...v, theirs: [size(v.theirs)] }, n.name);
  const isTurned = v.theirs.length === 3 && C > 1 && H * W > 1 && (isMoved || !t.channelsFirst);
  return isTurned ? { ...y, flattened: [C, H, W] } : y;
}

/** The value as a vector whose elements are in the file's order. */
export function straight(t: KerasTranslation, n: Origin, v: KerasValue): Value {
  const label = { name: `${n.name}/order` };
  const lastOf = (image: Value): Value =>
    t.once(`last ${image.id}`, () => t.add(label, "transpose", { axes: [1, 2, 0] }, [image]));
  const flat = (x: Value): Value => t.vector({ ...x, theirs: [size(x.ours)] });
  if (v.flattened) return flat(lastOf(t.image({ ...v, theirs: v.flattened })));
  if (v.theirs.length !== 3 || t.channelsFirst) return flat({ ...v });
  const [C, H, W] = v.theirs;
  return flat(C === 1 || H * W === 1 ? t.image(v) : lastOf(t.image(v)));
}

/** A vector in the file's order as the file's [a,b,c]: ours is [c,a,b]. */
function imageFrom(
  t: KerasTranslation,
  n: LayerView,
  x: Value,
  shape: readonly number[],
): KerasValue {
  const [a, b, c] = shape;
  if (t.channelsFirst) return t.image({ ...x, theirs: shape }, n.name);
  if (c === 1 || a * b === 1) return t.image({ ...x, theirs: [c, a, b] }, n.name);
  const image = t.image({ ...x, theirs: [a, b, c] }, `${n.name}/rows`);
  return t.add(n, "transpose", { axes: [2, 0, 1] }, [image]);
}

export function reshape(t: KerasTranslation, n: LayerView): KerasValue {
  const v = n.value();
  const given = n.setting("target_shape");
  const target = Array.isArray(given) ? given.map(Number) : [];
  const total = size(v.theirs);
  const known = target.reduce((product, length) => (length === -1 ? product : product * length), 1);
  const shape = target.map((length) => (length === -1 ? total / known : length));
  const fits = shape.every((length) => Number.isSafeInteger(length) && length > 0);
  if (!fits || shape.length === 0 || size(shape) !== total)
    refuse(`reshapes [N,${keras(t, v)}] to ${JSON.stringify(given)}`, AGAIN);
  if (shape.length > 3) refuse(`reshapes to [N,${shape}]`, SHAPES);
  if (shape.join() === keras(t, v).join()) return v;
  if (v.flattened && shape.length === 3) {
    const [C, H, W] = v.flattened;
    if (shape.join() === `${H},${W},${C}`) return t.image({ ...v, theirs: v.flattened }, n.name);
  }
  const x = straight(t, n, v);
  if (shape.length === 3) return imageFrom(t, n, x, shape);
  return shape.length === 1 ? x : { ...x, theirs: shape };
}

/** Axes in another order; `dims` counts the file's from 1. */
export function permute(t: KerasTranslation, n: LayerView): KerasValue {
  const v = n.value();
  const given = n.setting("dims");
  const dims = Array.isArray(given) ? given.map(Number) : [];
  const rank = v.theirs.length;
  if (dims.length !== rank || [...dims].sort().some((axis, k) => axis !== k + 1))
    refuse(`puts the axes of [N,${keras(t, v)}] in the order ${JSON.stringify(given)}`, AGAIN);
  if (rank === 1) return v;
  if (rank !== 3) refuse(`moves the axes of [N,${keras(t, v)}]`, SHAPES);
  const ours = t.channelsFirst ? [1, 2, 3] : [3, 1, 2]; // the file's axes in our order
  const axes = ours.map((axis) => ours.indexOf(dims[axis - 1]));
  if (axes.every((axis, k) => axis === k)) return v;
  return t.add(n, "transpose", { axes }, [t.image(v)]);
}

/** All inputs as ops see them, their elements in one order. */
function together(t: KerasTranslation, n: LayerView): readonly KerasValue[] {
  const { inputs } = n;
  if (inputs.length < 2) refuse(`brings ${inputs.length} values together`, AGAIN);
  const [first] = inputs;
  const isAlike = inputs.every((v) => v.flattened?.join() === first.flattened?.join());
  return inputs.map((v) => {
    if (v.theirs.length === 3) return t.image(v);
    if (v.theirs.length !== 1) return refuse(`joins values [N,${v.theirs}]`, SHAPES);
    if (!isAlike) return straight(t, n, v);
    return { ...t.vector(v), ...(v.flattened ? { flattened: v.flattened } : {}) };
  });
}

/** Values combined two by two, from the first on. */
function reduced(
  t: KerasTranslation,
  n: LayerView,
  combine: (a: Value, b: Value, n: { readonly name: string }) => Value,
): KerasValue {
  const [first, ...rest] = together(t, n);
  const last = rest.length - 1;
  let y: Value = first;
  for (const [k, v] of rest.entries())
    y = combine(y, v, k === last ? n : { name: `${n.name}/${k + 1}` });
  return { ...y, ...(first.flattened ? { flattened: first.flattened } : {}) };
}

export const add = (t: KerasTranslation, n: LayerView): KerasValue =>
  reduced(t, n, (a, b, label) => sum(t, label, a, b));

export function subtract(t: KerasTranslation, n: LayerView): KerasValue {
  return reduced(t, n, (a, b, label) =>
    sum(t, label, a, scaleAndShift(t, { name: `${n.name}/minus` }, { ...b, sole: false }, -1, 0)),
  );
}

export function average(t: KerasTranslation, n: LayerView): KerasValue {
  const y = reduced(t, { ...n, name: `${n.name}/sum` }, (a, b, label) => sum(t, label, a, b));
  const mean = scaleAndShift(t, n, { ...y, sole: false }, 1 / n.inputs.length, 0);
  return { ...mean, ...(y.flattened ? { flattened: y.flattened } : {}) };
}

export const multiply = (t: KerasTranslation, n: LayerView): KerasValue =>
  reduced(t, n, (a, b, label) => times(t, label, a, b));

export function concatenate(t: KerasTranslation, n: LayerView): KerasValue {
  const axis = n.number("axis", -1);
  const { inputs } = n;
  const rank = inputs[0]?.theirs.length ?? 1;
  const channels = t.channelsFirst ? 1 : rank;
  if ((axis < 0 ? axis + rank + 1 : axis) !== channels)
    refuse(`joins along axis ${axis}`, "join along the channels");
  // Two flattened images side by side are no flattened image.
  const straightened = inputs.map((v) => (v.flattened ? straight(t, n, v) : v));
  return reduced(t, { ...n, inputs: straightened }, (a, b, label) =>
    t.add(label, "concat", {}, [a, b]),
  );
}
