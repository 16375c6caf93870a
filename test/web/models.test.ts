/** Files of Keras, TensorFlow.js, ONNX and safetensors read in headless Chromium: the same model, logits and maps as in
 *  Node, bit for bit. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeModelFile } from "../../src/formats/model-file.js";
import { readOnnx } from "../../src/formats/onnx/index.js";
import {
  archive,
  batchNorm,
  convolution,
  hdf5,
  layer,
  network,
  tfjs,
  weight,
} from "../formats/keras/files.js";
import { chromiumPath, noChromium } from "./browser.js";
import { read } from "./models/read.js";
import { openPage } from "./served.js";

const root = fileURLToPath(new URL("./models/", import.meta.url));

const net = network(
  [8, 8, 3],
  [
    layer("Rescaling", "rescaling", { scale: 1 / 127.5, offset: -1 }),
    convolution("conv", [3, 3], [3, 8], { padding: "same" }),
    batchNorm("norm", 8),
    layer("Activation", "act", { activation: "gelu" }),
    layer("MaxPooling2D", "pool", { pool_size: [2, 2] }),
    layer("Flatten", "flat"),
    layer(
      "Dense",
      "dense",
      { units: 3, activation: "softmax" },
      { kernel: weight([128, 3]), bias: weight([3]) },
    ),
  ],
);
const onnx = readFileSync(new URL("../golden/onnx/residual.onnx", import.meta.url));
const own = readOnnx(onnx, "residual.onnx").model;
const { model: json, files: beside } = tfjs(net);

const alone: ReadonlyMap<string, Uint8Array> = new Map();
const files: [string, Uint8Array, ReadonlyMap<string, Uint8Array>][] = [
  ["net.keras", archive(net), alone],
  ["net.h5", hdf5(net), alone],
  ["model.json", json, beside],
  ["residual.onnx", onnx, alone],
  ["residual.safetensors", writeModelFile({ model: own, metadata: {} }), alone],
];

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

describe.skipIf(chromiumPath === undefined)(
  `models in Chromium${chromiumPath ? "" : ` (${noChromium})`}`,
  () => {
    let opened: Awaited<ReturnType<typeof openPage>>;
    beforeAll(async () => {
      opened = await openPage(root);
    });
    afterAll(() => opened?.close());

    test.each(files)("%s", async (name, bytes, others) => {
      const file = {
        name,
        bytes: text(bytes),
        beside: Object.fromEntries([...others].map(([path, part]) => [path, text(part)])),
      };
      const expected = read(file);
      expect(await opened.page.evaluate(`read(${JSON.stringify(file)})`)).toEqual(expected);
      expect(expected.logits.length).toBeGreaterThan(20);
    });
  },
);
