/** Forward passes against onnxruntime, on files that PyTorch exported and on graphs written here. */

import { readFileSync } from "node:fs";
import ort from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { makeFixture } from "../../bench/fixture.mjs";
import { networks } from "../../bench/networks.mjs";
import { forwardGraph } from "../../bench/peers/forward-graph.mjs";
import { forwardLogits } from "../../bench/reference.mjs";
import { session } from "../../dist/engine/session.js";
import { withParameters } from "../../dist/model/model.js";
import { zoo } from "../../dist/model/zoo.js";
import { tensor } from "../../dist/tensor/tensor.js";
import { worst } from "./compare.mjs";
import { goldenNetwork } from "./networks.mjs";

/** What float32 costs here; the requirement is 1e-4. */
const TOLERANCE = 5e-6;

async function ortLogits(bytes, { shape, data }, graphOptimizationLevel) {
  const run = await ort.InferenceSession.create(bytes, {
    graphOptimizationLevel,
    intraOpNumThreads: 1,
  });
  const feeds = { [run.inputNames[0]]: new ort.Tensor("float32", data, shape) };
  const outputs = await run.run(feeds);
  return outputs[run.outputNames[0]].data;
}

describe.each(["seed", "conventional", "residual"])("%s from its ONNX file", (name) => {
  const bytes = readFileSync(new URL(`../golden/onnx/${name}.onnx`, import.meta.url));
  const { model, inputs, logits } = goldenNetwork(name);

  // "disabled" runs every BatchNormalization node; "all" folds them into the convolutions.
  test.each(["disabled", "all"])("optimisation %s: the same logits", async (level) => {
    const theirs = await ortLogits(bytes, inputs, level);
    expect(worst(theirs, logits)).toBeLessThan(TOLERANCE);
    expect(worst(session(model).forward(inputs).data, theirs)).toBeLessThan(TOLERANCE);
  });

  test("batches that divide the images unevenly change nothing", async () => {
    const whole = session(model).forward(inputs).data;
    expect(session(model, { batch: 3 }).forward(inputs).data).toEqual(whole);
  });
});

describe.each(["seed", "resnet20"])("%s from the zoo", (name) => {
  test.each(["batch", "none"])("norm %s: the same logits", async (norm) => {
    const n = 5;
    const network = networks[name](norm === "batch");
    const { parameters, x } = makeFixture(network, n);
    const tensors = Object.entries(parameters).map(([key, t]) => [key, tensor(t.shape, t.data)]);
    const model = withParameters(zoo[name]({ norm }), Object.fromEntries(tensors));
    const images = tensor([n, ...network.inputShape], x[0]);
    const theirs = await ortLogits(forwardGraph(network, parameters, n), images, "all");
    const exact = forwardLogits(network, parameters, images.data, n);
    expect(worst(theirs, exact)).toBeLessThan(TOLERANCE);
    expect(worst(session(model).forward(images).data, theirs)).toBeLessThan(TOLERANCE);
  });
});
