/** What is done to an image before a model sees it: its size first, then its pixels, x = (byte·scale − mean)/std per
 *  channel. A model without it answers nonsense in silence, so it travels with the model and is always shown. */

import { fail } from "../tensor/errors.js";
import { type Tensor, tensor } from "../tensor/tensor.js";
import { type Fit, parseFit, showFit } from "./fitting.js";

export interface Preprocessing {
  /** Factor of a pixel 0 … 255. */
  readonly scale: number;
  /** Taken away after scaling; one number, or one per channel. */
  readonly mean: readonly number[];
  /** Divided by; one number, or one per channel. */
  readonly std: readonly number[];
  /** Order of the three channels. */
  readonly channels: "rgb" | "bgr";
  /** What is done to the image's size, in turn; left out where nothing is. */
  readonly fits?: readonly Fit[];
}

/** The key under which a model's file carries it, as text, in the metadata. */
export const PREPROCESSING_KEY = "normlens.preprocessing";

/** Pixels from 0 to 1: what datasets here hold. */
export const plainPixels: Preprocessing = { scale: 1 / 255, mean: [0], std: [1], channels: "rgb" };

/** Ways that many models share, by name. */
export const preprocessings = {
  plain: plainPixels,
  imagenet: { ...plainPixels, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  signed: { ...plainPixels, mean: [0.5], std: [0.5] },
  raw: { ...plainPixels, scale: 1 },
} as const satisfies Record<string, Preprocessing>;

const EXAMPLE = `"scale=1/255; mean=0.485,0.456,0.406; std=0.229,0.224,0.225; channels=rgb", "resize=256; crop=224" before them for another size, "grey" or "colour" for other channels`;

const refuse = (text: string): never =>
  fail(
    "option",
    `preprocessing: got "${text.slice(0, 80)}", expected ${Object.keys(preprocessings).join(", ")} or ${EXAMPLE}`,
  );

const isName = (text: string): text is keyof typeof preprocessings =>
  Object.hasOwn(preprocessings, text);

/** From names and "key=value" entries with semicolons or blanks between. Of pixels, what is left out is as in `plain`;
 *  where nothing is said of pixels, or of the size, that is as in `otherwise`. */
export function parsePreprocessing(
  text: string,
  otherwise: Preprocessing = plainPixels,
): Preprocessing {
  const numbers = (list: string): number[] => {
    const values = list.split(",").map((entry) => {
      const parts = entry
        .split("/")
        .map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
      return parts.length === 2 ? parts[0] / parts[1] : parts.length === 1 ? parts[0] : Number.NaN;
    });
    const fits = [1, 3, 4].includes(values.length) && values.every(Number.isFinite);
    return fits ? values : refuse(list);
  };
  const entries = text.split(/[;\s]+/).filter((entry) => entry !== "");
  if (entries.length === 0) refuse(text);
  const given: Fit[] = [];
  const ofPixels = entries.filter((entry) => {
    const [key, value = ""] = entry.split("=");
    const fit = parseFit(key, value);
    if (fit) given.push(fit);
    return !fit;
  });
  const fits = given.length > 0 ? given : otherwise.fits;
  const size = fits ? { fits } : {};
  if (ofPixels.length === 0) return { ...otherwise, ...size };
  let { scale, mean, std, channels }: Preprocessing = plainPixels;
  for (const entry of ofPixels) {
    const [key, value = "", ...rest] = entry.split("=");
    if (rest.length > 0) refuse(entry);
    if (isName(entry)) ({ scale, mean, std, channels } = preprocessings[entry]);
    else if (key === "scale") scale = numbers(value)[0];
    else if (key === "mean") mean = numbers(value);
    else if (key === "std") std = numbers(value);
    else if (key === "channels" && (value === "rgb" || value === "bgr")) channels = value;
    else refuse(entry);
  }
  if (std.some((value) => !(value > 0)) || !(scale > 0)) refuse(text);
  return { scale, mean, std, channels, ...size };
}

/** The text that `parsePreprocessing` reads. */
export const showPreprocessing = ({ fits = [], ...pixels }: Preprocessing): string =>
  [...fits.map(showFit), showPixels(pixels)].join("; ");

function showPixels({ scale, mean, std, channels }: Preprocessing): string {
  const factor = scale === 1 / 255 ? "1/255" : String(scale);
  return `scale=${factor}; mean=${mean.join(",")}; std=${std.join(",")}; channels=${channels}`;
}

/** Whether pixels from 0 to 1 are what the model wants. */
export const isPlain = (way: Preprocessing): boolean => showPixels(way) === showPixels(plainPixels);

/** Refuses numbers that are not one for all channels or one for each. */
export function checkChannels({ mean, std }: Preprocessing, C: number): void {
  for (const list of [mean, std])
    if (list.length !== 1 && list.length !== C)
      fail(
        "option",
        `preprocessing: got ${list.length} numbers for a model of ${C === 1 ? "one channel" : `${C} channels`}, expected ${C === 1 ? 1 : `1 or ${C}`}; give one per channel`,
      );
}

/** Images [n,C,H,W] of the model's size, with pixels from 0 to 1, as the model wants them. */
export function preprocess(images: Tensor, way: Preprocessing): Tensor {
  const [, C, H, W] = images.shape;
  checkChannels(way, C);
  const { scale, mean, std, channels } = way;
  const out = tensor(images.shape, images.data.slice());
  const pixels = H * W;
  const isTurned = channels === "bgr" && C === 3;
  for (let i = 0; i < out.data.length; i++) {
    const c = Math.floor(i / pixels) % C;
    const from = isTurned ? i + (C - 1 - 2 * c) * pixels : i;
    const value = images.data[from] * 255 * scale;
    out.data[i] = (value - mean[mean.length === 1 ? 0 : c]) / std[std.length === 1 ? 0 : c];
  }
  return out;
}
