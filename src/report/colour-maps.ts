/** Colours of maps, by what their numbers mean. Both scales are even in lightness and tell apart under the common
 *  colour-vision deficiencies. */

import type { Kind } from "../explain/index.js";

export type Rgb = readonly [number, number, number];

export const colourScales = {
  /** Cividis: dark blue to yellow. Nuñez et al. 2018. */
  sequential: [
    "#00224e",
    "#123570",
    "#3b496c",
    "#575d6d",
    "#707173",
    "#8a8678",
    "#a59c74",
    "#c3b369",
    "#e1cc55",
    "#fee838",
  ],
  /** Orange for negative, purple for positive, white at nought: ColorBrewer PuOr. */
  diverging: [
    "#7f3b08",
    "#b35806",
    "#e08214",
    "#fdb863",
    "#fee0b6",
    "#f7f7f7",
    "#d8daeb",
    "#b2abd2",
    "#8073ac",
    "#542788",
    "#2d004b",
  ],
} as const satisfies Record<string, readonly string[]>;

export type MapScale = keyof typeof colourScales;

/** Which scale a kind of map takes: shares for and against need both directions, everything else how much. */
export const scaleOf = {
  attribution: "diverging",
  sensitivity: "sequential",
  cam: "sequential",
  control: "sequential",
} as const satisfies Record<Kind, MapScale>;

const rgb = (hex: string): Rgb => {
  const bits = Number.parseInt(hex.slice(1), 16);
  return [bits >> 16, (bits >> 8) & 255, bits & 255];
};

/** The colour at t of a scale: from 0 to 1, of the diverging one from −1 to 1. */
export function colourAt(scale: MapScale, t: number): Rgb {
  const stops: readonly string[] = colourScales[scale];
  const share = scale === "diverging" ? (t + 1) / 2 : t;
  const place = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(place));
  const [a, b] = [rgb(stops[low]), rgb(stops[low + 1])];
  const mix = (k: 0 | 1 | 2): number => Math.round(a[k] + (b[k] - a[k]) * (place - low));
  return [mix(0), mix(1), mix(2)];
}

/** A map on its scale: numbers from 0 to 1, or −1 to 1, and what the ends stand for. */
export interface ScaledMap {
  readonly scale: MapScale;
  readonly t: Float64Array;
  readonly low: number;
  readonly high: number;
}

/** Share of pixels that lie within the scale; single hot pixels beyond it do not make all others pale. */
const WITHIN = 0.995;

function quantile(values: Float64Array, share: number): number {
  const sorted = values.slice().sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

/** Puts one image's map on the scale of its kind:
 *  - `attribution`: symmetric about 0, so that white is nought.
 *  - `sensitivity`: magnitudes from 0. `cam`, `control`: from the map's smallest to its largest number. */
export function scaled(map: Float64Array, kind: Kind): ScaledMap {
  const scale = scaleOf[kind];
  const magnitude = map.map(Math.abs);
  if (kind === "cam" || kind === "control") {
    const [low, high] = [Math.min(...map), Math.max(...map)];
    return { scale, low, high, t: map.map((v) => (high > low ? (v - low) / (high - low) : 0)) };
  }
  const peak = quantile(magnitude, WITHIN) || Math.max(...magnitude);
  const t = (scale === "diverging" ? map : magnitude).map((v) =>
    peak > 0 ? Math.max(-1, Math.min(1, v / peak)) : 0,
  );
  return { scale, t, low: scale === "diverging" ? -peak : 0, high: peak };
}

/** The scale as a CSS gradient, for its legend. */
export const gradientOf = (scale: MapScale): string =>
  `linear-gradient(to right, ${colourScales[scale].join(", ")})`;
