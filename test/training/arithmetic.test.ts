/** Exact arithmetic keeps its bits from version to version; fused arithmetic stays near it, and never goes unnamed. */

import { describe, expect, test } from "vitest";
import { hasFused } from "../../src/kernels/index.js";
import { modelHash } from "../../src/model/hash.js";
import type { ZooName } from "../../src/model/index.js";
import { type Checkpoint, fit } from "../../src/training/fit.js";
import { sgd } from "../../src/training/optimiser.js";
import { type TrainerOptions, trainer } from "../../src/training/trainer.js";
import { worst } from "../golden.js";
import { bands, batch, fresh } from "../networks.js";

/** A few steps, the last on a smaller batch. */
async function train(network: ZooName, options: TrainerOptions = {}) {
  const model = fresh(network);
  const t = await trainer(model, { batchSize: 12, ...options });
  for (const [i, n] of [12, 12, 5].entries()) {
    const { x, labels } = batch(n, model.inputShape, `step ${i}`);
    await t.step(x, labels);
  }
  const trained = t.model();
  t.close();
  return trained;
}

describe("exact arithmetic", () => {
  // Whoever changes one of these changes what every stored result was computed with: raise
  // RESULT_VERSION in src/study/version.ts, then write the new hash here.
  test.each([
    ["seed", "7b1e5f588c7452b6b7d1451a7b90b4d4bc50bd92b4321017caf539842fb47d3b"],
    ["plain", "6a780aa55a3bc010dfd85a8f756ca495dbc83db844921211ef7739a72ae61469"],
    ["resnet8", "8b2810bfe30c7488dad96043ceed2ecfbc76a655cfab7a7a2b6b705130fc068d"],
    ["mlp", "391b9d70aa31c462b9a66703355f489c6119395be735c6b7c41a8cb5b6912094"],
  ] as const)("%s: three steps give the bits they always gave", async (network, hash) => {
    expect(modelHash(await train(network))).toBe(hash);
  });
});

describe.skipIf(!hasFused())("fused arithmetic", () => {
  const gradients = async (network: ZooName, options: TrainerOptions) => {
    const model = fresh(network);
    const t = await trainer(model, { batchSize: 12, optimiser: sgd(), ...options });
    const { x, labels } = batch(12, model.inputShape);
    await t.step(x, labels);
    const found = t.gradients();
    t.close();
    return found;
  };

  test.each(["seed", "plain", "resnet8", "mlp"] as const)(
    "%s: gradients stay near exact ones",
    async (network) => {
      const exact = await gradients(network, { arithmetic: "exact" });
      const fused = await gradients(network, { arithmetic: "fused" });
      // Above the rounding of either arithmetic, far below any wrong term.
      for (const [key, { data }] of Object.entries(exact))
        expect(worst(fused[key].data, data), key).toBeLessThan(2e-4);
    },
  );

  test("threads do not change the bits", async () => {
    const one = modelHash(await train("resnet8", { arithmetic: "fused" }));
    expect(modelHash(await train("resnet8", { arithmetic: "fused", threads: 2 }))).toBe(one);
  });

  test("a checkpoint names its arithmetic and goes on with no other", async () => {
    const checkpoints: Checkpoint[] = [];
    const data = bands(20, 10);
    const onCheckpoint = (c: Checkpoint) => void checkpoints.push(c);
    for await (const _ of fit(fresh("seed"), data, {
      epochs: 1,
      arithmetic: "fused",
      onCheckpoint,
    }));
    const [resume] = checkpoints;
    expect(resume.arithmetic).toBe("fused");
    await expect(fit(fresh("seed"), data, { epochs: 2, resume }).next()).rejects.toThrow(
      "fit: the checkpoint was made with fused arithmetic, expected exact; resume with the same",
    );
  });
});
