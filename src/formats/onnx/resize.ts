/** Resize and Upsample where they repeat pixels: nearest, by one whole factor. */

import { refuse } from "../translation/obstacles.js";
import type { Translation } from "../translation/translation.js";
import { OTHERS, repeatedPixels } from "../translation/upsampling.js";
import type { Value } from "../translation/value.js";
import type { NodeView, OnnxTranslation } from "./node-view.js";

/** Whether a way of counting takes pixel ⌊i/factor⌋ for pixel i. */
function repeats(coordinates: string, rounding: string, factor: number): boolean {
  switch (coordinates) {
    case "asymmetric": // i/factor
      return rounding === "floor" || (rounding === "round_prefer_floor" && factor === 2);
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

function enlarged(t: Translation, n: NodeView, x: Value, factors: readonly number[]): Value {
  const [batch, channels, down, across] = factors;
  if (factors.length !== 4 || (batch !== 1 && !Number.isNaN(batch)) || channels !== 1)
    refuse(`has factors ${factors.join("×")}`, "resize height and width of images alone");
  return repeatedPixels(t, n, x, [down, across]);
}

export function resize(t: OnnxTranslation, n: NodeView): Value {
  const x = t.image(n.value(0));
  const mode = n.text("mode", "nearest");
  if (mode !== "nearest") refuse(`resizes by ${mode}`, OTHERS);
  for (const key of ["cubic_coeff_a", "extrapolation_value"]) n.float(key, 0);
  n.int("exclude_outside", 0); // of cubic windows
  // Before opset 11 its second input is the factors, and pixels are counted in one way.
  const isEarly = t.opset < 11;
  const scales = n.constant(isEarly ? 1 : 2, "factors");
  const sizes = isEarly ? undefined : n.constant(3, "sizes");
  const shape = [Number.NaN, ...x.theirs];
  const factors =
    scales && scales.data.length > 0
      ? [...scales.data]
      : sizes
        ? [...sizes.data].map((length, axis) => (axis === 0 ? 1 : length / shape[axis]))
        : refuse("has neither factors nor sizes", "export the model again");
  const coordinates = n.text("coordinate_transformation_mode", "half_pixel");
  const rounding = n.text("nearest_mode", "round_prefer_floor");
  if (!isEarly && !repeats(coordinates, rounding, factors[2]))
    refuse(
      `counts pixels by ${coordinates}, ${rounding}`,
      "use half_pixel, or asymmetric and floor",
    );
  return enlarged(t, n, x, factors);
}

export function upsample(t: OnnxTranslation, n: NodeView): Value {
  const x = t.image(n.value(0));
  const mode = n.text("mode", "nearest");
  if (mode !== "nearest") refuse(`resizes by ${mode}`, OTHERS);
  const scales = n.constant(1, "factors") ?? refuse("has no factors", "export the model again");
  return enlarged(t, n, x, [...scales.data]);
}
