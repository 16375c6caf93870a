import { expect, test } from "vitest";
import { glyphs } from "../../src/data/glyphs/glyphs.js";
import { calibrate, estimate } from "../../src/study/estimate.js";
import { planStudy } from "../../src/study/plan.js";
import { trialsOf } from "../../src/study/waves.js";

const images = { train: 64, validation: 32 };
const dataset = glyphs({ ...images, seed: 0 });
const design = {
  dataset: { name: "glyphs", ...images },
  model: { name: "mlp", depth: 1 },
  arms: ["none", "batch", "batchMoving"],
  seeds: 3,
  epochs: 2,
  batchSize: 16,
  measures: ["validationAccuracy", "fgsmAccuracy"],
  explained: 8,
  pictured: 1,
};

test("an arm whose statistics are taken anew is known to cost that", async () => {
  const trials = trialsOf(planStudy({ ...design, seeds: 1 }).config);
  const speeds = [];
  for (const trial of trials) speeds.push(await calibrate(trial, dataset));
  const [none, batch, moving] = speeds;
  expect(batch.recalibration).toBeGreaterThan(0);
  expect(none.recalibration).toBe(0);
  expect(moving.recalibration).toBe(0);
  for (const { training, forward } of [none, batch, moving])
    expect(Math.min(training, forward)).toBeGreaterThan(0);
});

test("counts the trials of each wave and adds up their seconds", async () => {
  const { config } = planStudy({
    ...design,
    rates: ["shared", "tuned"],
    checkpoints: ["epochs", "accuracy"],
  });
  const found = await estimate(config, dataset, 2);
  expect(found.waves.map(({ wave, trials }) => [wave, trials])).toEqual([
    ["tuning", expect.any(Number)],
    ["arms", 2 * 3 * 3],
    ["checkpoints", 2 * 3 * 3],
  ]);
  const total = found.waves.reduce((sum, { seconds }) => sum + seconds, 0);
  expect(found.seconds).toBeCloseTo(total / 2, 10);
  expect(found.measures.map(({ what }) => what)).toContain("fgsmAccuracy");
});
