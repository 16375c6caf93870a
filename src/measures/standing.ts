/** Where a finished model stands: how often it is right, how sure it is, how easily it is shaken, and how good its
 *  explanations are, by every measure of the table that asks for no more than the model and images. */

import type { Dataset } from "../data/dataset.js";
import { type Crew, withCrew } from "../engine/crew.js";
import { type Model, upToLogits } from "../model/model.js";
import { answersOn, checkFits, keysFor, type TooDear, trainedElsewhere } from "./elsewhere.js";
import { type Evaluation, evaluateMeasures } from "./evaluator.js";
import { expandMeasures, type ScoredExplainer } from "./key.js";
import type { EvaluationProgress } from "./progress.js";

export interface StandingOptions {
  /** Whose maps are scored; defaults to one of each family. */
  readonly explainers?: readonly ScoredExplainer[];
  /** Measures or keys of them; defaults to all that are within `dearest`. */
  readonly measures?: readonly string[];
  /** Validation images on which explanations are scored; defaults to 16. */
  readonly explained?: number;
  /** Forward passes per validation image (of small models as if there were a thousand images) that a measure may take
   *  unless it is named; defaults to 10. */
  readonly dearest?: number;
  /** Of everything drawn; defaults to 0. */
  readonly seed?: number;
  /** Threads that share the work, or a crew; defaults to 1. Results are the same for any number. */
  readonly threads?: number | Crew | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EvaluationProgress) => void;
}

export interface OfClass {
  readonly name: string;
  readonly images: number;
  readonly right: number;
  /** Images of all classes that are taken for it. */
  readonly taken: number;
  /** The class that its images are most often taken for by mistake, and how often. */
  readonly mistakenFor?: { readonly name: string; readonly images: number };
}

/** JSON-able. */
export interface Standing {
  readonly images: number;
  readonly accuracy: number;
  readonly loss: number;
  /** Divisor of the logits that calibrates the model on these images. */
  readonly temperature: number;
  readonly classes: readonly OfClass[];
  readonly results: Evaluation["results"];
  readonly explained: Evaluation["explained"];
  /** Measures that were left out because they take long. */
  readonly left: readonly TooDear[];
}

export const usualExplainers = [
  "saliency",
  "integratedGradients",
  "gradCam",
  "lrpEpsilonPlus",
] as const satisfies readonly ScoredExplainer[];

/** Measures the model on the validation split. */
export const standingOf = (
  model: Model,
  dataset: Dataset,
  options: StandingOptions = {},
): Standing => withCrew(options.threads, (hands) => standingWith(hands, model, dataset, options));

function standingWith(
  hands: Crew,
  given: Model,
  dataset: Dataset,
  options: StandingOptions,
): Standing {
  const model = upToLogits(given, dataset.classes.length);
  const { explainers = usualExplainers, explained = 16, seed = 0 } = options;
  const { dearest, signal, onProgress } = options;
  checkFits("evaluate", model, dataset);
  const answered = answersOn(model, dataset.validation, hands);
  const trained = trainedElsewhere(model, dataset, answered, seed, hands);
  const { keys, left } = options.measures
    ? { keys: expandMeasures(options.measures, explainers), left: [] }
    : keysFor(model, dataset, { explained, explainers, ...(dearest && { dearest }) });
  const evaluation = evaluateMeasures(trained, {
    measures: keys,
    explained,
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  return {
    images: answered.labels.length,
    accuracy: answered.accuracy,
    loss: answered.loss,
    temperature: trained.temperature,
    classes: byClass(dataset.classes, answered),
    results: evaluation.results,
    explained: evaluation.explained,
    left,
  };
}

/** How the images of every class fared. */
export function byClass(
  names: readonly string[],
  { predicted, labels }: Pick<ReturnType<typeof answersOn>, "predicted" | "labels">,
): OfClass[] {
  return names.map((name, k) => {
    const own = [...predicted.keys()].filter((i) => labels[i] === k);
    const counts = new Map<number, number>();
    for (const i of own)
      if (predicted[i] !== k) counts.set(predicted[i], (counts.get(predicted[i]) ?? 0) + 1);
    const [worst] = [...counts].sort(([a, m], [b, n]) => n - m || a - b);
    return {
      name,
      images: own.length,
      right: own.filter((i) => predicted[i] === k).length,
      taken: predicted.reduce((sum, p) => sum + (p === k ? 1 : 0), 0),
      ...(worst && {
        mistakenFor: { name: names[worst[0]] ?? `class ${worst[0]}`, images: worst[1] },
      }),
    };
  });
}
