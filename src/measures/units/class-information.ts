/** Class information of units: the mutual information of a unit's response and the class, in bits. The response, a mean
 *  over space after the last ReLU, is put into equal bins from its smallest to its largest value. From few images the
 *  plug-in value is too high by (cells − bins − classes + 1)/(2N) nats, counting those that occur, which is taken off
 *  (Miller 1955; Panzeri & Treves 1996); with fewer than five images per cell that is too little. Averaged over the
 *  units that are alive. Morcos et al. 2018. */

import { log } from "../../tensor/math.js";
import { mean, range } from "../means.js";
import type { ModelMeasure, Score } from "../measure.js";
import { aliveUnits, responsesOf } from "./responses.js";

/** I(bin of x; label) in bits, with its bias taken off. */
export function information(
  values: ArrayLike<number>,
  labels: ArrayLike<number>,
  bins: number,
): number {
  const n = values.length;
  const [low, high] = range(values);
  const joint = new Map<string, number>();
  const ofBin = new Map<number, number>();
  const ofLabel = new Map<number, number>();
  const count = <K>(map: Map<K, number>, key: K): void => {
    map.set(key, (map.get(key) ?? 0) + 1);
  };
  for (let i = 0; i < n; i++) {
    const place = high > low ? Math.floor(((values[i] - low) / (high - low)) * bins) : 0;
    const bin = Math.min(bins - 1, place);
    count(joint, `${bin} ${labels[i]}`);
    count(ofBin, bin);
    count(ofLabel, labels[i]);
  }
  let nats = 0;
  for (const [key, both] of joint) {
    const [bin, label] = key.split(" ").map(Number);
    const alone = (ofBin.get(bin) ?? 0) * (ofLabel.get(label) ?? 0);
    nats += (both / n) * log((both * n) / alone);
  }
  const bias = (joint.size - ofBin.size - ofLabel.size + 1) / (2 * n);
  return (nats - bias) / Math.LN2;
}

export const classInformation = {
  of: "model",
  title: "Class information of units",
  question: "How much does a single unit's response tell about the class?",
  zh: { title: "单元的类别信息量", question: "单个单元的响应透露了多少类别信息？" },
  family: "units",
  unit: "bits",
  better: "neither",
  scale: "difference",
  reference: "Morcos et al. 2018",
  /** bins: of a unit's response; images: at most so many validation images. */
  defaults: { bins: 20, images: 1000 },
  cost: ({ images }, { validation }) => ({ forward: Math.min(images, validation), backward: 0 }),
  score(trained, { bins, images }): Score {
    const responses = responsesOf(trained, { images });
    if (!responses) return { value: null, states: { noRelu: 1 } };
    const { units, labels, means } = responses;
    const alive = aliveUnits(responses);
    const bits = alive.map((unit) =>
      information(
        Float64Array.from(labels, (_, i) => means[i * units + unit]),
        labels,
        bins,
      ),
    );
    return {
      value: alive.length === 0 ? null : mean(bits),
      states: { deadUnits: units - alive.length },
      details: { tables: { units: { unit: alive, bits } } },
    };
  },
} as const satisfies ModelMeasure<{ bins: number; images: number }>;
