/** `normlens inspect`: tables, JSON, advice, and what is said of files that are no models. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { adviceOn } from "../../src/cli/inspect.js";
import { healthRows, nodeRows } from "../../src/cli/inspect-rows.js";
import { inspect } from "../../src/fold/inspection.js";
import { keepingBatchNorm } from "../../src/formats/onnx/exporters.js";
import { writeOnnx } from "../../src/formats/onnx/index.js";
import { initialise, type Model } from "../../src/model/model.js";
import { zoo } from "../../src/model/zoo.js";
import { random } from "../../src/tensor/random.js";
import { tensor } from "../../src/tensor/tensor.js";
import { normlens } from "./run.js";

const golden = (name: string) =>
  fileURLToPath(new URL(`../golden/onnx/${name}.onnx`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "normlens-inspect-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the command", () => {
  test("shows graph, cost, norms and advice", async () => {
    const { code, out, err } = await normlens(["inspect", golden("seed")]);
    expect([code, err]).toEqual([0, ""]);
    const lines = out.split("\n").map((line) => line.replace(/ {2,}/g, " | "));
    // 32·1·3·3 + 32 weights and bias, 4·32 of the norm, 5408·10 + 10 of the dense layer; 676 windows of 288.
    expect(lines).toContain("function | 1×28×28 → 10");
    expect(out).toContain(
      "54,474 parameters, 64 statistics, 292,032 multiply-accumulates per image",
    );
    expect(lines).toContain("conv | conv2d | filters 32, kernel 3×3 | 32×26×26 | 320 | 194,688");
    expect(
      lines.some((line) => line.startsWith("bn | relu → batchNorm → maxPool2d | 32 | 10 | 0")),
    ).toBe(true);
    expect(out).toContain("• The batch norm can be folded exactly (normlens fold).");
    expect(out).toContain("from 0 to 1 (not in the file; --preprocess says otherwise)");
  });

  test("--json: the same as one document", async () => {
    const { out } = await normlens([
      "inspect",
      golden("residual"),
      "--json",
      "--preprocess",
      "imagenet",
    ]);
    const found = JSON.parse(out);
    expect(found.producer).toEqual({ name: "pytorch", version: "1.13.0" });
    expect(found.preprocessing.mean).toEqual([0.485, 0.456, 0.406]);
    expect(found.norms.length).toBe(6);
    expect(
      found.folds.every(({ direction }: { direction: string }) => direction === "backward"),
    ).toBe(true);
  });

  test("a shape where the model leaves it open; files that are no models", async () => {
    const bytes = writeOnnx(initialise(zoo.seed(), random("x")));
    const path = join(folder, "cut.onnx");
    writeFileSync(path, bytes.slice(0, bytes.length - 9));
    const cut = await normlens(["inspect", path]);
    expect(cut.code).toBe(3);
    expect(cut.err).toContain("got the end of the message within a field, expected whole fields");
    const shape = await normlens(["inspect", golden("seed"), "--input-shape", "1x28"]);
    expect([shape.code, shape.err.trim()]).toEqual([
      2,
      expect.stringContaining(
        '--input-shape: got "1x28", expected channels, height and width, such as 3x224x224',
      ),
    ]);
  });
});

describe("other commands on ONNX", () => {
  test("fold: ONNX in, ONNX out, with what is done to pixels", async () => {
    const path = join(folder, "folded.onnx");
    const { code, err } = await normlens([
      ...["fold", golden("conventional"), "-o", path, "--preprocess", "signed"],
    ]);
    expect([code, err]).toEqual([0, ""]);
    const found = JSON.parse((await normlens(["inspect", path, "--json"])).out);
    expect([found.format, found.norms, found.traces.verdict]).toEqual(["onnx", [], "possible"]);
    expect(found.preprocessing.mean).toEqual([0.5]);
    expect(found.metadata.foldedFrom).toMatch(/^[0-9a-f]{64}$/);
  });

  test("explain and audit: the model sees prepared pixels", async () => {
    const picture = fileURLToPath(new URL("../golden/formats/grey.jpg", import.meta.url));
    const out = join(folder, "maps");
    const run = async (how: string) => {
      const args = ["explain", golden("seed"), picture, "--resize", "--method", "saliency"];
      const done = await normlens([...args, "--preprocess", how, "--out", out, "--json"]);
      expect(done.code, done.err).toBe(0);
      return JSON.parse(done.out);
    };
    const [plain, signed] = [await run("plain"), await run("signed")];
    expect(signed.preprocessing).toBe("scale=1/255; mean=0.5; std=0.5; channels=rgb");
    expect(signed.results[0].images[0].scale).not.toEqual(plain.results[0].images[0].scale);
  });
});

describe("advice", () => {
  const about = (model: Model, name = "pytorch", version = "2.1.0") =>
    adviceOn({ producer: { name, version } }, inspect(model));
  const changed = (model: Model, key: string, data: readonly number[]): Model => ({
    ...model,
    parameters: {
      ...model.parameters,
      [key]: tensor(model.parameters[key].shape, Float32Array.from(data)),
    },
  });
  const fresh = initialise(zoo.seed(), random("x"));

  test("statistics that were never observed, that ε outweighs, that are broken", () => {
    expect(about(fresh)).toContain(
      'Batch norm "norm" has mean 0 and variance 1 in every channel: its statistics were never observed.',
    );
    const small = changed(fresh, "norm.runningVariance", [1e-5, ...new Array(31).fill(2)]);
    expect(about(small)).toContain(
      'Batch norm "norm" has 1 channel with a variance below ε = 0.00100; there ε sets the scale.',
    );
    const large = changed(fresh, "norm.runningVariance", new Array(32).fill(473.4));
    expect(healthRows(inspect(large))[1]).toMatch(/0\.046 … 0\.046 +473 /);
    expect(healthRows(inspect(large), 76)[0]).toBe(
      "norm   channels   γ < 0   γ ≈ 0           scale   least σ²   folds",
    );
    expect(nodeRows(inspect(large), 60)[0]).toBe(
      "node      op            output   parameters      MACs",
    );
    const broken = changed(fresh, "norm.runningVariance", [-1, ...new Array(31).fill(2)]);
    expect(about(broken).join()).toContain('"norm" has 3 broken numbers');
    expect(about(broken).join()).toContain("0 of 1 batch norm can be folded exactly. fold: ");
  });

  test("a model without norms: it may have been folded, and how that is avoided", () => {
    const none = initialise(zoo.seed({ norm: "none" }), random("x"));
    expect(about(none)[0]).toMatch(
      /^Batch Norm may have been folded into this model \(no norm, and every layer has a bias\); .*TrainingMode\.PRESERVE/,
    );
  });

  test("by exporter and version", () => {
    const of = (name: string, version: string) => keepingBatchNorm({ name, version });
    expect(of("pytorch", "2.9.1")).toContain("optimize=False");
    expect(of("pytorch", "2.8.0")).toContain("TrainingMode.PRESERVE");
    expect(of("tf2onnx", "1.16.1")).toContain("back_to_back_optimizer");
    expect(of("keras2onnx", "1")).toBeUndefined();
  });
});
