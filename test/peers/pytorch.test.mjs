/** The float64 reference against PyTorch, in float64 and float32; skipped where there is no
 *  PyTorch. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { makeFixture, readTensors, writeFixture } from "../../bench/fixture.mjs";
import { networks } from "../../bench/networks.mjs";
import { opponent } from "../../bench/opponent.mjs";
import { referenceTrainer } from "../../bench/reference.mjs";
import { worst } from "./compare.mjs";
import { BATCH, firstBatches, RECIPE, referenceRun, STEPS, TORCH } from "./runs.mjs";

const python = ["python3", "/usr/bin/python3", "python"].find(
  (name) => spawnSync(name, ["-c", "import torch, numpy"], { stdio: "ignore" }).status === 0,
);
if (!python)
  process.stderr.write(
    "test:peers: PyTorch is not here (no python3 imports torch); its comparisons are skipped\n",
  );

describe.skipIf(!python)("PyTorch", () => {
  const folder = mkdtempSync(join(os.tmpdir(), "normlens-peers-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Losses of the first steps and the parameters after the first. */
  async function torchRun(name, norm, batch, fixture, dtype) {
    const network = networks[name](norm);
    const script = fileURLToPath(new URL("../../bench/peers/pytorch.py", import.meta.url));
    const contestant = opponent(python, [script]);
    const paths = { fixture: join(folder, "fixture"), out: join(folder, "out") };
    writeFixture(paths.fixture, network, batch, fixture);
    const common = {
      description: network,
      fixture: paths.fixture,
      mode: "train",
      threads: 1,
      optimiser: RECIPE,
    };
    await contestant.ask({ do: "prepare", job: { ...common, dtype } });
    const { losses } = await contestant.ask({ do: "verify", steps: STEPS, out: paths.out });
    await contestant.close();
    return { losses, parameters: readTensors(paths.out) };
  }

  const afterOneStep = (name, norm, { parameters, x, labels }, conventions) => {
    const run = referenceTrainer(networks[name](norm), parameters, RECIPE, conventions);
    const { loss } = run.step(x[0], labels[0]);
    return { losses: [loss], parameters: run.parameters };
  };

  test.each([
    ["seed", true, BATCH],
    ["seed", false, BATCH],
    ["resnet20", true, 3],
  ])("%s, BN %s: in float64 it is the reference", async (name, norm, batch) => {
    const fixture = makeFixture(networks[name](norm), batch);
    const theirs = await torchRun(name, norm, batch, fixture, "float64");
    const exact = afterOneStep(name, norm, fixture, TORCH);
    expect(Math.abs(theirs.losses[0] / exact.losses[0] - 1)).toBeLessThan(1e-12);
    for (const [key, { data }] of Object.entries(exact.parameters))
      expect(worst(theirs.parameters[key].data, data), key).toBeLessThan(1e-9);
  });

  test.each([true, false])(
    "seed network, BN %s: losses of five steps, in both precisions",
    async (norm) => {
      const fixture = makeFixture(networks.seed(norm), BATCH);
      const exact = referenceRun("seed", norm, firstBatches(networks.seed(norm)), TORCH).losses;
      const [single, double] = [
        await torchRun("seed", norm, BATCH, fixture, "float32"),
        await torchRun("seed", norm, BATCH, fixture, "float64"),
      ];
      const off = (losses) => Math.max(...exact.map((loss, k) => Math.abs(losses[k] / loss - 1)));
      expect(off(double.losses)).toBeLessThan(1e-11);
      expect(off(single.losses)).toBeLessThan(2e-6);
    },
  );
});
