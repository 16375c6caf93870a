/** Models that PyTorch exported: the logits, and the same function after writing and reading again. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { session } from "../../../src/engine/session.js";
import { fold } from "../../../src/fold/index.js";
import { readOnnx, writeOnnx } from "../../../src/formats/onnx/index.js";
import { type Tensor, tensor } from "../../../src/tensor/tensor.js";
import { golden, worst } from "../../golden.js";
import { areShared, sharedFile } from "../../shared.js";

const float32 = (t: Tensor): Tensor => tensor(t.shape, Float32Array.from(t.data));
const logitsOf = (bytes: Uint8Array, x: Tensor) =>
  session(readOnnx(bytes, "model").model).forward(x).data;

describe.each(["seed", "conventional", "residual"])("%s as PyTorch exports it", (name) => {
  const bytes = readFileSync(new URL(`../../golden/onnx/${name}.onnx`, import.meta.url));
  const g = golden(`network-${name}.npz`);
  const [x, logits] = [float32(g.get("inputs") as Tensor), (g.get("logits") as Tensor).data];
  const read = readOnnx(bytes, name);

  test("gives the logits of its reference", () => {
    expect(worst(session(read.model).forward(x).data, logits)).toBeLessThan(2e-6);
  });

  test("keeps names, ε and producer", () => {
    const norms = read.model.nodes.filter(({ kind }) => kind === "batchNorm");
    expect(norms.length).toBeGreaterThan(0);
    for (const node of norms) {
      if (node.kind !== "batchNorm") continue;
      expect(node.attributes.epsilon).toBe(Math.fround(name === "seed" ? 1e-3 : 1e-5));
      expect(node.attributes.keep).toBe(Math.fround(0.9));
    }
    expect(Object.keys(read.model.parameters)).toContain(
      name === "seed" ? "conv.weight" : "conv1.weight",
    );
    expect(read.producer).toEqual({ name: "pytorch", version: "1.13.0" });
    expect(read.notes).toEqual([]);
  });

  test("written and read again: the same logits, and the same bytes ever after", () => {
    const ours = writeOnnx(read.model);
    expect(worst(logitsOf(ours, x), session(read.model).forward(x).data)).toBe(0);
    expect(writeOnnx(readOnnx(ours, name).model)).toEqual(ours);
  });

  test("folded and written: the same logits without batch norms", () => {
    const ours = writeOnnx(fold(read.model).model);
    expect(worst(logitsOf(ours, x), logits)).toBeLessThan(2e-5);
    expect(readOnnx(ours, name).model.nodes.some(({ kind }) => kind === "batchNorm")).toBe(false);
  });
});

const slice = "data/cifar10-slice/test_batch_first1000.bin";

describe.each([
  ["resnet20-cifar10", 19],
  ["resnet20-cifar10-folded", 0],
] as const)("%s", (name, norms) => {
  const file = `models/${name}.onnx`;
  const isThere = areShared(file, slice);

  test.skipIf(!isThere)(
    "reaches its accuracy and the reference's logits",
    () => {
      const { model } = readOnnx(sharedFile(file), name);
      const reference = JSON.parse(
        new TextDecoder().decode(sharedFile("models/resnet20-cifar10.json")),
      );
      const { mean, std } = reference.preprocessing;
      const records = sharedFile(slice);
      const count = 1000;
      const x = tensor([count, 3, 32, 32]);
      const labels = Array.from({ length: count }, (_, k) => records[k * 3073]);
      for (let k = 0; k < count; k++)
        for (let i = 0; i < 3072; i++) {
          const c = Math.floor(i / 1024);
          x.data[k * 3072 + i] = (records[k * 3073 + 1 + i] / 255 - mean[c]) / std[c];
        }
      const logits = session(model, { batch: 50 }).forward(x).data;
      const top = labels.map((_, k) => {
        const own = logits.subarray(10 * k, 10 * k + 10);
        return own.indexOf(Math.max(...own));
      });
      expect(worst(logits.subarray(0, 80), reference.logits.flat())).toBeLessThan(1e-5);
      expect(top.join("")).toBe(reference.predictions);
      expect(top.filter((k, i) => k === labels[i]).length).toBe(reference.accuracy.correct);
      expect(model.nodes.filter(({ kind }) => kind === "batchNorm").length).toBe(norms);
    },
    120_000,
  );
});
