/** Reading and writing ONNX against onnxruntime: random graphs over every operator, whole networks, folded ones. */

import { existsSync, readFileSync } from "node:fs";
import ort from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { architecture, architectures } from "../../bench/architectures.mjs";
import { session } from "../../dist/engine/session.js";
import { fold, foldGraph } from "../../dist/fold/index.js";
import { readOnnx, writeOnnx } from "../../dist/formats/onnx/index.js";
import { random } from "../../dist/tensor/random.js";
import { worst } from "./compare.mjs";
import { layerNames, randomGraph } from "./onnx-graphs.mjs";
import { oddGraph } from "./onnx-views.mjs";

/** Largest difference as a share of the largest logit. */
const TOLERANCE = 1e-4;
const GRAPHS = 25;

async function theirs(bytes, { shape, data }) {
  const run = await ort.InferenceSession.create(bytes, {
    graphOptimizationLevel: "disabled",
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const feeds = { [run.inputNames[0]]: new ort.Tensor("float32", data, shape) };
  return (await run.run(feeds))[run.outputNames[0]].data;
}

const ours = (model, images) => session(model, { batch: images.shape[0] }).forward(images).data;

describe.each(layerNames)("random graphs with %s", (layer) => {
  test("read, folded, written with norms kept and folded: the same function", async () => {
    let seen = 0;
    for (let k = 0; k < GRAPHS; k++) {
      const { bytes, images, operators, present } = randomGraph(`${layer} ${k}`, layer);
      const where = `${k}: ${operators.join(" ")}`;
      const expected = await theirs(bytes, images).catch((error) =>
        expect.fail(`${where}: ${error.message}`),
      );
      const { model } = readOnnx(bytes, "graph");
      expect(worst(ours(model, images), expected), where).toBeLessThan(TOLERANCE);
      const folded = fold(model, { leftover: "convolution" }).model;
      expect(worst(ours(folded, images), expected), `folded ${where}`).toBeLessThan(TOLERANCE);
      for (const [name, each] of Object.entries({ kept: model, folded })) {
        const again = await theirs(writeOnnx(each, { opset: k % 2 ? 17 : 26 }), images);
        expect(worst(again, expected), `written, ${name} ${where}`).toBeLessThan(TOLERANCE);
      }
      if (present) seen++;
    }
    expect(seen).toBeGreaterThan(GRAPHS / 5);
  });
});

describe.each(Object.keys(architectures))("%s at 224×224", (name) => {
  test("the same logits, with norms kept and folded", async () => {
    const bytes = architecture(name);
    const stream = random(name);
    const shape = [1, 3, 224, 224];
    const images = { shape, data: Float32Array.from({ length: 150528 }, () => stream.normal()) };
    const expected = await theirs(bytes, images);
    const { model } = readOnnx(bytes, name);
    expect(worst(ours(model, images), expected)).toBeLessThan(TOLERANCE);
    const { model: folded } = foldGraph(model, { leftover: "convolution" });
    expect(worst(ours(folded, images), expected)).toBeLessThan(TOLERANCE);
  });
});

test("graphs that look at values in odd shapes: the same values, read and written, or a refusal", async () => {
  const GRAPHS_IN_ALL = 600;
  let [taken, refused] = [0, 0];
  for (let k = 0; k < GRAPHS_IN_ALL; k++) {
    const { bytes, images, shown } = oddGraph(`odd ${k}`);
    const expected = await theirs(bytes, images);
    let model;
    try {
      model = readOnnx(bytes, "graph").model;
    } catch (error) {
      expect(error.message, `${k}: ${shown}`).toMatch(/^graph: got /);
      refused++;
      continue;
    }
    const found = session(model, { batch: images.shape[0] }).activations(images, [model.output]);
    const again = await theirs(writeOnnx(model), images);
    for (const values of [found[model.output].data, again])
      expect(worst(values, expected), `${k}: ${shown}`).toBeLessThan(TOLERANCE);
    taken++;
  }
  expect(Math.min(taken, refused)).toBeGreaterThan(GRAPHS_IN_ALL / 4);
});

const models = new URL("../../../shared/models/", import.meta.url);

describe.each(["resnet20-cifar10", "resnet20-cifar10-folded"])("%s", (name) => {
  const file = new URL(`${name}.onnx`, models);
  const isThere = existsSync(file);
  if (!isThere) console.info(`${name}.onnx is not there: skipped`);

  test.skipIf(!isThere)("the same logits, read, folded and written", async () => {
    const bytes = readFileSync(file);
    const stream = random(name);
    const shape = [4, 3, 32, 32];
    const images = { shape, data: Float32Array.from({ length: 4 * 3072 }, () => stream.normal()) };
    const expected = await theirs(bytes, images);
    const { model } = readOnnx(bytes, name);
    const folded = fold(model).model;
    for (const each of [model, folded]) {
      expect(worst(ours(each, images), expected)).toBeLessThan(TOLERANCE);
      expect(worst(await theirs(writeOnnx(each), images), expected)).toBeLessThan(TOLERANCE);
    }
  });
});
