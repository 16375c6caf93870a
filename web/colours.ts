/** Colours: arms by CSS variable (they differ in light and dark), maps by table. All tell apart under
 *  the common colour-vision deficiencies; none carries a meaning without a shape or a word beside it. */

import { colourAt, type MapScale, type Rgb } from "../src/report/colour-maps.js";

export { gradientOf, type MapScale } from "../src/report/colour-maps.js";

const armColours = 6;

/** The colour of the arm at this place of the design. */
export const armColour = (index: number): string => `var(--arm-${index % armColours})`;

/** A colour for each signed byte −127 … 127 of a map; entry 128 + byte. */
const table = (colour: (value: number) => Rgb): readonly Rgb[] =>
  Array.from({ length: 256 }, (_, i) => colour(Math.max(-1, (i - 128) / 127)));

const tables: Record<MapScale, readonly Rgb[]> = {
  sequential: table((value) => colourAt("sequential", Math.abs(value))),
  diverging: table((value) => colourAt("diverging", value)),
};

export const mapColour = (scale: MapScale, byte: number): Rgb => tables[scale][128 + byte];
