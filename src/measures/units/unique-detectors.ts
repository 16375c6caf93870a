/** Unique detectors: how many different concepts some unit detects, by Network Dissection (dissection.ts); and the same
 *  per unit that is alive, since norms differ in how many units they leave dead. Bau et al. 2017. What is stored: every
 *  unit's concept and its IoU with each, the counts at other thresholds, and the images that excite the best detectors
 *  most, with their masks. */

import { session } from "../../engine/session.js";
import { slice, type Tensor } from "../../tensor/tensor.js";
import {
  DETAIL_LIMITS,
  type DetailPicture,
  type DetailTable,
  detailPicture,
  detailTable,
} from "../details.js";
import type { ModelMeasure, Score, Trained } from "../measure.js";
import { remembered } from "../remembered.js";
import { sampleOf } from "../sample.js";
import {
  type Dissection,
  detectors,
  dissect,
  type Label,
  labelsOf,
  type Probe,
  wordsOf,
} from "./dissection.js";
import { type Inserted, lastRelu, receptiveField, trunk } from "./tap.js";
import { marker } from "./upsampling.js";

/** Units shown with pictures, and pictures of each. */
const SHOWN = 8;
const PICTURES = 3;
const THRESHOLDS = [0.02, 0.04, 0.08];

/** What a dissection needs, or the state that forbids one. `end` is a layer behind the tap. */
export function probeOf(
  trained: Trained,
  count: number,
  end?: Inserted,
): Probe | { state: string } {
  const { model, dataset, threads } = trained;
  const { concepts, images: all } = dataset.validation;
  if (!concepts) return { state: "noConcepts" };
  const tap = lastRelu(model);
  if (tap === undefined) return { state: "noRelu" };
  const field = receptiveField(model, tap);
  if (!field) return { state: "noMap" };
  const { images, indices } = sampleOf(trained, { count });
  const [, H, W] = all.shape;
  const words = wordsOf(concepts, indices, H * W);
  const run = session(trunk(model, tap, end), { threads });
  return { run, field, images, words, names: concepts.names };
}

type DissectionOptions = { threshold: number; quantile: number; images: number };

interface Found {
  readonly dissection: Dissection;
  readonly labels: readonly Label[];
  readonly probe: Probe;
}

export const dissectionOf = remembered(
  (
    trained: Trained,
    { quantile, images }: { quantile: number; images: number },
  ): Found | { state: string } => {
    const probe = probeOf(trained, images);
    if ("state" in probe) return probe;
    const dissection = dissect(probe, quantile);
    return { dissection, labels: labelsOf(dissection), probe };
  },
);

function score(
  trained: Trained,
  { threshold, quantile, images }: DissectionOptions,
  per: "all" | "alive",
): Score {
  const found = dissectionOf(trained, { quantile, images });
  if ("state" in found) return { value: null, states: { [found.state]: 1 } };
  const { labels, dissection } = found;
  const { total, unique } = detectors(labels, threshold);
  const states = {
    detectors: total,
    unique,
    aliveUnits: labels.length,
    deadUnits: dissection.units - labels.length,
  };
  if (per === "alive")
    return { value: labels.length === 0 ? null : unique / labels.length, states };
  return { value: unique, states, details: detailsOf(trained, found, images) };
}

function detailsOf(trained: Trained, { dissection, labels, probe }: Found, count: number) {
  const { concepts, iou, thresholds, maxima } = dissection;
  const units: DetailTable = {
    unit: labels.map(({ unit }) => unit),
    concept: labels.map(({ concept }) => concepts[concept]),
    iou: labels.map((label) => label.iou),
    threshold: labels.map(({ unit }) => thresholds[unit]),
    maximum: labels.map(({ unit }) => maxima[unit]),
    ...Object.fromEntries(
      concepts.map((name, k) => [name, labels.map(({ unit }) => iou[unit * concepts.length + k])]),
    ),
  };
  const counts = detailTable(THRESHOLDS.map((at) => ({ threshold: at, ...detectors(labels, at) })));
  const { rows, pictures } = exemplars(trained, { dissection, labels, probe }, count);
  return { tables: { units, counts, exemplars: detailTable(rows) }, pictures };
}

/** The images that excite the best detectors most. */
function exemplars(trained: Trained, { dissection, labels, probe }: Found, count: number) {
  const { images: all } = trained.dataset.validation;
  const { indices, images } = sampleOf(trained, { count });
  const [C, H, W] = all.shape;
  const room = Math.floor(DETAIL_LIMITS.pixels / (C * H * W));
  const most = C > 3 || Math.max(H, W) > 256 ? 0 : Math.min(SHOWN, Math.floor(room / PICTURES));
  const best = [...labels].sort((a, b) => b.iou - a.iou || a.unit - b.unit).slice(0, most);
  const mark = marker(probe.field, H, W);
  const pictures: DetailPicture[] = [];
  const rows = best.flatMap(({ unit }) => {
    const peak = (i: number): number => dissection.peaks[i * dissection.units + unit];
    const top = [...indices.keys()].sort((a, b) => peak(b) - peak(a) || a - b).slice(0, PICTURES);
    return top.map((i, rank) => {
      const map = mapOf(probe.run.forward(slice(images, i, i + 1)), unit);
      const mask = new Uint8Array(H * W);
      mark(map, dissection.thresholds[unit], mask);
      pictures.push(detailPicture(all, indices[i], mask));
      return { unit, rank: rank + 1, activation: peak(i), picture: pictures.length - 1 };
    });
  });
  return { rows, pictures };
}

function mapOf({ shape: [, units], data }: Tensor, unit: number): ArrayLike<number> {
  const positions = data.length / units;
  return data.subarray(unit * positions, (unit + 1) * positions);
}

const dissectionMeasure = (
  per: "all" | "alive",
  unit: string,
  words: Pick<ModelMeasure, "title" | "question" | "zh">,
) =>
  ({
    ...words,
    of: "model",
    family: "units",
    unit,
    better: "higher",
    scale: "difference",
    reference: "Bau et al. 2017",
    /** threshold: IoU above which a unit is a detector; quantile: share of positions above a unit's threshold;
     *  images: at most so many validation images. */
    defaults: { threshold: 0.04, quantile: 0.005, images: 500 },
    cost: ({ images }, { validation }) => ({
      forward: 2 * Math.min(images, validation) + (per === "all" ? SHOWN * PICTURES : 0),
      backward: 0,
    }),
    score: (trained, options): Score => score(trained, options, per),
  }) as const satisfies ModelMeasure<DissectionOptions>;

export const uniqueDetectors = dissectionMeasure("all", "concepts", {
  title: "Unique detectors",
  question: "How many concepts do single units detect?",
  zh: { title: "独立概念检测器", question: "单个单元能检测多少种概念？" },
});

export const uniqueDetectorShare = dissectionMeasure("alive", "concepts per unit", {
  title: "Unique detectors per living unit",
  question: "How many concepts do single units detect, for each unit that ever responds?",
  zh: { title: "每个活跃单元的独立检测器", question: "平均每个有反应的单元能检测多少种概念？" },
});
