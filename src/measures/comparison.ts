/** Two models on the same images: how far their predictions and their maps agree, and every measure of both.
 *  Maps of both explain the class that the first model predicts. Where the models are one function drawn in two ways
 *  (before and after folding), maps are those of the graphs as they stand, since that is the question; where they are
 *  two functions, methods that depend on the graph see it folded, or differences of drawing would pass for those of
 *  the models. Agreement of maps: Krishna et al. 2022 (top-k), Wang et al. 2004 (SSIM). */

import { type Dataset, imageBatch } from "../data/dataset.js";
import { type Crew, withCrew } from "../engine/crew.js";
import { session } from "../engine/session.js";
import { type Explainer, reduceChannels, explainers as table } from "../explain/index.js";
import { classes } from "../explain/target.js";
import { foldGraph } from "../fold/index.js";
import { type Model, upToLogits } from "../model/model.js";
import { fail, NormLensError } from "../tensor/errors.js";
import { sameShape, showShape, type Tensor } from "../tensor/tensor.js";
import { answersOn, checkFits } from "./elsewhere.js";
import { isScored, type ScoredExplainer, titleOf } from "./key.js";
import { distance, inner } from "./means.js";
import { spearman, ssim } from "./similarity.js";
import { type Standing, type StandingOptions, standingOf, usualExplainers } from "./standing.js";

/** How alike two maps are; null where a formula has no value. */
export interface MapAgreement {
  /** Of |a| and |b|: whether they order the pixels alike. */
  readonly spearman: number | null;
  /** Of a and b: 1 for maps that differ by a factor. */
  readonly cosine: number | null;
  readonly ssim: number | null;
  /** ‖a − b‖/‖b‖. */
  readonly relative: number | null;
  /** Share of the 20 pixels of largest magnitude that are common. */
  readonly top: number;
}

interface MethodAgreement {
  readonly explainer: ScoredExplainer;
  /** Medians over the images; absent if the method refused a model. */
  readonly median?: MapAgreement;
  readonly images?: readonly MapAgreement[];
  readonly refused?: string;
}

/** JSON-able. "A" is the first model. */
export interface Comparison {
  readonly images: number;
  /** Largest difference of a logit, as a share of A's largest, and whether that is rounding. */
  readonly difference: number;
  readonly isSameFunction: boolean;
  /** Share of images with the same prediction, and how many are right under both, one, or none. */
  readonly agreement: number;
  readonly right: {
    readonly both: number;
    readonly a: number;
    readonly b: number;
    readonly none: number;
  };
  readonly maps: readonly MethodAgreement[];
  readonly standings: readonly [Standing, Standing];
}

export interface ComparisonOptions extends Omit<StandingOptions, "onProgress"> {
  readonly onProgress?: (share: number, what: string) => void;
}

export const comparedExplainers: readonly ScoredExplainer[] = [
  ...usualExplainers,
  "excitationBackpropagation",
];

/** Rounding of float32 over a deep network, as a share of the largest logit. */
const ROUNDING = 1e-4;
const TOP = 20;

export const compareModels = (
  first: Model,
  second: Model,
  dataset: Dataset,
  options: ComparisonOptions = {},
): Comparison =>
  withCrew(options.threads, (hands) => compareWith(hands, first, second, dataset, options));

function compareWith(
  hands: Crew,
  first: Model,
  second: Model,
  dataset: Dataset,
  options: ComparisonOptions,
): Comparison {
  const { explainers = comparedExplainers, onProgress = () => {}, signal, ...rest } = options;
  const [a, b] = [first, second].map((model) => upToLogits(model, dataset.classes.length));
  for (const model of [a, b]) checkFits("compare", model, dataset);
  const [x, y] = [a, b].map((model) => answersOn(model, dataset.validation, hands));
  if (!sameShape(x.logits.shape, y.logits.shape))
    fail(
      "shape",
      `compare: got logits ${showShape(x.logits.shape)} and ${showShape(y.logits.shape)}, expected models for the same classes`,
    );
  const standing = (model: Model, from: number, name: string): Standing =>
    standingOf(model, dataset, {
      explainers,
      ...rest,
      threads: hands,
      ...(signal && { signal }),
      onProgress: ({ key, share }) => onProgress(from + 0.45 * share, `${name}: ${titleOf(key)}`),
    });
  const standings = [standing(a, 0, "A"), standing(b, 0.45, "B")] as const;
  const difference = largestDifference(x.logits, y.logits);
  const isSameFunction = difference < ROUNDING;
  const { indices } = standings[0].explained;
  const images = imageBatch(dataset.validation.images, indices);
  const targets = indices.map((i) => x.predicted[i]);
  const maps = explainers.map((explainer, k) => {
    onProgress(0.9 + (0.1 * k) / explainers.length, `maps of ${table[explainer].title}`);
    return methodAgreement(hands, [a, b], explainer, images, targets, isSameFunction);
  });
  return {
    images: x.labels.length,
    difference,
    isSameFunction,
    agreement: shareOf(x.predicted, (p, i) => p === y.predicted[i]),
    right: rightUnder(x, y),
    maps,
    standings,
  };
}

/** Largest difference of two lists of logits, as a share of the largest of the first. */
export function largestDifference({ data: a }: Tensor, { data: b }: Tensor): number {
  let [largest, off] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    largest = Math.max(largest, Math.abs(a[i]));
    off = Math.max(off, Math.abs(a[i] - b[i]));
  }
  return largest === 0 ? off : off / largest;
}

const shareOf = (values: Int32Array, holds: (value: number, i: number) => boolean): number =>
  values.reduce((sum, value, i) => sum + (holds(value, i) ? 1 : 0), 0) / values.length;

type Answers = Pick<ReturnType<typeof answersOn>, "predicted" | "labels">;

function rightUnder(x: Answers, y: Answers): Comparison["right"] {
  const counts = { both: 0, a: 0, b: 0, none: 0 };
  for (const [i, label] of x.labels.entries()) {
    const [a, b] = [x.predicted[i] === label, y.predicted[i] === label];
    counts[a && b ? "both" : a ? "a" : b ? "b" : "none"]++;
  }
  return counts;
}

/** The models as one method sees them. */
export function drawnFor(
  models: readonly [Model, Model],
  explainer: ScoredExplainer,
  isSameFunction: boolean,
): readonly [Model, Model] {
  if (isSameFunction || table[explainer].dependsOn !== "graph") return models;
  const folded = (model: Model): Model =>
    model.nodes.some(({ kind }) => kind === "batchNorm") ? foldGraph(model).model : model;
  return [folded(models[0]), folded(models[1])];
}

function methodAgreement(
  threads: Crew,
  models: readonly [Model, Model],
  explainer: ScoredExplainer,
  images: Tensor,
  targets: readonly number[],
  isSameFunction: boolean,
): MethodAgreement {
  if (!isScored(explainer)) return { explainer, refused: "no such method" };
  try {
    const method: Explainer = table[explainer];
    const [a, b] = drawnFor(models, explainer, isSameFunction).map((model) => {
      const run = session(model, { threads });
      const found = method.explain(run, images, {
        target: classes([...targets]),
      });
      run.close();
      return reduceChannels(found.values, method.reduction);
    });
    const W = images.shape[3];
    const each = a.map((map, i) => mapAgreement(map, b[i], W));
    const of = (key: keyof MapAgreement) => median(each.map((one) => one[key]));
    const medians = {
      spearman: of("spearman"),
      cosine: of("cosine"),
      ssim: of("ssim"),
      relative: of("relative"),
      top: of("top") ?? 0,
    };
    return { explainer, median: medians, images: each };
  } catch (error) {
    if (error instanceof NormLensError && error.kind !== "cancelled")
      return { explainer, refused: error.message };
    throw error;
  }
}

/** Agreement of two maps of width W. */
export function mapAgreement(a: Float64Array, b: Float64Array, W: number): MapAgreement {
  const [lengthA, lengthB] = [distance(a), distance(b)];
  const [sizesA, sizesB] = [a.map(Math.abs), b.map(Math.abs)];
  const [topA, topB] = [largest(sizesA), largest(sizesB)];
  return {
    spearman: spearman(sizesA, sizesB) ?? null,
    cosine: lengthA > 0 && lengthB > 0 ? inner(a, b) / (lengthA * lengthB) : null,
    ssim: ssim(a, b, W) ?? null,
    relative: lengthB > 0 ? distance(a, b) / lengthB : null,
    top: topA.filter((p) => topB.includes(p)).length / topA.length,
  };
}

/** Places of the largest values, the first of equals first. */
const largest = (values: Float64Array): number[] =>
  Array.from(values.keys())
    .sort((i, j) => values[j] - values[i] || i - j)
    .slice(0, TOP);

function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((value): value is number => value !== null).sort((a, b) => a - b);
  return known.length === 0 ? null : known[Math.floor((known.length - 1) / 2)];
}
