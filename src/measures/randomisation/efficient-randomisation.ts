/** Efficient MPRT: (H(a_rand) − H(a)) / H(a), a_rand the map of the network without anything learned and H the entropy
 *  of a map's histogram: 100 even bins over ±5 of a/√mean(a²), what lies beyond in the outermost. A map that follows
 *  what was learned is simpler than one of a random network. Fixed bins make maps comparable: 24 of 25 pixels of any map
 *  lie within ±5. Hedström et al. 2023. */

import { entropy } from "../complexity/complexity.js";
import { mean } from "../means.js";
import { type ExplainerMeasure, free } from "../measure.js";
import { type StageMaps, stageMaps } from "./stages.js";

const BINS = 100;
const REACH = 5;

/** H in nats; undefined for a map of zeros. */
export function histogramEntropy(map: Float64Array): number | undefined {
  const scale = Math.sqrt(mean(map.map((a) => a * a)));
  if (!(scale > 0)) return undefined;
  const counts = new Float64Array(BINS);
  for (const a of map) {
    const bin = Math.floor(((a / scale + REACH) / (2 * REACH)) * BINS);
    counts[Math.min(Math.max(bin, 0), BINS - 1)]++;
  }
  return entropy(counts);
}

export const efficientRandomisation = {
  of: "explainer",
  reading: "signed",
  title: "Rise of entropy by randomisation",
  question: "Is the map of the trained network simpler than that of a random one?",
  zh: { title: "随机化带来的熵增", question: "训练后网络的归因图是否比随机网络的更简单？" },
  family: "randomisation",
  unit: "relative change",
  better: "higher",
  scale: "difference",
  reference: "Hedström et al. 2023",
  /** calibration: training images for the statistics of random norms. */
  defaults: { calibration: 256 },
  groundwork: stageMaps,
  cost: free,
  score: ({ maps }, _, found) =>
    maps.map((map, i) => {
      const trained = histogramEntropy(map);
      const random = histogramEntropy(found[found.length - 1][i]);
      return trained === undefined || random === undefined ? null : (random - trained) / trained;
    }),
} as const satisfies ExplainerMeasure<{ calibration: number }, StageMaps>;
