/** Convolutions, pools, borders. */

import { extent } from "../../ops/conv2d-geometry.js";
import { refuse } from "../translation/obstacles.js";
import { interpolated, OTHERS, repeatedPixels } from "../translation/upsampling.js";
import type { Value } from "../translation/value.js";
import type { Weights } from "../translation/weights.js";
import {
  averagePooling,
  globalMaxPooling,
  maxPooling,
  oneOrBoth,
  type Pool,
  type Sides,
  samePadding,
} from "../translation/windows.js";
import { activated } from "./activations.js";
import type { KerasTranslation, KerasValue, LayerView } from "./layer-view.js";
import { axesMoved } from "./order.js";

const AGAIN = "save the model again";

/** The input as an image whose channels lie where those of the whole model do. */
export function imageOf(t: KerasTranslation, n: LayerView): Value {
  const format = n.text("data_format", t.channelsFirst ? "channels_first" : "channels_last");
  if (format !== (t.channelsFirst ? "channels_first" : "channels_last"))
    refuse(`has ${format} where other layers have not`, "give all layers one data_format");
  return t.image(n.value());
}

interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly padding: Sides;
}

/** As a convolution has it. */
const slidden = ({ kernel, strides, dilations, padding }: Window) => ({
  kernel,
  stride: oneOrBoth(strides),
  dilation: oneOrBoth(dilations),
  padding,
});

function windowOf(
  n: LayerView,
  x: Value,
  kernel: readonly [number, number],
  strides = kernel,
): Window {
  const steps = n.pair("strides", strides);
  const dilations = n.pair("dilation_rate", [1, 1]);
  const way = n.text("padding", "valid");
  if (way !== "valid" && way !== "same") refuse(`has padding "${way}"`, 'use "valid" or "same"');
  const extents = kernel.map((k, axis) => extent(k, dilations[axis]));
  const padding: Sides =
    way === "valid" ? [0, 0, 0, 0] : samePadding(x.ours.slice(1), extents, steps, "end");
  return { kernel, strides: steps, dilations, padding };
}

/** Layers that inherit from a convolution write its groups, which mean nothing in them. */
function expectNoGroups(n: LayerView): void {
  const groups = n.number("groups", 1);
  if (groups !== 1) refuse(`has ${groups} groups`, "use groups in Conv2D alone");
}

/** The shape that a weight must have. */
export function expectShape(w: Weights, what: string, shape: readonly number[]): Weights {
  if (w.shape.join() !== shape.join())
    refuse(`has a ${what} of shape [${w.shape}], expected [${shape}]`, AGAIN);
  return w;
}

/** [kh, kw, I, O] → [O, I, kh, kw]. */
const filtersFirst = (w: Weights): Weights => axesMoved(w, [3, 2, 0, 1]);

/** [kh, kw, C, m] → [C·m, 1, kh, kw]. */
function depthwiseFilters(w: Weights): Weights {
  const [kh, kw, C, m] = w.shape;
  return { ...axesMoved(w, [2, 3, 0, 1]), shape: [C * m, 1, kh, kw] };
}

export function conv2d(t: KerasTranslation, n: LayerView): KerasValue {
  const x = imageOf(t, n);
  const filters = n.number("filters", 0);
  const kernel = n.pair("kernel_size", [1, 1]);
  const groups = n.number("groups", 1);
  const bias = n.flag("use_bias", true);
  const window = windowOf(n, x, kernel, [1, 1]);
  const w = n.weights(["kernel", ...(bias ? ["bias"] : [])]);
  expectShape(w.kernel, "kernel", [...kernel, x.ours[0] / groups, filters]);
  const parameters = {
    weight: filtersFirst(w.kernel),
    ...(bias ? { bias: expectShape(w.bias, "bias", [filters]) } : {}),
  };
  return activated(
    t,
    n,
    t.add(n, "conv2d", { filters, ...slidden(window), groups, bias }, [x], parameters),
  );
}

export function depthwiseConv2d(t: KerasTranslation, n: LayerView): KerasValue {
  const x = imageOf(t, n);
  const [C] = x.ours;
  const kernel = n.pair("kernel_size", [1, 1]);
  const filters = C * n.number("depth_multiplier", 1);
  expectNoGroups(n);
  const bias = n.flag("use_bias", true);
  const window = windowOf(n, x, kernel, [1, 1]);
  const w = n.weights(["depthwise_kernel", ...(bias ? ["bias"] : [])]);
  expectShape(w.depthwise_kernel, "kernel", [...kernel, C, filters / C]);
  const parameters = {
    weight: depthwiseFilters(w.depthwise_kernel),
    ...(bias ? { bias: expectShape(w.bias, "bias", [filters]) } : {}),
  };
  const attributes = { filters, ...slidden(window), groups: C, bias };
  return activated(t, n, t.add(n, "conv2d", attributes, [x], parameters));
}

/** Each channel by itself, then all of them pixel by pixel; nothing between. */
export function separableConv2d(t: KerasTranslation, n: LayerView): KerasValue {
  const x = imageOf(t, n);
  const [C] = x.ours;
  const filters = n.number("filters", 0);
  const kernel = n.pair("kernel_size", [1, 1]);
  const inner = C * n.number("depth_multiplier", 1);
  expectNoGroups(n);
  const bias = n.flag("use_bias", true);
  const window = windowOf(n, x, kernel, [1, 1]);
  const w = n.weights(["depthwise_kernel", "pointwise_kernel", ...(bias ? ["bias"] : [])]);
  expectShape(w.depthwise_kernel, "depthwise kernel", [...kernel, C, inner / C]);
  expectShape(w.pointwise_kernel, "pointwise kernel", [1, 1, inner, filters]);
  const deep = t.add(
    { name: `${n.name}/depthwise` },
    "conv2d",
    { filters: inner, ...slidden(window), groups: C, bias: false },
    [x],
    { weight: depthwiseFilters(w.depthwise_kernel) },
  );
  const parameters = {
    weight: filtersFirst(w.pointwise_kernel),
    ...(bias ? { bias: expectShape(w.bias, "bias", [filters]) } : {}),
  };
  return activated(t, n, t.add(n, "conv2d", { filters, kernel: [1, 1], bias }, [deep], parameters));
}

/** The gradient of the convolution that leads from stride·length pixels (and what a larger kernel adds, if "valid") to
 *  length: what that would pad is cut off, what it would not reach stays. */
export function conv2dTranspose(t: KerasTranslation, n: LayerView): KerasValue {
  const x = imageOf(t, n);
  const filters = n.number("filters", 0);
  const kernel = n.pair("kernel_size", [1, 1]);
  const bias = n.flag("use_bias", true);
  const { strides, dilations } = windowOf(n, x, kernel, [1, 1]);
  expectNoGroups(n);
  if (n.setting("output_padding") !== undefined)
    refuse("has an output_padding of its own", "leave output_padding out");
  const isSame = n.text("padding", "valid") === "same";
  const excess = kernel.map((k, axis) => extent(k, dilations[axis]) - strides[axis]);
  const [top, left] = excess.map((e) => (isSame ? Math.floor(Math.max(0, e) / 2) : 0));
  const [down, across] = excess.map((e) => (isSame ? Math.max(0, e) : 0));
  const padding: Sides = [top, left, down - top, across - left];
  const outputPadding = excess.map((e) => Math.max(0, -e));
  const w = n.weights(["kernel", ...(bias ? ["bias"] : [])]);
  expectShape(w.kernel, "kernel", [...kernel, filters, x.ours[0]]);
  const parameters = {
    weight: filtersFirst(w.kernel),
    ...(bias ? { bias: expectShape(w.bias, "bias", [filters]) } : {}),
  };
  const windows = { ...slidden({ kernel, strides, dilations, padding }), outputPadding };
  const attributes = { filters, ...windows, bias };
  return activated(t, n, t.add(n, "convTranspose2d", attributes, [x], parameters));
}

function pooled2d(n: LayerView, x: Value): Pool {
  return { ...windowOf(n, x, n.pair("pool_size", [2, 2])), ceil: false };
}

export function maxPooling2d(t: KerasTranslation, n: LayerView): KerasValue {
  const x = imageOf(t, n);
  return maxPooling(t, n, x, pooled2d(n, x));
}

/** Padding never counts in Keras' mean. */
export function averagePooling2d(t: KerasTranslation, n: LayerView): KerasValue {
  const x = imageOf(t, n);
  return averagePooling(t, n, x, pooled2d(n, x), false);
}

/** Where a program places the pixels of an enlarged image. Keras before 2.3 left that to TensorFlow, which changed it. */
function coordinatesOf({ program, version = "", notes }: KerasTranslation, { name }: LayerView) {
  if (program === "TensorFlow.js") {
    if (version)
      notes.push(
        `"${name}" enlarges as TensorFlow.js does, pixel o from place o/factor on; Keras, which made the model, takes place (o + ½)/factor − ½`,
      );
    return "asymmetric";
  }
  const [major, minor] = version.split(".").map(Number);
  const isKnown = major > 2 || minor > 3 || (minor === 3 && version.endsWith("-tf"));
  return isKnown
    ? "half_pixel"
    : refuse(
        `interpolates as Keras ${version || "of unknown version"} does, which depends on TensorFlow's version`,
        "save the model again with Keras 2.4 or newer",
      );
}

export function upSampling2d(t: KerasTranslation, n: LayerView): KerasValue {
  const x = imageOf(t, n);
  const [down, across] = n.pair("size", [2, 2]);
  const way = n.text("interpolation", "nearest");
  if (way === "nearest") return repeatedPixels(t, n, x, [down, across]);
  if (way !== "bilinear") refuse(`interpolates by ${way}`, OTHERS);
  const [, H, W] = x.ours;
  return interpolated(t, n, x, [down * H, across * W], coordinatesOf(t, n));
}

/** One number per channel: a vector, or an image of one pixel if its axes are kept. */
function pooled(n: LayerView, y: Value): KerasValue {
  return n.flag("keepdims", false) ? y : { ...y, theirs: [y.ours[0]] };
}

export const globalAveragePooling2d = (t: KerasTranslation, n: LayerView): KerasValue =>
  pooled(n, t.add(n, "globalAvgPool", {}, [imageOf(t, n)]));

export const globalMaxPooling2d = (t: KerasTranslation, n: LayerView): KerasValue =>
  pooled(n, globalMaxPooling(t, n, imageOf(t, n)));

/** [[top, bottom], [left, right]], [rows, columns] or one number. */
function borders(n: LayerView, key: string): readonly number[] {
  const given = n.setting(key) ?? 1;
  const axes = Array.isArray(given) ? given : [given, given];
  const sides = axes.flatMap((side) => (Array.isArray(side) ? side : [side, side]));
  return sides.length === 4 && sides.every((p) => Number.isSafeInteger(p) && Number(p) >= 0)
    ? sides.map(Number)
    : refuse(`has ${key} ${JSON.stringify(given)}`, "use two pairs of whole numbers");
}

export function zeroPadding2d(t: KerasTranslation, n: LayerView): KerasValue {
  const x = imageOf(t, n);
  const [top, bottom, left, right] = borders(n, "padding");
  return t.add(n, "pad", { before: [0, top, left], after: [0, bottom, right] }, [x]);
}

export function cropping2d(t: KerasTranslation, n: LayerView): KerasValue {
  const x = imageOf(t, n);
  const [C, H, W] = x.ours;
  const [top, bottom, left, right] = borders(n, "cropping");
  const length = [C, H - top - bottom, W - left - right];
  if (length.some((n0) => n0 < 1)) refuse(`leaves nothing of ${H}×${W} pixels`, AGAIN);
  return t.add(n, "slice", { start: [0, top, left], length }, [x]);
}
