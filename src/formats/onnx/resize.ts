/** Resize and Upsample where they repeat pixels (nearest, by whole factors) or are linear between them. */

import { enlarged, type Interpolate2d } from "../../ops/interpolate2d.js";
import { refuse } from "../translation/obstacles.js";
import { interpolated, OTHERS, repeatedPixels } from "../translation/upsampling.js";
import type { Value } from "../translation/value.js";
import type { Constant } from "./constants.js";
import type { NodeView, OnnxTranslation } from "./node-view.js";

const AGAIN = "export the model again";

/** Whether a way of counting takes pixel ⌊i/factor⌋ for pixel i. */
function repeats(coordinates: string, rounding: string, factor: number): boolean {
  switch (coordinates) {
    case "asymmetric": // i/factor
      return rounding === "floor" || (rounding === "round_prefer_floor" && factor <= 2);
    case "half_pixel": // (i + ½)/factor − ½: less than half a pixel from it
    case "pytorch_half_pixel":
    case "half_pixel_symmetric":
      return rounding === "round_prefer_floor" || rounding === "round_prefer_ceil";
    case "tf_half_pixel_for_nn": // (i + ½)/factor
      return rounding === "floor";
    default:
      return false;
  }
}

/** Height and width as they become, and the factors from which pixels are counted. */
interface Target {
  readonly size: readonly [number, number];
  readonly factors: readonly [number, number];
}

/** What the numbers of all axes, or of those in `axes`, say of height and width; others must stay the `same`. */
function ofPixels(
  n: NodeView,
  list: Constant,
  same: readonly number[],
  name: string,
): readonly [number, number] {
  const axes = (n.ints("axes") ?? [0, 1, 2, 3]).map((axis) => (axis < 0 ? axis + 4 : axis));
  if (list.data.length !== axes.length)
    refuse(`has ${list.data.length} ${name} for ${axes.length} axes`, AGAIN);
  const all = [...same];
  axes.forEach((axis, k) => {
    all[axis] = list.data[k];
  });
  const [batch, channels, down, across] = all;
  const isBatch = batch === same[0] || Number.isNaN(same[0]);
  if (!isBatch || channels !== same[1] || all.length !== 4)
    refuse(`has ${name} ${all.join("×")}`, "resize height and width of images alone");
  return [down, across];
}

function byFactors(n: NodeView, x: Value, scales: Constant): Target {
  const factors = ofPixels(n, scales, [1, 1, 1, 1], "factors");
  const [, H, W] = x.ours;
  return { factors, size: [enlarged(H, factors[0]), enlarged(W, factors[1])] };
}

function bySizes(n: NodeView, x: Value, sizes: Constant): Target {
  const policy = n.text("keep_aspect_ratio_policy", "stretch");
  if (policy !== "stretch") refuse(`keeps the aspect ratio (${policy})`, "state both lengths");
  const size = ofPixels(n, sizes, [Number.NaN, ...x.ours], "sizes"); // of any batch
  return { size, factors: [size[0] / x.ours[1], size[1] / x.ours[2]] };
}

export function resize(t: OnnxTranslation, n: NodeView): Value {
  const x = t.image(n.value(0));
  // Before opset 11 its second input is the factors, and pixels are counted in one way.
  const isEarly = t.opset < 11;
  const scales = n.constant(isEarly ? 1 : 2, "factors");
  const sizes = isEarly ? undefined : n.constant(3, "sizes");
  const target =
    scales && scales.data.length > 0
      ? byFactors(n, x, scales)
      : sizes
        ? bySizes(n, x, sizes)
        : refuse("has neither factors nor sizes", AGAIN);
  for (const key of ["cubic_coeff_a", "extrapolation_value"]) n.float(key, 0);
  n.int("exclude_outside", 0); // what lies outside has no share of its own in linear or nearest pixels
  const coordinates = isEarly
    ? "asymmetric"
    : n.text("coordinate_transformation_mode", "half_pixel");
  const rounding = isEarly ? "floor" : n.text("nearest_mode", "round_prefer_floor");
  const isSmoothed = n.int("antialias", 0) !== 0;
  return resized(t, n, x, target, { coordinates, rounding, isSmoothed });
}

export function upsample(t: OnnxTranslation, n: NodeView): Value {
  const x = t.image(n.value(0));
  const scales = n.constant(1, "factors") ?? refuse("has no factors", AGAIN);
  const way = { coordinates: "asymmetric", rounding: "floor", isSmoothed: false };
  return resized(t, n, x, byFactors(n, x, scales), way);
}

interface Way {
  readonly coordinates: string;
  readonly rounding: string;
  /** Whether a mean is taken where images shrink. */
  readonly isSmoothed: boolean;
}

function resized(
  t: OnnxTranslation,
  n: NodeView,
  x: Value,
  { size, factors }: Target,
  { coordinates, rounding, isSmoothed }: Way,
): Value {
  const mode = n.text("mode", "nearest");
  if (mode === "linear" || mode === "bilinear") {
    if (isSmoothed && Math.min(...factors) < 1)
      refuse("takes means where it shrinks (antialias)", "export the model with antialias = 0");
    return interpolated(t, n, x, size, coordinatesOf(coordinates, x, { size, factors }), factors);
  }
  if (mode !== "nearest") refuse(`resizes by ${mode}`, OTHERS);
  if (!factors.every((factor) => repeats(coordinates, rounding, factor)))
    refuse(
      `counts pixels by ${coordinates}, ${rounding}`,
      "use half_pixel, or asymmetric and floor",
    );
  return repeatedPixels(t, n, x, factors);
}

function coordinatesOf(
  way: string,
  x: Value,
  { size, factors }: Target,
): Interpolate2d["coordinates"] {
  switch (way) {
    case "half_pixel":
    case "pytorch_half_pixel":
    case "align_corners":
    case "asymmetric":
      return way;
    case "half_pixel_symmetric": // the same where nothing is cut off
      if (size.every((length, k) => length === Math.fround(x.ours[1 + k] * factors[k])))
        return "half_pixel";
  }
  return refuse(
    `counts pixels by ${way}`,
    "use half_pixel, pytorch_half_pixel, align_corners or asymmetric",
  );
}
