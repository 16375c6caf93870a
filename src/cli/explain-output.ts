/** What `normlens explain` leaves behind: pictures, numbers, a page and a record. */

import { basename, join } from "node:path";
import { type Explanation, top } from "../explain/index.js";
import { writeAtomically } from "../formats/files.node.js";
import { writeNpy } from "../formats/npy.js";
import { writePng } from "../formats/png-write.node.js";
import { classProbability } from "../measures/calibration.js";
import { scaleOf } from "../report/colour-maps.js";
import { slice } from "../tensor/index.js";
import { commandAgain } from "./command.js";
import { percent } from "./display/words.js";
import { type Drawing, drawImage, drawMap, drawOverlay } from "./explain-draw.js";
import type { Shown } from "./explain-images.js";
import type { Job, Result } from "./explain-job.js";
import type { Page, PageColumn } from "./explain-page.js";
import { settingWords } from "./explain-settings.js";
import { UNSAID_PIXELS } from "./model.js";
import type { Options } from "./options.js";

const className = (label: number, classes: readonly string[] | undefined): string =>
  classes?.[label] ?? `class ${label}`;

/** The class of the largest output, that output, and the probability that it stands for where the model says one. */
export function predictionOf({ logits }: Pick<Explanation, "logits">, i: number, { model }: Job) {
  const own = slice(logits, i, i + 1);
  const [predicted] = top(own);
  const output = own.data[predicted];
  const isShare = model.nodes.find(({ id }) => id === model.output)?.kind === "sigmoid";
  if (own.data.length === 1 && !isShare) return { predicted, output };
  return {
    predicted,
    output,
    probability: isShare ? output : classProbability(own, predicted, 1)[0],
  };
}

/** "98.7 %", or nothing. */
export const likelyWords = (probability: number | undefined): string[] =>
  probability === undefined ? [] : [percent(probability, 1)];

export function explainedWords(
  { target, against }: Explanation,
  i: number,
  { classes }: Job,
): string {
  const name = className(target[i], classes);
  return against ? `${name} rather than ${className(against[i], classes)}` : name;
}

export const png = ({ rgb, width, height }: Drawing): Uint8Array => writePng(rgb, width, height);

/** A file name without anything that file systems object to; numbered where pictures share a name. */
const stem = ({ name }: Shown, i: number): string =>
  `${i + 1}-${name
    .replace(/\.(gz|png|jpe?g)(?=#|$)/i, "")
    .replace("#", "-")
    .replace(/[^\w.-]+/g, "_")}`;

function drawingsOf(result: Result, i: number, { model, shown }: Job) {
  const [C, H, W] = model.inputShape;
  const { scaled: map } = result.maps[i];
  return {
    overlay: png(drawOverlay(map, shown[i].pixels, C, H, W)),
    map: png(drawMap(map, H, W)),
  };
}

/** Writes overlay, plain map and numbers for every picture and method; returns their names. */
export async function writeFiles(
  results: readonly Result[],
  job: Job,
  out: string,
): Promise<string[][]> {
  return Promise.all(
    results.map(async (result) => {
      const names: string[] = [];
      for (let i = 0; i < job.shown.length; i++) {
        const name = `${stem(job.shown[i], i)}-${result.name}`;
        const { overlay, map } = drawingsOf(result, i, job);
        const { shape, data } = slice(result.explanation.values, i, i + 1);
        await writeAtomically(join(out, `${name}.png`), overlay);
        await writeAtomically(join(out, `${name}-map.png`), map);
        await writeAtomically(
          join(out, `${name}.npy`),
          writeNpy({ shape: shape.slice(1), data: Float32Array.from(data) }),
        );
        names.push(name);
      }
      return names;
    }),
  );
}

const number = (v: number): string => (v === 0 ? "0" : Number(v.toPrecision(3)).toString());

const endsOf = {
  attribution: ["against", "for"],
  sensitivity: ["none", "strong"],
  cam: ["least", "most"],
  control: ["least", "most"],
} as const;

/** What the ends of a map's colours stand for. */
function rangeOf({ explainer, maps }: Result, i: number): string {
  const { low, high } = maps[i].scaled;
  if (low === 0 && high === 0)
    return explainer.kind === "cam" ? "no evidence for it at this layer" : "nothing but zeros";
  return `${number(low)} to ${number(high)}`;
}

function columnOf({ explainer, explanation }: Result, hasBatchNorm: boolean): PageColumn {
  return {
    title: explainer.title,
    scale: scaleOf[explainer.kind],
    ends: endsOf[explainer.kind],
    notes: [explainer.reference, settingWords(explanation.settings, hasBatchNorm)].filter(
      (note) => note !== "",
    ),
  };
}

function checksOf({ explanation: { checks } }: Result, i: number): string[] {
  const gap = checks.completenessGap?.[i];
  const lost = checks.lost?.[i];
  return [
    ...(gap === undefined
      ? []
      : [Math.abs(gap) < 1e-5 ? "adds up" : `misses its sum by ${number(gap)}`]),
    ...(lost === undefined ? [] : [`lost on the way: ${percent(lost, 1)}`]),
  ];
}

export function pageOf(
  results: readonly Result[],
  job: Job,
  path: string,
  options: Options,
  images: readonly string[],
): Page {
  const [C, H, W] = job.model.inputShape;
  const [{ explanation }] = results;
  const hasBatchNorm = job.model.nodes.some(({ kind }) => kind === "batchNorm");
  return {
    title: `What ${basename(path)} looks at`,
    subtitle: `model ${explanation.model.slice(0, 12)}, ${explanation.settings.stats} statistics; pixels ${job.pixels ?? UNSAID_PIXELS}; colours reach to the largest number of each map, within 99.5 % of its pixels`,
    columns: results.map((result) => columnOf(result, hasBatchNorm)),
    rows: job.shown.map((picture, i) => {
      const { predicted, output, probability } = predictionOf(explanation, i, job);
      return {
        title: picture.name,
        notes: [
          [
            `predicted ${className(predicted, job.classes)}`,
            ...likelyWords(probability),
            `output ${number(output)}`,
          ].join(", "),
          `explained: ${explainedWords(explanation, i, job)}`,
          ...(picture.change ? [picture.change] : []),
        ],
        image: png(drawImage(picture.pixels, C, H, W)),
        cells: results.map((result) => {
          const notes = [rangeOf(result, i), ...checksOf(result, i)];
          return { ...drawingsOf(result, i, job), notes };
        }),
      };
    }),
    command: commandAgain("explain", [path, ...images], options),
  };
}

export function recordOf(
  results: readonly Result[],
  job: Job,
  path: string,
  files: readonly (readonly string[])[],
  page: string,
) {
  return {
    model: path,
    ...(job.pixels === undefined ? {} : { preprocessing: job.pixels }),
    page,
    results: results.map(({ name, explanation: e, maps }, m) => ({
      method: name,
      kind: e.kind,
      modelHash: e.model,
      settings: e.settings,
      images: job.shown.map((picture, i) => ({
        image: picture.name,
        ...(picture.change && { change: picture.change }),
        ...predictionOf(e, i, job),
        target: e.target[i],
        ...(e.against && { against: e.against[i] }),
        scale: [maps[i].scaled.low, maps[i].scaled.high],
        checks: Object.fromEntries(
          Object.entries(e.checks).flatMap(([key, each]) =>
            each instanceof Float64Array ? [[key, each[i]]] : [],
          ),
        ),
        overlay: `${files[m][i]}.png`,
        map: `${files[m][i]}-map.png`,
        values: `${files[m][i]}.npy`,
      })),
    })),
  };
}
