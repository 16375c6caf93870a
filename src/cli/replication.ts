/** `normlens study --preset replication`: the published claims on networks that they need, one study after another,
 *  and the page that tells what became of them. */

import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../formats/files.node.js";
import { type ReplicatedStudy, replicationPage } from "../report/replication.js";
import { estimate } from "../study/estimate.js";
import { planStudy } from "../study/plan.js";
import { replicationStudies } from "../study/replication.js";
import { defaultWorkers } from "../study/runner/pool.js";
import type { StudyConfigInput } from "../study/types.js";
import { fail } from "../tensor/errors.js";
import { loadStudyData } from "./data.js";
import type { Terminal } from "./display/terminal.js";
import { duration } from "./display/words.js";
import { type Options, optionTable } from "./options.js";
import { runAndReport } from "./study.js";
import { changes } from "./study-design.js";
import { opening } from "./study-plan.js";

/** What may differ from the list: how much, where, and how fast, but not what is studied. */
const allowed: readonly (keyof Options)[] = [
  "preset",
  "dataDir",
  "out",
  "workers",
  "seeds",
  "seed",
  "epochs",
  "trainImages",
  "validationImages",
  "dryRun",
];

const PAGE = "replication.md";

export async function replication(
  options: Options,
  t: Terminal,
  signal: AbortSignal,
): Promise<void> {
  for (const [key, { flags }] of Object.entries(optionTable))
    if (options[key as keyof Options] !== undefined && !allowed.includes(key as keyof Options))
      fail(
        "option",
        `study: got ${flags.split(" ")[0]} with --preset replication, expected ` +
          "--data-dir, --out, --workers, --seeds, --epochs, --train-images or --validation-images",
      );
  const workers = options.workers ?? defaultWorkers();
  const out = options.out ?? join("studies", "replication");
  const designs = await designsOf(options);
  if (options.dryRun) return dryRun(designs, workers, t, signal);
  const startedAt = performance.now();
  const path = join(out, PAGE);
  const studies: ReplicatedStudy[] = [];
  for (const { name, title, design } of designs) {
    t.line();
    t.line(t.style("bold", `${name}: ${title}`));
    const folder = join(out, name);
    const { done, timings } = await runAndReport(design, folder, workers, t, signal);
    studies.push({ name, title, study: done, timings });
    const left = designs.slice(studies.length).map((each) => each.name);
    await writeAtomically(path, replicationPage(studies, left)); // of what is there, if it ends here
  }
  t.line();
  t.line(`page     ${t.style("bold", path)}`);
  const seconds = (performance.now() - startedAt) / 1000;
  t.line(t.style("dim", `studies  ${out}, after ${duration(seconds)}`));
}

interface Design {
  readonly name: string;
  readonly title: string;
  readonly design: StudyConfigInput;
}

/** The designs of the list as the options change them; each dataset's files lie in a folder of its own. */
async function designsOf({ dataDir: root, ...options }: Options): Promise<Design[]> {
  const designs: Design[] = [];
  for (const [name, { title, config }] of Object.entries(replicationStudies)) {
    const base: StudyConfigInput = config;
    const data = base.dataset?.name ?? "glyphs";
    const dataDir =
      root === undefined || data === "glyphs" ? undefined : await folderOf(root, data);
    const changed = changes({ ...options, ...(dataDir !== undefined && { dataDir }) }, { ...base });
    designs.push({ name, title, design: { ...base, ...changed } });
  }
  return designs;
}

/** The folder of a dataset below `root`: of its name, or beginning with it. */
async function folderOf(root: string, data: string): Promise<string> {
  const entries = await readdir(root).catch(() =>
    fail("file", `--data-dir: got ${root}, expected a folder with one folder for each dataset`),
  );
  for (const entry of entries.sort()) {
    const path = join(root, entry);
    if (entry.startsWith(data) && (await stat(path)).isDirectory()) return path;
  }
  return fail("file", `--data-dir: got no ${data} in ${root}, expected a folder of that name`);
}

async function dryRun(
  designs: readonly Design[],
  workers: number,
  t: Terminal,
  signal: AbortSignal,
): Promise<void> {
  let total = 0;
  for (const { name, title, design } of designs) {
    const { config } = planStudy(design);
    const dataset = await loadStudyData(config, t, signal);
    const { seconds } = await estimate(config, dataset, workers);
    total += seconds;
    t.line(t.style("bold", `${name}: ${title}`));
    t.line(`  ${opening(config, t, { seconds, workers })}`);
  }
  t.line();
  t.line(`about ${duration(total)} with ${workers} at once, by trial runs here`);
}
