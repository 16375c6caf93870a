/** The page of an audit: advice, maps before and after folding side by side, and the numbers. */

import { basename } from "node:path";
import type { Crew } from "../engine/crew.js";
import { session } from "../engine/session.js";
import type { Audit } from "../explain/audit.js";
import { changeWords } from "../explain/audit-advice.js";
import { type Explainer, explainers } from "../explain/index.js";
import { compositeTitles, relevance } from "../explain/relevance/index.js";
import { foldGraph } from "../fold/index.js";
import type { Model } from "../model/index.js";
import { slice, type Tensor } from "../tensor/index.js";
import { commandAgain } from "./command.js";
import { percent } from "./display/words.js";
import type { Page, PageTable } from "./explain-page.js";
import { columnOf, imagePng } from "./map-columns.js";
import { UNSAID_PIXELS } from "./model.js";
import type { Options } from "./options.js";

/** LRP that passes over batch norm where it stands, and otherwise what there is in the table. */
const passing: Explainer = {
  ...explainers.lrpEpsilonPlus,
  explain: (run, images, options) =>
    relevance(run, images, { ...options, composite: "epsilonPlus", batchNorm: "pass" }),
};

/** Methods drawn before and after folding: one that must not move, and those that may. */
const DRAWN: readonly Explainer[] = [
  explainers.integratedGradients,
  explainers.gradCam,
  passing,
  explainers.excitationBackpropagation,
];

export interface Audited {
  readonly model: Model;
  /** As the model takes them, and as they are seen. */
  readonly batch: Tensor;
  readonly pixels: Tensor;
  readonly path: string;
  /** What is done to pixels, if anything is said. */
  readonly way: string | undefined;
  readonly data: string;
  readonly classes: readonly string[];
  readonly labels: ArrayLike<number>;
  /** Why the model may not see the images as in training. */
  readonly doubts: readonly string[];
  readonly options: Options;
  readonly threads: Crew;
}

function tablesOf({ health, explainers: changes, harm, batchSensitivity }: Audit): PageTable[] {
  return [
    {
      title: "Batch Norm, layer by layer",
      note:
        "Dead channels are the same everywhere in all images. |t|/|s·x|: size of the shift against the signal. " +
        "Drift: running statistics against those of the images.",
      head: [
        "norm",
        "channels",
        "dead",
        "nearly dead",
        "γ < 0",
        "|t|/|s·x|",
        "mean off by",
        "variance off by",
      ],
      rows: health.map((h) => [
        h.norm,
        `${h.channels}`,
        `${h.dead}`,
        `${h.nearlyDead}`,
        `${h.negative}`,
        h.shift.median.toFixed(2),
        `${h.meanDrift.median.toFixed(2)} σ`,
        `${h.varianceRatio.median.toFixed(2)}×`,
      ]),
    },
    {
      title: "How far maps move when Batch Norm is folded",
      note: "The function stays the same. Methods that look at the function alone must not move: the audit testing itself.",
      head: ["method", "median", "largest", "looks at"],
      rows: changes.map(({ title, change, refused, functionOnly }) => [
        title,
        change ? changeWords(change.median) : "–",
        change ? changeWords(change.largest) : (refused ?? "–"),
        functionOnly ? "the function" : "the graph",
      ]),
    },
    {
      title: "Why relevance moves",
      note: "From passing over Batch Norm to folding it: the part of the shift t, and that of channels with γ < 0.",
      head: ["composite, layer", "total", "shift", "negative γ"],
      rows: harm.flatMap(({ composite, total, shift, sign, layers }) => [
        [compositeTitles[composite], changeWords(total), changeWords(shift), changeWords(sign)],
        ...layers.map((layer) => [
          `  ${layer.norms.join(", ")} into ${layer.into.join(", ")}`,
          changeWords(layer.total),
          changeWords(layer.shift),
          changeWords(layer.sign),
        ]),
      ]),
    },
    {
      title: "If statistics of the batch were used by mistake",
      note: "Against running statistics, on these images.",
      head: ["batch", "logits move by", "predictions that change", "a saliency map moves by"],
      rows: batchSensitivity.map(({ batchSize, logits, classes, map }) => [
        `${batchSize}`,
        changeWords(logits),
        percent(classes, 1),
        changeWords(map),
      ]),
    },
  ].filter(({ rows }) => rows.length > 0);
}

export function auditPage(
  found: Audit,
  { model, batch, pixels, path, way, data, classes, labels, doubts, options, threads }: Audited,
): Page {
  const [few, seen] = [slice(batch, 0, found.maps), slice(pixels, 0, found.maps)];
  const folded =
    "evidence" in found.fold && found.batchNorms > 0
      ? foldGraph(model, { leftover: "convolution" }).model
      : undefined;
  const drawing = { pixels: seen, threads };
  const sides = DRAWN.flatMap((explainer) => [
    columnOf(model, explainer, few, "as it is", drawing),
    folded && columnOf(folded, explainer, few, "Batch Norm folded", drawing),
  ]);
  const drawn = sides.filter((side) => side !== undefined);
  const { logits, target } = explainers.saliency.explain(session(model, { threads }), few);
  const [, K] = logits.shape;
  return {
    title: `Audit of ${basename(path)}`,
    subtitle: `model ${found.model.slice(0, 12)}, ${found.images} images of ${data}, ${found.batchNorms} batch norms; pixels ${way ?? UNSAID_PIXELS}`,
    lead: [
      ...doubts.map((text) => `! ${text}`),
      ...found.advice.map(
        ({ level, text }) => `${{ problem: "✗", warning: "!", fine: "✓" }[level]} ${text}`,
      ),
    ],
    columns: drawn.map(({ column }) => column),
    rows: Array.from({ length: found.maps }, (_, i) => ({
      title: classes[labels[i]] ?? `image ${i}`,
      notes: [
        `predicted ${classes[target[i]] ?? target[i]}, logit ${Number(logits.data[i * K + target[i]].toPrecision(3))}`,
      ],
      image: imagePng(seen, i),
      cells: drawn.map(({ cells }) => cells[i]),
    })),
    tables: tablesOf(found),
    command: commandAgain("audit", [path], options),
  };
}
