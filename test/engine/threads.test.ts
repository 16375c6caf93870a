/** Threads meet at barriers: no lost wake-up and no race, however many there are and however few processors. */

import { describe, expect, test } from "vitest";
import { threadedExecutor } from "../../src/engine/executor.js";
import { modelHash } from "../../src/model/hash.js";
import { initialise } from "../../src/model/model.js";
import { zoo } from "../../src/model/zoo.js";
import { random } from "../../src/tensor/random.js";
import { trainer } from "../../src/training/trainer.js";
import { batch, fresh } from "../networks.js";

const model = fresh("plain", "batch");
const small = initialise(zoo.mlp({ norm: "none", inputShape: [1, 2, 2] }), random("small"));

/** The weights after a few steps whose batches alternate, so that programs are loaded anew on the way. */
async function weights(threads: number): Promise<string> {
  const t = await trainer(model, { batchSize: 9, threads });
  for (const n of [9, 9, 2, 9, 3]) {
    const { x, labels } = batch(n, model.inputShape, `images ${n}`);
    await t.step(x, labels);
  }
  const hash = modelHash(t.model());
  t.close();
  return hash;
}

describe("many short runs", () => {
  test.each([3, 8])("%i threads give the bits of one, twenty times", async (threads) => {
    const one = await weights(1);
    for (let run = 0; run < 20; run++) expect(await weights(threads), `run ${run}`).toBe(one);
  });
});

describe("passes", () => {
  const options = {
    batch: 4,
    stats: "running",
    training: false,
    wants: { input: false, parameters: false },
    fuse: true,
    retain: [],
  } as const;

  test("empty passes between others are no commands", async () => {
    const e = await threadedExecutor(small, options, 2);
    try {
      e.write(small.parameters);
      e.run("prepare");
      expect(e.segments("backward")).toEqual([]);
      for (let i = 0; i < 1000; i++) {
        e.run("backward");
        e.run("forward");
      }
      const { place, layout } = e.plan.output;
      const at = e.address(place);
      expect(e.numbers.slice(at, at + layout.size).every(Number.isFinite)).toBe(true);
    } finally {
      e.close();
    }
  });
});
