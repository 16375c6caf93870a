/** Layers that bring images to a size, at a model's beginning: read as what is done to images before it. */

import type { Fit, Interpolation } from "../fitting.js";
import { refuse } from "../translation/obstacles.js";
import type { KerasLayer, KerasNetwork } from "./config.js";
import type { KerasTranslation, KerasValue, LayerView } from "./layer-view.js";

const WITHIN =
  "only at the model's beginning it can be taken; within the network use pooling or strided convolutions";

function fitted(
  t: KerasTranslation,
  n: LayerView,
  of: (size: { height: number; width: number }) => Extract<Fit, { height: number }>,
): KerasValue {
  const v = n.value();
  const [height, width] = [n.number("height", 0), n.number("width", 0)];
  if (v.id !== "input" || !v.sole) refuse("changes the size of what the network computes", WITHIN);
  if (v.theirs.length !== 3) refuse("resizes an image without channels", "add an axis of channels");
  if (!(height >= 1 && width >= 1)) refuse(`has the size ${height}×${width}`, "save it again");
  const fit = of({ height, width });
  t.addFit(fit);
  t.notes.push(
    `layer "${n.name}" (${n.className}) stands first: it is read as what is done to images, and the model begins after it`,
  );
  const shape = [v.ours[0], height, width];
  return { ...v, ours: shape, theirs: shape };
}

export function resizing(t: KerasTranslation, n: LayerView): KerasValue {
  const way = n.text("interpolation", "bilinear").toLowerCase();
  for (const key of ["crop_to_aspect_ratio", "pad_to_aspect_ratio"])
    if (n.flag(key, false)) refuse(`has ${key}`, "resize without it, or do it outside the model");
  n.setting("fill_mode"); // of a border that is not added
  n.setting("fill_value");
  const isSmooth = n.flag("antialias", false);
  const by: Interpolation | undefined =
    way === "bilinear"
      ? isSmooth
        ? "smooth"
        : "bilinear"
      : way === "nearest"
        ? "nearest"
        : undefined;
  return by
    ? fitted(t, n, (size) => ({ kind: "resize", ...size, by }))
    : refuse(`interpolates by ${way}`, 'use "bilinear" or "nearest"');
}

/** Of images that are larger; a smaller one is refused when it is met. */
export const centerCrop = (t: KerasTranslation, n: LayerView): KerasValue =>
  fitted(t, n, (size) => ({ kind: "crop", ...size }));

/** Layers that may stand before, and leave the size as it is. */
const KEEPS_SIZE = /^(Rescaling|Normalization|Random(?!Crop)\w+)$/;

/** Height and width after the first layer that fits images, if a network begins with one: then its own input is open. */
export function sizeAtStart({
  layers,
  inputs,
}: KerasNetwork): readonly [number, number] | undefined {
  const readersOf = (name: string): readonly KerasLayer[] =>
    layers.filter(({ calls }) => calls.some((call) => call.inputs.some((r) => r.layer === name)));
  let [reader, ...others] = readersOf(inputs[0].layer);
  for (let k = 0; k < layers.length && reader && KEEPS_SIZE.test(reader.className); k++)
    [reader, ...others] = readersOf(reader.name);
  if (!reader || others.length > 0 || !["Resizing", "CenterCrop"].includes(reader.className))
    return undefined;
  const { height, width } = reader.config;
  return typeof height === "number" && typeof width === "number" ? [height, width] : undefined;
}
