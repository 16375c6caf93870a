/** How maps are read before they are scored, and which of them cannot be scored at all. */

import { type ExplainerName, explainers } from "../explain/index.js";
import type { OfMaps, Reading } from "./measure.js";

/** Why a map cannot be scored. */
export function mapState(
  map: ArrayLike<number>,
): "notFinite" | "allZero" | "singleValue" | undefined {
  let constant = true;
  for (let p = 0; p < map.length; p++) {
    if (!Number.isFinite(map[p])) return "notFinite";
    if (map[p] !== map[0]) constant = false;
  }
  return constant ? (map[0] === 0 ? "allZero" : "singleValue") : undefined;
}

/** Whether an explainer's maps promise what is measured. */
export const isFor = ({ kinds }: OfMaps, explainer: ExplainerName): boolean =>
  kinds === undefined || kinds.includes(explainers[explainer].kind);

const readings = {
  absolute: Math.abs,
  signed: (a: number) => a,
  positive: (a: number) => Math.max(a, 0),
} as const satisfies Record<Exclude<Reading, "evidence">, (a: number) => number>;

export type Read = (map: Float64Array) => Float64Array;

/** How a measure reads the maps of an explainer. */
export function readingOf({ reading, scaled }: OfMaps, explainer: ExplainerName): Read {
  const speaks = explainers[explainer].kind === "attribution";
  const read = readings[reading === "evidence" ? (speaks ? "signed" : "absolute") : reading];
  return (map) => (scaled === undefined ? map.map(read) : toPeak(map.map(read)));
}

/** The map divided by its largest magnitude; a map of zeros as it is. */
function toPeak(map: Float64Array): Float64Array {
  const peak = map.reduce((largest, a) => Math.max(largest, Math.abs(a)), 0);
  return peak > 0 ? map.map((a) => a / peak) : map;
}
