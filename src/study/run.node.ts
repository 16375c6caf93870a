/** Runs a study: the trials that its folder does not hold yet, in a pool of threads, each stored as soon as it is
 *  done. Killed at any moment it loses the trials in flight at most; run again it goes on where it was. */

import type { Dataset } from "../data/dataset.js";
import { type Laboratory, laboratory, type StudyWatcher } from "./laboratory.node.js";
import { pictures } from "./pictures.js";
import { planStudy } from "./plan.js";
import { checkWorkers, defaultWorkers } from "./runner/pool.js";
import { store } from "./store.node.js";
import {
  STUDY_FORMAT,
  type Study,
  type StudyConfig,
  type TrialTimings,
  type TuningResult,
} from "./types.js";
import { LIBRARY_VERSION, RESULT_VERSION } from "./version.js";
import {
  armsUnder,
  type Candidate,
  conditionsOf,
  decayCandidates,
  matchedTrials,
  rateCandidates,
  settle,
  trialCount,
  trialsOf,
  tunedArms,
} from "./waves.js";

export interface StudyRunOptions {
  /** Where trials and `study.json` are kept; made if it is missing. */
  readonly folder: string;
  /** Trials at once; as many as the machine has threads by default. The results are the same for any number. */
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly watcher?: StudyWatcher;
  /** The images of the design, for example from `loadDataset`. */
  load(config: StudyConfig): Dataset | Promise<Dataset>;
}

export interface StudyOutcome {
  readonly study: Study;
  /** In the order of the trials; those that were lost are missing. */
  readonly timings: readonly TrialTimings[];
}

/** The study of a design (a `StudyConfigInput`, checked as if it came from a stranger), finished and stored in
 *  `folder`. */
export async function runStudy(
  design: unknown,
  { folder, workers = defaultWorkers(), signal, watcher = {}, load }: StudyRunOptions,
): Promise<StudyOutcome> {
  checkWorkers(workers);
  const { config } = planStudy(design);
  const dataset = await load(config);
  const files = store(folder);
  const most = trialCount(config);
  watcher.planned?.(config, most);
  const work = laboratory(dataset, files, { workers: Math.min(workers, most), signal, watcher });
  try {
    const { trials, others, tuning } = await runWaves(config, work);
    const study = studyOf(config, dataset, {
      trials: trials.map(work.resultOf),
      others: others.map((other) => ({ ...other, trials: other.trials.map(work.resultOf) })),
      tuning,
    });
    await files.saveStudy(study);
    return { study, timings: work.timings() };
  } finally {
    await work.close();
  }
}

/** Runs what is to be tuned, then the arms, then the checkpoints that depend on them. */
async function runWaves(config: StudyConfig, { complete, resultOf }: Laboratory) {
  const tune = async (candidates: readonly Candidate[]): Promise<TuningResult[]> => {
    await complete(candidates.flatMap(({ trials }) => trials));
    return settle(candidates, resultOf);
  };
  const decays = await tune(decayCandidates(config));
  const rates = await tune(rateCandidates(config, tunedArms(config.arms, decays)));
  const tuning = [...decays, ...rates];
  const main = new Map(
    config.rates.map((rule) => [rule, trialsOf(config, armsUnder(config, rule, tuning))]),
  );
  await complete([...main.values()].flat());
  const under = conditionsOf(config).map((condition) => ({
    ...condition,
    trials: matchedTrials(main.get(condition.rates) ?? [], condition.checkpoint, resultOf),
  }));
  await complete(
    under.flatMap(({ checkpoint, trials }) => (checkpoint === "epochs" ? [] : trials)),
  );
  const [{ trials }, ...others] = under;
  return { trials, others, tuning };
}

function studyOf(
  config: StudyConfig,
  dataset: Dataset,
  results: Pick<Study, "trials" | "others" | "tuning">,
): Study {
  const { name, fingerprint, classes, train, validation } = dataset;
  const [C, H, W] = train.images.shape;
  return {
    format: STUDY_FORMAT,
    version: RESULT_VERSION,
    library: LIBRARY_VERSION,
    config,
    dataset: {
      name,
      fingerprint,
      classes: [...classes],
      shape: [C, H, W],
      train: train.images.count,
      validation: validation.images.count,
      pictures: pictures(dataset, config.pictured),
    },
    ...results,
  };
}
