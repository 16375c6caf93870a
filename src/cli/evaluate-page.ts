/** The page of an evaluation: what the model gets right, the reliability diagram, maps beside their scores, tables. */

import { basename } from "node:path";
import { session } from "../engine/session.js";
import { explainers, top } from "../explain/index.js";
import { classes as givenClasses } from "../explain/target.js";
import { type Family, isOfMaps } from "../measures/index.js";
import { parseKey } from "../measures/key.js";
import { percent, thousands } from "./display/words.js";
import type { Evaluated } from "./evaluate.js";
import { classRow, mapRows, modelRows, shownClasses, shownValue } from "./evaluate-lines.js";
import type { Page, PageFigure, PageTable } from "./explain-page.js";
import { columnOf, imagePng } from "./map-columns.js";
import { UNSAID_PIXELS } from "./model.js";
import { binsOf, reliabilitySvg } from "./reliability-svg.js";

/** Scores of one map: a line for the first measure of each family that has one. All of them stand in the table. */
function scoresOf({ standing }: Evaluated, explainer: string, i: number): string[] {
  const lines = new Map<Family, string>();
  for (const [key, { images }] of Object.entries(standing.results)) {
    const parts = parseKey(key);
    if ("problem" in parts || !isOfMaps(parts.measure) || parts.explainer !== explainer) continue;
    const { title, unit, family } = parts.measure;
    const value = images?.[i];
    if (value !== null && value !== undefined && !lines.has(family))
      lines.set(family, `${title} ${shownValue(value, unit)}`);
  }
  return [...lines.values()];
}

export function reliabilityFigure({ standing }: Pick<Evaluated, "standing">): PageFigure[] {
  const table = standing.results.calibrationError?.details?.tables.reliability;
  const scaled = standing.results.scaledCalibrationError?.details?.tables.reliability;
  if (!table) return [];
  const errors = ["calibrationError", "scaledCalibrationError"].map((key) =>
    shownValue(standing.results[key]?.value, "share"),
  );
  return [
    {
      title: "Is it as often right as it is sure?",
      note: `Expected calibration error ${errors[0]} over 15 bins; ${errors[1]} after the logits were divided by ${standing.temperature.toFixed(2)}, the temperature that fits these images best.`,
      svg: reliabilitySvg(binsOf(table), scaled ? binsOf(scaled) : []),
    },
  ];
}

export function evaluationPage(evaluated: Evaluated): Page {
  const { path, data, classes, model, pixels, standing, doubts, methods, shown, labels, threads } =
    evaluated;
  const logits = session(model, { threads }).forward(shown);
  const predicted = top(logits);
  const drawn = methods.flatMap((name) => {
    const notes = (i: number) => scoresOf(evaluated, name, i);
    const target = givenClasses([...predicted]);
    return columnOf(model, explainers[name], shown, "", { notes, target, threads }) ?? [];
  });
  const { accuracy, loss, images } = standing;
  return {
    title: `How good is ${basename(path)}?`,
    subtitle: `${thousands(images)} images of ${data}; maps explain the class that is predicted; pixels ${pixels ?? UNSAID_PIXELS}`,
    lead: [
      `It gets ${percent(accuracy, 1)} right; its loss is ${loss.toFixed(3)}.`,
      ...doubts.map((text) => `! ${text}`),
    ],
    figures: reliabilityFigure(evaluated),
    columns: drawn.map(({ column }) => ({ ...column, notes: [] })),
    rows: labels.map((label, i) => ({
      title: classes[label] ?? `class ${label}`,
      notes: [
        predicted[i] === label
          ? "recognised"
          : `taken for ${classes[predicted[i]] ?? `class ${predicted[i]}`}`,
      ],
      image: imagePng(shown, i),
      cells: drawn.map(({ cells }) => cells[i]),
    })),
    tables: tablesOf(evaluated),
    command: evaluated.command,
  };
}

function tablesOf({ standing, methods }: Evaluated): PageTable[] {
  const maps = mapRows(standing.results, methods);
  return [
    {
      title: "The model",
      note: "↑ higher is better, ↓ lower is better.",
      head: ["measure", "value"],
      rows: modelRows(standing.results),
    },
    ...(maps
      ? [
          {
            title: "Its explanations",
            note: `Means over those of ${standing.explained.indices.length} images that the model gets right; beside them the scores of random, constant and Sobel maps, which know nothing of the model.`,
            ...maps,
          },
        ]
      : []),
    {
      title: "Class by class",
      note: "Share of its images that are recognised, and what the others are mostly taken for.",
      head: ["class", "right", "images", "mistakes"],
      rows: shownClasses(standing.classes).map(classRow),
    },
  ];
}
