/** Colours: arms by CSS variable (they differ in light and dark), maps by table. All tell apart under
 *  the common colour-vision deficiencies; none carries a meaning without a shape or a word beside it. */

const armColours = 6;

/** The colour of the arm at this place of the design. */
export const armColour = (index: number): string => `var(--arm-${index % armColours})`;

type Rgb = readonly [number, number, number];

const rgb = (hex: string): Rgb => {
  const bits = Number.parseInt(hex.slice(1), 16);
  return [bits >> 16, (bits >> 8) & 255, bits & 255];
};

const scales = {
  /** Cividis: dark blue to yellow, even in lightness. Nuñez et al. 2018. */
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

export type MapScale = keyof typeof scales;

/** The colour at t of 0 … 1. */
function at(stops: readonly string[], t: number): Rgb {
  const place = Math.min(1, Math.max(0, t)) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(place));
  const [a, b] = [rgb(stops[low]), rgb(stops[low + 1])];
  const part = place - low;
  const mix = (k: 0 | 1 | 2) => Math.round(a[k] + (b[k] - a[k]) * part);
  return [mix(0), mix(1), mix(2)];
}

/** A colour for each signed byte −127 … 127 of a map; entry 128 + byte. */
const table = (colour: (value: number) => Rgb): readonly Rgb[] =>
  Array.from({ length: 256 }, (_, i) => colour(Math.max(-1, (i - 128) / 127)));

const tables: Record<MapScale, readonly Rgb[]> = {
  sequential: table((value) => at(scales.sequential, Math.abs(value))),
  diverging: table((value) => at(scales.diverging, (value + 1) / 2)),
};

export const mapColour = (scale: MapScale, byte: number): Rgb => tables[scale][128 + byte];

/** The scale as a CSS gradient, for its legend. */
export const gradientOf = (scale: MapScale): string =>
  `linear-gradient(to right, ${scales[scale].join(", ")})`;
