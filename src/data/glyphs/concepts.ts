/** What the concept maps of `glyphs` say, one bit each. */

/** Concepts in the order of their bits.
 *  - strokes, of digit and clutter alike, by orientation in 45° bins (rising = "/"), and where they bend
 *  - end points of strokes that end freely; junctions where strokes meet or cross
 *  - loop interior: background that the digit's strokes enclose
 *  - clutter: strokes that do not belong to the digit
 *  - textures of the background, by kind */
export const CONCEPTS = [
  "horizontal stroke",
  "rising stroke",
  "vertical stroke",
  "falling stroke",
  "curve",
  "end point",
  "junction",
  "loop interior",
  "clutter",
  "grating",
  "checker",
  "dots",
  "gradient",
] as const;

export type Concept = (typeof CONCEPTS)[number];

/** The bit of a concept in a map's words. */
export const bit = (concept: Concept): number => 1 << CONCEPTS.indexOf(concept);
