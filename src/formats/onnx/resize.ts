/** Resize and Upsample: to nearest pixels, or linear between them. */

import { enlarged, type Interpolate2d } from "../../ops/interpolate2d.js";
import { refuse } from "../translation/obstacles.js";
import { interpolated, OTHERS } from "../translation/upsampling.js";
import type { Value } from "../translation/value.js";
import type { Constant } from "./constants.js";
import { type Counting, nearestPixels, type Target } from "./nearest.js";
import type { NodeView, OnnxTranslation } from "./node-view.js";

const AGAIN = "export the model again";
/** Pixels of a line that images may become. */
const LONGEST = 2 ** 20;

/** What the numbers of all axes, or of those in `axes`, say of height and width; others must stay the `same`. */
function ofPixels(
  n: NodeView,
  list: Constant,
  same: readonly number[],
  name: string,
): readonly [number, number] {
  const axes = (n.ints("axes") ?? [0, 1, 2, 3]).map((axis) => (axis < 0 ? axis + 4 : axis));
  if (axes.some((axis) => !(axis >= 0 && axis < 4))) refuse(`resizes axes ${axes}`, AGAIN);
  if (list.data.length !== axes.length)
    refuse(`has ${list.data.length} ${name} for ${axes.length} axes`, AGAIN);
  const all = [...same];
  axes.forEach((axis, k) => {
    all[axis] = list.data[k];
  });
  const [batch, channels, down, across] = all;
  const isBatch = batch === same[0] || Number.isNaN(same[0]);
  if (!isBatch || channels !== same[1])
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

interface Way extends Counting {
  /** Whether a mean is taken where images shrink. */
  readonly isSmoothed: boolean;
}

function resized(t: OnnxTranslation, n: NodeView, x: Value, target: Target, way: Way): Value {
  const { size, factors } = target;
  const mode = n.text("mode", "nearest");
  if (!size.every((length) => length >= 1 && length <= LONGEST))
    refuse(`makes ${size.join("×")} pixels`, "give a model of images that fit in memory");
  if (way.isSmoothed && Math.min(...factors) < 1)
    refuse("takes means where it shrinks (antialias)", "export the model with antialias = 0");
  if (mode === "nearest") return nearestPixels(t, n, x, target, way);
  return mode === "linear" || mode === "bilinear"
    ? interpolated(t, n, x, size, coordinatesOf(way.coordinates, x, target), factors)
    : refuse(`resizes by ${mode}`, OTHERS);
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
