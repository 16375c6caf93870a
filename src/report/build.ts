/** From a study to the data a report shows. Statistics come from src/study; this chooses, words and shrinks. */

import { parameterCount } from "../model/index.js";
import { canonicalJson } from "../study/canonical.js";
import { concludeStudy } from "../study/conclude.js";
import type { ClaimResult, Conclusions } from "../study/conclusions.js";
import type { Study, TrialTimings } from "../study/types.js";
import { cautions, findings } from "./answer.js";
import { armGraph, armTitle, modelTitle } from "./arms.js";
import { studyCommand } from "./command.js";
import { adjustedOf, contrastOf, specificationsOf } from "./contrasts.js";
import { curvesOf, stepsOf, tuningOf } from "./curves.js";
import { measuresOf } from "./measures.js";
import { methodsOf } from "./methods.js";
import { microscopesOf } from "./microscope.js";
import { networkBlocks } from "./network.js";
import { mapsOf, momentsOf, pictureOf } from "./pictures.js";
import { probesOf } from "./probes.js";
import { remediesOf } from "./remedies.js";
import {
  REPORT_FORMAT,
  REPORT_VERSION,
  type ReportClaim,
  type ReportData,
  type TrainingFacts,
} from "./report-data.js";
import { rounded } from "./rounding.js";
import { spreadsOf } from "./spreads.js";
import { sureOf, unjudgedOf } from "./sure.js";
import { unitsOf } from "./units.js";
import { titleText } from "./words/index.js";

/** Everything the page shows. Without `timings` it shows no times. */
export function reportData(
  study: Study,
  timings: readonly TrialTimings[] = [],
  conclusions: Conclusions = concludeStudy(study, timings),
): ReportData {
  const { claims, contrasts } = conclusions;
  const [probes, units, methods] = [probesOf(study), unitsOf(study), methodsOf(study)];
  return {
    format: REPORT_FORMAT,
    version: REPORT_VERSION,
    answer: { findings: findings(conclusions), cautions: cautions(study, conclusions) },
    setup: setupOf(study),
    claims: claims.map(claimOf),
    specifications: conclusions.specifications.map(specificationsOf),
    unjudged: unjudgedOf(conclusions),
    measures: measuresOf(study, conclusions),
    contrasts: contrasts.map(contrastOf),
    curves: curvesOf(study),
    steps: stepsOf(study),
    tuning: tuningOf(study),
    methods,
    pictures: study.dataset.pictures.map((picture) => pictureOf(picture, study.dataset.classes)),
    maps: mapsOf(study, methods),
    moments: momentsOf(study),
    spreads: spreadsOf(study),
    ...(probes && { probes }),
    ...(units && { units }),
    microscopes: microscopesOf(study),
    remedies: remediesOf(study, timings),
    sure: sureOf(study, conclusions),
    repeat: repeatOf(study, timings),
  };
}

const claimOf = (result: ClaimResult): ReportClaim => {
  const { claim, source, arm, verdict, evidence } = result;
  return {
    claim,
    title: titleText(result),
    source,
    arm,
    verdict,
    evidence: evidence.map(({ equivalenceP, contrast, atEqualAccuracy, ...item }) => ({
      ...item,
      contrast: contrast && contrastOf(contrast),
      equivalenceP: rounded(equivalenceP),
      atEqualAccuracy: atEqualAccuracy && adjustedOf(atEqualAccuracy),
    })),
  };
};

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
      norm: arm.norm,
      title: armTitle(arm),
      baseline: arm.name === baseline,
      learningRate: arm.learningRate ?? config.optimiser.learningRate,
      parameters: parameterCount(graphs[i].graph),
    })),
    seeds: config.seeds,
    training: trainingOf(study),
  };
}

function trainingOf({ config }: Study): TrainingFacts {
  const { epochs, batchSize, optimiser, explained, statistics, arms } = config;
  const isAsked = arms.some(({ norm }) => norm === "batch" || norm === "ghost");
  return { epochs, batchSize, optimiser, explained, ...(isAsked && { statistics }) };
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
