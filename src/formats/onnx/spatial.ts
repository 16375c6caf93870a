/** Convolutions and pooling. */

import { extent } from "../../ops/conv2d-geometry.js";
import { refuse } from "../translation/obstacles.js";
import type { Translation } from "../translation/translation.js";
import type { Value } from "../translation/value.js";
import {
  averagePooling,
  globalMaxPooling,
  maxPooling,
  oneOrBoth,
  type Sides,
  samePadding,
} from "../translation/windows.js";
import type { Constant } from "./constants.js";
import type { NodeView } from "./node-view.js";

/** Window sizes of a node as ONNX states them, for images. */
export function windowsOf(n: NodeView, x: Value, kernel: readonly number[]) {
  if (kernel.length !== 2)
    refuse(`has a kernel of ${kernel.length} axes, expected 2`, "only images can be taken");
  const [kh, kw] = kernel;
  const strides = pairOf(n, "strides");
  const dilations = pairOf(n, "dilations");
  if (![...strides, ...dilations, kh, kw].every((length) => length >= 1))
    refuse("has strides, dilations or a kernel below 1", "export the model again");
  const extents = [extent(kh, dilations[0]), extent(kw, dilations[1])] as const;
  const given = n.ints("pads") ?? [0, 0, 0, 0];
  if (given.length !== 4) refuse(`has ${given.length} pads, expected 4`, "export the model again");
  const padding = autoPad(n.text("auto_pad", "NOTSET"), x.theirs.slice(1), extents, strides, given);
  return { kernel: [kh, kw] as const, strides, dilations, extents, padding };
}

function pairOf(n: NodeView, name: string): readonly [number, number] {
  const list = n.ints(name) ?? [1, 1];
  return list.length === 2
    ? [list[0], list[1]]
    : refuse(`has ${name} of ${list.length} axes, expected 2`, "only images can be taken");
}

function autoPad(
  way: string,
  lengths: readonly number[],
  extents: readonly number[],
  strides: readonly [number, number],
  given: readonly number[],
): Sides {
  if (way === "NOTSET" || way === "") return [given[0], given[1], given[2], given[3]];
  if (way === "VALID") return [0, 0, 0, 0];
  if (way !== "SAME_UPPER" && way !== "SAME_LOWER")
    return refuse(`has auto_pad ${way}`, "export the model with explicit padding");
  return samePadding(lengths, extents, strides, way === "SAME_UPPER" ? "end" : "start");
}

/** Weights and bias of a convolution of either direction. */
function layerOf(n: NodeView) {
  const weight = n.constant(1, "weights") ?? refuse("has no weights", "export the model again");
  const bias = n.constant(2, "bias");
  const kernel = weight.shape.slice(2);
  const declared = n.ints("kernel_shape");
  if (declared && declared.join() !== kernel.join())
    refuse(`has kernel_shape ${declared}, weights of ${kernel}`, "export the model again");
  const parameters = { weight, ...(bias ? { bias } : {}) };
  return { weight, parameters, bias: bias !== undefined, kernel };
}

export function conv(t: Translation, n: NodeView): Value {
  const { weight, parameters, bias, kernel } = layerOf(n);
  const [filters] = weight.shape;
  let x = t.image(n.value(0));
  const w = windowsOf(n, x, kernel);
  const groups = n.int("group", 1);
  let { padding } = w;
  if (padding.some((p, side) => p >= w.extents[side % 2])) {
    // More padding than the kernel reaches: the op would call it a mistake, as it mostly is.
    x = t.add(
      n,
      "pad",
      { before: [0, padding[0], padding[1]], after: [0, padding[2], padding[3]] },
      [x],
    );
    padding = [0, 0, 0, 0];
  }
  if (weight.shape[1] * groups !== x.ours[0])
    refuse(
      `has weights for ${weight.shape[1] * groups} channels, input has ${x.ours[0]}`,
      "export the model again",
    );
  const attributes = {
    filters,
    kernel: w.kernel,
    stride: oneOrBoth(w.strides),
    padding,
    dilation: oneOrBoth(w.dilations),
    groups,
    bias,
  };
  return t.add(n, "conv2d", attributes, [x], parameters, weight);
}

/** Padding of a transposed convolution: given, or what makes the output as long as it shall be. */
function transposedPadding(
  n: NodeView,
  x: Value,
  w: ReturnType<typeof windowsOf>,
  more: readonly number[],
): Sides {
  const way = n.text("auto_pad", "NOTSET");
  const isSame = way.startsWith("SAME");
  const lengths = x.theirs.slice(1);
  const wanted =
    n.ints("output_shape")?.slice(-2) ??
    (isSame ? lengths.map((length, k) => length * w.strides[k]) : undefined);
  if (!wanted) return w.padding;
  const sides = lengths.map((length, k) => {
    const full = (length - 1) * w.strides[k] + more[k] + w.extents[k];
    const all = full - wanted[k];
    if (!(all >= 0))
      refuse(
        `makes ${wanted.join("×")} of ${lengths.join("×")}, more than its windows reach`,
        "export the model with explicit pads",
      );
    const half = Math.floor(all / 2);
    return way === "SAME_UPPER" ? [half, all - half] : [all - half, half];
  });
  return [sides[0][0], sides[1][0], sides[0][1], sides[1][1]];
}

export function convTranspose(t: Translation, n: NodeView): Value {
  const { weight, parameters, bias, kernel } = layerOf(n);
  const [channels, perGroup] = weight.shape;
  const x = t.image(n.value(0));
  const w = windowsOf(n, x, kernel);
  const groups = n.int("group", 1);
  if (channels !== x.ours[0])
    refuse(
      `has weights for ${channels} channels, input has ${x.ours[0]}`,
      "export the model again",
    );
  const outputPadding = n.ints("output_padding") ?? [0, 0];
  const attributes = {
    filters: perGroup * groups,
    kernel: w.kernel,
    stride: oneOrBoth(w.strides),
    padding: transposedPadding(n, x, w, outputPadding),
    outputPadding,
    dilation: oneOrBoth(w.dilations),
    groups,
    bias,
  };
  return t.add(n, "convTranspose2d", attributes, [x], parameters, weight);
}

function pooling(t: Translation, n: NodeView) {
  const kernel = n.ints("kernel_shape") ?? refuse("has no kernel_shape", "export the model again");
  const x = t.image(n.value(0));
  const w = windowsOf(n, x, kernel);
  const ceil = n.int("ceil_mode", 0) !== 0;
  // Ceil mode changes nothing where the windows come out even.
  const reaches = x.ours.slice(1).map((length, axis) => {
    const room = length + w.padding[axis] + w.padding[axis + 2] - w.extents[axis];
    const last = Math.ceil(room / w.strides[axis]) * w.strides[axis];
    if (ceil && last >= length + w.padding[axis])
      refuse(
        "has a last window that lies in the padding, which PyTorch leaves out and onnxruntime takes",
        "use ceil_mode = 0 with the padding that is meant",
      );
    return room % w.strides[axis] !== 0;
  });
  return { x, ...w, ceil: ceil && reaches.includes(true) };
}

export function maxPool(t: Translation, n: NodeView): Value {
  const { x, ...windows } = pooling(t, n);
  n.int("storage_order", 0); // of the indices, which are not read
  return maxPooling(t, n, x, windows);
}

export function averagePool(t: Translation, n: NodeView): Value {
  const { x, ...windows } = pooling(t, n);
  return averagePooling(t, n, x, windows, n.int("count_include_pad", 0) !== 0);
}

export const globalAveragePool = (t: Translation, n: NodeView): Value =>
  t.add(n, "globalAvgPool", {}, [t.image(n.value(0))]);

export const globalMaxPool = (t: Translation, n: NodeView): Value =>
  globalMaxPooling(t, n, t.image(n.value(0)));

/** ReduceMean over all pixels. */
export function reduceMean(t: Translation, n: NodeView): Value {
  const v = n.value(0);
  const rank = v.theirs.length + 1;
  const given = n.ints("axes") ?? axesOf(n.constant(1, "axes"));
  const keep = n.int("keepdims", 1) !== 0;
  n.int("noop_with_empty_axes", 0);
  const axes = (given ?? []).map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
  const pixels = v.theirs.map((_, k) => k + 1).slice(1);
  if (axes.length === 0 || axes.join() !== pixels.join())
    refuse(
      `averages over axes ${axes.join(", ") || "unknown"}`,
      "average over height and width together",
    );
  // [C,H·W] of an image [C,H,W] that was reshaped for it.
  const isImage = v.ours.length === 3 && v.ours[0] === v.theirs[0];
  const x = isImage ? v : t.image({ ...v, theirs: [...v.theirs, 1, 1].slice(0, 3) });
  const pooled = t.add(n, "globalAvgPool", {}, [x]);
  return {
    ...pooled,
    theirs: keep ? v.theirs.map((length, k) => (k === 0 ? length : 1)) : [v.theirs[0]],
  };
}

export const axesOf = (c: Constant | undefined): number[] | undefined => c && [...c.data];
