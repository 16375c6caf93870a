/** From a study to the data a report shows. Statistics come from src/study; this chooses, words and shrinks. */

import { explainers } from "../explain/index.js";
import { partsOf, titleOf } from "../measures/index.js";
import { parameterCount } from "../model/index.js";
import { canonicalJson } from "../study/canonical.js";
import { concludeStudy } from "../study/conclude.js";
import type { Conclusions, Study, TrialTimings } from "../study/types.js";
import { cautions, question, sentences } from "./answer.js";
import { armGraph, armTitle, modelTitle } from "./arms.js";
import { studyCommand } from "./command.js";
import { contrastOf } from "./contrasts.js";
import { curvesOf, stepsOf } from "./curves.js";
import { networkBlocks } from "./network.js";
import { mapOf, pictureOf } from "./pictures.js";
import { REPORT_FORMAT, REPORT_VERSION, type ReportData } from "./report-data.js";
import { rounded } from "./rounding.js";

/** Everything the page shows. Without `timings` it shows no times. */
export function reportData(
  study: Study,
  timings: readonly TrialTimings[] = [],
  conclusions: Conclusions = concludeStudy(study, timings),
): ReportData {
  const { claims, contrasts } = conclusions;
  return {
    format: REPORT_FORMAT,
    version: REPORT_VERSION,
    question: question(study),
    answer: { sentences: sentences(study, conclusions), cautions: cautions(study, conclusions) },
    setup: setupOf(study),
    claims: claims.map((claim) => ({ ...claim, evidence: claim.evidence.map((e) => ({ ...e })) })),
    measures: measuresOf(conclusions),
    contrasts: contrasts.map(contrastOf),
    curves: curvesOf(study),
    steps: stepsOf(study),
    methods: methodsOf(study),
    pictures: study.dataset.pictures.map((picture) => pictureOf(picture, study.dataset.classes)),
    maps: study.trials.flatMap((trial) => mapsOf(trial, study)),
    repeat: repeatOf(study, timings),
  };
}

const mapsOf = (trial: Study["trials"][number], { dataset }: Study): ReportData["maps"] =>
  trial.maps.map((map) => mapOf(map, trial, dataset.classes));

function setupOf(study: Study): ReportData["setup"] {
  const { config, dataset } = study;
  const { pictures: _, ...described } = dataset;
  const graphs = config.arms.map((arm) => ({ arm: arm.name, graph: armGraph(study, arm) }));
  const baseline = config.baseline ?? config.arms[0].name;
  return {
    dataset: described,
    model: {
      name: config.model.name,
      title: modelTitle(config.model.name),
      blocks: networkBlocks(graphs),
    },
    arms: config.arms.map((arm, i) => ({
      name: arm.name,
      title: armTitle(arm),
      baseline: arm.name === baseline,
      learningRate: arm.learningRate ?? config.optimiser.learningRate,
      parameters: parameterCount(graphs[i].graph),
    })),
    seeds: config.seeds,
    training: trainingRows(study),
  };
}

/** What Batch Norm normalises with when models are measured. */
const statisticsTitles = {
  recalibrated: "mean and variance over all training images, taken after training",
  moving: "the moving average that training leaves behind",
} as const satisfies Record<Study["config"]["statistics"], string>;

function trainingRows({ config }: Study): [string, string][] {
  const { name, learningRate, momentum, nesterov, weightDecay } = config.optimiser;
  const extras = [
    momentum !== undefined && `momentum ${momentum}${nesterov ? " (Nesterov)" : ""}`,
    weightDecay !== undefined && `weight decay ${weightDecay}`,
  ].filter((extra) => extra !== false);
  const names = { adam: "Adam", adamw: "AdamW", sgd: "SGD" } as const;
  return [
    ["Epochs", `${config.epochs}`],
    ["Batch", `${config.batchSize} images`],
    ["Optimiser", [names[name], `learning rate ${learningRate}`, ...extras].join(", ")],
    ["Explained", `${config.explained} validation images per seed`],
    ...(config.arms.some(({ norm }) => norm === "batch" || norm === "ghost")
      ? [["Statistics in use", statisticsTitles[config.statistics]] as [string, string]]
      : []),
  ];
}

function measuresOf({ contrasts }: Conclusions): ReportData["measures"] {
  const keys = [...new Set(contrasts.map((contrast) => contrast.measure))];
  return keys.flatMap((name) => {
    const measure = partsOf(name)?.measure;
    if (measure === undefined) return [];
    const { question, family, unit, better, reference } = measure;
    return { name, title: titleOf(name), question, family, unit, better, reference };
  });
}

function methodsOf({ trials }: Study): ReportData["methods"] {
  const names = new Set(trials.flatMap((trial) => trial.maps.map((map) => map.method)));
  return [...names].map((name) => {
    const known = Object.entries(explainers).find(([key]) => key === name)?.[1];
    return {
      name,
      title: known?.title ?? name,
      scale: known?.kind === "attribution" ? "diverging" : "sequential",
    };
  });
}

function repeatOf(study: Study, timings: readonly TrialTimings[]): ReportData["repeat"] {
  return {
    command: studyCommand(study.config),
    library: study.library,
    config: JSON.stringify(JSON.parse(canonicalJson(study.config)), null, 2),
    trials: study.trials.map(({ arm, seed, hash, weights, steps }) => {
      const times = timings.find((timing) => timing.hash === hash);
      return {
        arm,
        seed,
        hash,
        weights,
        steps,
        trainSeconds: rounded(times?.trainSeconds ?? null, 3),
        measureSeconds: rounded(times?.measureSeconds ?? null, 3),
      };
    }),
  };
}
