/** `normlens study`: design, run, conclude, report. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { reportData } from "../report/build.js";
import { writeReport } from "../report/render.node.js";
import { concludeStudy } from "../study/conclude.js";
import type { StudyWatcher } from "../study/laboratory.node.js";
import { runStudy } from "../study/run.node.js";
import type { TrialOutcome } from "../study/trial.js";
import type { StudyConfig, Trial } from "../study/types.js";
import { loadStudyData } from "./data.js";
import { type Terminal, terminal } from "./display/terminal.js";
import { duration, plural } from "./display/words.js";
import type { Options } from "./options.js";
import { REPORT_NAME } from "./report.js";
import { designOf, studyFolder } from "./study-design.js";
import { doneLine, liveLines, type StudyState } from "./study-view.js";
import { summary } from "./summary.js";

export async function study(options: Options, signal: AbortSignal): Promise<void> {
  const isJson = options.json === true;
  const t = terminal(isJson ? process.stderr : process.stdout);
  const startedAt = performance.now();
  const folder = studyFolder(options);
  const design = await designOf(options);
  const watched = watcher(folder, t);
  try {
    const { study: done, timings } = await runStudy(design, {
      folder,
      workers: options.workers,
      signal,
      watcher: watched,
      load: (config) => loadStudyData(config, t, signal),
    });
    t.settle();
    const conclusions = concludeStudy(done, timings);
    const path = join(folder, REPORT_NAME);
    const data = reportData(done, timings, conclusions);
    await writeReport(data, path);
    const seconds = (performance.now() - startedAt) / 1000;
    if (isJson)
      process.stdout.write(
        `${JSON.stringify({ study: join(folder, "study.json"), report: path, config: done.config, ...conclusions })}\n`,
      );
    for (const line of summary(data, t)) t.line(line);
    for (const line of ending(folder, path, done.config, seconds, t)) t.line(line);
  } finally {
    t.settle();
    if (signal.aborted)
      t.line(`finished trials are in ${folder}; the same command goes on from there`);
  }
}

/** Keeps the live lines up to date, or prints a line for each trial. */
function watcher(folder: string, t: Terminal): StudyWatcher {
  const nameOf = (trial: Trial): string =>
    `${trial.arm.name}/${trial.seed}/${trial.epochs}/${trial.arm.learningRate}`;
  let state: StudyState | undefined;
  const draw = (): void => {
    if (state) t.live(liveLines(state, t));
  };
  let told = 0;
  const tellFound = (): void => {
    if (!state || state.found === told) return;
    t.line(t.style("dim", `${plural(state.found - told, "trial")} found in ${folder}`));
    told = state.found;
  };
  return {
    planned(config, trials) {
      state = { trials, found: 0, startedAt: performance.now(), done: 0, running: new Map() };
      t.line(opening(config, trials, t));
      draw();
    },
    found() {
      if (!state) return;
      state.found++;
      state.done++;
      draw();
    },
    progress(trial, { stage, epoch, epochs, share }) {
      tellFound();
      const { arm, seed } = trial;
      state?.running.set(nameOf(trial), { arm: arm.name, seed, stage, epoch, epochs, share });
      draw();
    },
    finished(trial, outcome) {
      if (!state) return;
      tellFound();
      state.running.delete(nameOf(trial));
      state.done++;
      if (!t.isLive)
        t.line(doneLine({ arm: trial.arm.name, seed: trial.seed }, state, note(outcome)));
      draw();
    },
    notice: (message) => t.line(t.style("yellow", `note: ${message}`)),
  };
}

const note = ({ timings }: TrialOutcome): string =>
  `, ${duration(timings.trainSeconds + timings.measureSeconds)}`;

function opening(config: StudyConfig, trials: number, t: Terminal): string {
  const arms = config.arms.map((arm) => arm.name).join(", ");
  return (
    `${t.style("bold", `${config.model.name} on ${config.dataset.name}`)}: ${arms} × ` +
    `${plural(config.seeds.length, "seed")} = ${plural(trials, "trial")} of ${plural(config.epochs, "epoch")}`
  );
}

/** Where things are, and what to do with them. */
function ending(
  folder: string,
  path: string,
  { seeds }: StudyConfig,
  seconds: number,
  t: Terminal,
): string[] {
  const next =
    seeds.length < 10
      ? "more seeds make verdicts surer: the same command with --seeds 10 keeps these trials"
      : `normlens study --help    other data, networks and norms`;
  return [
    `report   ${t.style("bold", path)}  ${t.style("dim", pathToFileURL(path).href)}`,
    t.style("dim", `results  ${join(folder, "study.json")}, after ${duration(seconds)}`),
    t.style("dim", `next     ${next}`),
  ];
}
