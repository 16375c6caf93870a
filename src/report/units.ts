/** What the units of the networks answer to, and what the networks are without them. */

import type { DetailPicture } from "../measures/details.js";
import type { Study } from "../study/types.js";
import { base64 } from "../tensor/base64.js";
import {
  type Columns,
  columnMeans,
  detailsOf,
  numbersIn,
  tablesOf,
  trialsOfArm,
  wordsIn,
} from "./details.js";
import { settingsOf } from "./measures.js";
import type { ArmLines, Exciting, Units } from "./report-data.js";
import { rounded } from "./rounding.js";

/** Units shown with pictures in each arm. */
const SHOWN = 4;
/** Points of the curve of selectivities. */
const POINTS = 33;

export function unitsOf(study: Study): Units | undefined {
  const selectivity = selectivityOf(study);
  const threshold = Number(settingsOf(study.config, "uniqueDetectors").threshold);
  const units = {
    threshold,
    concepts: conceptsOf(study, threshold),
    detectors: detectorsOf(study),
    ablation: ablationOf(study),
    ...(selectivity && { selectivity }),
  };
  const isEmpty =
    units.concepts.length === 0 && units.ablation.length === 0 && selectivity === undefined;
  return isEmpty ? undefined : units;
}

/** Per concept the mean number of detectors over the seeds of each arm, the most detected first. */
function conceptsOf(study: Study, threshold: number): Units["concepts"] {
  const counted = study.config.arms.map(({ name }) => {
    const tables = tablesOf(trialsOfArm(study, name), "uniqueDetectors", "units");
    const counts = new Map<string, number>();
    for (const { table } of tables) {
      const ious = numbersIn(table, "iou");
      wordsIn(table, "concept").forEach((concept, i) => {
        if ((ious[i] ?? 0) > threshold) counts.set(concept, (counts.get(concept) ?? 0) + 1);
      });
    }
    return { arm: name, networks: tables.length, counts };
  });
  const measured = counted.filter(({ networks }) => networks > 0);
  const names = [...new Set(measured.flatMap(({ counts }) => [...counts.keys()]))];
  const rows = names.map((concept) => ({
    concept,
    arms: measured.map(({ arm, networks, counts }) => ({
      arm,
      units: rounded((counts.get(concept) ?? 0) / networks, 3),
    })),
  }));
  const most = (row: (typeof rows)[number]) => Math.max(...row.arms.map(({ units }) => units));
  return rows.sort((a, b) => most(b) - most(a) || (a.concept < b.concept ? -1 : 1));
}

/** The best detectors of the first network of each arm, with the images that excite them. */
const detectorsOf = (study: Study): Units["detectors"] =>
  study.config.arms.flatMap(({ name }) => {
    const trial = trialsOfArm(study, name).find((each) => detailsOf(each, "uniqueDetectors"));
    const details = trial && detailsOf(trial, "uniqueDetectors");
    const { units, exemplars } = details?.tables ?? {};
    if (!trial || !units || !exemplars) return [];
    const number = numbersIn(units, "unit");
    const owners = numbersIn(exemplars, "unit");
    const shown = [...new Set(owners)].slice(0, SHOWN);
    return shown.flatMap((unit) => {
      const row = number.indexOf(unit);
      if (unit === null || row < 0) return [];
      const images = owners.flatMap((owner, i) => {
        const at = numbersIn(exemplars, "picture")[i];
        const picture = owner === unit && at !== null ? details?.pictures?.[at] : undefined;
        return picture ? [exciting(picture)] : [];
      });
      const iou = rounded(numbersIn(units, "iou")[row] ?? 0, 3);
      const concept = wordsIn(units, "concept")[row];
      return [{ arm: name, seed: trial.seed, unit, concept, iou, images }];
    });
  });

function exciting({ image, shape, pixels, mask }: DetailPicture): Exciting {
  const bytes = new Uint8Array(shape[1] * shape[2]);
  let at = 0;
  mask.forEach((run, i) => {
    if (i % 2 === 1) bytes.fill(1, at, at + run);
    at += run;
  });
  return { image, shape, pixels, mask: base64(bytes) };
}

const ablationOf = (study: Study): Units["ablation"] =>
  (["zero", "mean"] as const).flatMap((replaced) => {
    const measure = replaced === "zero" ? "ablationZero" : "ablationMean";
    const [first] = tablesOf(study.trials, measure, "curve");
    if (first === undefined) return [];
    const arms = linesOf(study, measure, "curve", (curve) => numbersIn(curve, "accuracy"));
    return [{ replaced, share: numbersIn(first.table, "share"), arms }];
  });

function selectivityOf(study: Study): Units["selectivity"] {
  const share = Array.from({ length: POINTS }, (_, i) => i / (POINTS - 1));
  const arms = linesOf(study, "classSelectivity", "units", (table) => {
    const sorted = numbersIn(table, "selectivity")
      .filter((value) => value !== null)
      .sort((a, b) => b - a);
    return share.map((at) => sorted[Math.round(at * (sorted.length - 1))] ?? null);
  });
  return arms.length === 0 ? undefined : { share, arms };
}

/** A line per trial that has the table, and the mean of each arm. */
const linesOf = (
  study: Study,
  measure: string,
  table: string,
  line: (columns: Columns) => (number | null)[],
): ArmLines =>
  study.config.arms.flatMap(({ name }) => {
    const seeds = tablesOf(trialsOfArm(study, name), measure, table).map((found) =>
      line(found.table).map((value) => rounded(value, 4)),
    );
    return seeds.length === 0 ? [] : [{ arm: name, mean: columnMeans(seeds), seeds }];
  });
