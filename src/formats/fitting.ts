/** Pictures in another size, or in grey or colour: what is done to them before a model sees them, step by step, as text and as numbers. */

import { fail } from "../tensor/errors.js";

/** One picture. */
export interface Planes {
  readonly C: number;
  readonly H: number;
  readonly W: number;
  /** [C, H, W] */
  readonly data: Float32Array;
}

/** How a pixel comes from those about its place; centres of pixels are half a pixel in.
 *  - `smooth`: linear between neighbours, and a mean where the picture shrinks (PIL, torchvision).
 *  - `bilinear`: linear between neighbours, whatever the factor (Keras).
 *  - `nearest`: the nearest pixel. */
const ways = ["smooth", "bilinear", "nearest"] as const;
export type Interpolation = (typeof ways)[number];

/** - `resize`: to height × width, or the shorter side to `shorter`, the longer in proportion.
 *  - `crop`: the middle; of an odd rest the smaller half is cut before.
 *  - `grey`: one channel by the eye's weights (ITU-R BT.601), as PIL and Keras do; `colour`: three, a grey one repeated. */
export type Fit =
  | { readonly kind: "grey" | "colour" }
  | {
      readonly kind: "resize";
      readonly height: number;
      readonly width: number;
      readonly by: Interpolation;
    }
  | { readonly kind: "resize"; readonly shorter: number; readonly by: Interpolation }
  | { readonly kind: "crop"; readonly height: number; readonly width: number };

const MAX_SIDE = 4096;

const colours: Readonly<Record<string, "grey" | "colour">> = {
  grey: "grey",
  gray: "grey",
  colour: "colour",
  color: "colour",
};

/** The step that "resize=256", "resize=64x48:nearest", "crop=224" or "grey" means; undefined if it means none. */
export function parseFit(key: string, value: string): Fit | undefined {
  if (Object.hasOwn(colours, key) && value === "") return { kind: colours[key] };
  const match = /^(\d+)(?:[x×](\d+))?(?::(\w+))?$/.exec(value);
  if (!match) return undefined;
  const [, first, second = undefined, way = "smooth"] = match;
  const [height, width] = [Number(first), Number(second ?? first)];
  const by = ways.find((name) => name === way);
  const fits = [height, width].every((side) => side >= 1 && side <= MAX_SIDE) && by !== undefined;
  if (!fits) return undefined;
  if (key === "crop") return match[3] === undefined ? { kind: "crop", height, width } : undefined;
  if (key !== "resize") return undefined;
  return second === undefined
    ? { kind: "resize", shorter: height, by }
    : { kind: "resize", height, width, by };
}

/** Whether a step leaves the size alone. */
export const isOfColour = (fit: Fit): fit is Extract<Fit, { kind: "grey" | "colour" }> =>
  fit.kind === "grey" || fit.kind === "colour";

/** The text that `parseFit` reads. */
export function showFit(fit: Fit): string {
  if (isOfColour(fit)) return fit.kind;
  if (fit.kind === "crop") return `crop=${fit.height}x${fit.width}`;
  const size = "shorter" in fit ? `${fit.shorter}` : `${fit.height}x${fit.width}`;
  return `resize=${size}${fit.by === "smooth" ? "" : `:${fit.by}`}`;
}

type Size = readonly [H: number, W: number];

/** The size of a picture of H×W after a step. */
export function fittedSize(fit: Fit, [H, W]: Size): Size {
  if (isOfColour(fit)) return [H, W];
  if (!("shorter" in fit)) return [fit.height, fit.width];
  const { shorter } = fit;
  const longer = (side: number): number =>
    Math.max(1, Math.floor((shorter * side) / Math.min(H, W)));
  return [H <= W ? shorter : longer(H), W <= H ? shorter : longer(W)];
}

/** Pixels before the middle of a picture of H×W. */
export function cropStart(fit: Extract<Fit, { kind: "crop" }>, [H, W]: Size): Size {
  const { height, width } = fit;
  if (height > H || width > W)
    fail(
      "option",
      `preprocessing: got a picture of ${H}×${W}, expected at least ${height}×${width}, which is cropped from it; resize it first: "resize=${Math.max(height, width)}; ${showFit(fit)}"`,
    );
  return [Math.floor((H - height) / 2), Math.floor((W - width) / 2)];
}

/** The source pixel that each of `to` pixels is nearest to. */
export const nearestPlaces = (from: number, to: number): number[] =>
  Array.from({ length: to }, (_, i) => Math.floor(((2 * i + 1) * from) / (2 * to)));

/** Per target place: the first source place and the weights of it and those after it. */
function taps(from: number, to: number, by: Interpolation): { first: number; weights: number[] }[] {
  if (by === "nearest") return nearestPlaces(from, to).map((first) => ({ first, weights: [1] }));
  const scale = from / to;
  const reach = by === "smooth" ? Math.max(1, scale) : 1; // of a triangle
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach));
    const last = Math.min(from - 1, Math.ceil(centre + reach));
    const weights: number[] = [];
    for (let k = first; k <= last; k++)
      weights.push(Math.max(0, 1 - Math.abs(k + 0.5 - centre) / reach));
    const sum = weights.reduce((a, b) => a + b, 0);
    return { first, weights: weights.map((w) => w / sum) };
  });
}

/** Rows first, then columns. */
export function resized(
  { C, H, W, data }: Planes,
  [height, width]: Size,
  by: Interpolation = "smooth",
): Planes {
  const [rows, columns] = [taps(H, height, by), taps(W, width, by)];
  const out = new Float32Array(C * height * width);
  const line = new Float64Array(W);
  for (let c = 0, k = 0; c < C; c++)
    for (const row of rows) {
      line.fill(0);
      row.weights.forEach((w, j) => {
        const at = (c * H + row.first + j) * W;
        for (let x = 0; x < W; x++) line[x] += w * data[at + x];
      });
      for (const { first, weights } of columns)
        out[k++] = weights.reduce((sum, w, j) => sum + w * line[first + j], 0);
    }
  return { C, H: height, W: width, data: out };
}

/** A picture after all steps. */
export function fitPlanes(planes: Planes, fits: readonly Fit[]): Planes {
  return fits.reduce((given, fit) => {
    if (isOfColour(fit)) return recoloured(given, fit.kind);
    const size = fittedSize(fit, [given.H, given.W]);
    if (fit.kind === "crop") return cropped(given, cropStart(fit, [given.H, given.W]), size);
    return size[0] === given.H && size[1] === given.W ? given : resized(given, size, fit.by);
  }, planes);
}

export function recoloured(planes: Planes, kind: "grey" | "colour"): Planes {
  const { C, H, W, data } = planes;
  const channels = kind === "grey" ? 1 : 3;
  if (C === channels) return planes;
  if (C !== 1 && C !== 3)
    fail(
      "option",
      `preprocessing: got a picture of ${C} channels, expected 1 or 3 to make ${kind}`,
    );
  const P = H * W;
  const value = (i: number): number =>
    kind === "colour"
      ? data[i % P]
      : 0.299 * data[i] + 0.587 * data[P + i] + 0.114 * data[2 * P + i];
  return {
    C: channels,
    H,
    W,
    data: Float32Array.from({ length: channels * P }, (_, i) => value(i)),
  };
}

function cropped({ C, H, W, data }: Planes, [top, left]: Size, [height, width]: Size): Planes {
  const out = new Float32Array(C * height * width);
  for (let row = 0; row < C * height; row++) {
    const from = (Math.floor(row / height) * H + top + (row % height)) * W + left;
    out.set(data.subarray(from, from + width), row * width);
  }
  return { C, H: height, W: width, data: out };
}
