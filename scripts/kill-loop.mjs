// Kills a study again and again at random moments and runs it to its end, over and over: the result must be the bytes
// of an undisturbed run, and nothing that was kept may be half-written. Runs until it finds a fault or time is up.
//
//   node scripts/kill-loop.mjs [minutes, 5 by default] [workers, 2 by default]

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readTrial } from "../dist/study/store.js";

const minutes = Number(process.argv[2] ?? 5);
const workers = process.argv[3] ?? "2";
if (!(minutes > 0) || !/^[1-9]\d*$/.test(workers)) {
  process.stderr.write("usage: node scripts/kill-loop.mjs [minutes] [workers]\n");
  process.exit(2);
}

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "normlens-kill-loop-"));
const design = join(root, "design.json");
writeFileSync(
  design,
  JSON.stringify({
    dataset: { name: "glyphs", train: 128, validation: 32 },
    seeds: 2,
    epochs: 2,
    rates: ["shared", "tuned"],
    tuning: { rates: [0.003, 0.03], seeds: 1 },
    checkpoints: ["epochs", "accuracy"],
    measures: ["validationAccuracy", "gradientNoiseScale", "stepTime", "ligs", "deletion"],
    explained: 6,
    pictured: 2,
    measureOptions: {
      gradientNoiseScale: { batches: 4, checkpoints: 2 },
      ligs: { draws: 2 },
      deletion: { rowsPerStep: 7 },
    },
  }),
);

/** Runs the study; kills it `after` milliseconds after its start, if that is given. Returns the exit code. */
const run = (folder, after) =>
  new Promise((resolve, reject) => {
    const args = [main, "study", "--config", design, "--out", folder, "--workers", workers];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
    const timer = after === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), after);
    child.on("error", reject).on("close", (code) => {
      clearTimeout(timer);
      resolve(code);
    });
  });

const trialsIn = (folder) =>
  existsSync(join(folder, "trials"))
    ? readdirSync(join(folder, "trials")).filter((name) => !name.endsWith(".tmp"))
    : [];

/** Hashes of everything the result is made of. */
const contents = (folder) =>
  ["study.json", ...trialsIn(folder).map((name) => `trials/${name}`)]
    .sort()
    .map(
      (name) =>
        `${createHash("sha256")
          .update(readFileSync(join(folder, name)))
          .digest("hex")}  ${name}`,
    )
    .join("\n");

function check(condition, message) {
  if (condition) return;
  process.stderr.write(`kill-loop: ${message} (files are in ${root})\n`);
  process.exit(1);
}

const reference = join(root, "reference");
const startedAt = performance.now();
check((await run(reference)) === 0, "the undisturbed run failed");
const whole = performance.now() - startedAt;
const expected = contents(reference);
const until = startedAt + minutes * 60_000;
let [rounds, kills, fragments] = [0, 0, 0];
while (performance.now() < until) {
  const folder = join(root, `round-${rounds}`);
  for (let attempt = 0; ; attempt++) {
    // Moments all over a run, most of them in its first half; after ten kills it may end in peace.
    const code = await run(folder, attempt < 10 ? Math.random() ** 2 * whole * 1.2 : undefined);
    if (code === 0) break;
    check(code === null, `a run ended with exit code ${code}`);
    kills++;
    for (const name of trialsIn(folder)) {
      const path = join(folder, "trials", name);
      readTrial(readFileSync(path), path, name.replace(".json", ""));
    }
  }
  check(contents(folder) === expected, `round ${rounds} ended with other bytes`);
  for (const part of ["trials", "timings", "."])
    fragments += readdirSync(join(folder, part)).filter((name) => name.endsWith(".tmp")).length;
  rmSync(folder, { recursive: true });
  rounds++;
  process.stdout.write(
    `${rounds} studies, ${kills} kills, ${fragments} abandoned temporary files: same bytes\n`,
  );
}
rmSync(root, { recursive: true });
