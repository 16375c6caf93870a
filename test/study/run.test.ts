/** The same bits whatever the number of workers, and however often a study is killed. */
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadDataset, runStudy, type StudyOutcome, type StudyRunOptions } from "../../src/index.js";
import { readTrial } from "../../src/study/store.js";
import { readStudy } from "../../src/study/store.node.js";
import type { StudyConfig } from "../../src/study/types.js";
import { contents, tiny } from "./tiny.js";

const root = mkdtempSync(join(tmpdir(), "normlens-run-"));
const reference = join(root, "reference");
afterAll(() => rmSync(root, { recursive: true, force: true }));

const load = ({ dataset: { name, train, validation } }: StudyConfig) =>
  loadDataset(name, { ...(train && { train }), ...(validation && { validation }) });
const run = (folder: string, options: Partial<StudyRunOptions> = {}): Promise<StudyOutcome> =>
  runStudy(tiny, { folder, load, workers: 2, ...options });

let first: StudyOutcome;
beforeAll(async () => {
  first = await run(reference, { workers: 1 });
}, 120_000);

describe("a study", () => {
  test("is stored as it is returned, trials in the order of the design", async () => {
    const stored = await readStudy(reference);
    expect(stored.study).toEqual(first.study);
    // Tuning's times are known to whoever has just run it; a folder is asked for those of the study alone.
    expect(first.timings).toEqual(expect.arrayContaining(stored.timings));
    const { trials, others } = stored.study;
    const all = [...trials, ...others.flatMap((other) => other.trials)];
    expect(stored.timings.map(({ hash }) => hash)).toEqual([
      ...new Set(all.map(({ hash }) => hash)),
    ]);
    const planned = [0, 1].flatMap((seed) => [`none/${seed}`, `batch/${seed}`]);
    const { trials: shared, others: rest } = first.study;
    for (const list of [shared, ...rest.map((other) => other.trials)])
      expect(list.map(({ arm, seed }) => `${arm}/${seed}`)).toEqual(planned);
    expect(rest.map(({ rates, checkpoint }) => `${rates} ${checkpoint}`)).toEqual([
      "shared accuracy",
      "tuned epochs",
      "tuned accuracy",
    ]);
  });
  test("arms of a seed explain the same images and start from the same weights", () => {
    const [none, batch] = first.study.trials;
    expect(batch.explained.indices).toEqual(none.explained.indices);
    expect(batch.weights).not.toBe(none.weights);
  });
  test("keeps the masks of its pictures, in which the digit is brighter than the rest", () => {
    const { pictures } = first.study.dataset;
    expect(pictures.length).toBe(2);
    for (const { mask = [], pixels } of pictures) {
      const inside = mask.filter((value) => value === 1).length;
      expect(mask.length).toBe(28 * 28);
      expect(inside).toBeGreaterThan(20);
      expect(inside).toBeLessThan(28 * 14);
      const mean = (wanted: number): number => {
        const own = pixels.filter((_, p) => mask[p] === wanted);
        return own.reduce((sum, value) => sum + value, 0) / own.length;
      };
      expect(mean(1)).toBeGreaterThan(mean(0));
    }
  });
  test.each([2, 3])("gives the same bytes with %d workers", async (workers) => {
    const folder = join(root, `workers-${workers}`);
    await run(folder, { workers });
    expect(contents(folder)).toEqual(contents(reference));
  });
  test("run again finds everything; a lost and a damaged trial are computed again, to the same bytes", async () => {
    const folder = join(root, "again");
    const told: string[] = [];
    let found = 0;
    const watcher = {
      planned: (_: StudyConfig, trials: number) => told.push(`${trials}`),
      found: () => found++,
      finished: ({ arm, seed }: { arm: { name: string }; seed: number }) =>
        told.push(`${arm.name}/${seed}`),
      notice: (message: string) => told.push(message.slice(0, 20)),
    };
    await run(folder);
    await run(folder, { watcher });
    expect([...told.splice(0), found]).toEqual(["20", 20]);
    const [one, two] = readdirSync(join(folder, "trials"));
    rmSync(join(folder, "trials", one));
    const path = join(folder, "trials", two);
    writeFileSync(path, readFileSync(path).subarray(0, 999));
    found = 0;
    await run(folder, { watcher });
    expect(told.shift()).toBe("20");
    expect(told.filter((line) => line === path.slice(0, 20)).length).toBe(1);
    expect(told.filter((line) => /^(none|batch)\/\d+$/.test(line)).length).toBe(2);
    expect(found).toBeGreaterThanOrEqual(16); // a trial may serve in several places
    expect(contents(folder)).toEqual(contents(reference));
  });
  test("stopped by its signal it keeps what is done and writes no study", async () => {
    const folder = join(root, "stopped");
    const stop = new AbortController();
    const finished = () => stop.abort();
    await expect(
      run(folder, { workers: 1, signal: stop.signal, watcher: { finished } }),
    ).rejects.toThrow("study: cancelled by the caller");
    expect(readdirSync(folder).sort()).toEqual(["timings", "trials"]);
    // The next trial runs while one is stored, and short ones may be done before.
    expect(readdirSync(join(folder, "trials")).length).toBeLessThan(4);
  });
  test("a trial that fails stops the others with its error", async () => {
    const broken = (config: StudyConfig) =>
      load({ ...config, dataset: { ...config.dataset, train: 1 } });
    await expect(run(join(root, "broken"), { load: broken, workers: 2 })).rejects.toThrow();
    expect(() => readdirSync(join(root, "broken", "trials"))).toThrow("ENOENT");
  });
  test.each([0, 1.5, 1025])("%d workers are refused", async (workers) => {
    await expect(run(join(root, "none"), { workers })).rejects.toThrow(
      `study: got ${workers} workers, expected a whole number from 1 to 1024`,
    );
  });
});

describe("killed without warning", () => {
  const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
  const design = join(root, "design.json");
  /** Runs the command; kills it `after` milliseconds from its first line, if that is given. */
  const command = (folder: string, after?: number): Promise<number | null> =>
    new Promise((resolve, reject) => {
      const child = spawn(
        process.execPath,
        [main, "study", "--config", design, "--out", folder, "--workers", "2"],
        { stdio: ["ignore", "pipe", "inherit"] },
      );
      let started = false;
      child.stdout.on("data", () => {
        if (started || after === undefined) return;
        started = true;
        setTimeout(() => child.kill("SIGKILL"), after);
      });
      child.on("error", reject).on("close", resolve);
    });

  test("at any moment: what is there is whole, and the end is the same", async () => {
    mkdirSync(root, { recursive: true });
    writeFileSync(design, JSON.stringify(tiny));
    const folder = join(root, "killed");
    let killed = 0;
    // The first lines appear when trials begin; these moments lie before, between and after their ends.
    for (const after of [0, 150, 400, 250, 700]) {
      if ((await command(folder, after)) === null) killed++;
      const trials = join(folder, "trials");
      for (const name of existsSync(trials) ? readdirSync(trials) : []) {
        if (name.endsWith(".tmp")) continue;
        const path = join(trials, name);
        expect(readTrial(readFileSync(path), path, name.replace(".json", "")).hash).toBeDefined();
      }
    }
    expect(killed).toBeGreaterThan(0);
    expect(await command(folder)).toBe(0);
    expect(contents(folder)).toEqual(contents(reference));
  });
});
