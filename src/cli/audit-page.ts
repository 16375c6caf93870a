/** The page of an audit: advice, maps before and after folding side by side, and the numbers. */

import { basename } from "node:path";
import { session } from "../engine/session.js";
import type { Audit } from "../explain/audit.js";
import { changeWords } from "../explain/audit-advice.js";
import {
  type Explainer,
  type ExplainerName,
  explainers,
  reduceChannels,
} from "../explain/index.js";
import { foldGraph } from "../fold/index.js";
import { writePng } from "../formats/png-write.node.js";
import type { Model } from "../model/index.js";
import { scaled, scaleOf } from "../report/colour-maps.js";
import { NormLensError, slice, type Tensor } from "../tensor/index.js";
import { percent } from "./display/words.js";
import { type Drawing, drawImage, drawMap, drawOverlay } from "./explain-draw.js";
import type { Page, PageCell, PageColumn, PageTable } from "./explain-page.js";
import type { Options } from "./options.js";

/** Methods drawn before and after folding: one that must not move, and those that may. */
const DRAWN = [
  "integratedGradients",
  "gradCam",
  "guidedBackpropagation",
  "excitationBackpropagation",
] as const satisfies readonly ExplainerName[];

export interface Audited {
  readonly model: Model;
  readonly batch: Tensor;
  readonly path: string;
  readonly data: string;
  readonly classes: readonly string[];
  readonly options: Options;
}

const png = ({ rgb, width, height }: Drawing): Uint8Array => writePng(rgb, width, height);

/** One column of maps, or nothing if the method refuses this model. */
function columnOf(
  model: Model,
  name: ExplainerName,
  images: Tensor,
  title: string,
): { column: PageColumn; cells: PageCell[] } | undefined {
  const explainer: Explainer = explainers[name];
  const [C, H, W] = model.inputShape;
  try {
    const run = session(model);
    const found = explainer.explain(run, images);
    const cells = reduceChannels(found.values, explainer.reduction).map((map, i) => {
      const own = scaled(map, explainer.kind);
      const pixels = Float32Array.from(slice(images, i, i + 1).data);
      return {
        overlay: png(drawOverlay(own, pixels, C, H, W)),
        map: png(drawMap(own, H, W)),
        notes: [`up to ${Number(own.high.toPrecision(3))}`],
      };
    });
    const ends = scaleOf[explainer.kind] === "diverging" ? ["against", "for"] : ["least", "most"];
    return {
      column: {
        title: explainer.title,
        scale: scaleOf[explainer.kind],
        ends: [ends[0], ends[1]],
        notes: [title],
      },
      cells,
    };
  } catch (error) {
    if (error instanceof NormLensError) return undefined;
    throw error;
  }
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
        [composite, changeWords(total), changeWords(shift), changeWords(sign)],
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
  { model, batch, path, data, classes, options }: Audited,
): Page {
  const [C, H, W] = model.inputShape;
  const few = slice(batch, 0, found.maps);
  const folded =
    "evidence" in found.fold && found.batchNorms > 0
      ? foldGraph(model, { leftover: "convolution" }).model
      : undefined;
  const sides = folded
    ? DRAWN.flatMap((name) => [
        columnOf(model, name, few, "as it is"),
        columnOf(folded, name, few, "Batch Norm folded"),
      ])
    : DRAWN.map((name) => columnOf(model, name, few, "as it is"));
  const drawn = sides.filter((side) => side !== undefined);
  const { logits, target } = explainers.saliency.explain(session(model), few);
  const [, K] = logits.shape;
  return {
    title: `Audit of ${basename(path)}`,
    subtitle: `model ${found.model.slice(0, 12)}, ${found.images} images of ${data}, ${found.batchNorms} batch norms`,
    lead: found.advice.map(
      ({ level, text }) => `${{ problem: "✗", warning: "!", fine: "✓" }[level]} ${text}`,
    ),
    columns: drawn.map(({ column }) => column),
    rows: Array.from({ length: found.maps }, (_, i) => ({
      title: `image ${i}`,
      notes: [
        `predicted ${classes[target[i]] ?? target[i]}, logit ${Number(logits.data[i * K + target[i]].toPrecision(3))}`,
      ],
      image: png(drawImage(Float32Array.from(slice(few, i, i + 1).data), C, H, W)),
      cells: drawn.map(({ cells }) => cells[i]),
    })),
    tables: tablesOf(found),
    command: [
      `normlens audit ${path} --data ${data}`,
      ...(options.images === undefined ? [] : [`--images ${options.images}`]),
      ...(options.maps === undefined ? [] : [`--maps ${options.maps}`]),
    ].join(" "),
  };
}
