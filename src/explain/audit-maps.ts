/** How far each explainer's maps move when batch norm is folded: 0 to rounding for methods that depend on the function
 *  alone (the audit testing itself), and by how much for those that depend on how the network is drawn. */

import type { Session } from "../engine/session.js";
import { NormLensError } from "../tensor/errors.js";
import { slice, type Tensor } from "../tensor/tensor.js";
import { relative } from "./audit-health.js";
import type { Explainer } from "./explanation.js";
import { compositeTitles } from "./relevance/explainers.js";
import { type BatchNormWay, type CompositeName, relevance } from "./relevance/index.js";
import { type ExplainerName, explainers } from "./table.js";
import { again } from "./target.js";

export interface Change {
  readonly median: number;
  readonly largest: number;
  /** The image that moved most, by its place. */
  readonly worst: number;
}

export interface MapChange {
  readonly explainer: string;
  readonly title: string;
  /** Whether it depends on the function alone, so that its maps must not move. */
  readonly functionOnly: boolean;
  /** ‖unfolded − folded‖/‖folded‖ over images: median and largest. Absent if the method refused. */
  readonly change?: Change;
  /** Why it refused. */
  readonly refused?: string;
}

/** Those asked for unless named: one or more of every family, none that takes long. */
export const auditedExplainers: readonly ExplainerName[] = [
  "saliency",
  "inputTimesGradient",
  "integratedGradients",
  "deepLift",
  "occlusion",
  "gradCam",
  "guidedBackpropagation",
  "deconvnet",
  "excitationBackpropagation",
];

/** Relative differences of two sets of maps, image by image. */
function changeOf(a: Tensor, b: Tensor): Change {
  const each = Array.from({ length: a.shape[0] }, (_, i) =>
    relative(slice(a, i, i + 1), slice(b, i, i + 1)),
  );
  const sorted = [...each].sort((x, y) => x - y);
  const largest = sorted[sorted.length - 1];
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  return { median, largest, worst: Math.max(0, each.indexOf(largest)) };
}

/** The work, or the message of a refusal. */
function attempt(work: () => Change): Pick<MapChange, "change" | "refused"> {
  try {
    return { change: work() };
  } catch (error) {
    if (error instanceof NormLensError && error.kind !== "cancelled")
      return { refused: error.message };
    throw error;
  }
}

/** Relative change in float32 up to which two maps count as the same. */
export const ROUNDING = 1e-3;

/** An explainer whose maps moved though they depend on the function alone, once more in float64. */
export interface Repeated {
  readonly explainer: string;
  readonly title: string;
  /** ‖unfolded − folded‖/‖folded‖ of the image that moved most, in float64. */
  readonly change: number;
}

/** The first of those that moved, on the image that moved most: whether it was rounding. */
export function repeated(
  whole: () => Session,
  folded: () => Session,
  images: Tensor,
  changes: readonly MapChange[],
): Repeated | undefined {
  const moved = changes.find((e) => e.functionOnly && (e.change?.largest ?? 0) > ROUNDING);
  if (!moved?.change) return undefined;
  const { explainer, title, change } = moved;
  const image = slice(images, change.worst, change.worst + 1);
  const [again] = mapChanges(whole(), folded(), image, [explainer as ExplainerName]);
  return again.change && { explainer, title, change: again.change.largest };
}

/** Explainers of the table on the model as it is and on the folded one. */
export function mapChanges(
  whole: Session,
  folded: Session,
  images: Tensor,
  names: readonly ExplainerName[] = auditedExplainers,
): MapChange[] {
  return names.map((name) => {
    const explainer: Explainer = explainers[name];
    const work = () => {
      const before = explainer.explain(whole, images);
      const after = explainer.explain(folded, images, { target: again(before) });
      return changeOf(before.values, after.values);
    };
    const { title, dependsOn } = explainer;
    return {
      explainer: name,
      title,
      functionOnly: dependsOn === "function",
      ...attempt(work),
    };
  });
}

const left: Readonly<Record<Exclude<BatchNormWay, "fold">, string>> = {
  pass: "batch norm passed over",
  affine: "batch norm as an affine layer",
  absolute: "batch norm by absolute shares",
};

/** Relevance maps with batch norm left in and handled in one of three ways, against the folded model's. */
export function relevanceChanges(
  whole: Session,
  images: Tensor,
  composite: CompositeName,
): MapChange[] {
  const ways = ["pass", "affine", "absolute"] as const;
  return ways.map((batchNorm) => ({
    explainer: `relevance ${composite}, ${batchNorm}`,
    title: `${compositeTitles[composite]} with ${left[batchNorm]}`,
    functionOnly: false,
    ...attempt(() => {
      const options = { composite, leftover: "convolution" } as const;
      const folded = relevance(whole, images, options);
      const unfolded = relevance(whole, images, { ...options, batchNorm, target: again(folded) });
      return changeOf(unfolded.values, folded.values);
    }),
  }));
}
