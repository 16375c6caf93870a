/** Threads meet at barriers: no lost wake-up and no race, however many there are and however few processors. */

import { describe, expect, test } from "vitest";
import { threadedExecutor } from "../../src/engine/executor.js";
import { modelHash } from "../../src/model/hash.js";
import { trainer } from "../../src/training/trainer.js";
import { batch, fresh } from "../networks.js";

const model = fresh("plain", "batch");

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

  test("an empty pass between others is no command: a helper would take the next one twice", async () => {
    const e = await threadedExecutor(model, options, 2);
    try {
      e.write(model.parameters);
      e.run("prepare");
      expect(e.segments("backward")).toEqual([]);
      for (let i = 0; i < 300; i++) {
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
