/** Training steps against onnxruntime (float32) and a float64 reference that shares no code with
 *  the library.
 *
 *  Two references in two precisions: where they agree with each other and not with us, we are
 *  wrong. A wide tolerance alone would not do: 1 − β₂ in float32, for one, moves the losses by
 *  3e-5 only. */

import { describe, expect, test } from "vitest";
import { makeFixture } from "../../bench/fixture.mjs";
import { networks } from "../../bench/networks.mjs";
import { lossAndGradients } from "../../bench/reference.mjs";
import { session } from "../../dist/engine/session.js";
import { tensor } from "../../dist/tensor/tensor.js";
import { worst } from "./compare.mjs";
import * as runs from "./runs.mjs";

const { BATCH, STEPS, KERAS, modelOf, firstBatches } = runs;
const { distances, ortGradients, ortRun, ourRun, referenceRun } = runs;

describe.each([true, false])("seed network, BN %s", (norm) => {
  const network = networks.seed(norm);
  const fixture = firstBatches(network);
  const { parameters, x, labels } = fixture;

  test("loss and gradients agree with onnxruntime's and with float64", async () => {
    const exact = lossAndGradients(network, parameters, x[0], labels[0]);
    const images = tensor([BATCH, 1, 28, 28], x[0]);
    const ours = session(modelOf("seed", norm, parameters), { stats: "batch" }).parameterGradients(
      images,
      labels[0],
    );
    const theirs = await (await ortGradients(norm))(parameters, x[0], labels[0]);
    expect(Math.abs(ours.loss / exact.loss - 1)).toBeLessThan(1e-6);
    expect(Object.keys(ours.gradients).sort()).toEqual(Object.keys(exact.gradients).sort());
    for (const [name, g] of Object.entries(exact.gradients)) {
      expect(worst(theirs[`d ${name}`], g), `onnxruntime's ${name}`).toBeLessThan(3e-6);
      expect(worst(ours.gradients[name].data, g), `our ${name}`).toBeLessThan(3e-6);
    }
  });

  test("the statistics of the first step are those of float64", async () => {
    const once = { ...fixture, x: x.slice(0, 1), labels: labels.slice(0, 1) };
    const ours = distances(
      await ourRun("seed", norm, once, BATCH),
      referenceRun("seed", norm, once, KERAS),
    );
    expect(ours.statistics).toBeLessThan(2e-7);
    expect(ours.losses).toBeLessThan(2e-7);
  });

  test(`${STEPS} steps stay as close to float64 as onnxruntime's`, async () => {
    const exact = referenceRun("seed", norm, fixture, KERAS);
    const theirs = distances(await ortRun(norm, fixture), exact);
    const ours = distances(await ourRun("seed", norm, fixture, BATCH), exact);
    for (const one of [ours, theirs]) {
      expect(one.losses).toBeLessThan(5e-7);
      expect(one.typical).toBeLessThan(2.5e-6);
      expect(one.most).toBeLessThan(2.5e-5);
      // The bias of a channel that is always active has no gradient under BN but rounding, which Adam amplifies.
      expect(one.statistics).toBeLessThan(5e-5);
    }
  });
});

test("ResNet-20: loss and gradients agree with float64", () => {
  const n = 3;
  const network = networks.resnet20(true);
  const { parameters, x, labels } = makeFixture(network, n);
  const exact = lossAndGradients(network, parameters, x[0], labels[0]);
  const run = session(modelOf("resnet20", true, parameters), { stats: "batch" });
  const ours = run.parameterGradients(tensor([n, 3, 32, 32], x[0]), labels[0]);
  expect(Math.abs(ours.loss / exact.loss - 1)).toBeLessThan(2e-6);
  for (const [name, g] of Object.entries(exact.gradients))
    expect(worst(ours.gradients[name].data, g), name).toBeLessThan(1e-4); // 20 layers
});
