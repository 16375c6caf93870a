/** How the maps of one image differ between seeds: their mean, their deviation, and one number for how alike they are. */

import type { MapResult, Study } from "../study/types.js";
import { base64 } from "../tensor/base64.js";
import type { Spread } from "./report-data.js";
import { rounded } from "./rounding.js";

/** Maps of one arm, method and image. */
type Group = readonly MapResult[];

/** The spreads of all images, methods and arms that have maps of two seeds or more. */
export function spreadsOf({ config, trials }: Study): Spread[] {
  const methods = [...new Set(trials.flatMap(({ maps }) => maps.map(({ method }) => method)))];
  const images = [...new Set(trials.flatMap(({ maps }) => maps.map(({ image }) => image)))];
  return methods.flatMap((method) =>
    images.flatMap((image) => {
      const groups = config.arms.map(({ name }) => ({
        arm: name,
        maps: trials
          .filter((trial) => trial.arm === name)
          .flatMap(({ maps }) => maps.filter((m) => m.method === method && m.image === image)),
      }));
      return together(groups.filter(({ maps }) => maps.length >= 2));
    }),
  );
}

/** The arms of one image side by side: their deviations share one scale. */
function together(groups: readonly { readonly arm: string; readonly maps: Group }[]): Spread[] {
  const moments = groups.map(({ maps }) => momentsOf(maps));
  const widest = Math.max(0, ...moments.flatMap(({ deviation }) => [...deviation]));
  return groups.map(({ arm, maps }, i) => {
    const { mean, deviation } = moments[i];
    const [{ image, method, shape }] = maps;
    return {
      arm,
      image,
      method,
      shape,
      seeds: maps.length,
      agreement: rounded(agreementOf(maps), 4),
      mean: signedBytes(mean, Math.max(...mean.map(Math.abs))),
      deviation: signedBytes(deviation, widest),
    };
  });
}

/** Pixel by pixel, of maps each divided by its peak: x̄ and √(Σ(x − x̄)²/(n − 1)). */
function momentsOf(maps: Group): { mean: Float64Array; deviation: Float64Array } {
  const n = maps.length;
  const at = (p: number): number[] => maps.map(({ values }) => values[p] / 127);
  const pixels = maps[0].values.length;
  const mean = Float64Array.from({ length: pixels }, (_, p) => at(p).reduce((a, b) => a + b) / n);
  const deviation = mean.map((m, p) =>
    Math.sqrt(at(p).reduce((sum, x) => sum + (x - m) ** 2, 0) / (n - 1)),
  );
  return { mean, deviation };
}

/** Mean of cos(a, b) over all pairs of maps: (|Σ u|² − Σ|u|²)/(n(n − 1)) of maps u of length 1; empty maps count as 0. */
function agreementOf(maps: Group): number {
  const n = maps.length;
  const sum = new Float64Array(maps[0].values.length);
  let own = 0;
  for (const { values } of maps) {
    const length = Math.sqrt(values.reduce((total, x) => total + x * x, 0));
    if (length === 0) continue;
    own++;
    for (let p = 0; p < sum.length; p++) sum[p] += values[p] / length;
  }
  return (sum.reduce((total, x) => total + x * x, 0) - own) / (n * (n - 1));
}

const signedBytes = (values: Float64Array, peak: number): string =>
  base64(
    new Uint8Array(
      Int8Array.from(values, (x) => (peak > 0 ? Math.round((127 * x) / peak) : 0)).buffer,
    ),
  );
