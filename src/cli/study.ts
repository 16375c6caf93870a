/** `normlens study`: design, run, conclude, report. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { reportData } from "../report/build.js";
import { writeReport } from "../report/render.node.js";
import { concludeStudy } from "../study/conclude.js";
import { type Estimate, estimate } from "../study/estimate.js";
import { planStudy } from "../study/plan.js";
import { remedyFacts } from "../study/remedies.js";
import { runStudy } from "../study/run.node.js";
import { defaultWorkers } from "../study/runner/pool.js";
import type { StudyConfig } from "../study/types.js";
import { loadStudyData } from "./data.js";
import { type Terminal, terminal } from "./display/terminal.js";
import { duration } from "./display/words.js";
import { REPLICATION } from "./names.js";
import type { Options } from "./options.js";
import { REPORT_NAME } from "./report.js";
import { designOf, studyFolder } from "./study-design.js";
import { planLines } from "./study-plan.js";
import { remedyLines } from "./study-remedies.js";
import { studyWatch } from "./study-watch.js";
import { summary } from "./summary.js";

export async function study(options: Options, signal: AbortSignal): Promise<void> {
  const isJson = options.json === true;
  const t = terminal(isJson ? process.stderr : process.stdout);
  if (options.preset === REPLICATION) {
    const { replication } = await import("./replication.js");
    return replication(options, t, signal);
  }
  const startedAt = performance.now();
  const folder = studyFolder(options);
  const design = await designOf(options);
  const workers = options.workers ?? defaultWorkers();
  if (options.dryRun) return dryRun(design, workers, isJson, t, signal);
  const { done, timings, data, path, conclusions } = await runAndReport(
    design,
    folder,
    workers,
    t,
    signal,
  );
  const remedies = remedyFacts(done, timings);
  const seconds = (performance.now() - startedAt) / 1000;
  if (isJson)
    process.stdout.write(
      `${JSON.stringify({ study: join(folder, "study.json"), report: path, config: done.config, ...conclusions, remedies })}\n`,
    );
  for (const line of summary(data, t)) t.line(line);
  for (const line of remedyLines(remedies, t)) t.line(line);
  for (const line of ending(folder, path, done.config, seconds, t)) t.line(line);
}

/** Runs a study in its folder, or what is left of it, and writes its report there. */
export async function runAndReport(
  design: unknown,
  folder: string,
  workers: number,
  t: Terminal,
  signal: AbortSignal,
) {
  let estimated: Estimate | undefined;
  const watched = studyWatch(folder, t, () => estimated && { seconds: estimated.seconds, workers });
  try {
    const { study: done, timings } = await runStudy(design, {
      folder,
      workers,
      signal,
      watcher: watched,
      async load(config) {
        const dataset = await loadStudyData(config, t, signal);
        estimated = await estimate(config, dataset, workers);
        return dataset;
      },
    });
    t.settle();
    watched.end();
    const conclusions = concludeStudy(done, timings);
    const path = join(folder, REPORT_NAME);
    const data = reportData(done, timings, conclusions);
    await writeReport(data, path);
    return { done, timings, conclusions, data, path };
  } finally {
    t.settle();
    if (signal.aborted)
      t.line(`finished trials are in ${folder}; the same command goes on from there`);
  }
}

/** Says what a study would do, and does nothing. */
async function dryRun(
  design: unknown,
  workers: number,
  isJson: boolean,
  t: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const { config } = planStudy(design);
  const dataset = await loadStudyData(config, t, signal);
  const estimated = await estimate(config, dataset, workers);
  if (isJson) process.stdout.write(`${JSON.stringify({ config, workers, ...estimated })}\n`);
  else for (const line of planLines(config, dataset, estimated, workers, t)) t.line(line);
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
