/** Processor time of a step on one thread, ours beside PyTorch's, in turns: for machines so busy that the clock says
 *  little. What shares caches and memory with others still counts.
 *
 *    node bench/processor-time.mjs CASE [steps per turn] [rounds]     e.g. resnet20-train-b64-bn-t1 2 6 */

import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { cases, contestants } from "./cases.mjs";
import { makeFixture, writeFixture } from "./fixture.mjs";
import { opponent } from "./opponent.mjs";
import { RECIPE } from "./verify.mjs";

const [id, stepsText = "2", roundsText = "6"] = process.argv.slice(2);
const steps = Number(stepsText);
const chosen = cases.find((c) => c.id === id && c.threads === 1);
if (!chosen) throw new Error(`got case "${id}", expected one that ends in -t1`);
const { network, norm, batch, threads, mode, description } = chosen;
const directory = mkdtempSync(join(os.tmpdir(), "normlens-bench-"));
const fixture = join(directory, "fixture.safetensors");
writeFixture(fixture, description, batch, makeFixture(description, batch));
const job = { network, norm, batch, threads, mode, description, optimiser: RECIPE, fixture };

/** Milliseconds of processor time per step. */
async function timeOf({ ask }) {
  const used = async () => (await ask({ do: "usage" })).cpuSeconds;
  const before = await used();
  await ask({ do: "run", steps });
  return (1000 * ((await used()) - before)) / steps;
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const names = ["ours", "fused", "pytorch"];
const all = names.map((name) => {
  const [command, args] = contestants[name].command();
  return opponent(command, args, { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" });
});
for (const one of all) {
  await one.ask({ do: "prepare", job });
  await one.ask({ do: "run", steps }); // warm
}
const times = names.map(() => []);
for (let round = 0; round < Number(roundsText); round++)
  for (const [i, one] of all.entries()) times[i].push(await timeOf(one));
for (const [i, name] of names.entries()) {
  const ratio = median(times[2].map((other, round) => other / times[i][round]));
  console.log(
    `${contestants[name].title.padEnd(28)}${median(times[i]).toFixed(2).padStart(9)} ms/step, PyTorch's over it ${ratio.toFixed(2)}`,
  );
}
for (const one of all) await one.close?.();
rmSync(directory, { recursive: true });
process.exit(0);
